"""The boards of weeks, months and seasons that are over: posted, and kept as they stood, whatever happens later."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, NamedTuple

from sqlalchemy import Connection, Index, String, UniqueConstraint, bindparam, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Mapped, mapped_column

from models import badges, listing, outbox
from models.bulk import look_up, upsert
from models.events import Event, event
from models.ids import new_id
from models.occurrences import Due, Occurrences, Place, Settled, Stage
from models.people import People
from models.rules import boards as rules
from models.rules.boards import GREATEST_FIRST, KEPT, MONTH, PERIODS, SEASON, WEEK, BoardsSettings
from models.rules.clock import due_at, key_of
from models.rules.days import local_day
from models.rules.occasions import Why
from models.rules.points import Period, board_number, board_of, boards_of_kind
from models.rules.settings import changed
from models.rules.standings import ranks
from models.schema import COMPOSITE, Base, CommunityKey, Key
from models.standings import Standings


class Boards(Base):
    """One row per board that is kept, under the number that it has among the standings, too."""

    __tablename__ = "boards"
    __table_args__ = (UniqueConstraint("community_id", "archive_id"), COMPOSITE)

    community_id: Mapped[CommunityKey]
    board: Mapped[Key]
    archive_id: Mapped[int]
    archived_at: Mapped[datetime]


class BoardLines(Base):
    """A line of a board that is kept: who stood there, called what, in which place and with how many points.

    Nothing changes it any more, but that who is forgotten loses their name here, too.
    """

    __tablename__ = "board_lines"
    __table_args__ = (
        Index(None, "community_id", "user_id"),
        {"info": {"person": ("user_id",), "points": ("points",), "names": {"user_id": ("name",)}}, **COMPOSITE},
    )

    community_id: Mapped[CommunityKey]
    archive_id: Mapped[Key]
    line: Mapped[Key]
    rank: Mapped[int]
    user_id: Mapped[int]
    name: Mapped[str | None] = mapped_column(String(256))
    points: Mapped[int]


@event("boards.came", version=1)
@dataclass(frozen=True)
class BoardCame(Event):
    """A week or a month is over: its board is posted, a month's with the word about the week that ended with it."""

    board: int
    week: int | None = None


@event("boards.season_ended", version=1)
@dataclass(frozen=True)
class SeasonEnded(Event):
    """A season is over: its board is posted, and its winners are named.

    So is who was first in the month and the week that ended with it, where their boards were due at the same moment.
    """

    board: int
    month: int | None = None
    week: int | None = None


@dataclass(frozen=True)
class Line:
    """A line of a board that is over; points in hundredths, and no name of who was forgotten.

    `hides` says that somebody has left the boards since: only they themselves are shown their name.
    """

    rank: int
    user_id: int
    name: str | None
    points: int
    hides: bool = False


@dataclass(frozen=True)
class Board:
    """A board that is over, and those of its kind that are kept beside it, by their numbers."""

    period: Period
    first: date
    lines: Sequence[Line]
    earlier: int | None = None
    later: int | None = None


_BOARD = ("community_id", "board", "archive_id", "archived_at")
_LINE = ("community_id", "archive_id", "line", "rank", "user_id", "name", "points")
# A board of a community: which, and its lines' members and points, the most first.
_Standing = tuple[int, int, Sequence[Any]]


class _Beside(NamedTuple):
    """The boards that come at the same moment as one: in whose post it is told of, and of which its own tells."""

    greater: Sequence[_Standing]
    smaller: Mapping[str, _Standing]


# By their kinds' names.
_ORDER = [each.name for each in GREATEST_FIRST]


def settings_of(settings: Mapping[str, Mapping[str, Any]]) -> BoardsSettings:
    """A community's choices about boards, out of all that it has chosen."""
    return changed(BoardsSettings(), settings.get("boards", {}))


