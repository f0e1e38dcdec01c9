"""Levels as they were last told, with the tag beside the name; the level itself follows from what was ever earned."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, Index, String, and_, delete, func, or_, select, true, tuple_, update
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Mapped, mapped_column

from models import earn, outbox, points, standings
from models.bulk import Merge, earliest, latest, look_up, upsert
from models.bulk import new as new_value
from models.communities import Communities, State
from models.events import Event, event
from models.members import MemberKey, Members
from models.points import Ledger
from models.rules import levels as rules
from models.rules.levels import LevelsSettings, Progress
from models.rules.points import BEGINNING, Period, board_number
from models.rules.settings import changed
from models.schema import COMPOSITE, Base, CommunityKey, Key
from models.standings import Standings
from models.stretches import AT_ONCE, HERE, Here, Stretch, within

# What a typical member does on a day, by the ways to earn; the crowd of the try-out does about that.
TYPICAL_DAY: Mapping[str, int] = {
    "message": 8,
    "reply": 3,
    "reaction_given": 6,
    "reaction_received": 6,
    "checkin": 1,
}

_RISEN: dict[str, Merge] = {"risen_at": earliest}
_KEPT: dict[str, Merge] = {"level": latest, "tag": latest, "tag_at": earliest}


class Levels(Base):
    """One row per member who earned since levels are on: the level last told, and the tag that we have set.

    `tag` is empty while they have none, or one that is not ours. `tag_at` is when Telegram is to be asked which one
    they have; empty until something changes (see `models/tags.py`).
    """

    __tablename__ = "levels"
    __table_args__ = (
        Index(None, "community_id", "tag_at"),
        {"info": {"person": ("user_id",), "merge": _KEPT}, **COMPOSITE},
    )

    community_id: Mapped[CommunityKey]
    user_id: Mapped[Key]
    level: Mapped[int]
    tag: Mapped[str | None] = mapped_column(String(16))
    tag_at: Mapped[datetime | None]


class LevelRuns(Base):
    """One row per community with levels on: up to which entry of the ledger it was looked who rises, by which curve."""

    __tablename__ = "level_runs"
    __table_args__ = (COMPOSITE,)

    community_id: Mapped[CommunityKey]
    entry_id: Mapped[int]
    curve: Mapped[str] = mapped_column(String(16))


class LevelRises(Base):
    """When a member came to a level, the first time; one row for each, kept since levels are on."""

    __tablename__ = "level_rises"
    __table_args__ = (
        Index(None, "community_id", "risen_at"),
        {"info": {"person": ("user_id",), "merge": _RISEN}, **COMPOSITE},
    )

    community_id: Mapped[CommunityKey]
    user_id: Mapped[Key]
    level: Mapped[Key]
    risen_at: Mapped[datetime]


@event("levels.reached", version=1)
@dataclass(frozen=True)
class Reached(Event):
    """A member has come to a level: they are told in private, if they may be written to."""

    user_id: int
    level: int


_NEWEST = select(func.max(Ledger.entry_id)).where(Ledger.community_id == Communities.community_id).scalar_subquery()
_IS_ON = Communities.settings["levels"]["on"].as_boolean()
# The communities with levels in which somebody has earned, and those that had them when they were looked at.
_WITH_NEWS = (
    select(*HERE)
    .outerjoin(LevelRuns, LevelRuns.community_id == Communities.community_id)
    .where(
        within(Communities.community_id),
        Communities.state == State.ACTIVE,
        or_(
            and_(_IS_ON, or_(LevelRuns.entry_id.is_(None), LevelRuns.entry_id < _NEWEST)),
            and_(_IS_ON.is_not(true()), LevelRuns.entry_id.is_not(None)),
        ),
    )
    .order_by(Communities.community_id)
    .limit(AT_ONCE)
)


def settings_of(here: Communities | Here) -> LevelsSettings:
    """A community's choices about levels."""
    return changed(LevelsSettings(), here.settings.get("levels", {}))


async def progress(session: AsyncSession, *, here: Communities, user_id: int) -> Progress | None:
    """A member's level and the way to the next; nothing where levels are off."""
    if not settings_of(here).on:
        return None
    lifetime = await standings.earned(
        session, community_id=here.community_id, user_id=user_id, period=Period.ALL, day=BEGINNING
    )
    return progress_with(lifetime, here=here)


def progress_with(lifetime: int, *, here: Communities) -> Progress | None:
    """The same for whoever has earned so much, in hundredths."""
    chosen = settings_of(here)
    return rules.progress(lifetime, curve=chosen.curve) if chosen.on else None


def typical_day(here: Communities) -> int:
    """What a typical member earns on a day by the numbers in force, in hundredths."""
    prices = earn.numbers(here.settings).prices
    return sum(min(price.points * TYPICAL_DAY.get(price.action, 0), price.daily_cap) for price in prices)


def look(connection: Connection, stretch: Stretch, _now: datetime) -> Sequence[Here]:
    """The communities in which somebody may have risen."""
    return [Here._make(row) for row in connection.execute(_WITH_NEWS, stretch.bounds)]


def judge(connection: Connection, here: Here, now: datetime) -> None:
    """Tell those of a community who have come to a new level since the last look.

    Who rises while levels are off is told of their next rise: once they are on again it is as when they first were, and
    nobody hears at once, or reads in the week's board, of what they came to in the meantime.
    """
    settings = settings_of(here)
    if not settings.on:
        connection.execute(delete(LevelRuns).where(LevelRuns.community_id == here.community_id))
        return
    outbox.put_now(connection, _look(connection, here, settings, now), due_at=now)


