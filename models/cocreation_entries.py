"""The works that take part in a co-creation, and how each of them fared."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Connection, Index, Select, String, and_, case, cast, delete, func, or_, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Mapped

from models.bulk import upsert
from models.cocreations import Cocreations
from models.points import Ledger, was_undone
from models.pseudonyms import is_named
from models.rules.cocreations import WON, Stage
from models.rules.works import WORK
from models.rules.works import Stage as WorkStage
from models.schema import COMPOSITE, Base, CommunityKey, Key
from models.works import Works

# What is no work of its author's any more.
GONE = (WorkStage.DECLINED, WorkStage.WITHDRAWN)


class CocreationEntries(Base):
    """Which works take part. `number` is the one under which a work was voted on; `place` the one that it has won.

    Without a number it stood outside once no more works were taken: it was not accepted by then.
    """

    __tablename__ = "cocreation_entries"
    __table_args__ = (Index(None, "community_id", "work_id"), COMPOSITE)

    community_id: Mapped[CommunityKey]
    round_id: Mapped[Key]
    work_id: Mapped[Key]
    number: Mapped[int | None]
    votes: Mapped[int | None]
    place: Mapped[int | None]


@dataclass(frozen=True)
class Entering:
    """What became of a work that would take part: there is no theme where nothing is open.

    `until` is by when it must be accepted. `has_enough` if its author takes part with as many works as they may.
    """

    theme: str | None
    until: datetime | None = None
    is_new: bool = True
    has_enough: bool = False
    round_id: int | None = None


def enter(
    connection: Connection, *, community_id: int, work_id: int, author_id: int, most: int, shared_at: datetime
) -> Entering:
    """Let a work take part in the co-creation that takes entries, if one does."""
    open_one = select(Cocreations.round_id, Cocreations.theme, Cocreations.entries_until).where(
        Cocreations.community_id == community_id,
        Cocreations.state == Stage.OPEN,
        # Telegram cuts its dates to seconds.
        Cocreations.opened_at <= shared_at + timedelta(seconds=1),
    )
    found = connection.execute(open_one.order_by(Cocreations.round_id).limit(1)).first()
    if found is None:
        return Entering(None)
    before = set(connection.execute(_of_author(community_id, found.round_id, author_id)).scalars())
    if work_id in before:
        return Entering(found.theme, found.entries_until, is_new=False)
    if len(before) >= most:
        return Entering(found.theme, found.entries_until, is_new=False, has_enough=True, round_id=found.round_id)
    columns = ("community_id", "round_id", "work_id")
    upsert(connection, CocreationEntries, columns, [(community_id, found.round_id, work_id)])
    return Entering(found.theme, found.entries_until)


def missed(connection: Connection, *, community_id: int) -> int | None:
    """The co-creation for which a work came too late: it takes no more, and is not over."""
    chosen = select(Cocreations.round_id).where(
        Cocreations.community_id == community_id,
        Cocreations.state.in_((Stage.VOTING, Stage.COUNTING)),
    )
    return connection.execute(chosen.order_by(Cocreations.round_id.desc()).limit(1)).scalar_one_or_none()


def _of_author(community_id: int, round_id: int, author_id: int) -> Select[int]:
    """The works with which somebody takes part; what was declined or taken back leaves its place to another."""
    mine = (Works.author_id == author_id, Works.state.not_in(GONE))
    return select(CocreationEntries.work_id).join(Works, same_work()).where(*_of_round(community_id, round_id), *mine)


async def stand_back(session: AsyncSession, *, work: Works, most: int) -> str | None:
    """A declined work is to wait again: it takes part no more if its author has given its place to another.

    Returns the theme of the co-creation then. Nothing changes where no more works are taken.
    """
    here = {"community_id": work.community_id, "work_id": work.work_id}

    def step(connection: Connection) -> str | None:
        found = _open_with(connection, **here)
        if found is None:
            return None
        round_id, theme = found
        others = connection.execute(_of_author(work.community_id, round_id, work.author_id)).scalars().all()
        if len(others) < most:
            return None
        _take_out(connection, **here, round_id=round_id)
        return theme

    return await (await session.connection()).run_sync(step)


def leave(connection: Connection, *, community_id: int, work_id: int) -> None:
    """Let a work take part no more in the co-creation that takes entries."""
    found = _open_with(connection, community_id=community_id, work_id=work_id)
    if found is not None:
        _take_out(connection, community_id=community_id, work_id=work_id, round_id=found[0])


def _take_out(connection: Connection, *, community_id: int, work_id: int, round_id: int) -> None:
    here = (*_of_round(community_id, round_id), CocreationEntries.work_id == work_id)
    connection.execute(delete(CocreationEntries).where(*here))


def _open_with(connection: Connection, *, community_id: int, work_id: int) -> tuple[int, str] | None:
    """The co-creation that takes entries, and its theme, if the work is one of them."""
    here = (CocreationEntries.community_id == community_id, CocreationEntries.work_id == work_id)
    chosen = select(Cocreations.round_id, Cocreations.theme).join(CocreationEntries, same_round())
    found = connection.execute(chosen.where(*here, Cocreations.state == Stage.OPEN).limit(1)).first()
    return None if found is None else (found.round_id, found.theme)


def same_work() -> ColumnElement[bool]:
    """That an entry's work is the work."""
    return and_(Works.community_id == CocreationEntries.community_id, Works.work_id == CocreationEntries.work_id)


