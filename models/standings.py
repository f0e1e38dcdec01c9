"""The boards: what members have earned in a day, week, month, season and in all, and who stands where.

A member's rows lie side by side, so that an award touches one place, and whoever is listed no more, or forgotten, is
found at once. An index holds each board in its order; those who are not listed stand apart in it, and cost nothing to
whoever reads.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache, lru_cache
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Connection,
    Index,
    Row,
    Select,
    and_,
    bindparam,
    delete,
    func,
    literal_column,
    select,
    true,
    tuple_,
    update,
)
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Mapped, mapped_column

from models.bulk import Merge, Rows, add, rows_for, table_of, upsert, upsert_each
from models.communities import Communities
from models.members import MemberKey
from models.rules.points import Period, board_number, starts_on, sum_by_key
from models.rules.standings import ranks
from models.schema import COMPOSITE, Base, CommunityKey, Key

_SUM: dict[str, Merge] = {"points": add}


class Standings(Base):
    """A member's score on one `board`, that of a period which begins on a certain day in the group's time zone.

    A number names it (see `models/rules/points.py`): a name and a day instead took half as much time again, in five
    rows for nearly every fact and in the index that changes with them. `listed` says the same in all rows of a
    member, whatever the period, as `Members.listed` does.
    """

    __tablename__ = "standings"
    __table_args__ = (
        Index("ix_standings_board", "community_id", "board", "listed", "points", "user_id"),
        {"info": {"person": ("user_id",), "merge": _SUM, "points": ("points",)}, **COMPOSITE},
    )

    community_id: Mapped[CommunityKey]
    user_id: Mapped[Key]
    board: Mapped[Key]
    points: Mapped[int] = mapped_column(default=0)
    listed: Mapped[bool] = mapped_column(server_default=true())


_COLUMNS = ("community_id", "user_id", "board", "points", "listed")
_ON_BOARDS = ("community_id", "user_id", "points", "listed", "board")

# A member's points of one day: community, member, day, hundredths.
Earned = tuple[int, int, date, int]


@lru_cache(maxsize=1024)
def _boards(day: date) -> tuple[int, ...]:
    """The boards of all periods in which a day lies, in the order of their numbers."""
    return tuple(sorted(board_number(period, day=day) for period in Period))


def add_up(connection: Connection, earned: Sequence[Earned], *, unlisted: Collection[MemberKey]) -> None:
    """Add what was earned to the scores of the days' periods; `unlisted` names those among the members who are not.

    A member's day may stand in `earned` once only, and it is sorted by them.
    """
    days = {day for _, _, day, _ in earned}
    if len(days) == 1 and connection.dialect.name == "postgresql":
        won = [(c, u, n, (c, u) not in unlisted) for c, u, _, n in earned]
        upsert_each(connection, Standings, _ON_BOARDS, won, places=_boards(days.pop()), merge=_SUM)
        return
    rows = [(c, u, board, n, (c, u) not in unlisted) for c, u, day, n in earned for board in _boards(day)]
    if len(days) > 1:
        sums = sum_by_key([row[:4] for row in rows], keys=3)
        rows = [(*row, row[:2] not in unlisted) for row in sums]
    upsert(connection, Standings, _COLUMNS, rows, merge=_SUM)


def take_off(connection: Connection, lost: Iterable[Earned], *, today: Mapping[int, date]) -> None:
    """Take points off the scores of the periods that are still open on `today`, told for each community.

    Closed boards stay as they are. Whoever loses points has earned them there, so the rows exist.
    """
    rows = sum_by_key(
        (
            (community_id, user_id, board, -points)
            for community_id, user_id, day, points in lost
            for board in _boards(day)
            if board in _boards(today[community_id])
        ),
        keys=3,
    )
    upsert(connection, Standings, _COLUMNS[:-1], rows, merge=_SUM)


@cache
def _marking(given: Rows, listed: bool) -> Any:
    table = table_of(Standings)
    key = tuple_(table.c.community_id, table.c.user_id)
    chosen = key.in_(select(given.table.c.community_id, given.table.c.user_id))
    return update(table).where(chosen, table.c.listed != listed).values(listed=listed)


def mark(connection: Connection, keys: Sequence[MemberKey], *, listed: bool) -> None:
    """Have all rows of the members say whether they are listed."""
    if keys:
        table = table_of(Standings)
        given = rows_for(connection, [table.c.community_id, table.c.user_id])
        connection.execute(_marking(given, listed), given.parameters(keys))


# A place is found by counting who is ahead. So many are counted in a millisecond, and all of a group of 200,000 in ten;
# whoever is further down is told that much.
MOST_COUNTED = 10_000


@dataclass(frozen=True)
class Score:
    """What a member has in a period; `rank` counts from 1, and is empty without points or for who is not listed.

    It is empty, too, for who `is_far`: behind more others than are counted.
    """

    points: int
    rank: int | None
    is_far: bool = False


@dataclass(frozen=True)
class Place:
    """A line of a board; points in hundredths. Those with equal points share a rank."""

    rank: int
    user_id: int
    points: int


@dataclass(frozen=True)
class Page:
    """Some lines of a board; `offset` lines stand before them."""

    offset: int
    places: Sequence[Place]


def _rows(community_id: int, period: Period, day: date) -> ColumnElement[bool]:
    return and_(Standings.community_id == community_id, Standings.board == board_number(period, day=day))


def _listed(community_id: int, period: Period, day: date) -> ColumnElement[bool]:
    return and_(_rows(community_id, period, day), Standings.listed)


def _board(community_id: int, period: Period, day: date) -> ColumnElement[bool]:
    # Where a place is sought, this bound must not stand beside the other: SQLite would start from the wrong one.
    return and_(_listed(community_id, period, day), Standings.points > 0)


async def _count(session: AsyncSession, chosen: ColumnElement[bool]) -> int:
    return (await session.execute(select(func.count()).select_from(Standings).where(chosen))).scalar_one()


# Built once: they are asked with every card.
_OF_BOARD = (Standings.community_id == bindparam("its_id"), Standings.board == bindparam("that_board"))
_OWN = select(Standings.board, Standings.points, Standings.listed).where(
    Standings.community_id == bindparam("its_id"),
    Standings.user_id == bindparam("their_id"),
    Standings.board.in_(bindparam("boards", expanding=True)),
)
_AHEAD = select(func.count()).select_from(
    select(literal_column("1"))
    .select_from(Standings)
    .where(*_OF_BOARD, Standings.listed, Standings.points > bindparam("their_points"))
    .limit(bindparam("most"))
    .subquery()
)


async def _count_some(session: AsyncSession, chosen: ColumnElement[bool], most: int) -> int | None:
    """How many rows there are, if no more than `most`."""
    some = select(literal_column("1")).select_from(Standings).where(chosen).limit(most + 1).subquery()
    counted = (await session.execute(select(func.count()).select_from(some))).scalar_one()
    return None if counted > most else counted


@dataclass(frozen=True)
class _Own:
    """A member's points, and whether they stand on the board."""

    points: int = 0
    is_there: bool = False


