"""Co-creations of a community: a theme, on which members make something until a vote. One at a time."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, time
from typing import Any

from sqlalchemy import Connection, Index, Select, String, and_, select, update
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Mapped, mapped_column

from models import audit, communities, occurrences, outbox, works
from models.audit import Act
from models.bulk import table_of, upsert
from models.communities import Communities
from models.events import Event, Priority, event
from models.ids import new_id
from models.occurrences import Occurrences, Place
from models.occurrences import Stage as Planned
from models.refusals import NoSuchThing, Refused
from models.rules import cocreations as rules
from models.rules.clock import moment_of
from models.rules.cocreations import CLOSE, RUNNING, SETTLE, VOTE, CocreationsSettings, Plan, Stage
from models.rules.days import local_day
from models.rules.settings import changed
from models.schema import COMPOSITE, Base, CommunityKey, Key

# How an administrator's acts stand in the audit.
OPENED, CALLED_OFF, THEMES_CHANGED = "cocreation", "cocreation_stop", "cocreation_themes"


class Cocreations(Base):
    """One row per co-creation; its theme is an administrator's own words.

    `manner` is how it was voted on, once that has begun; `chat_id` and `message_id` are those of the poll, or of the
    list of works on which reactions are counted, and `poll_id` is Telegram's own name of the poll.
    """

    __tablename__ = "cocreations"
    __table_args__ = (Index(None, "community_id", "state"), Index(None, "poll_id"), COMPOSITE)

    community_id: Mapped[CommunityKey]
    round_id: Mapped[Key]
    theme: Mapped[str] = mapped_column(String(rules.LONGEST_THEME))
    state: Mapped[str] = mapped_column(String(16))
    opened_at: Mapped[datetime]
    entries_until: Mapped[datetime]
    voting_days: Mapped[int]
    votes_until: Mapped[datetime | None]
    manner: Mapped[str | None] = mapped_column(String(16))
    chat_id: Mapped[int | None]
    message_id: Mapped[int | None]
    poll_id: Mapped[str | None] = mapped_column(String(64))


@event("cocreations.opened", version=1, priority=Priority.AWAITED)
@dataclass(frozen=True)
class CocreationOpened(Event):
    """The group is called to take part."""

    round_id: int


@event("cocreations.voting", version=1)
@dataclass(frozen=True)
class CocreationVoting(Event):
    """The works are put to the vote: by a poll, or by a list of them."""

    round_id: int


@event("cocreations.poll_doubled", version=1)
@dataclass(frozen=True)
class CocreationPollDoubled(Event):
    """Those who run the group are told that the poll may stand there twice, and which one counts."""

    round_id: int
    user_id: int | None
    chat_id: int | None


@event("cocreations.poll_over", version=1)
@dataclass(frozen=True)
class CocreationPollOver(Event):
    """The poll is to be stopped, which tells its votes."""

    round_id: int


@event("cocreations.poll_unread", version=1)
@dataclass(frozen=True)
class CocreationPollUnread(Event):
    """Nobody can say whether the poll was stopped, and its votes are told once: it must be read in another way."""

    round_id: int


@event("cocreations.ended", version=1)
@dataclass(frozen=True)
class CocreationEnded(Event):
    """The group gets the result and the collection."""

    round_id: int


@event("cocreations.won", version=1)
@dataclass(frozen=True)
class CocreationWon(Event):
    """Who has won is told in private what it brought them."""

    round_id: int
    user_id: int


@event("cocreations.left_out", version=1)
@dataclass(frozen=True)
class CocreationLeftOut(Event):
    """An author is told that works are taken no more, or all is called off, and that theirs still waits."""

    round_id: int
    user_id: int


@event("cocreations.outside", version=1)
@dataclass(frozen=True)
class CocreationOutside(Event):
    """An author is told that what they have just shared does not take part: they have enough, or it is too late."""

    round_id: int
    user_id: int
    chat_id: int
    message_id: int
    has_enough: bool


@event("cocreations.unjudged", version=1)
@dataclass(frozen=True)
class CocreationUnjudged(Event):
    """Those who run the group are told that works still waited for a review when the vote began."""

    round_id: int
    user_id: int | None
    chat_id: int | None


@event("cocreations.nobody_won", version=1)
@dataclass(frozen=True)
class CocreationUnchosen(Event):
    """Those who run the group are told why nobody has won: nothing to choose from, votes that cannot be read.

    `in_vain` if there were votes, all of them for works that cannot win: undone since, or by who was forgotten.
    """

    round_id: int
    user_id: int | None
    chat_id: int | None
    in_vain: bool = False


@event("cocreations.no_theme", version=1)
@dataclass(frozen=True)
class CocreationWithoutTheme(Event):
    """Those who run the group are told that the list of themes is empty."""

    user_id: int | None
    chat_id: int | None


@event("cocreations.still_on", version=1)
@dataclass(frozen=True)
class CocreationStillOn(Event):
    """Those who run the group are told that none opens this month, since the one before is still on."""

    round_id: int
    user_id: int | None
    chat_id: int | None


class CocreationsAreOff(Refused):
    """The group has no co-creations."""


class CocreationIsOn(Refused):
    """A community has one at a time."""


class NoCocreation(Refused):
    """There is none to stop."""


class CocreationIsImpossible(Refused):
    """It cannot have those dates, or such a theme."""


def settings_of(here: Communities) -> CocreationsSettings:
    """A community's choices about co-creations."""
    return changed(CocreationsSettings(), here.settings.get("cocreations", {}))