def post_due(connection: Connection, due: Sequence[Due], now: datetime) -> Settled:
    """Keep the boards that are over as they stand, and have them posted; one on which nobody stands is not.

    Those that nobody was there to post are kept with the newest, which alone is posted. Of a community's boards that
    come round at the same moment the greatest is posted, and says who was first on the others.
    """
    standing: list[_Standing] = []
    news: list[Event] = []
    settled: dict[Place, Why | None] = {}
    beside = _beside_each(connection, due)
    for one in due:
        found = [(one.community_id, number, _standing(connection, one, number)) for number in _numbers(one)]
        standing += [each for each in found if each[2]]
        if not found[-1][2]:
            settled[one.place] = Why.NOTHING
            continue
        others = beside[one.place]
        standing += [each for each in others.smaller.values() if each[2]]
        if not any(each[2] for each in others.greater):
            news.append(_word(one, found[-1][1], others))
    kept = _keep(connection, standing, now)
    # What is kept already was posted before.
    news = [each for each in news if (each.community_id, each.board) in kept]  # type: ignore[attr-defined]
    outbox.put_now(connection, news, due_at=now)
    for one in due:
        if one.place.kind == SEASON.name:
            _crown(connection, one, now)
    return settled


def _word(one: Due, number: int, others: _Beside) -> Event:
    """The event that has a board posted, with the smaller ones of which it tells."""
    told = {kind: each[1] for kind, each in others.smaller.items() if each[2]}
    if one.place.kind == SEASON.name:
        return SeasonEnded(one.community_id, number, told.get(MONTH.name), told.get(WEEK.name))
    return BoardCame(one.community_id, number, told.get(WEEK.name))


def _beside_each(connection: Connection, due: Sequence[Due]) -> Mapping[Place, _Beside]:
    """For each of the boards that are due, those that come round at the same moment.

    One that an administrator has moved or skipped is none of them: it was put where it is.
    """
    others = {one.place: _coming_with(one) for one in due}
    wanted = sorted({place for each in others.values() for place in each})
    columns = ("community_id", "kind", "key", "due_at", "is_moved", "state", "why")
    rows = {
        Place(*row[:3]): row[3:] for row in look_up(connection, Occurrences, wanted, by=columns[:3], columns=columns)
    }
    found = {}
    for one in due:
        greater: list[_Standing] = []
        smaller: dict[str, _Standing] = {}
        for place in others[one.place]:
            # What is not planned yet is where it comes round.
            moment, is_moved, state, why = rows.get(place, (one.due_at, False, Stage.PLANNED, None))
            number = _number(place)
            if moment != one.due_at or is_moved:
                continue
            if _ORDER.index(place.kind) > _ORDER.index(one.place.kind):
                # A newer one that stands for it after an outage keeps it, too.
                if why in (None, Why.MERGED):
                    smaller[place.kind] = (one.community_id, number, _standing(connection, one, number))
            elif why is None and state in (Stage.PLANNED, Stage.DONE):
                greater.append((one.community_id, number, _standing(connection, one, number)))
        found[one.place] = _Beside(greater, smaller)
    return found


def _coming_with(one: Due) -> list[Place]:
    """The other boards of a community that come round at the moment at which one is due."""
    if one.is_moved:
        return []
    day, settings = local_day(one.due_at, time_zone=one.here.time_zone), settings_of(one.here.settings)
    found = []
    for occasion in GREATEST_FIRST:
        recurrence = occasion.recurrence(settings) if occasion.recurrence and occasion.name != one.place.kind else None
        if recurrence is None:
            continue
        key = key_of(recurrence.beat, day)
        if due_at(recurrence, key, time_zone=one.here.time_zone) == one.due_at:
            found.append(Place(one.community_id, occasion.name, key))
    return found


def keep_quietly(connection: Connection, one: Due, why: Why, now: datetime) -> None:
    """Keep a board that an administrator does not want posted: who stood there has earned their place, and badge."""
    if why is not Why.BY_ADMIN:
        return
    number = _numbers(one)[-1]
    found = _standing(connection, one, number)
    _keep(connection, [(one.community_id, number, found)] if found else [], now)
    if one.place.kind == SEASON.name:
        _crown(connection, one, now)


def _number(place: Place) -> int:
    period = PERIODS[place.kind]
    (first,) = rules.before(period, _BEGINS[place.kind](place.key))
    return board_number(period, day=first)


