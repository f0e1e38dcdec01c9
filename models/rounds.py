"""Polls that Kith itself holds: the weekly one of members' proposals, and those of an administrator's own question."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import Boolean, Connection, Index, String, false, func, select, update
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Mapped, mapped_column

from models import admin_chats, audit, communities, occurrences, outbox
from models.audit import Act
from models.bulk import look_up, table_of, upsert
from models.communities import Communities
from models.events import Event, Priority, event
from models.facts import Batch, PollClosed
from models.ids import new_id
from models.occurrences import Place
from models.refusals import NoSuchThing, Refused
from models.rules.polls import CLOSE, LONGEST_OPTION, LONGEST_QUESTION, MOST_OPEN, Fate, PollsSettings, Stage, closing
from models.rules.settings import changed
from models.schema import COMPOSITE, Base, CommunityKey, Key

HELD = "poll"
WEEKLY, OWN = "weekly", "own"


class PollRounds(Base):
    """One row per poll that Kith holds; `message_id` and `poll_id` are empty until it was sent.

    A weekly one has no question of its own: it is asked in the group's language. `asker_id` is the administrator whose
    question it is. `stop_asked_at` is when Telegram was last asked to stop it. `is_doubted` if it may stand in the
    group though we know of no message.
    """

    __tablename__ = "poll_rounds"
    __table_args__ = (
        Index(None, "poll_id"),
        Index(None, "state", "closes_at"),
        {"info": {"person": ("asker_id",), "forgotten": "empty"}, **COMPOSITE},
    )

    community_id: Mapped[CommunityKey]
    number: Mapped[Key]
    kind: Mapped[str] = mapped_column(String(8))
    state: Mapped[str] = mapped_column(String(8))
    question: Mapped[str] = mapped_column(String(LONGEST_QUESTION))
    asker_id: Mapped[int | None]
    opened_at: Mapped[datetime]
    closes_at: Mapped[datetime]
    chat_id: Mapped[int]
    message_id: Mapped[int | None]
    poll_id: Mapped[str | None] = mapped_column(String(64))
    stop_asked_at: Mapped[datetime | None]
    is_doubted: Mapped[bool] = mapped_column(Boolean, server_default=false())


class PollOptions(Base):
    """One row per option, in its place; `votes` are those that Telegram has counted, once it has told."""

    __tablename__ = "poll_options"
    __table_args__ = (COMPOSITE,)

    community_id: Mapped[CommunityKey]
    number: Mapped[Key]
    place: Mapped[Key]
    text: Mapped[str] = mapped_column(String(LONGEST_OPTION))
    proposal_id: Mapped[int | None]
    votes: Mapped[int | None]


@event("rounds.due", version=1)
@dataclass(frozen=True)
class PollDue(Event):
    """A poll is to be posted; a weekly one by the schedule, for the week called `week`."""

    number: int
    week: int | None = None


@event("rounds.stop_due", version=1, priority=Priority.AWAITED)
@dataclass(frozen=True)
class PollStopDue(Event):
    """A poll's time is over: Telegram is asked to stop it, and how many have chosen what."""

    number: int


@event("rounds.count_due", version=1, priority=Priority.AWAITED)
@dataclass(frozen=True)
class PollCountDue(Event):
    """A poll was closed before it could be stopped: its message is asked for, and with it the count."""

    number: int


@event("rounds.closed", version=1)
@dataclass(frozen=True)
class PollOver(Event):
    """The count of a poll is known: the group is told what has come of it."""

    number: int


@event("rounds.came_to_nothing", version=1)
@dataclass(frozen=True)
class PollCameToNothing(Event):
    """Administrators are told why there is no poll, or no result of one; `number` names it, if there is one."""

    user_id: int | None
    chat_id: int | None
    number: int | None
    why: str


class PollsAreOff(Refused):
    """The group has no polls."""


class TooManyOpen(Refused):
    """So many of administrators' polls are open already."""

    def __init__(self, most: int) -> None:
        super().__init__(str(most))
        self.most = most


