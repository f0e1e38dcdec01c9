"""The updates that were taken in: what makes each of them count once, however often Telegram sends it."""

from collections.abc import Sequence
from datetime import datetime
from enum import IntEnum
from functools import cache
from typing import Any

from sqlalchemy import Connection, Index, bindparam, delete
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Mapped

from models.bulk import table_of, upsert
from models.prepared import insert_into
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


@cache
def _claim(dialect: str) -> Any:
    """Made once: each question asked of the bot begins with it."""
    table = table_of(ReceivedUpdates)
    new = insert_into(table, dialect=dialect).values({column.name: bindparam(column.name) for column in table.columns})
    return new.on_conflict_do_nothing().returning(table.c.update_id)


def unseen(connection: Connection, update_ids: Sequence[int], *, bot_id: int, now: datetime) -> set[int]:
    """Those of `update_ids` that were never told before; from now on they were."""
    rows = [(bot_id, update_id, int(Part.TOLD), now) for update_id in sorted(set(update_ids))]
    columns = ("bot_id", "update_id", "part", "received_at")
    fresh = upsert(connection, ReceivedUpdates, columns, rows, returning=("update_id",))
    return {update_id for (update_id,) in fresh}


async def claim(session: AsyncSession, *, bot_id: int, update_id: int, part: Part, now: datetime) -> bool:
    """Whether this part of the update is done for the first time; from now on it was done."""
    values = {"bot_id": bot_id, "update_id": update_id, "part": int(part), "received_at": now}
    connection = await session.connection()
    return (await connection.execute(_claim(connection.dialect.name), values)).first() is not None


async def forget_before(session: AsyncSession, *, moment: datetime) -> None:
    """Drop the ids that are too old to be sent again: Telegram keeps an update for 24 hours."""
    await session.execute(delete(ReceivedUpdates).where(ReceivedUpdates.received_at < moment))
