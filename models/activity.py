"""What everybody did on each day, counted as it was told, before any rule or cap."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from typing import NamedTuple

from sqlalchemy import Connection, Date, Index, func, or_, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Mapped, mapped_column

from models.bulk import Merge, add, sum_by_key, upsert
from models.comings import Coming
from models.facts import Batch, Fact, Reacted, Said, Served, Voted
from models.messages import MessageKey
from models.polls import VotePlace
from models.rules import days as rules
from models.rules.days import local_day
from models.schema import COMPOSITE, Base, CommunityKey, Key

COUNTS = (
    "messages",
    "replies",
    "reactions_given",
    "reactions_received",
    "reactions_withdrawn",
    "votes",
    "joins",
    "leaves",
)
_SUMS: dict[str, Merge] = dict.fromkeys(COUNTS, add)


class MemberDays(Base):
    """One row per member and day, in the group's own time zone; reports read these, not raw rows."""

    __tablename__ = "member_days"
    __table_args__ = (
        Index(None, "community_id", "day"),
        {"info": {"person": ("user_id",), "merge": _SUMS}, **COMPOSITE},
    )

    community_id: Mapped[CommunityKey]
    user_id: Mapped[Key]
    day: Mapped[date] = mapped_column(Date, primary_key=True)
    messages: Mapped[int] = mapped_column(default=0)
    replies: Mapped[int] = mapped_column(default=0)
    reactions_given: Mapped[int] = mapped_column(default=0)
    reactions_received: Mapped[int] = mapped_column(default=0)
    reactions_withdrawn: Mapped[int] = mapped_column(default=0)
    votes: Mapped[int] = mapped_column(default=0)
    joins: Mapped[int] = mapped_column(default=0)
    leaves: Mapped[int] = mapped_column(default=0)


class Count(NamedTuple):
    """How much of each kind one fact adds for one member; the fields stand in the order of `COUNTS`."""

    messages: int = 0
    replies: int = 0
    reactions_given: int = 0
    reactions_received: int = 0
    reactions_withdrawn: int = 0
    votes: int = 0
    joins: int = 0
    leaves: int = 0


def observe(
    connection: Connection,
    batch: Batch,
    *,
    authors: Mapping[MessageKey, int],
    vote_places: Mapping[int, VotePlace],
    waited: Sequence[Reacted] = (),
    comings: Sequence[Coming] = (),
) -> None:
    """Add what the batch tells to everybody's day; `comings` says how often who came and went.

    Of the reactions that `waited` for its messages only the author's side is counted: the giver's was when they came.
    """
    told = (*_rows(batch, authors, vote_places), *_received(batch, authors, waited), *_passed(comings))
    rows = sum_by_key(told, keys=3)
    upsert(connection, MemberDays, ("community_id", "user_id", "day", *COUNTS), rows, merge=_SUMS)


def _rows(
    batch: Batch, authors: Mapping[MessageKey, int], vote_places: Mapping[int, VotePlace]
) -> Iterator[tuple[int | date, ...]]:
    for fact in batch.facts:
        place: VotePlace | Served | None = None
        counted: Sequence[tuple[int, Count]] = ()
        if isinstance(fact, Voted):
            place = vote_places.get(fact.update_id)
            counted = [(fact.person.user_id, Count(votes=1))] if fact.options else ()
        elif isinstance(fact, Fact):
            place = batch.communities[fact.place.chat_id]
            counted = _counted(fact, authors)
        if place is None:
            continue
        day = local_day(fact.at, time_zone=place.time_zone)
        for user_id, count in counted:
            yield (place.community_id, user_id, day, *count)


def _received(
    batch: Batch, authors: Mapping[MessageKey, int], waited: Sequence[Reacted]
) -> Iterator[tuple[int | date, ...]]:
    for fact in waited:
        served = batch.communities[fact.place.chat_id]
        day = local_day(fact.at, time_zone=served.time_zone)
        for user_id, count in _reacted(fact, None, authors.get(MessageKey(fact.place.chat_id, fact.message_id))):
            yield (served.community_id, user_id, day, *count)


def _passed(comings: Sequence[Coming]) -> Iterator[tuple[int | date, ...]]:
    for one in comings:
        count = Count(joins=one.times) if one.came else Count(leaves=one.times)
        yield (one.community_id, one.user_id, one.day, *count)


def _counted(fact: Fact, authors: Mapping[MessageKey, int]) -> Sequence[tuple[int, Count]]:
    doer = fact.person.user_id if fact.person else None
    if isinstance(fact, Reacted):
        return _reacted(fact, doer, authors.get(MessageKey(fact.place.chat_id, fact.message_id)))
    if isinstance(fact, Said) and doer is not None:
        return [(doer, Count(messages=1, replies=int(fact.reply_to is not None)))]
    return ()


def _reacted(fact: Reacted, doer: int | None, author: int | None) -> Sequence[tuple[int, Count]]:
    counted = []
    if doer is not None:
        counted.append((doer, Count(reactions_given=len(fact.added), reactions_withdrawn=len(fact.removed))))
    if author is not None and fact.added:
        counted.append((author, Count(reactions_received=len(fact.added))))
    return counted


async def totals(session: AsyncSession, *, community_id: int) -> Sequence[tuple[int, ...]]:
    """Each member's id and counts over all days, sorted by id."""
    sums = [func.sum(getattr(MemberDays, name)) for name in COUNTS]
    statement = (
        select(MemberDays.user_id, *sums)
        .where(MemberDays.community_id == community_id)
        .group_by(MemberDays.user_id)
        .order_by(MemberDays.user_id)
    )
    return [tuple(int(value) for value in row) for row in await session.execute(statement)]


async def days(session: AsyncSession, *, community_id: int, user_id: int, since: date) -> Sequence[MemberDays]:
    """A member's days from `since` on, the oldest first."""
    statement = (
        select(MemberDays)
        .where(MemberDays.community_id == community_id, MemberDays.user_id == user_id, MemberDays.day >= since)
        .order_by(MemberDays.day)
    )
    return (await session.execute(statement)).scalars().all()


async def streak(session: AsyncSession, *, community_id: int, user_id: int, today: date) -> int:
    """On how many days in a row, up to today or yesterday, a member has written, reacted or voted."""
    active = or_(MemberDays.messages > 0, MemberDays.reactions_given > 0, MemberDays.votes > 0)
    theirs = (MemberDays.community_id == community_id, MemberDays.user_id == user_id)
    latest = select(MemberDays.day).where(*theirs, active, MemberDays.day <= today).order_by(MemberDays.day.desc())
    looked_at = 40
    while True:
        found = (await session.execute(latest.limit(looked_at))).scalars().all()
        length = rules.streak(found, today=today)
        if length < looked_at:
            return length
        looked_at *= 8