def same_round() -> ColumnElement[bool]:
    """That an entry is one of the co-creation."""
    return and_(
        Cocreations.community_id == CocreationEntries.community_id, Cocreations.round_id == CocreationEntries.round_id
    )


@dataclass(frozen=True)
class Entry:
    """A work that takes part."""

    work: Works
    number: int | None
    votes: int | None
    place: int | None


async def entries(session: AsyncSession, *, community_id: int, round_id: int) -> Sequence[Entry]:
    """The works that take part since no more are taken, by their numbers, but for those undone since.

    What was accepted only afterwards was not to be chosen, and is not shown among what was. Nor is what somebody has
    made who was forgotten since: a link to it would name them.
    """
    columns = (CocreationEntries.number, CocreationEntries.votes, CocreationEntries.place)
    chosen = (
        select(Works, *columns)
        .join(CocreationEntries, same_work())
        .where(
            *_of_round(community_id, round_id),
            CocreationEntries.number.is_not(None),
            *standing(),
            is_named(Works.author_id),
        )
        .order_by(CocreationEntries.number)
    )
    return [Entry(row[0], *row[1:]) for row in (await session.execute(chosen)).all()]


def _of_round(community_id: int, round_id: int) -> tuple[ColumnElement[bool], ...]:
    return CocreationEntries.community_id == community_id, CocreationEntries.round_id == round_id


def authors_waiting(connection: Connection, *, community_id: int, round_id: int) -> list[int]:
    """Whose works in a co-creation that takes no more still wait for a review; who was forgotten is left out."""
    chosen = select(Works.author_id).join(CocreationEntries, same_work()).distinct().order_by(Works.author_id)
    here = (*_of_round(community_id, round_id), CocreationEntries.number.is_(None))
    waiting = (Works.state == WorkStage.WAITING, is_named(Works.author_id))
    return list(connection.execute(chosen.where(*here, *waiting)).scalars())


async def left_out(session: AsyncSession, *, community_id: int, round_id: int, user_id: int | None = None) -> int:
    """How many works stand outside since they waited for a review: of a member, or those that wait to this moment."""
    here = (*_of_round(community_id, round_id), CocreationEntries.number.is_(None))
    if user_id is None:
        whose = and_(Works.state == WorkStage.WAITING, is_named(Works.author_id))
    else:
        whose = and_(Works.author_id == user_id, Works.state.not_in(GONE))
    counted = select(func.count()).select_from(CocreationEntries).join(Works, same_work()).where(*here, whose)
    return (await session.execute(counted)).scalar_one()


async def waiting_in_time(session: AsyncSession, *, community_id: int) -> tuple[Entering, int] | None:
    """The co-creation that takes works, and how many of its works wait for a review; nothing if none does."""
    columns = (Cocreations.theme, Cocreations.entries_until, func.count())
    here = (CocreationEntries.community_id == community_id, Cocreations.state == Stage.OPEN)
    counted = (
        select(*columns)
        .join(CocreationEntries, same_round())
        .join(Works, same_work())
        .where(*here, Works.state == WorkStage.WAITING, is_named(Works.author_id))
        .group_by(*columns[:2])
    )
    found = (await session.execute(counted.limit(1))).first()
    return None if found is None else (Entering(*found[:2]), found[2])


