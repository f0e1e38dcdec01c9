"""Answers to the day's topic: what belongs to it, and whose first answer counts."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any, NamedTuple

from sqlalchemy import (
    Boolean,
    ColumnElement,
    Connection,
    Index,
    String,
    cast,
    delete,
    false,
    literal,
    select,
    text,
    tuple_,
    update,
)
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Mapped, mapped_column

from models import fairness, signs
from models.bulk import look_up, upsert
from models.facts import Batch, Said
from models.points import was_undone
from models.returning import Former
from models.rules import sources
from models.rules.clock import Beat, key_of
from models.rules.days import local_day
from models.rules.earning import Claim, Limits
from models.rules.fairness import Reason, Uncounted
from models.rules.topics import ANSWER, TopicsSettings
from models.schema import COMPOSITE, Base, CommunityKey, Key
from models.signs import Sign, SignOffered
from models.topics import TopicDays


class TopicMessages(Base):
    """Which messages belong to a day's topic: its own, and all that reply to one that does."""

    __tablename__ = "topic_messages"
    __table_args__ = (Index(None, "community_id", "key"), COMPOSITE)

    community_id: Mapped[CommunityKey]
    chat_id: Mapped[Key]
    message_id: Mapped[Key]
    key: Mapped[int]


class TopicAnswers(Base):
    """A member's answer to a day's topic, their first one that says something.

    `best` is its place in the recap that features it, `featured` whether an administrator does. `turn` counts how
    often it has lost what that had brought.
    """

    __tablename__ = "topic_answers"
    __table_args__ = (
        Index(None, "community_id", "message_id"),
        {"info": {"person": ("author_id",)}, **COMPOSITE},
    )

    community_id: Mapped[CommunityKey]
    key: Mapped[Key]
    author_id: Mapped[Key]
    chat_id: Mapped[int]
    message_id: Mapped[int]
    best: Mapped[int | None]
    featured: Mapped[bool] = mapped_column(Boolean, server_default=false())
    turn: Mapped[int] = mapped_column(server_default=text("0"))

    @property
    def award(self) -> str:
        """What it earns under by being featured this time."""
        return featured_under(chat_id=self.chat_id, message_id=self.message_id, turn=self.turn)


def featured_under(*, chat_id: int, message_id: int, turn: int) -> str:
    """What an answer earns under by being featured; each turn is paid once."""
    source = sources.of_message(chat_id, message_id)
    return f"{source}:{turn}" if turn else source


@dataclass
class Found:
    """What the answers of a batch earn, and those that do not count."""

    claims: list[Claim] = field(default_factory=list)
    uncounted: list[Uncounted] = field(default_factory=list)


class _Day(NamedTuple):
    """The topic of a day, as far as its answers need it."""

    community_id: int
    key: int
    chat_id: int
    message_id: int | None
    forum_topic: int | None
    opened_at: datetime
    closes_at: datetime

    def is_open(self, at: datetime) -> bool:
        """Whether an answer counts at that moment. Telegram cuts its dates to seconds."""
        return self.opened_at - timedelta(seconds=1) <= at < self.closes_at


# By how many days the topics that may be open are named otherwise than today: usually, and where an administrator has
# moved one, which is possible by two weeks, and its end by as much again.
_NEARBY, _MOVED = range(-1, 2), range(-28, 15)
_MESSAGE = ("community_id", "chat_id", "message_id")
_ANSWER = ("community_id", "key", "author_id", "chat_id", "message_id")
_DAY = tuple(_Day._fields)
Place = tuple[int, int, int]


def observe(
    connection: Connection,
    batch: Batch,
    *,
    unworthy: Mapping[int, Reason],
    former: Former,
) -> Found:
    """Find the answers of a batch; costs nothing where no group has a topic a day.

    `former` names those who have come back after they were forgotten: what they answered before counts for them.
    """
    chosen = batch.enabled("topics", TopicsSettings())
    found = Found()
    if not chosen:
        return found
    caps = fairness.tier_caps(batch, ANSWER.tier)
    limits = {chat_id: Limits(caps[chat_id], caps[chat_id]) for chat_id in chosen}
    said = [
        fact
        for fact in batch.of(Said)
        if fact.place.chat_id in chosen and _may_belong(fact, chosen[fact.place.chat_id])
    ]
    if said:
        _take_answers(connection, batch, sorted(said, key=_order), unworthy, chosen, limits, former, found)
    return found


def _may_belong(fact: Said, settings: TopicsSettings) -> bool:
    replies = fact.reply_to is not None or fact.answers_topic is not None or fact.thread is not None
    return replies or _is_alone(fact, settings)


def _is_alone(fact: Said, settings: TopicsSettings) -> bool:
    """Whether a message replies to nothing, and stands in the forum topic where the group's topics are posted."""
    return fact.reply_to is None and settings.forum_topic != 0 and fact.topic == settings.forum_topic


def _order(fact: Said) -> tuple[int, int]:
    return fact.place.chat_id, fact.message_id