def in_force(here: Communities) -> CocreationsSettings:
    """The same where there are any; raises `CocreationsAreOff`, or `WorksAreOff`, for an entry is a work."""
    settings = settings_of(here)
    if not settings.on:
        raise CocreationsAreOff
    works.in_force(here)
    return settings


@dataclass(frozen=True)
class New:
    """A co-creation that opens now, in a community with that clock."""

    community_id: int
    time_zone: str
    plan: Plan
    settings: CocreationsSettings


def open_all(connection: Connection, new: Sequence[New], *, now: datetime) -> Mapping[int, int]:
    """Write down that co-creations open, plan their votes and have the groups called; their numbers, by community."""
    rows, planned, opened = [], {}, {}
    for one in sorted(new, key=lambda each: each.community_id):
        here, number = one.community_id, new_id()
        until = moment_of(one.plan.entries_until, time(one.settings.hour), time_zone=one.time_zone)
        rows.append((here, number, one.plan.theme, Stage.OPEN.value, now, until, one.plan.voting_days))
        planned[Place(here, VOTE.name, number)] = until
        opened[here] = number
    columns = ("community_id", "round_id", "theme", "state", "opened_at", "entries_until", "voting_days")
    upsert(connection, Cocreations, columns, rows)
    occurrences.plan_all(connection, planned)
    outbox.put_now(connection, [CocreationOpened(here, number) for here, number in opened.items()], due_at=now)
    return opened


async def start(
    session: AsyncSession, *, community_id: int, user_id: int, plan: Plan, source: str, now: datetime
) -> Cocreations:
    """Open one in an administrator's name; the same command opens one only.

    Raises `CocreationsAreOff`, `WorksAreOff`, `CocreationIsImpossible` or `CocreationIsOn`.
    """
    here = await communities.held(session, community_id=community_id)
    if here is None:
        raise NoSuchThing
    settings = in_force(here)
    before = await audit.of_source(session, community_id=community_id, source=source)
    if before is not None:
        return await hold(session, community_id=community_id, round_id=int(before.details["round_id"]))
    if not rules.is_possible(plan, today=local_day(now, time_zone=here.time_zone)):
        raise CocreationIsImpossible
    connection = await session.connection()
    if await connection.run_sync(lambda sync: running(sync, [community_id], now=now)):
        raise CocreationIsOn
    new = [New(community_id, here.time_zone, plan, settings)]
    number = (await connection.run_sync(lambda sync: open_all(sync, new, now=now)))[community_id]
    outbox.look_for(session)
    details = {"round_id": number}
    act = Act(community_id=community_id, user_id=user_id, action=OPENED, details=details, source=source, at=now)
    await audit.note(session, act)
    return await hold(session, community_id=community_id, round_id=number)


def running(connection: Connection, community_ids: Collection[int], *, now: datetime) -> Mapping[int, int]:
    """The co-creation that is on in each community, if one is.

    One of which nothing is planned any more (its next step was skipped, or Kith was away) is called off by that.
    """
    here = (Cocreations.community_id.in_(community_ids), Cocreations.state.in_(RUNNING))
    next_step = and_(
        Occurrences.community_id == Cocreations.community_id,
        Occurrences.key == Cocreations.round_id,
        Occurrences.kind.in_([each.name for each in (VOTE, CLOSE, SETTLE)]),
        Occurrences.state == Planned.PLANNED,
    )
    stuck = and_(*here, Cocreations.opened_at < now, ~select(Occurrences.key).where(next_step).exists())
    connection.execute(update(table_of(Cocreations)).where(stuck).values(state=Stage.CALLED_OFF.value))
    chosen = select(Cocreations.community_id, Cocreations.round_id).where(*here)
    return {row[0]: row[1] for row in connection.execute(chosen)}


async def current(session: AsyncSession, *, community_id: int) -> Cocreations | None:
    """The one that is on, if one is."""
    here = (Cocreations.community_id == community_id, Cocreations.state.in_(RUNNING))
    chosen = select(Cocreations).where(*here).order_by(Cocreations.round_id.desc()).limit(1)
    return (await session.execute(chosen)).scalar_one_or_none()


async def look(session: AsyncSession, *, community_id: int, round_id: int) -> Cocreations | None:
    """The one with that number."""
    found: Cocreations | None = (await session.execute(_this(community_id, round_id))).scalar_one_or_none()
    return found


async def hold(session: AsyncSession, *, community_id: int, round_id: int) -> Cocreations:
    """The same, ours alone until the commit; raises `NoSuchThing`."""
    held = _this(community_id, round_id).with_for_update().execution_options(populate_existing=True)
    found: Cocreations | None = (await session.execute(held)).scalar_one_or_none()
    if found is None:
        raise NoSuchThing
    return found


def _this(community_id: int, round_id: int) -> Select[Any]:
    return select(Cocreations).where(Cocreations.community_id == community_id, Cocreations.round_id == round_id)


async def past(session: AsyncSession, *, community_id: int, limit: int) -> Sequence[Cocreations]:
    """Those that came to their end, the latest first."""
    here = (Cocreations.community_id == community_id, Cocreations.state == Stage.ENDED)
    chosen = select(Cocreations).where(*here).order_by(Cocreations.round_id.desc()).limit(limit)
    return (await session.execute(chosen)).scalars().all()