async def _own(session: AsyncSession, *, community_id: int, user_id: int, period: Period, day: date) -> _Own:
    board = board_number(period, day=day)
    return (await _on_boards(session, community_id, user_id, [board]))[board]


async def earned(session: AsyncSession, *, community_id: int, user_id: int, period: Period, day: date) -> int:
    """A member's points in the period of `day`, in hundredths, listed or not."""
    return (await _own(session, community_id=community_id, user_id=user_id, period=period, day=day)).points


async def sums(session: AsyncSession, *, community_id: int, user_id: int, day: date) -> Mapping[Period, int]:
    """A member's points in each period of `day`, in hundredths."""
    boards = {period: board_number(period, day=day) for period in Period}
    known = await _on_boards(session, community_id, user_id, boards.values())
    return {period: known[board].points for period, board in boards.items()}


async def _on_boards(
    session: AsyncSession, community_id: int, user_id: int, boards: Collection[int]
) -> Mapping[int, _Own]:
    chosen = {"its_id": community_id, "their_id": user_id, "boards": list(boards)}
    rows = await session.execute(_OWN, chosen)
    known = {row.board: _Own(row.points, row.listed and row.points > 0) for row in rows}
    return {board: known.get(board, _Own()) for board in boards}


@dataclass(frozen=True)
class Summary:
    """What a member has in all, in this week, and on each of its days up to today, from Monday on."""

    lifetime: int
    week: Score
    by_day: Sequence[int]


async def summary(session: AsyncSession, *, community_id: int, user_id: int, today: date) -> Summary:
    """A member's points in hundredths and their rank of the week, read together."""
    monday = starts_on(Period.WEEK, day=today)
    days = [board_number(Period.DAY, day=monday + timedelta(days=passed)) for passed in range(today.weekday() + 1)]
    week, ever = board_number(Period.WEEK, day=today), board_number(Period.ALL, day=today)
    known = await _on_boards(session, community_id, user_id, (*days, week, ever))
    ranked = await _ranked(session, community_id, week, known[week], MOST_COUNTED)
    return Summary(known[ever].points, ranked, [known[day].points for day in days])


