"""Updates that could not be taken in: kept with their texts masked, to be looked at, tried again or dropped."""

from collections.abc import Collection, Iterator, Sequence
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import Connection, RowMapping, String, Text, cast, delete, insert, select, update
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Mapped, mapped_column

from models.ids import new_id
from models.schema import Base, Document, Key


class FailureState(StrEnum):
    """Whether somebody asked for another try."""

    KEPT = "kept"
    AGAIN = "again"


class Failures(Base):
    """Global: an update that cannot be read may not even show its chat."""

    __tablename__ = "failures"

    failure_id: Mapped[Key]
    bot_id: Mapped[int]
    update_id: Mapped[int | None]
    part: Mapped[str] = mapped_column(String(8))
    error: Mapped[str] = mapped_column(Text)
    payload: Mapped[Any] = mapped_column(Document)
    state: Mapped[str] = mapped_column(String(8))
    attempts: Mapped[int]
    failed_at: Mapped[datetime] = mapped_column(index=True)


async def file(
    session: AsyncSession,
    *,
    bot_id: int,
    update_id: int | None,
    part: str,
    error: str,
    payload: Any,
    attempts: int,
    now: datetime,
) -> int:
    """Keep a failed update; returns the failure's id. `payload` must have been masked."""
    failure_id = new_id()
    values = {
        "failure_id": failure_id,
        "bot_id": bot_id,
        "update_id": update_id,
        "part": part,
        "error": error,
        "payload": payload,
        "state": FailureState.KEPT,
        "attempts": attempts,
        "failed_at": now,
    }
    await session.execute(insert(Failures).values(**values))
    return failure_id


async def listed(session: AsyncSession, *, limit: int = 1000) -> Sequence[Failures]:
    """The failures, the newest first."""
    return (await session.execute(select(Failures).order_by(Failures.failure_id.desc()).limit(limit))).scalars().all()


async def ask_again(session: AsyncSession, *, failure_ids: Sequence[int]) -> list[int]:
    """Mark failures for another try by the running Kith; returns those that exist."""
    chosen = Failures.failure_id.in_(failure_ids)
    marked = update(Failures).where(chosen).values(state=FailureState.AGAIN).returning(Failures.failure_id)
    return list((await session.execute(marked)).scalars())


async def wanted_again(session: AsyncSession, *, bot_id: int, limit: int = 100) -> Sequence[Failures]:
    """The failures somebody wants tried again, the oldest first."""
    wanted = select(Failures).where(Failures.bot_id == bot_id, Failures.state == FailureState.AGAIN)
    return (await session.execute(wanted.order_by(Failures.failure_id).limit(limit))).scalars().all()


async def drop(session: AsyncSession, *, failure_ids: Sequence[int]) -> list[int]:
    """Delete failures; returns those that existed."""
    gone = delete(Failures).where(Failures.failure_id.in_(failure_ids)).returning(Failures.failure_id)
    return list((await session.execute(gone)).scalars())


def take_up(connection: Connection, *, failure_ids: Sequence[int]) -> bool:
    """Delete the failures in the facts' own thread; whether they were still there."""
    return connection.execute(delete(Failures).where(Failures.failure_id.in_(failure_ids))).rowcount > 0


def naming(connection: Connection, *, user_id: int, elsewhere: Collection[int] = ()) -> Sequence[RowMapping]:
    """The failures whose update names a person, without those that happened in one of the chats `elsewhere`.

    What happened in no group that can be told (a private chat, a vote, an update that cannot be read) is among them.
    """
    maybe = select(*Failures.__table__.columns).where(cast(Failures.payload, Text).contains(str(user_id)))
    found = []
    for row in connection.execute(maybe.order_by(Failures.failure_id)).mappings():
        objects = list(_objects(row["payload"]))
        named = any(user_id in (one.get("id"), one.get("user_id")) for one in objects)
        chats = [one["chat"].get("id") for one in objects if isinstance(one.get("chat"), dict)]
        if named and not any(chat in elsewhere for chat in chats):
            found.append(row)
    return found


def _objects(payload: Any) -> Iterator[dict[str, Any]]:
    """All objects in a piece of JSON, however deep."""
    if isinstance(payload, dict):
        yield payload
    if isinstance(payload, dict | list):
        for inner in payload.values() if isinstance(payload, dict) else payload:
            yield from _objects(inner)


def forget_person(connection: Connection, *, user_id: int, elsewhere: Collection[int]) -> None:
    """Drop the failures that name somebody: to try them again would bring back who asked to be forgotten."""
    rows = naming(connection, user_id=user_id, elsewhere=elsewhere)
    connection.execute(delete(Failures).where(Failures.failure_id.in_([row["failure_id"] for row in rows])))


def forget_before(connection: Connection, *, moment: datetime) -> None:
    """Drop what is too old to be tried again."""
    connection.execute(delete(Failures).where(Failures.failed_at < moment))
