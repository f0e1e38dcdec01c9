"""The daily topic: a community's bank of topics, which one was posted on which day, and what is told about them."""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import NamedTuple

from sqlalchemy import Boolean, Connection, Date, String, false, func, insert, or_, select, update
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Mapped, mapped_column

from models import audit
from models.audit import Act
from models.bulk import look_up
from models.events import Event, event
from models.ids import new_id
from models.refusals import NoSuchThing, Refused
from models.rules import topics as rules
from models.rules.topics import LONGEST_TAGS, LONGEST_TEXT, REST, Candidate, Depth, Dimension, NewTopic, first_day
from models.schema import COMPOSITE, Base, CommunityKey, Key

# More than anybody plans; a file with more is a mistake.
MOST_TOPICS = 2000
ADDED, CHANGED = "topics added", "topic changed"


class TopicBank(Base):
    """A topic that can be posted; `proposer_id` had the idea, if it was a member's.

    A retired one is posted no more, unless it comes back. `wanted_on` is the day for which it is promised, by a poll or
    by an administrator; then it goes before all others.
    """

    __tablename__ = "topic_bank"
    __table_args__ = ({"info": {"person": ("proposer_id",), "forgotten": "empty"}, **COMPOSITE},)

    community_id: Mapped[CommunityKey]
    topic_id: Mapped[Key]
    text: Mapped[str] = mapped_column(String(LONGEST_TEXT))
    dimension: Mapped[str] = mapped_column(String(16))
    depth: Mapped[str] = mapped_column(String(16))
    tags: Mapped[str] = mapped_column(String(LONGEST_TAGS), default="")
    proposer_id: Mapped[int | None]
    is_retired: Mapped[bool] = mapped_column(default=False)
    posted_on: Mapped[date | None] = mapped_column(Date)
    wanted_on: Mapped[date | None] = mapped_column(Date)


class TopicDays(Base):
    """The topic of a day, under the day's number; `message_id` is empty until it was sent.

    `reason`, `dimension` and `depth` (the depth looked for) explain the choice; `wanted_on` is the day for which it had
    been promised. `answered` and `active` are how many answered and how many did anything that day; both are known once
    it is closed. `is_pinned` once we have pinned it; `is_doubted` if it may stand in the group though we know of no
    message.
    """

    __tablename__ = "topic_days"
    __table_args__ = (COMPOSITE,)

    community_id: Mapped[CommunityKey]
    key: Mapped[Key]
    topic_id: Mapped[int]
    reason: Mapped[str] = mapped_column(String(16))
    dimension: Mapped[str] = mapped_column(String(16))
    depth: Mapped[str] = mapped_column(String(16))
    chat_id: Mapped[int]
    message_id: Mapped[int | None]
    forum_topic: Mapped[int | None]
    opened_at: Mapped[datetime]
    closes_at: Mapped[datetime]
    wanted_on: Mapped[date | None] = mapped_column(Date)
    answered: Mapped[int | None]
    active: Mapped[int | None]
    is_pinned: Mapped[bool] = mapped_column(Boolean, server_default=false())
    is_doubted: Mapped[bool] = mapped_column(Boolean, server_default=false())


@event("topics.came", version=1)
@dataclass(frozen=True)
class TopicCame(Event):
    """The topic of the day called `key` is to be posted."""

    key: int


@event("topics.pinned", version=1)
@dataclass(frozen=True)
class TopicPinned(Event):
    """The topic of the day called `key` is to be pinned, or, once it is closed, to be pinned no more."""

    key: int
    is_open: bool


@event("topics.closed", version=1)
@dataclass(frozen=True)
class TopicClosed(Event):
    """Answers to a day's topic count no more: the group is told the best of them, and what comes next.

    That is at `next_at`, in seconds since 1970; it is known which topic it will be if that was promised.
    """

    key: int
    next_dimension: str | None
    next_topic_id: int | None = None
    next_at: int | None = None


@event("topics.unanswered", version=1)
@dataclass(frozen=True)
class TopicUnanswered(Event):
    """Nobody has answered a day's topic: who runs the group is told, and not the group.

    It is the last of so many `in_a_row`; what so many people wrote to it was `too_short` to count.
    """

    person_id: int
    key: int
    in_a_row: int = 1
    too_short: int = 0


@event("topics.missing", version=1)
@dataclass(frozen=True)
class TopicMissing(Event):
    """A topic was due and there was none: who runs the group is told, once until there is one again."""

    person_id: int


@event("topics.low", version=1)
@dataclass(frozen=True)
class TopicsLow(Event):
    """Few topics are left after today's: who runs the group is told, before there is none."""

    person_id: int
    left: int


