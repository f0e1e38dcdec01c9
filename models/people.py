"""People as Telegram shows them, whatever group they are in: names, language, and whether the private door is open."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any, NamedTuple

from sqlalchemy import Connection, String, not_, or_, select, update
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Mapped, Session, mapped_column

from models.bulk import Merge, known, look_up, new, upsert
from models.facts import AnyFact, DoorChanged, Person
from models.schema import Base, Key


class Door(StrEnum):
    """Whether the bot may write to somebody: Telegram lets it answer only who came first, and not who blocked it."""

    UNKNOWN = "unknown"
    OPEN = "open"
    BLOCKED = "blocked"
    NEVER_OPENED = "never_opened"


class People(Base):
    """Global: a person is the same in every community.

    `named_at` is when somebody was seen who was then called as they are here: what was seen before that is no news
    any more, though it may come later. `door_at` is the same for the door, as far as Telegram told of it.
    `data_given_at` is when they last got all that is kept of them as a file. `called` is the username in small
    letters, by which it is found however it is written.
    """

    __tablename__ = "people"
    __table_args__ = ({"info": {"person": ("user_id",)}},)

    user_id: Mapped[Key]
    first_name: Mapped[str] = mapped_column(String(256))
    last_name: Mapped[str | None] = mapped_column(String(256))
    username: Mapped[str | None] = mapped_column(String(64))
    called: Mapped[str | None] = mapped_column(String(64), index=True)
    language_code: Mapped[str | None] = mapped_column(String(35))
    language: Mapped[str | None] = mapped_column(String(16))
    named_at: Mapped[datetime | None]
    door: Mapped[str] = mapped_column(String(16), server_default=Door.UNKNOWN)
    door_at: Mapped[datetime | None]
    data_given_at: Mapped[datetime | None]


_NAMES: dict[str, Merge] = {
    "first_name": new,
    "last_name": new,
    "username": new,
    "called": new,
    "language_code": known,
}
_COLUMNS = ("user_id", *_NAMES, "named_at")


def observe(connection: Connection, facts: Iterable[AnyFact]) -> None:
    """Keep the newest name of everybody who acts, and who opened or closed the private door."""
    seen: dict[int, tuple[Person, datetime]] = {}
    doors: dict[int, DoorChanged] = {}
    for fact in facts:
        if fact.person is None:
            continue
        user_id = fact.person.user_id
        before = seen.get(user_id)
        if before is None or before[1] <= fact.at:
            seen[user_id] = (fact.person, fact.at)
        if isinstance(fact, DoorChanged) and (user_id not in doors or doors[user_id].at <= fact.at):
            doors[user_id] = fact
    rows = [_row(person, at) for person, at in sorted(seen.values(), key=lambda one: one[0].user_id)]
    upsert(connection, People, _COLUMNS, rows, merge=_NAMES, newest_by="named_at")
    for user_id, fact in sorted(doors.items()):
        door = Door.OPEN if fact.is_open else Door.BLOCKED
        is_news = or_(People.door_at.is_(None), People.door_at <= fact.at)
        connection.execute(update(People).where(People.user_id == user_id, is_news).values(door=door, door_at=fact.at))


async def meet(session: AsyncSession, *, person: Person, at: datetime) -> None:
    """Note somebody of whom no fact has told."""
    row = _row(person, at)
    connection = await session.connection()
    await connection.run_sync(lambda sync: upsert(sync, People, _COLUMNS, [row], merge=_NAMES, newest_by="named_at"))


def _row(person: Person, at: datetime) -> tuple[Any, ...]:
    username = person.username
    called = username.lower() if username else None
    return (person.user_id, person.first_name, person.last_name, username, called, person.language_code, at)


class Acquaintance(NamedTuple):
    """What is kept of a person whom Kith has met."""

    user_id: int
    first_name: str
    language_code: str | None
    language: str | None
    door: str


async def find(session: AsyncSession, *, user_id: int) -> Acquaintance | None:
    """The person with that Telegram id, if Kith ever saw them."""

    # Whoever asks something is looked up, so it goes the short way.
    def found(told: Session) -> Sequence[Sequence[Any]]:
        return look_up(told.connection(), People, [(user_id,)], by=("user_id",), columns=Acquaintance._fields)

    rows = await session.run_sync(found)
    return Acquaintance(*rows[0]) if rows else None


async def names(session: AsyncSession, *, user_ids: Collection[int]) -> Mapping[int, str]:
    """The first names of those among the people whom Kith has seen."""
    found = select(People.user_id, People.first_name).where(People.user_id.in_(user_ids))
    return {row.user_id: row.first_name for row in await session.execute(found)}


async def choose_language(session: AsyncSession, *, user_id: int, language: str | None) -> bool:
    """Keep a person's own choice of language, or none; false for who is not known."""
    chosen = update(People).where(People.user_id == user_id).values(language=language).returning(People.user_id)
    return (await session.execute(chosen)).first() is not None


async def give_data(session: AsyncSession, *, user_id: int, now: datetime, again_after: timedelta) -> datetime | None:
    """Note that a person gets all that is kept of them; or, where they got it a moment ago, since when they have it."""
    recent = People.data_given_at > now - again_after
    given = update(People).where(People.user_id == user_id, or_(People.data_given_at.is_(None), not_(recent)))
    if (await session.execute(given.values(data_given_at=now).returning(People.user_id))).first() is not None:
        return None
    known = await session.execute(select(People.data_given_at).where(People.user_id == user_id))
    return known.scalar_one_or_none()


async def set_door(session: AsyncSession, *, user_id: int, door: Door) -> None:
    """Remember what an attempt to write to somebody has shown.

    When that was is not: our clock is not Telegram's, and what Telegram tells later must not seem older for it.
    """
    await session.execute(update(People).where(People.user_id == user_id).values(door=door))