def _numbers(one: Due) -> list[int]:
    """The boards that something due is about, the newest last."""
    period = PERIODS[one.place.kind]
    begins = _BEGINS[one.place.kind](one.key)
    return [board_number(period, day=first) for first in rules.before(period, begins, count=one.stands_for)]


_BEGINS = {WEEK.name: rules.week_begins, MONTH.name: rules.month_begins, SEASON.name: rules.season_begins}


# Built once: to make it takes three times as long as to carry it out.
_FIRST = (
    select(Standings.user_id, Standings.points)
    .where(Standings.community_id == bindparam("here"), Standings.board == bindparam("its_board"))
    .where(Standings.listed, Standings.points > 0)
    .order_by(Standings.points.desc(), Standings.user_id.desc())
    .limit(KEPT)
)


def _standing(connection: Connection, one: Due, number: int) -> Sequence[Any]:
    return connection.execute(_FIRST, {"here": one.community_id, "its_board": number}).all()


def _keep(connection: Connection, standing: Sequence[_Standing], now: datetime) -> set[tuple[int, int]]:
    """Keep boards, each unless it is kept already; returns the communities and numbers of those that are new."""
    rows = sorted((community_id, number, new_id(), now) for community_id, number, _ in standing)
    fresh = {row[:2]: row[2] for row in upsert(connection, Boards, _BOARD, rows, returning=_BOARD[:3])}
    members = sorted({(row.user_id,) for _, _, found in standing for row in found})
    names = {row[0]: row[1] for row in look_up(connection, People, members, by=("user_id",), columns=_NAME)}
    lines = [
        (community_id, fresh[community_id, number], line, rank, row.user_id, names.get(row.user_id), row.points)
        for community_id, number, found in standing
        if (community_id, number) in fresh
        for line, (rank, row) in enumerate(zip(ranks([each.points for each in found]), found, strict=True), start=1)
    ]
    upsert(connection, BoardLines, _LINE, sorted(lines, key=lambda row: (row[0], row[1], row[2])))
    return {(key[0], key[1]) for key in fresh}


_NAME = ("user_id", "first_name")


def _crown(connection: Connection, one: Due, now: datetime) -> None:
    """Give who ended a season among the first its badge, where members get badges."""
    begins = rules.season_begins(one.key)
    for season in rules.before(Period.SEASON, begins, count=one.stands_for):
        badges.end_season(connection, community_id=one.community_id, settings=one.here.settings, season=season, now=now)


async def find(session: AsyncSession, *, community_id: int, number: int) -> Board | None:
    """A board that is kept, by its number; none if there is no such board."""
    named = board_of(number)
    here = (BoardLines.community_id == community_id, Boards.community_id == community_id, Boards.board == number)
    chosen = select(BoardLines).join(Boards, Boards.archive_id == BoardLines.archive_id).where(*here)
    rows = (await session.execute(chosen.order_by(BoardLines.line))).scalars().all()
    if named is None or not rows:
        return None
    hidden = await listing.hiding(session, community_id=community_id, user_ids=[row.user_id for row in rows])
    lines = [Line(row.rank, row.user_id, row.name, row.points, row.user_id in hidden) for row in rows]
    earlier = await _beside(session, community_id, named[0], before=number)
    later = await _beside(session, community_id, named[0], after=number)
    return Board(*named, lines, earlier, later)


async def newest(session: AsyncSession, *, community_id: int, period: Period) -> int | None:
    """The number of the latest board of a kind that is kept."""
    return await _beside(session, community_id, period)


async def _beside(
    session: AsyncSession, community_id: int, period: Period, *, before: int | None = None, after: int | None = None
) -> int | None:
    numbers = boards_of_kind(period)
    bounds = [Boards.board >= numbers.start, Boards.board < numbers.stop]
    bounds += [] if before is None else [Boards.board < before]
    bounds += [] if after is None else [Boards.board > after]
    order = Boards.board.desc() if after is None else Boards.board
    chosen = select(Boards.board).where(Boards.community_id == community_id, *bounds).order_by(order).limit(1)
    return (await session.execute(chosen)).scalar_one_or_none()
