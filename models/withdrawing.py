"""A member takes a work of theirs back before anybody has decided about it, be they an administrator or not."""

from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession

from models import outbox, works
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
    work.state, work.decided_by, work.decided_at = Stage.WITHDRAWN.value, user_id, now
    await outbox.put(session, [SignDue(work.community_id, work.chat_id, work.message_id, Sign.NONE)], due_at=now)
    await works.cards_changed(session, work=work, now=now)
    await session.flush()
    return work
