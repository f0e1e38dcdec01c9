"""Calls that Telegram refused as wrong in themselves: kept with their texts masked, for the owner to see."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, String, delete, insert, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Mapped, mapped_column

from models.ids import new_id
from models.schema import Base, Key


class Rejections(Base):
    """Global: what is said in private belongs to no community.

    `event_name` is the kind of news that was to be told; an answer to a command has none.
    """

    __tablename__ = "rejections"
    __table_args__ = ({"info": {"person": ("user_id",)}},)

    rejection_id: Mapped[Key]
    chat_id: Mapped[int]
    user_id: Mapped[int | None] = mapped_column(index=True)
    method: Mapped[str] = mapped_column(String(64))
    event_name: Mapped[str | None] = mapped_column(String(64))
    arguments: Mapped[dict[str, Any]]
    reason: Mapped[str] = mapped_column(String(512))
    rejected_at: Mapped[datetime] = mapped_column(index=True)


async def keep(
    session: AsyncSession,
    *,
    chat_id: int,
    method: str,
    arguments: dict[str, Any],
    reason: str,
    event_name: str | None,
    now: datetime,
) -> None:
    """Keep a refused call. `arguments` must have been masked."""
    values = {
        "rejection_id": new_id(),
        "chat_id": chat_id,
        # A private chat has its person's id.
        "user_id": chat_id if chat_id > 0 else None,
        "method": method,
        "event_name": event_name,
        "arguments": arguments,
        "reason": reason[:512],
        "rejected_at": now,
    }
    await session.execute(insert(Rejections).values(**values))


async def listed(session: AsyncSession, *, limit: int = 1000) -> Sequence[Rejections]:
    """The refused calls, the newest first."""
    newest = select(Rejections).order_by(Rejections.rejection_id.desc()).limit(limit)
    return (await session.execute(newest)).scalars().all()


async def drop(session: AsyncSession, *, rejection_ids: Sequence[int]) -> list[int]:
    """Delete refused calls; returns those that existed."""
    gone = delete(Rejections).where(Rejections.rejection_id.in_(rejection_ids)).returning(Rejections.rejection_id)
    return list((await session.execute(gone)).scalars())


def forget_before(connection: Connection, *, moment: datetime) -> None:
    """Drop what is too old to be of use."""
    connection.execute(delete(Rejections).where(Rejections.rejected_at < moment))