def _look(connection: Connection, here: Here, settings: LevelsSettings, now: datetime) -> list[Event]:
    community_id = here.community_id
    run = select(LevelRuns).where(LevelRuns.community_id == community_id).with_for_update()
    before = connection.execute(run).one_or_none()
    newest = points.newest_entry(connection, community_id=community_id)
    columns = ("community_id", "entry_id", "curve")
    row = (community_id, newest, settings.curve)
    upsert(connection, LevelRuns, columns, [row], merge=dict.fromkeys(columns[1:], new_value))
    news: list[Event] = []
    # At the first look, what is looked at again later is noted without a word.
    since = newest if before is None else before.entry_id
    earned = points.earned_since(connection, community_id=community_id, entry_id=since)
    risen = _risen(connection, community_id, earned, settings, now)
    if before is not None and before.curve == settings.curve:
        rows = sorted((community_id, user_id, level, now) for user_id, level in risen.items())
        known = _risen_before(connection, community_id, risen)
        upsert(connection, LevelRises, ("community_id", "user_id", "level", "risen_at"), rows)
        # Who fell by what was taken back and comes to the same level again has been told of it.
        tells = sorted(set(risen.items()) - known) if settings.tell else []
        news += [Reached(community_id, user_id, level) for user_id, level in tells]
    return news


def _risen(
    connection: Connection, community_id: int, earned: Mapping[int, int], settings: LevelsSettings, now: datetime
) -> Mapping[int, int]:
    """Write down the levels of those who earned, whose tags are then looked at; returns those of whom have risen."""
    board = board_number(Period.ALL, day=BEGINNING)
    by = ("community_id", "user_id", "board")
    keys = [(community_id, user_id, board) for user_id in sorted(earned)]
    lifetimes = {row[0]: row[1] for row in look_up(connection, Standings, keys, by=by, columns=("user_id", "points"))}
    known = _known(connection, community_id, sorted(earned))
    rows, risen = [], {}
    for user_id in sorted(earned):
        lifetime = lifetimes.get(user_id, 0)
        level = rules.level_of(lifetime, curve=settings.curve)
        # What was known may be by another curve: nobody rises by that.
        before = rules.level_of(lifetime - earned[user_id], curve=settings.curve)
        told = max(known.get(user_id, 0), before)
        if level != known.get(user_id):
            rows.append((community_id, user_id, level, now))
        if level > told and user_id > 0:
            risen[user_id] = level
    columns = ("community_id", "user_id", "level", "tag_at")
    upsert(connection, Levels, columns, rows, merge=dict.fromkeys(columns[2:], new_value))
    return risen


def know(connection: Connection, here: Here, user_ids: Collection[int], now: datetime) -> None:
    """Write down the levels of some who may have earned nothing since levels are on, or have another curve."""
    settings = settings_of(here)
    if settings.on and user_ids:
        _risen(connection, here.community_id, dict.fromkeys(user_ids, 0), settings, now)


def _risen_before(connection: Connection, community_id: int, risen: Mapping[int, int]) -> set[tuple[int, int]]:
    """Of members and levels those that have come together before."""
    keys = [(community_id, user_id, level) for user_id, level in sorted(risen.items())]
    by = ("community_id", "user_id", "level")
    return {(row[0], row[1]) for row in look_up(connection, LevelRises, keys, by=by, columns=by[1:])}


def _known(connection: Connection, community_id: int, user_ids: Sequence[int]) -> dict[int, int]:
    keys = [(community_id, user_id) for user_id in user_ids]
    found = look_up(connection, Levels, keys, by=("community_id", "user_id"), columns=("user_id", "level"))
    return {row[0]: row[1] for row in found}


async def risen(
    session: AsyncSession, *, community_id: int, since: datetime, until: datetime
) -> Sequence[tuple[int, int]]:
    """Who of those on the boards has come to which level between two moments and has it still, the highest first."""
    level = func.max(LevelRises.level)
    same = and_(Members.community_id == LevelRises.community_id, Members.user_id == LevelRises.user_id)
    theirs = and_(Levels.community_id == LevelRises.community_id, Levels.user_id == LevelRises.user_id)
    here = (LevelRises.community_id == community_id, LevelRises.risen_at >= since, LevelRises.risen_at < until)
    # Whoever fell by what was taken back is not praised for it.
    stands = (Members.listed, Levels.level >= LevelRises.level)
    chosen = select(LevelRises.user_id, level).join(Members, same).join(Levels, theirs).where(*here, *stands)
    ordered = chosen.group_by(LevelRises.user_id).order_by(
        level.desc(), func.min(LevelRises.risen_at), LevelRises.user_id
    )
    return [(row[0], row[1]) for row in await session.execute(ordered)]


async def find(session: AsyncSession, *, community_id: int, user_id: int) -> Levels | None:
    """What was last told and set of a member."""
    here = (Levels.community_id == community_id, Levels.user_id == user_id)
    return (await session.execute(select(Levels).where(*here))).scalar_one_or_none()


async def know_tag(
    session: AsyncSession, *, community_id: int, user_id: int, tag: str | None, look_at: datetime | None
) -> None:
    """Telegram has said which tag of ours a member has, if any; `look_at` is when it is asked again."""
    here = (Levels.community_id == community_id, Levels.user_id == user_id)
    await session.execute(update(Levels).where(*here).values(tag=tag, tag_at=look_at))


def look_at_tags(connection: Connection, members: Collection[MemberKey], *, at: datetime | None) -> None:
    """Have the tags of those members looked at who have a level: at a moment, or not before something changes."""
    if members:
        these = tuple_(Levels.community_id, Levels.user_id).in_(sorted(members))
        connection.execute(update(Levels).where(these).values(tag_at=at))