@dataclass(frozen=True)
class Question:
    """What an administrator asks; each text fits into Telegram's poll."""

    text: str
    options: tuple[str, ...]
    days: int


class Option(NamedTuple):
    """An option before it is in a poll."""

    text: str
    proposal_id: int | None = None


def in_force(community: Communities) -> PollsSettings:
    """The numbers of a community, which must have polls; raises `PollsAreOff`."""
    settings = changed(PollsSettings(), community.settings.get("polls", {}))
    if not settings.on:
        raise PollsAreOff
    return settings


_ROUND = ("community_id", "number", "kind", "state", "question", "asker_id", "opened_at", "closes_at", "chat_id")
_OPTION = ("community_id", "number", "place", "text", "proposal_id")


class Draft(NamedTuple):
    """A poll before it is written down."""

    community_id: int
    chat_id: int
    kind: str
    options: Sequence[Option]
    closes_at: datetime
    question: str = ""
    asker_id: int | None = None
    week: int | None = None


def open_now(connection: Connection, drafts: Sequence[Draft], *, now: datetime) -> list[int]:
    """Write polls down, have them posted, and plan their end; returns their numbers."""
    numbers = [new_id() for _ in drafts]
    rows, options, ends, news = [], [], {}, []
    for number, draft in zip(numbers, drafts, strict=True):
        here = draft.community_id
        asked = (draft.kind, Stage.OPEN.value, draft.question, draft.asker_id)
        rows.append((here, number, *asked, now, draft.closes_at, draft.chat_id))
        options += [(here, number, place, *option) for place, option in enumerate(draft.options)]
        ends[Place(here, CLOSE.name, number)] = draft.closes_at
        news.append(PollDue(here, number, draft.week))
    upsert(connection, PollRounds, _ROUND, sorted(rows))
    upsert(connection, PollOptions, _OPTION, sorted(options))
    occurrences.plan_all(connection, ends)
    outbox.put_now(connection, news, due_at=now)
    return numbers


async def hold(
    session: AsyncSession, *, community_id: int, question: Question, user_id: int, source: str, now: datetime
) -> int:
    """Hold a poll in an administrator's name, the same command one only; returns its number.

    Raises `PollsAreOff` or `TooManyOpen`.
    """
    here = await communities.held(session, community_id=community_id)
    if here is None:
        raise NoSuchThing
    before = await audit.of_source(session, community_id=community_id, source=source)
    if before is not None:
        return int(before.details["number"])
    in_force(here)
    mine = (PollRounds.community_id == community_id, PollRounds.kind == OWN, PollRounds.state == Stage.OPEN)
    if (await session.execute(select(func.count()).select_from(PollRounds).where(*mine))).scalar_one() >= MOST_OPEN:
        raise TooManyOpen(MOST_OPEN)
    closes_at = closing(now, days=question.days, time_zone=here.time_zone)
    options = [Option(text) for text in question.options]
    draft = Draft(community_id, here.chat_id, OWN, options, closes_at, question.text, user_id)
    connection = await session.connection()
    (number,) = await connection.run_sync(lambda sync: open_now(sync, [draft], now=now))
    about = {"action": HELD, "details": {"number": number, "days": question.days}, "source": source}
    await audit.note(session, Act(community_id=community_id, user_id=user_id, at=now, **about))  # type: ignore[arg-type]
    return number


async def find(session: AsyncSession, *, community_id: int, number: int) -> PollRounds | None:
    """A poll by its number."""
    here = (PollRounds.community_id == community_id, PollRounds.number == number)
    return (await session.execute(select(PollRounds).where(*here))).scalar_one_or_none()


async def options(session: AsyncSession, *, community_id: int, number: int) -> Sequence[PollOptions]:
    """The options of a poll in their order."""
    here = (PollOptions.community_id == community_id, PollOptions.number == number)
    return (await session.execute(select(PollOptions).where(*here).order_by(PollOptions.place))).scalars().all()


