"""A member takes a work of theirs back before anybody has decided about it, or has it go with them when forgotten."""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from models import outbox, work_cards, works
from models.communities import Communities
from models.refusals import NotForYou, Refused
from models.rules.works import Stage
from models.signs import Sign, SignDue
from models.works import Works


class NotYourWork(NotForYou):
    """Only its author takes a work back."""


class IsReviewed(Refused):
    """The work does not wait any more."""


async def withdraw(
    session: AsyncSession, *, community: Communities, work_id: int, user_id: int, now: datetime
) -> Works:
    """Have a work of one's own wait no more; shared by the command it waits again.

    Raises `NotYourWork` or `IsReviewed`.
    """
    work = await works.hold(session, community_id=community.community_id, work_id=work_id)
    if work.author_id != user_id:
        raise NotYourWork
    if work.state != Stage.WAITING:
        raise IsReviewed
    await _withdrawn(session, work, now)
    return work


async def withdraw_all(session: AsyncSession, *, community_id: int | None, user_id: int, now: datetime) -> None:
    """The same for all that waits of somebody's who is to be forgotten, in one community or everywhere."""
    theirs = [Works.author_id == user_id, Works.state == Stage.WAITING]
    if community_id is not None:
        theirs.append(Works.community_id == community_id)
    ordered = select(Works).where(*theirs).order_by(Works.community_id, Works.work_id).with_for_update()
    held = await session.execute(ordered.execution_options(populate_existing=True))
    for work in held.scalars().all():
        await _withdrawn(session, work, now)


async def _withdrawn(session: AsyncSession, work: Works, now: datetime) -> None:
    work.state, work.decided_by, work.decided_at = Stage.WITHDRAWN.value, work.author_id, now
    await outbox.put(session, [SignDue(work.community_id, work.chat_id, work.message_id, Sign.NONE)], due_at=now)
    await work_cards.changed(session, work=work, now=now)
    await session.flush()