@event("topics.refused", version=1)
@dataclass(frozen=True)
class TopicRefused(Event):
    """Telegram did not take a day's topic: who runs the group is told, once until one is taken again.

    Of the topic called `doubted_id` Telegram never said whether it took it, until it was too late: it may stand there.
    """

    person_id: int
    key: int
    doubted_id: int | None = None


class TooManyTopics(Refused):
    """The bank is full."""


_CANDIDATE = ("community_id", "topic_id", "dimension", "depth", "posted_on", "wanted_on", "is_retired")


def candidates(connection: Connection, community_ids: Collection[int]) -> Mapping[int, list[Candidate]]:
    """What there is to choose from, by community."""
    keys = [(community_id,) for community_id in sorted(set(community_ids))]
    found: dict[int, list[Candidate]] = {}
    for row in look_up(connection, TopicBank, keys, by=("community_id",), columns=_CANDIDATE):
        if not row[6]:
            one = Candidate(row[1], Dimension(row[2]), Depth(row[3]), row[4], row[5])
            found.setdefault(row[0], []).append(one)
    return found


async def add(
    session: AsyncSession,
    *,
    community_id: int,
    topics: Sequence[NewTopic],
    user_id: int,
    now: datetime,
    way: str = "",
) -> list[int]:
    """Put topics into the bank, those that are not there yet; returns their ids. Raises `TooManyTopics`."""
    connection = await session.connection()
    added = await connection.run_sync(lambda sync: put(sync, community_id=community_id, topics=topics))
    if added:
        details = {"number": len(added), "way": way}
        act = Act(community_id=community_id, user_id=user_id, action=ADDED, details=details, at=now)
        await audit.note(session, act)
    return added


def put(
    connection: Connection,
    *,
    community_id: int,
    topics: Sequence[NewTopic],
    proposer_id: int | None = None,
    wanted_on: date | None = None,
    has_won: bool = False,
) -> list[int]:
    """The same for whoever has asked an administrator already, or carries out what members have voted for.

    What `has_won` a poll was promised and paid for: it goes in however many there are.
    """
    here = TopicBank.community_id == community_id
    known = {_folded(text) for text in connection.execute(select(TopicBank.text).where(here)).scalars()}
    fresh: dict[str, NewTopic] = {}
    for topic in topics:
        folded = _folded(topic.text)
        if folded and folded not in known:
            fresh.setdefault(folded, topic)
    if len(known) + len(fresh) > MOST_TOPICS and not has_won:
        raise TooManyTopics
    rows = [
        {
            "community_id": community_id,
            "topic_id": new_id(),
            "text": topic.text[:LONGEST_TEXT],
            "dimension": topic.dimension,
            "depth": topic.depth,
            "tags": topic.tags[:LONGEST_TAGS],
            "proposer_id": proposer_id,
            "is_retired": False,
            "wanted_on": wanted_on,
        }
        for topic in fresh.values()
    ]
    if rows:
        connection.execute(insert(TopicBank), rows)
    return [int(str(row["topic_id"])) for row in rows]


def _folded(text: str) -> str:
    return "".join(text.casefold().split())


async def find(session: AsyncSession, *, community_id: int, topic_id: int) -> TopicBank:
    """A topic of the bank; `NoSuchThing` if it is not there."""
    found = await session.get(TopicBank, (community_id, topic_id))
    if found is None:
        raise NoSuchThing
    return found


async def change(
    session: AsyncSession, *, topic: TopicBank, values: Mapping[str, object], user_id: int, now: datetime
) -> None:
    """Change what a topic is, or retire it; who did it stands in the audit, its text does not."""
    for name, value in values.items():
        setattr(topic, name, value)
    details = {"topic": topic.topic_id, "fields": sorted(values)}
    act = Act(community_id=topic.community_id, user_id=user_id, action=CHANGED, details=details, at=now)
    await session.flush()
    await audit.note(session, act)


async def promise(session: AsyncSession, *, community_id: int, topic_id: int, day: date) -> None:
    """Have a topic of the bank be that of `day`, before all others: members have voted for it."""
    here = (TopicBank.community_id == community_id, TopicBank.topic_id == topic_id)
    await session.execute(update(TopicBank).where(*here).values(wanted_on=day, is_retired=False))


class Known(NamedTuple):
    """A topic of the bank, and the last day on which it was the topic."""

    topic_id: int
    text: str
    posted_on: date | None


