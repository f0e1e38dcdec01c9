"""The updates that were taken in: what makes each of them count once, however often Telegram sends it."""

from collections.abc import Sequence
from datetime import datetime
from enum import IntEnum

from sqlalchemy import Connection, Index, delete
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Mapped, Session

from models.bulk import upsert
from models.schema import COMPOSITE, Base, Key


class Part(IntEnum):
    """An update may both tell something and ask something; the two are done in transactions of their own."""

    TOLD = 0
    ASKED = 1


class ReceivedUpdates(Base):
    """Global: Telegram counts a bot's updates over all its chats.

    Every id is kept, for two days: ids start anew after a week of silence, so a bare high-water mark would lie.
    """

    __tablename__ = "received_updates"
    __table_args__ = (Index(None, "received_at"), COMPOSITE)

    bot_id: Mapped[Key]
    update_id: Mapped[Key]
    part: Mapped[Key]
    received_at: Mapped[datetime]


def unseen(connection: Connection, update_ids: Sequence[int], *, bot_id: int, now: datetime) -> set[int]:
    """Those of `update_ids` that were never told before; from now on they were."""
    return _done_first(connection, sorted(set(update_ids)), bot_id=bot_id, part=Part.TOLD, now=now)


def _done_first(
    connection: Connection, update_ids: Sequence[int], *, bot_id: int, part: Part, now: datetime
) -> set[int]:
    number = int(part)
    rows = [(bot_id, update_id, number, now) for update_id in update_ids]
    columns = ("bot_id", "update_id", "part", "received_at")
    fresh = upsert(connection, ReceivedUpdates, columns, rows, returning=("update_id",))
    return {update_id for (update_id,) in fresh}


async def claim(session: AsyncSession, *, bot_id: int, update_id: int, part: Part, now: datetime) -> bool:
    """Whether this part of the update is done for the first time; from now on it was done."""

    def done(told: Session) -> bool:
        return bool(_done_first(told.connection(), [update_id], bot_id=bot_id, part=part, now=now))

    return await session.run_sync(done)


def forget_before(connection: Connection, *, moment: datetime) -> None:
    """Drop the ids that are too old to be sent again: Telegram keeps an update for 24 hours."""
    connection.execute(delete(ReceivedUpdates).where(ReceivedUpdates.received_at < moment))
