"""Kith's own reaction on a member's message: the quiet way to say that something was noticed or has counted."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from sqlalchemy import Connection, and_, func, select
from sqlalchemy.ext.asyncio import AsyncSession

from models import outbox
from models.events import KINDS, Event, Priority, event
from models.ids import id_before
from models.outbox import Outbox, RowState

# Of the messages that Telegram takes in a group each minute, so many may be signs for which nobody waits: ten leave
# the other half to whatever the group is told.
APART = timedelta(seconds=6)
# A sign that would come later than this says nothing any more; nor is one tried so soon after Telegram has refused one.
LONGEST = timedelta(hours=1)


class Sign(StrEnum):
    """What a reaction of ours means; `NONE` takes it away."""

    SEEN = "seen"
    COUNTED = "counted"
    HELPED = "helped"
    ACCEPTED = "accepted"
    FEATURED = "featured"
    NONE = "none"


@event("signs.due", version=1)
@dataclass(frozen=True)
class SignDue(Event):
    """A message is to bear a sign of ours, in place of any other of ours."""

    chat_id: int
    message_id: int
    sign: str


@event("signs.offered", version=1, priority=Priority.BROADCAST)
@dataclass(frozen=True)
class SignOffered(Event):
    """A message may bear a sign of ours when there is time, unless it was given another."""

    chat_id: int
    message_id: int
    sign: str


def offer(connection: Connection, offered: Sequence[SignOffered], *, now: datetime) -> None:
    """Have messages bear signs for which nobody waits: in each group one after the other, after all that is news there.

    Where so many wait that the last would come after an hour, or the group lets no bot react so, there is none.
    """
    if not offered:
        return
    free, refused = _lately(connection, {one.community_id for one in offered}, now)
    moments = []
    for one in offered:
        due_at = free.get(one.community_id, now)
        if due_at <= now + LONGEST and one.community_id not in refused:
            moments.append((one, due_at))
            free[one.community_id] = due_at + APART
    outbox.put_each(connection, moments)


def _lately(
    connection: Connection, community_ids: Collection[int], now: datetime
) -> tuple[dict[int, datetime], set[int]]:
    """From when on each group has room for another, and which of them do not take them, by what was offered lately."""
    here = (
        Outbox.community_id.in_(community_ids),
        Outbox.outbox_id > id_before(LONGEST),
        Outbox.name == KINDS[SignOffered].name,
    )
    # Where a group has chosen other reactions, or none; that a message is not found says nothing of the next one.
    is_refused = and_(Outbox.state == RowState.FAILED, ~Outbox.error.contains("not found"))
    refused = func.count(Outbox.outbox_id).filter(is_refused)
    chosen = select(Outbox.community_id, func.max(Outbox.due_at), refused).where(*here).group_by(Outbox.community_id)
    rows = connection.execute(chosen).all()
    return {row[0]: max(now, row[1] + APART) for row in rows}, {row[0] for row in rows if row[2]}


async def is_outdone(session: AsyncSession, *, offered: SignOffered) -> bool:
    """Whether a message that may bear a sign was given another, or lost it, in the meantime."""
    about = {"chat_id": offered.chat_id, "message_id": offered.message_id}
    # What is offered for later than an hour is not written at all.
    here = {"community_id": offered.community_id, "kind": SignDue, "since": id_before(2 * LONGEST)}
    return await outbox.was_put(session, **here, **about)  # type: ignore[arg-type]
