"""People as Telegram shows them, whatever group they are in: names, language, and whether the private door is open."""

from collections.abc import Collection, Iterable
from datetime import datetime
from enum import StrEnum

from sqlalchemy import Connection, String, bindparam, select, update
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Mapped, mapped_column

from models.bulk import Merge, known, new, upsert
from models.facts import AnyFact, DoorChanged, Person
from models.schema import Base, Key


class Door(StrEnum):
    """Whether the bot may write to somebody: Telegram lets it answer only who came first, and not who blocked it."""

    UNKNOWN = "unknown"
    OPEN = "open"
    BLOCKED = "blocked"
    NEVER_OPENED = "never_opened"


class People(Base):
    """Global: a person is the same in every community."""

    __tablename__ = "people"
    __table_args__ = ({"info": {"person": ("user_id",)}},)

    user_id: Mapped[Key]
    first_name: Mapped[str] = mapped_column(String(256))
    last_name: Mapped[str | None] = mapped_column(String(256))
    username: Mapped[str | None] = mapped_column(String(64))
    language_code: Mapped[str | None] = mapped_column(String(35))
    language: Mapped[str | None] = mapped_column(String(16))
    door: Mapped[str] = mapped_column(String(16), server_default=Door.UNKNOWN)


_NAMES: dict[str, Merge] = {
    "first_name": new,
    "last_name": new,
    "username": new,
    "language_code": known,
}
_COLUMNS = ("user_id", *_NAMES)


def observe(connection: Connection, facts: Iterable[AnyFact]) -> None:
    """Keep the newest name of everybody who acts, and who opened or closed the private door."""
    seen: dict[int, tuple[Person, datetime]] = {}
    doors: dict[int, Door] = {}
    for fact in facts:
        if fact.person is None:
            continue
        before = seen.get(fact.person.user_id)
        if before is None or before[1] <= fact.at:
            seen[fact.person.user_id] = (fact.person, fact.at)
        if isinstance(fact, DoorChanged):
            doors[fact.person.user_id] = Door.OPEN if fact.is_open else Door.BLOCKED
    keep(connection, [person for person, _ in seen.values()])
    for user_id, door in sorted(doors.items()):
        connection.execute(update(People).where(People.user_id == user_id).values(door=door))


def keep(connection: Connection, people: Collection[Person]) -> None:
    """Write down the names of `people`."""
    rows = [
        (p.user_id, p.first_name, p.last_name, p.username, p.language_code)
        for p in sorted(people, key=lambda person: person.user_id)
    ]
    upsert(connection, People, _COLUMNS, rows, merge=_NAMES)


# Built once: whoever asks something is looked up.
_PERSON = select(People).where(People.user_id == bindparam("its_id"))


async def find(session: AsyncSession, *, user_id: int) -> People | None:
    """The person with that Telegram id, if Kith ever saw them."""
    return (await session.execute(_PERSON, {"its_id": user_id})).scalar_one_or_none()


async def set_door(session: AsyncSession, *, user_id: int, door: Door) -> None:
    """Remember what an attempt to write to somebody has shown."""
    await session.execute(update(People).where(People.user_id == user_id).values(door=door))