def promise_now(connection: Connection, *, community_id: int, topic: NewTopic, day: date | None) -> int | None:
    """The same for a topic that may be in the bank already, but for case and spaces; its id, if it is there.

    One that was there lately comes as soon as it has rested.
    """
    here = TopicBank.community_id == community_id
    known = connection.execute(select(TopicBank.topic_id, TopicBank.text, TopicBank.posted_on).where(here))
    found = next((Known(*row) for row in known if _folded(row.text) == _folded(topic.text)), None)
    if found is None:
        return None
    wanted_on = None if day is None else first_day(day, posted_on=found.posted_on)
    this = (here, TopicBank.topic_id == found.topic_id)
    connection.execute(update(TopicBank).where(*this).values(wanted_on=wanted_on, is_retired=False))
    return found.topic_id


def promised(connection: Connection, *, community_id: int, days: Sequence[date]) -> Mapping[date, str]:
    """What is promised comes on which of `days`, in the order in which they have their topics.

    A day that is left out hands what was promised for it on to the next, and so do those after it.
    """
    here = (TopicBank.community_id == community_id, TopicBank.wanted_on.is_not(None), TopicBank.is_retired.is_(False))
    columns = [getattr(TopicBank, name) for name in _CANDIDATE[1:6]]
    waiting = {
        Candidate(row[0], Dimension(row[1]), Depth(row[2]), row[3], row[4]): row[5]
        for row in connection.execute(select(*columns, TopicBank.text).where(*here))
    }
    found = {}
    for day in days:
        first = rules.promised(waiting, day=day)
        if first is not None:
            found[day] = waiting.pop(first)
    return found


async def wanted_on(session: AsyncSession, *, community_id: int, topic_ids: Collection[int]) -> Mapping[int, date]:
    """For which days some topics are promised; those that are not, or were posted, are left out."""
    here = (TopicBank.community_id == community_id, TopicBank.topic_id.in_(topic_ids))
    rows = await session.execute(select(TopicBank.topic_id, TopicBank.wanted_on).where(*here))
    return {row[0]: row[1] for row in rows if row[1] is not None}


async def like(session: AsyncSession, *, community_id: int, says_it: Callable[[str], bool], day: date) -> Known | None:
    """The topic of the bank whose text `says_it`: one that may still come, or, retired, one that was there lately."""
    columns = (TopicBank.topic_id, TopicBank.text, TopicBank.posted_on)
    counts = or_(TopicBank.is_retired.is_(False), TopicBank.posted_on > day - REST)
    chosen = select(*columns).where(TopicBank.community_id == community_id, counts).order_by(TopicBank.topic_id)
    return next((Known(*row) for row in await session.execute(chosen) if says_it(row.text)), None)


async def page(session: AsyncSession, *, community_id: int, limit: int | None, offset: int) -> Sequence[TopicBank]:
    """`limit` topics of the bank after the first `offset`: those to come first, then the retired."""
    chosen = select(TopicBank).where(TopicBank.community_id == community_id)
    ordered = chosen.order_by(TopicBank.is_retired, TopicBank.topic_id)
    return (await session.execute(ordered.limit(limit).offset(offset))).scalars().all()


async def everything(session: AsyncSession, *, community_id: int) -> Sequence[TopicBank]:
    """The whole bank, the oldest first."""
    return await page(session, community_id=community_id, limit=None, offset=0)


async def counts(session: AsyncSession, *, community_id: int) -> Mapping[Dimension, int]:
    """How many topics of each dimension are not retired."""
    mine = (TopicBank.community_id == community_id, TopicBank.is_retired.is_(False))
    grouped = select(TopicBank.dimension, func.count()).where(*mine).group_by(TopicBank.dimension)
    found = {row[0]: row[1] for row in await session.execute(grouped)}
    return {each: found.get(each, 0) for each in Dimension}


async def day(session: AsyncSession, *, community_id: int, key: int) -> TopicDays | None:
    """The topic of a day."""
    return await session.get(TopicDays, (community_id, key))


async def latest(session: AsyncSession, *, community_id: int) -> TopicDays | None:
    """The topic that was posted last, as far as Telegram has taken it."""
    chosen = select(TopicDays).where(TopicDays.community_id == community_id, TopicDays.message_id.is_not(None))
    # One that was moved comes after those of later days.
    ordered = chosen.order_by(TopicDays.opened_at.desc(), TopicDays.key.desc())
    return (await session.execute(ordered.limit(1))).scalar_one_or_none()


async def know_message(session: AsyncSession, *, community_id: int, key: int, chat_id: int, message_id: int) -> None:
    """A day's topic was sent: this is its message, and its chat, which may be the supergroup that the group became."""
    here = (TopicDays.community_id == community_id, TopicDays.key == key)
    await session.execute(update(TopicDays).where(*here).values(chat_id=chat_id, message_id=message_id))