async def score(
    session: AsyncSession, *, community_id: int, user_id: int, period: Period, day: date, most: int = MOST_COUNTED
) -> Score:
    """A member's points and rank in the period of `day`, among the first `most`; those with equal points share one."""
    own = await _own(session, community_id=community_id, user_id=user_id, period=period, day=day)
    return await _ranked(session, community_id, board_number(period, day=day), own, most)


async def _ranked(session: AsyncSession, community_id: int, board: int, own: _Own, most: int) -> Score:
    if not own.is_there:
        return Score(own.points, None)
    chosen = {"its_id": community_id, "that_board": board, "their_points": own.points, "most": most + 1}
    ahead = (await session.execute(_AHEAD, chosen)).scalar_one()
    return Score(own.points, None, is_far=True) if ahead > most else Score(own.points, ahead + 1)


async def board(
    session: AsyncSession, *, community_id: int, period: Period, day: date, limit: int, offset: int = 0
) -> Sequence[Place]:
    """`limit` lines of the board of the period of `day`, the most points first, after the first `offset` lines.

    Members with equal points follow each other in an order that stays.
    """
    rows = (await session.execute(_lines(_board(community_id, period, day)).limit(limit).offset(offset))).all()
    return await _places(session, _listed(community_id, period, day), rows, offset=offset)


def _lines(chosen: ColumnElement[bool]) -> Select[int, int]:
    ordered = select(Standings.user_id, Standings.points).where(chosen)
    return ordered.order_by(Standings.points.desc(), Standings.user_id.desc())


async def _places(
    session: AsyncSession, listed: ColumnElement[bool], rows: Sequence[Row[int, int]], *, offset: int
) -> Sequence[Place]:
    """The rows with their ranks; `offset` lines of the same board stand before them."""
    ties = and_(listed, _ties_before(rows[0].user_id, rows[0].points)) if rows and offset else None
    ahead = 0 if ties is None else offset - await _count(session, ties)
    numbers = ranks([row.points for row in rows], before=offset, ahead=ahead)
    return [Place(rank, row.user_id, row.points) for rank, row in zip(numbers, rows, strict=True)]


def _ties_before(user_id: int, points: int) -> ColumnElement[bool]:
    return and_(Standings.points == points, Standings.user_id > user_id)


async def around(
    session: AsyncSession, *, community_id: int, user_id: int, period: Period, day: date, limit: int, more: int = 0
) -> Page | None:
    """The page on which a member stands, of a board with `limit` lines to a page; none for who is not on it.

    Up to `more` lines that follow the page come with it.
    """
    own = await _own(session, community_id=community_id, user_id=user_id, period=period, day=day)
    if not own.is_there:
        return None
    points = own.points
    listed = _listed(community_id, period, day)
    before = await _count(session, and_(listed, Standings.points > points))
    before += await _count(session, and_(listed, _ties_before(user_id, points)))
    # Sought from the member on, up and down: to skip what stands before the page would be to count it once more.
    place, theirs = tuple_(Standings.points, Standings.user_id), tuple_(points, user_id)
    higher = select(Standings.user_id, Standings.points).where(and_(listed, place > theirs))
    nearest = higher.order_by(Standings.points, Standings.user_id).limit(before % limit)
    above = (await session.execute(nearest)).all()
    onward = (await session.execute(_lines(and_(listed, place <= theirs)).limit(limit - before % limit + more))).all()
    rows = [*reversed(above), *(row for row in onward if row.points > 0)]
    offset = before - before % limit
    return Page(offset, await _places(session, listed, rows, offset=offset))


async def size(
    session: AsyncSession, *, community_id: int, period: Period, day: date, most: int = MOST_COUNTED
) -> int | None:
    """How many lines the board of the period of `day` has, if no more than `most`."""
    return await _count_some(session, _board(community_id, period, day), most)


async def last_page(session: AsyncSession, *, community_id: int, period: Period, day: date, limit: int) -> int:
    """The number of the last page, from 0, of a board with `limit` lines to a page. All its lines are counted."""
    return max(0, await _count(session, _board(community_id, period, day)) - 1) // limit


def forget_days_before(connection: Connection, *, day: date) -> None:
    """Drop the boards of single days that began before `day`; weeks, months and seasons stay."""
    communities = select(Communities.community_id)
    oldest, first_kept = board_number(Period.DAY, day=date.min), board_number(Period.DAY, day=day)
    old = (Standings.community_id.in_(communities), Standings.board >= oldest, Standings.board < first_kept)
    connection.execute(delete(Standings).where(*old))
