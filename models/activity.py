"""What everybody did on each day, counted as it was told, before any rule or cap; commands are said to a bot."""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from datetime import date

from sqlalchemy import Connection, Date, Index, bindparam, func, or_, select, text
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Mapped, mapped_column

from models.bulk import Merge, add, upsert
from models.comings import Coming
from models.facts import Batch, Reacted, Said, Voted
from models.polls import VotePlace
from models.rules import days as rules
from models.rules.days import local_day
from models.rules.sources import MessageKey
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
# What of that others have a part in: it cannot be had alone, nor twice by taking a reaction back and giving it anew.
BY_OTHERS = ("answers", "likes")
_COLUMNS = (*COUNTS, *BY_OTHERS)
# Most batches have nothing for the others, and each column costs something in each row.
_ALWAYS = 4
_SUMS: dict[str, Merge] = dict.fromkeys(_COLUMNS, add)


class MemberDays(Base):
    """One row per member and day, in the group's own time zone; reports read these, not raw rows.

    `answers` are the replies to others. `likes` are how many others came to have a reaction on a message of the
    member's, less those who took all of theirs back: over all days those who have one, each once for each message.
    """

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
    reactions_withdrawn: Mapped[int] = mapped_column(server_default=text("0"))
    votes: Mapped[int] = mapped_column(server_default=text("0"))
    joins: Mapped[int] = mapped_column(server_default=text("0"))
    leaves: Mapped[int] = mapped_column(server_default=text("0"))
    answers: Mapped[int] = mapped_column(server_default=text("0"))
    likes: Mapped[int] = mapped_column(server_default=text("0"))


# The counts' places in a row.
MESSAGES, REPLIES, GIVEN, RECEIVED, WITHDRAWN, VOTES, JOINS, LEAVES, ANSWERS, LIKES = range(len(_COLUMNS))


# What some facts add to the counts of members' days: by community, member and day.
Tally = defaultdict[tuple[int, int, date], list[int]]


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
    tally: Tally = defaultdict(lambda: [0] * len(_COLUMNS))
    for message in batch.of(Said):
        _said(tally, message, batch)
    for reaction in batch.of(Reacted):
        _gave(tally, reaction, batch)
    for reaction in (*batch.of(Reacted), *waited):
        _received(tally, reaction, batch, authors)
    for vote in batch.of(Voted):
        _voted(tally, vote, vote_places)
    for one in comings:
        tally[one.community_id, one.user_id, one.day][JOINS if one.came else LEAVES] += one.times
    _write(connection, tally)


def _write(connection: Connection, tally: Tally) -> None:
    """Add the tally to the table, leaving out the rarer counts of which nobody has any."""
    if not tally:
        return
    keys = sorted(tally)
    columns = list(zip(*[tally[key] for key in keys], strict=True))
    told = [place for place, counts in enumerate(columns) if place < _ALWAYS or any(counts)]
    names = [_COLUMNS[place] for place in told]
    counted = zip(*[columns[place] for place in told], strict=True)
    rows = [(*key, *counts) for key, counts in zip(keys, counted, strict=True)]
    sums: dict[str, Merge] = dict.fromkeys(names, add)
    upsert(connection, MemberDays, ("community_id", "user_id", "day", *names), rows, merge=sums)


def _said(tally: Tally, fact: Said, batch: Batch) -> None:
    if fact.person is not None and not fact.is_command:
        served = batch.communities[fact.place.chat_id]
        day = local_day(fact.at, time_zone=served.time_zone)
        counts = tally[served.community_id, fact.person.user_id, day]
        counts[MESSAGES] += 1
        counts[REPLIES] += fact.reply_to is not None
        counts[ANSWERS] += fact.reply_to is not None and fact.reply_to_author != fact.person.user_id


def _gave(tally: Tally, fact: Reacted, batch: Batch) -> None:
    if fact.person is not None:
        served = batch.communities[fact.place.chat_id]
        day = local_day(fact.at, time_zone=served.time_zone)
        counts = tally[served.community_id, fact.person.user_id, day]
        counts[GIVEN] += len(fact.added)
        counts[WITHDRAWN] += len(fact.removed)


def _received(tally: Tally, fact: Reacted, batch: Batch, authors: Mapping[MessageKey, int]) -> None:
    author = authors.get(MessageKey(fact.place.chat_id, fact.message_id))
    if author is None:
        return
    is_by_another = fact.person is not None and fact.person.user_id != author
    likes = fact.stays - fact.stood if is_by_another else 0
    if fact.added or likes:
        served = batch.communities[fact.place.chat_id]
        day = local_day(fact.at, time_zone=served.time_zone)
        counts = tally[served.community_id, author, day]
        counts[RECEIVED] += len(fact.added)
        counts[LIKES] += likes


def _voted(tally: Tally, fact: Voted, places: Mapping[int, VotePlace]) -> None:
    place = places.get(fact.update_id)
    if place is not None and fact.options:
        day = local_day(fact.at, time_zone=place.time_zone)
        tally[place.community_id, fact.person.user_id, day][VOTES] += 1


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


_THEIRS = (MemberDays.community_id == bindparam("its_id"), MemberDays.user_id == bindparam("their_id"))
_ACTIVE = or_(MemberDays.messages > 0, MemberDays.reactions_given > 0, MemberDays.votes > 0)
# Built once: they are asked with every card.
_DAYS = select(MemberDays).where(*_THEIRS, MemberDays.day >= bindparam("since")).order_by(MemberDays.day)
_LATEST_ACTIVE = (
    select(MemberDays.day)
    .where(*_THEIRS, _ACTIVE, MemberDays.day <= bindparam("today"))
    .order_by(MemberDays.day.desc())
    .limit(bindparam("most"))
)


async def days(session: AsyncSession, *, community_id: int, user_id: int, since: date) -> Sequence[MemberDays]:
    """A member's days from `since` on, the oldest first."""
    chosen = {"its_id": community_id, "their_id": user_id, "since": since}
    return (await session.execute(_DAYS, chosen)).scalars().all()


async def streak(
    session: AsyncSession, *, community_id: int, user_id: int, today: date, besides: Collection[date] = ()
) -> int:
    """On how many days in a row, up to today or yesterday, a member has written, reacted or voted.

    Days `besides` count as well: such as those of check-ins, of which the table knows nothing.
    """
    looked_at = 40
    while True:
        chosen = {"its_id": community_id, "their_id": user_id, "today": today, "most": looked_at}
        found = (await session.execute(_LATEST_ACTIVE, chosen)).scalars().all()
        length = rules.streak(sorted({*found, *besides}, reverse=True), today=today)
        if length < looked_at:
            return length
        looked_at *= 8