async def sent(
    session: AsyncSession,
    *,
    community_id: int,
    number: int,
    chat_id: int,
    message_id: int,
    poll_id: str,
    now: datetime,
) -> None:
    """A poll stands in the group. One that was given up meanwhile is stopped again."""
    here = (PollRounds.community_id == community_id, PollRounds.number == number)
    values = {"chat_id": chat_id, "message_id": message_id, "poll_id": poll_id[:64]}
    await session.execute(update(PollRounds).where(*here).values(**values))
    found = (await session.execute(select(PollRounds.state).where(*here))).scalar_one_or_none()
    if found is not None and found != Stage.OPEN:
        await outbox.put(session, [PollStopDue(community_id, number)], due_at=now)


async def doubted(session: AsyncSession, *, community_id: int, number: int) -> None:
    """Nobody can say whether a poll was sent: it goes once more, and may stand in the group even if it fails."""
    here = (PollRounds.community_id == community_id, PollRounds.number == number)
    await session.execute(update(PollRounds).where(*here).values(is_doubted=True))


def may_stand(connection: Connection, *, community_id: int, number: int) -> bool:
    """Whether nobody could say of a poll if it was sent."""
    here = (PollRounds.community_id == community_id, PollRounds.number == number)
    return bool(connection.execute(select(PollRounds.is_doubted).where(*here)).scalar_one_or_none())


def observe(connection: Connection, batch: Batch) -> None:
    """Note the counts of polls that were closed by somebody else's hand, and have their results told now."""
    told = {fact.poll_id: fact for fact in batch.of(PollClosed)}
    if not told:
        return
    keys = [(poll_id,) for poll_id in sorted(told)]
    columns = ("community_id", "number", "state", "poll_id")
    places = []
    for community_id, number, state, poll_id in look_up(connection, PollRounds, keys, by=("poll_id",), columns=columns):
        if state == Stage.OPEN:
            write_count(connection, community_id=community_id, number=number, votes=told[poll_id].votes)
            places.append(Place(community_id, CLOSE.name, number))
    occurrences.hasten(connection, places, now=batch.now)


def write_count(connection: Connection, *, community_id: int, number: int, votes: Sequence[int]) -> None:
    """Write down how many have chosen each option."""
    table = table_of(PollOptions)
    for place, count in enumerate(votes):
        here = (table.c.community_id == community_id, table.c.number == number, table.c.place == place)
        connection.execute(update(table).where(*here).values(votes=count))


def turn(connection: Connection, *, community_id: int, number: int, state: Stage) -> bool:
    """Bring an open poll to its end; whether it was open."""
    table = table_of(PollRounds)
    here = (table.c.community_id == community_id, table.c.number == number, table.c.state == Stage.OPEN)
    turned = update(table).where(*here).values(state=state.value).returning(table.c.number)
    return connection.execute(turned).first() is not None


def ask_to_stop(connection: Connection, places: Collection[tuple[int, int]], *, now: datetime) -> None:
    """Have Telegram stop polls and tell the count."""
    table = table_of(PollRounds)
    for community_id, number in sorted(places):
        here = (table.c.community_id == community_id, table.c.number == number)
        connection.execute(update(table).where(*here).values(stop_asked_at=now))
    outbox.put_now(connection, [PollStopDue(*place) for place in sorted(places)], due_at=now)


def tell_why_not(connection: Connection, fates: Mapping[tuple[int, int | None], Fate], *, now: datetime) -> None:
    """Have administrators told of polls that came to nothing: by community and number, if there is a poll."""
    told = admin_chats.addressees(connection, sorted({community_id for community_id, _ in fates}))
    news = [
        PollCameToNothing(community_id, one.user_id, one.chat_id, number, why.value)
        for (community_id, number), why in fates.items()
        for one in told.get(community_id, ())
    ]
    outbox.put_now(connection, news, due_at=now)