def waiting_until(connection: Connection, community_ids: Collection[int]) -> Mapping[int, datetime]:
    """By when works that wait for a review must be accepted to take part, in each community where any would."""
    here = (CocreationEntries.community_id.in_(community_ids), Cocreations.state == Stage.OPEN)
    chosen = (
        select(Cocreations.community_id, func.min(Cocreations.entries_until))
        .join(CocreationEntries, same_round())
        .join(Works, same_work())
        .where(*here, Works.state == WorkStage.WAITING, is_named(Works.author_id))
        .group_by(Cocreations.community_id)
    )
    return {row[0]: row[1] for row in connection.execute(chosen)}


class Booked(NamedTuple):
    """How many works of a member's have won, and what was booked for that and stands, in hundredths.

    `factor` is by what it was multiplied for how active they had been, in hundredths, if it was.
    """

    works: int
    points: int
    factor: int | None = None

    def is_cut(self, *, promised: int) -> bool:
        """Whether the day's limit had no more left, where each work that wins was promised so much, in hundredths.

        Difficulty only ever adds to it.
        """
        return self.points < self.works * promised


async def booked(session: AsyncSession, *, community_id: int, round_id: int, user_id: int) -> Booked:
    """What a member has won."""
    won = select(Works).join(CocreationEntries, same_work()).where(*_of_round(community_id, round_id))
    mine = won.where(CocreationEntries.place.is_not(None), Works.author_id == user_id, *standing())
    works = (await session.execute(mine)).scalars().all()
    # Whatever takes back what a work has won takes back that it was accepted, and then it is none of these.
    here = (Ledger.community_id == community_id, Ledger.user_id == user_id, Ledger.action == WON.action)
    paid = select(Ledger.points, Ledger.factor).where(*here, Ledger.source.in_([work.award for work in works]))
    rows = (await session.execute(paid)).all()
    factors = {row.factor for row in rows}
    return Booked(len(works), sum(row.points for row in rows), factors.pop() if len(factors) == 1 else None)


async def has_won(session: AsyncSession, *, work: Works) -> bool:
    """Whether a work has won a place, however it stands now."""
    here = (CocreationEntries.community_id == work.community_id, CocreationEntries.work_id == work.work_id)
    won = select(CocreationEntries.place).where(*here, CocreationEntries.place.is_not(None)).limit(1)
    return (await session.execute(won)).first() is not None


def standing() -> tuple[ColumnElement[bool], ...]:
    """That a work is accepted, and that nobody has undone what this brought."""
    award = case((Works.turn <= 1, Works.source), else_=Works.source + ":" + cast(Works.turn, String))
    whose: dict[str, Any] = {"community_id": Works.community_id, "user_id": Works.author_id}
    return Works.state.in_((WorkStage.ACCEPTED, WorkStage.FEATURED)), ~was_undone(
        **whose, action=WORK.action, source=award
    )


@dataclass(frozen=True)
class Part:
    """With how many accepted works a member takes part, and how many more would if they were reviewed in time."""

    taken: int = 0
    waiting: int = 0


async def of_member(session: AsyncSession, *, community_id: int, round_id: int, user_id: int) -> Part:
    """How a member takes part; what still waits counts as long as works are taken."""
    state = select(Cocreations.state).where(Cocreations.community_id == community_id, Cocreations.round_id == round_id)
    takes_part = or_(CocreationEntries.number.is_not(None), state.scalar_subquery() == Stage.OPEN)
    mine = (Works.author_id == user_id, Works.state.not_in(GONE))
    waits = Works.state == WorkStage.WAITING
    counted = select(waits, func.count()).select_from(CocreationEntries).join(Works, same_work())
    chosen = counted.where(*_of_round(community_id, round_id), *mine, takes_part).group_by(waits)
    found = {bool(row[0]): row[1] for row in await session.execute(chosen)}
    return Part(taken=found.get(False, 0), waiting=found.get(True, 0))