def _days(
    connection: Connection, batch: Batch, said: Iterable[Said], chosen: Mapping[int, TopicsSettings]
) -> dict[tuple[int, int], _Day]:
    """The topics that may be open: those of yesterday, today and tomorrow.

    What replies to one that was moved further tells by that which one it is; a message that stands alone does not.
    """
    around: dict[tuple[int, date], range] = {}
    for fact in said:
        served = batch.communities[fact.place.chat_id]
        day = (served.community_id, local_day(fact.at, time_zone=served.time_zone))
        if _is_alone(fact, chosen[fact.place.chat_id]):
            around[day] = _MOVED
        else:
            around.setdefault(day, _NEARBY)
    return _called(
        connection,
        {
            (here, key_of(Beat.DAY, today + timedelta(days=ahead)))
            for (here, today), days in around.items()
            for ahead in days
        },
    )


def _called(connection: Connection, keys: Iterable[tuple[int, int]]) -> dict[tuple[int, int], _Day]:
    found = look_up(connection, TopicDays, sorted(keys), by=("community_id", "key"), columns=_DAY)
    return {(row[0], row[1]): _Day(*row) for row in found}


def _take_answers(
    connection: Connection,
    batch: Batch,
    said: Sequence[Said],
    unworthy: Mapping[int, Reason],
    chosen: Mapping[int, TopicsSettings],
    limits: Mapping[int, Limits],
    former: Former,
    found: Found,
) -> None:
    """Whatever replies to a topic's message belongs to it; of each member the first that says something counts."""
    days = _days(connection, batch, said, chosen)
    tree = _tree(connection, batch, said, days)
    fresh = _told_by_buttons(batch, said)
    tree |= fresh
    # A day that was moved further bears another's number still.
    days |= _called(connection, {(place[0], key) for place, key in tree.items()} - days.keys())
    _know_topics(connection, fresh, days)
    answers: dict[tuple[int, int, int], Said] = {}
    for fact in said:
        community = batch.communities[fact.place.chat_id]
        here, chat_id = community.community_id, fact.place.chat_id
        key = _named(fact, here, batch.bot_id) or _belongs_to(fact, here, tree, days)
        if key is None:
            continue
        tree[here, chat_id, fact.message_id] = fresh[here, chat_id, fact.message_id] = key
        day = days.get((here, key))
        if day is None or not day.is_open(fact.at) or fact.person is None or fact.is_command:
            continue
        reason = unworthy.get(fact.update_id) or _too_short(fact, chosen[chat_id])
        if reason is None:
            answers.setdefault((here, key, fact.person.user_id), fact)
        elif fact.reply_to in (day.message_id, None):
            local = local_day(fact.at, time_zone=community.time_zone)
            user_id = fact.person.user_id
            found.uncounted.append(Uncounted(here, user_id, ANSWER.action, reason, fact.source, fact.at, local))
    upsert(connection, TopicMessages, (*_MESSAGE, "key"), sorted((*place, key) for place, key in fresh.items()))
    for who in _answered_before(connection, answers, former):
        del answers[who]
    rows = [
        (*who, fact.place.chat_id, fact.message_id) for who, fact in sorted(answers.items(), key=lambda one: one[0])
    ]
    offered = []
    for row in upsert(connection, TopicAnswers, _ANSWER, rows, returning=_ANSWER[:3]):
        fact = answers[row[0], row[1], row[2]]
        chat_id, at = fact.place.chat_id, fact.at
        local = local_day(at, time_zone=batch.communities[chat_id].time_zone)
        claim = Claim(row[0], row[2], ANSWER, chosen[chat_id].answer_points, fact.source, at, local, limits[chat_id])
        found.claims.append(claim)
        offered.append(SignOffered(row[0], chat_id, fact.message_id, Sign.COUNTED))
    signs.offer(connection, offered, now=batch.now)


def _named(fact: Said, community_id: int, bot_id: int) -> int | None:
    """The day whose topic a message replies to, as our own button under that says: also where it stands in the chat
    that the group has left behind."""
    told = fact.answers_topic
    return told[2] if told is not None and told[:2] == (bot_id, community_id) else None


def _told_by_buttons(batch: Batch, said: Iterable[Said]) -> dict[Place, int]:
    """The messages that are a day's topic, of those that the batch replies to.

    Telegram's answer to our call, which says so too, may be late or lost, and members do not wait for it.
    """
    found: dict[Place, int] = {}
    for fact in said:
        here = batch.communities[fact.place.chat_id].community_id
        key = _named(fact, here, batch.bot_id)
        if key is not None and fact.reply_to is not None:
            found[here, fact.place.chat_id, fact.reply_to] = key
    return found


