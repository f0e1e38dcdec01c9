"""Which featured works are pinned: the newest of them, and no more than the group wants."""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from models import outbox, works
from models.events import Event
from models.works import WorkPinDue, Works


async def pin(session: AsyncSession, *, work: Works, most: int, now: datetime) -> None:
    """Have a work pinned, and the oldest that Kith had pinned no longer, where there are more than `most` then.

    What administrators have pinned is theirs.
    """
    work.pinned_at = now
    await session.flush()
    here = (Works.community_id == work.community_id, Works.chat_id == work.chat_id, Works.pinned_at.is_not(None))
    ordered = select(Works).where(*here).order_by(Works.pinned_at.desc(), Works.work_id.desc())
    older = (await session.execute(ordered.offset(most).with_for_update())).scalars().all()
    for one in older:
        one.pinned_at = None
    news: list[Event] = [WorkPinDue(one.community_id, one.work_id) for one in (work, *older)]
    await outbox.put(session, news, due_at=now)


async def unpin(session: AsyncSession, *, work: Works, now: datetime) -> None:
    """Have a work pinned no longer, if Kith has pinned it."""
    if work.pinned_at is not None:
        work.pinned_at = None
        await outbox.put(session, [WorkPinDue(work.community_id, work.work_id)], due_at=now)


async def was_refused(session: AsyncSession, *, event: WorkPinDue) -> None:
    """Telegram does not let Kith pin a work: it takes no other's place."""
    work = await works.look(session, community_id=event.community_id, work_id=event.work_id)
    if work is not None:
        work.pinned_at = None
