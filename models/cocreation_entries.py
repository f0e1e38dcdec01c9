"""The works that take part in a co-creation, and how each of them fared."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, Connection, Index, String, and_, case, cast, func, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Mapped, aliased

from models.bulk import upsert
from models.cocreations import Cocreations
from models.points import Ledger
from models.rules.cocreations import Stage
from models.rules.works import WORK
from models.rules.works import Stage as WorkStage
from models.schema import COMPOSITE, Base, CommunityKey, Key
from models.works import Works

# What is no work of its author's any more.
GONE = (WorkStage.DECLINED, WorkStage.WITHDRAWN)


class CocreationEntries(Base):
    """Which works take part. `number` is the one under which a work was voted on; `place` the one that it has won."""

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

    `has_enough` if its author takes part with as many works as they may.
    """

    theme: str | None
    is_new: bool = True
    has_enough: bool = False


def enter(
    connection: Connection, *, community_id: int, work_id: int, author_id: int, most: int, shared_at: datetime
) -> Entering:
    """Let a work take part in the co-creation that takes entries, if one does."""
    open_one = select(Cocreations.round_id, Cocreations.theme).where(
        Cocreations.community_id == community_id,
        Cocreations.state == Stage.OPEN,
        # Telegram cuts its dates to seconds.
        Cocreations.opened_at <= shared_at + timedelta(seconds=1),
    )
    found = connection.execute(open_one.order_by(Cocreations.round_id).limit(1)).first()
    if found is None:
        return Entering(None)
    theirs = (
        select(CocreationEntries.work_id)
        .join(Works, same_work())
        .where(
            CocreationEntries.community_id == community_id,
            CocreationEntries.round_id == found.round_id,
            Works.author_id == author_id,
            Works.state.not_in(GONE),
        )
    )
    before = set(connection.execute(theirs).scalars())
    if work_id in before:
        return Entering(found.theme, is_new=False)
    if len(before) >= most:
        return Entering(found.theme, is_new=False, has_enough=True)
    columns = ("community_id", "round_id", "work_id")
    upsert(connection, CocreationEntries, columns, [(community_id, found.round_id, work_id)])
    return Entering(found.theme)


def same_work() -> ColumnElement[bool]:
    """That an entry's work is the work."""
    return and_(Works.community_id == CocreationEntries.community_id, Works.work_id == CocreationEntries.work_id)


@dataclass(frozen=True)
class Entry:
    """A work that takes part."""

    work: Works
    number: int | None
    votes: int | None
    place: int | None


async def entries(session: AsyncSession, *, community_id: int, round_id: int) -> Sequence[Entry]:
    """The accepted works that take part, by their numbers, or in the order in which they were shared."""
    columns = (CocreationEntries.number, CocreationEntries.votes, CocreationEntries.place)
    chosen = (
        select(Works, *columns)
        .join(CocreationEntries, same_work())
        .where(CocreationEntries.community_id == community_id, CocreationEntries.round_id == round_id, *standing())
        .order_by(CocreationEntries.number.asc().nulls_last(), Works.shared_at, Works.work_id)
    )
    return [Entry(row[0], *row[1:]) for row in (await session.execute(chosen)).all()]


def standing() -> tuple[ColumnElement[bool], ...]:
    """That a work is accepted, and that nobody has undone what this brought."""
    accepted, undone = aliased(Ledger), aliased(Ledger)
    award = case((Works.turn <= 1, Works.source), else_=Works.source + ":" + cast(Works.turn, String))
    reversed_ = (
        select(accepted.entry_id)
        .join(undone, and_(undone.community_id == accepted.community_id, undone.reverses == accepted.entry_id))
        .where(
            accepted.community_id == Works.community_id,
            accepted.user_id == Works.author_id,
            accepted.action == WORK.action,
            accepted.source == award,
        )
    )
    return Works.state.in_((WorkStage.ACCEPTED, WorkStage.FEATURED)), ~reversed_.exists()


async def of_member(session: AsyncSession, *, community_id: int, round_id: int, user_id: int) -> int:
    """With how many works a member takes part, those that wait for a review among them."""
    chosen = (
        select(func.count())
        .select_from(CocreationEntries)
        .join(Works, same_work())
        .where(
            CocreationEntries.community_id == community_id,
            CocreationEntries.round_id == round_id,
            Works.author_id == user_id,
            Works.state.not_in(GONE),
        )
    )
    return (await session.execute(chosen)).scalar_one()