def _know_topics(connection: Connection, told: Mapping[Place, int], days: Mapping[tuple[int, int], _Day]) -> None:
    """Write down which message a day's topic is, where that was not known yet."""
    for (here, chat_id, message_id), key in sorted(told.items()):
        day = days.get((here, key))
        if day is not None and day.message_id is None and day.chat_id == chat_id:
            this = (TopicDays.community_id == here, TopicDays.key == key, TopicDays.message_id.is_(None))
            connection.execute(update(TopicDays).where(*this).values(message_id=message_id))


def _answered_before(
    connection: Connection, answers: Iterable[tuple[int, int, int]], former: Former
) -> list[tuple[int, int, int]]:
    """Whose answers stand under the number that took their place when they were forgotten."""
    asked = {
        (here, key, former[here, user]): (here, key, user) for here, key, user in answers if (here, user) in former
    }
    found = look_up(connection, TopicAnswers, sorted(asked), by=_ANSWER[:3], columns=_ANSWER[:3])
    return [asked[row[0], row[1], row[2]] for row in found]


def _too_short(fact: Said, settings: TopicsSettings) -> Reason | None:
    return Reason.TOO_SHORT if fact.letters < settings.least_letters and not fact.has_work else None


def _tree(
    connection: Connection, batch: Batch, said: Iterable[Said], days: Mapping[tuple[int, int], _Day]
) -> dict[Place, int]:
    """The messages that belong to a topic, of those that the batch replies to, or on which its threads hang."""
    wanted = {
        (batch.communities[fact.place.chat_id].community_id, fact.place.chat_id, above)
        for fact in said
        for above in (fact.reply_to, fact.thread)
        if above is not None
    }
    found = look_up(connection, TopicMessages, sorted(wanted), by=_MESSAGE, columns=(*_MESSAGE, "key"))
    tree = {(row[0], row[1], row[2]): row[3] for row in found}
    tree |= {(day.community_id, day.chat_id, day.message_id): day.key for day in days.values() if day.message_id}
    return tree


def _belongs_to(
    fact: Said, community_id: int, tree: Mapping[Place, int], days: Mapping[tuple[int, int], _Day]
) -> int | None:
    """The day to whose topic a message belongs, if to one: down a chain of replies, or alone in its forum topic.

    Of a chain in which a message is missing the thread still tells on what it hangs. Of several open topics a message
    that stands alone belongs to the one that was posted last.
    """
    for above in (fact.reply_to, fact.thread):
        key = None if above is None else tree.get((community_id, fact.place.chat_id, above))
        if key is not None:
            return key
    if fact.reply_to is not None or fact.topic is None:
        return None
    there = [day for day in days.values() if day.community_id == community_id and day.forum_topic == fact.topic]
    return max(((day.opened_at, day.key) for day in there if day.is_open(fact.at)), default=(None, None))[1]


def forget_before(connection: Connection, *, day: date) -> None:
    """Drop what belongs to topics of days before `day`: hardly anybody replies to them any more."""
    key = key_of(Beat.DAY, day)
    connection.execute(delete(TopicAnswers).where(TopicAnswers.key < key))
    connection.execute(delete(TopicMessages).where(TopicMessages.key < key))


async def of_member(session: AsyncSession, *, community_id: int, key: int, user_id: int) -> TopicAnswers | None:
    """A member's answer to a day's topic, whether or not somebody has undone it."""
    mine = (TopicAnswers.community_id == community_id, TopicAnswers.key == key, TopicAnswers.author_id == user_id)
    return (await session.execute(select(TopicAnswers).where(*mine))).scalar_one_or_none()


def stands() -> ColumnElement[bool]:
    """That nobody has undone what an answer brought as an answer: one that was taken back is none any more."""
    place = cast(TopicAnswers.chat_id, String) + ":" + cast(TopicAnswers.message_id, String)
    whose: dict[str, Any] = {"community_id": TopicAnswers.community_id, "user_id": TopicAnswers.author_id}
    return ~was_undone(**whose, action=ANSWER.action, source=literal("message:") + place)


def undone(connection: Connection, places: Iterable[Place]) -> set[Place]:
    """The messages of those that were an answer until somebody undid that."""
    columns = (TopicAnswers.community_id, TopicAnswers.chat_id, TopicAnswers.message_id)
    wanted = sorted(places)
    if not wanted:
        return set()
    chosen = select(*columns).where(tuple_(*columns).in_(wanted), ~stands())
    return {(row[0], row[1], row[2]) for row in connection.execute(chosen)}


async def at(session: AsyncSession, *, community_id: int, chat_id: int, message_id: int) -> TopicAnswers | None:
    """The answer that a message is, whether or not somebody has undone it."""
    here = (TopicAnswers.community_id == community_id, TopicAnswers.chat_id == chat_id)
    return (await session.execute(select(TopicAnswers).where(*here, TopicAnswers.message_id == message_id))).scalar()


async def is_undone(session: AsyncSession, *, answer: TopicAnswers) -> bool:
    """Whether somebody has undone what an answer brought, so that it is none any more."""
    place = (answer.community_id, answer.chat_id, answer.message_id)
    return bool(await (await session.connection()).run_sync(lambda sync: undone(sync, [place])))
