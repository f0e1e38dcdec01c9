"""Questions of members', the answers that came, and the one that helped, which earns. No texts: they are linked."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import (
    ColumnElement,
    Connection,
    Index,
    String,
    UniqueConstraint,
    and_,
    cast,
    func,
    literal,
    select,
    update,
)
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Mapped, mapped_column

from models import admin_chats, occurrences, outbox, roles
from models.bulk import look_up, table_of, upsert
from models.communities import Communities
from models.events import Event, event
from models.facts import Batch, Said
from models.ids import new_id
from models.messages import Messages
from models.occurrences import Due, Settled
from models.refusals import NoSuchThing, NotForYou, Refused
from models.rules import sources
from models.rules.occasions import Why
from models.rules.questions import QuestionsSettings
from models.rules.reminding import is_news
from models.rules.roles import Role
from models.rules.settings import changed
from models.schema import COMPOSITE, Base, CommunityKey, Key
from models.signs import Sign, SignDue

# So many answers to answers lie at most between a question and what helped.
LONGEST_CHAIN = 12
# Among so many messages after one that becomes a question later the answers are looked for that it has by then.
FARTHEST_ANSWER = 5000


class Questions(Base):
    """One row per question. `answers` counts the replies of others; `turn` how often an answer was said to have helped.

    Once one did, `answer_id` is its message, `helper_id` who wrote it (nobody if that was the group itself), and
    `solved_by` who said so.
    """

    __tablename__ = "questions"
    __table_args__ = (
        UniqueConstraint("community_id", "chat_id", "message_id"),
        Index(None, "community_id", "asked_at"),
        Index(None, "community_id", "answer_id"),
        Index(None, "community_id", "solved_at"),
        {"info": {"person": ("asker_id", "helper_id", "solved_by")}, **COMPOSITE},
    )

    community_id: Mapped[CommunityKey]
    question_id: Mapped[Key]
    chat_id: Mapped[int]
    message_id: Mapped[int]
    topic: Mapped[int | None]
    asker_id: Mapped[int]
    asked_at: Mapped[datetime]
    answers: Mapped[int] = mapped_column(default=0)
    answer_id: Mapped[int | None]
    helper_id: Mapped[int | None]
    solved_by: Mapped[int | None]
    solved_at: Mapped[datetime | None]
    turn: Mapped[int] = mapped_column(default=0)

    @property
    def source(self) -> str:
        """What the answer earns under; it names the answer's message, so that `/why` leads there."""
        return f"{sources.of_message(self.chat_id, self.answer_id)}:{self.question_id}:{self.turn}"


def source_in_row() -> ColumnElement[str]:
    """The same, as a statement over questions says it."""
    numbers = (Questions.chat_id, Questions.answer_id, Questions.question_id, Questions.turn)
    found: ColumnElement[str] = literal("message")
    for number in numbers:
        found = found + ":" + cast(number, String)
    return found


@event("questions.unanswered", version=1)
@dataclass(frozen=True)
class QuestionsUnanswered(Event):
    """Administrators are told of what nobody has answered."""

    user_id: int | None
    chat_id: int | None


@event("questions.for_expert", version=1)
@dataclass(frozen=True)
class QuestionsForExpert(Event):
    """An answer expert is told, in private, of questions that nobody has answered."""

    user_id: int


class QuestionsAreOff(Refused):
    """The group does not use questions."""


class WhichQuestion(Refused):
    """Nobody can tell which question a message answers."""


class NotYourQuestion(NotForYou):
    """Only who asked, or an administrator, says which answer helped."""


@dataclass(frozen=True, kw_only=True)
class Answer:
    """A message that is said to have helped; `author_id` is empty where it was written as the group, or by a bot."""

    chat_id: int
    message_id: int
    author_id: int | None
    topic: int | None = None


def in_force(community: Communities) -> QuestionsSettings:
    """The numbers of a community, which must use questions; raises `QuestionsAreOff`."""
    settings = changed(QuestionsSettings(), community.settings.get("questions", {}))
    if not settings.on:
        raise QuestionsAreOff
    return settings


_PLACE = ("community_id", "chat_id", "message_id")
_ASKED = ("community_id", "question_id", "chat_id", "message_id", "topic", "asker_id", "asked_at", "answers", "turn")


def observe(connection: Connection, batch: Batch) -> None:
    """Note the batch's questions, and how many of its messages answer one."""
    chosen = batch.enabled("questions", QuestionsSettings())
    said = [fact for fact in batch.of(Said) if fact.place.chat_id in chosen] if chosen else []
    if not said:
        return
    asked = batch.tagged({chat_id: settings.hashtags for chat_id, settings in chosen.items()})
    rows = {
        (batch.communities[fact.place.chat_id].community_id, fact.place.chat_id, fact.message_id): fact
        for fact in asked
        if fact.person is not None
    }
    _note(connection, rows, now=batch.now)
    _count_answers(connection, batch, said)


def _note(connection: Connection, rows: Mapping[tuple[int, int, int], Said], *, now: datetime) -> None:
    written = [
        (place[0], new_id(), *place[1:], fact.topic, fact.person.user_id, fact.at, 0, 0)
        for place, fact in sorted(rows.items(), key=lambda one: one[0])
        if fact.person is not None
    ]
    fresh = upsert(connection, Questions, _ASKED, written, once_by=_PLACE, returning=_PLACE)
    signs = [SignDue(community_id, chat_id, message_id, Sign.SEEN) for community_id, chat_id, message_id in fresh]
    outbox.put_now(connection, signs, due_at=now)


def _count_answers(connection: Connection, batch: Batch, said: Iterable[Said]) -> None:
    replies: dict[tuple[int, int, int], list[int | None]] = {}
    for fact in said:
        if fact.reply_to is not None and not fact.is_command:
            place = (batch.communities[fact.place.chat_id].community_id, fact.place.chat_id, fact.reply_to)
            replies.setdefault(place, []).append(fact.person.user_id if fact.person else None)
    columns = (*_PLACE, "question_id", "asker_id")
    table = table_of(Questions)
    for row in look_up(connection, Questions, sorted(replies), by=_PLACE, columns=columns):
        community_id, chat_id, message_id, question_id, asker_id = row
        others = sum(author != asker_id for author in replies[community_id, chat_id, message_id])
        if others:
            this = (table.c.community_id == community_id, table.c.question_id == question_id)
            connection.execute(update(table).where(*this).values(answers=table.c.answers + others))


async def ask(
    session: AsyncSession,
    *,
    community: Communities,
    chat_id: int,
    message_id: int,
    topic: int | None,
    asker_id: int,
    now: datetime,
) -> None:
    """Note a message as a question, once; raises `QuestionsAreOff`."""
    in_force(community)
    place = (community.community_id, chat_id, message_id)

    def note(connection: Connection) -> None:
        answers = _answers_before(connection, *place, asker_id=asker_id)
        row = (place[0], new_id(), *place[1:], topic, asker_id, now, answers, 0)
        fresh = upsert(connection, Questions, _ASKED, [row], once_by=_PLACE, returning=_PLACE)
        outbox.put_now(connection, [SignDue(*place, Sign.SEEN) for _ in fresh], due_at=now)

    await (await session.connection()).run_sync(note)


def _answers_before(connection: Connection, community_id: int, chat_id: int, message_id: int, *, asker_id: int) -> int:
    """How many replies of others have come to a message before it was noted as a question."""
    near = Messages.message_id.between(message_id + 1, message_id + FARTHEST_ANSWER)
    here = (Messages.community_id == community_id, Messages.chat_id == chat_id, near)
    theirs = (Messages.reply_to == message_id, Messages.author_id.is_distinct_from(asker_id))
    return connection.execute(select(func.count()).select_from(Messages).where(*here, *theirs)).scalar_one()


def is_open(*, now: datetime, settings: QuestionsSettings) -> tuple[ColumnElement[bool], ...]:
    """The conditions that a question still waits for an answer that helps."""
    since = now - timedelta(days=settings.open_days)
    return (Questions.solved_at.is_(None), Questions.asked_at > since)


async def waiting(
    session: AsyncSession, *, community: Communities, now: datetime, limit: int
) -> tuple[Sequence[Questions], int]:
    """Up to `limit` open questions of a group, those without any answer first, and how many there are."""
    return await _listed(session, *_open_in(community, now=now, settings=in_force(community)), limit=limit)


async def answered_by(
    session: AsyncSession, *, community: Communities, answer: Answer, asker_id: int, now: datetime
) -> Questions:
    """The question that a message answers: the one it replies to, directly or down the chain.

    A message that replies to nothing answers the latest open question that `asker_id`, who says so, had asked before it
    in the same place. Raises `WhichQuestion`.
    """
    here = {"community_id": community.community_id, "chat_id": answer.chat_id}
    message_id: int | None = await _reply_to(session, message_id=answer.message_id, **here)
    for _ in range(LONGEST_CHAIN):
        if message_id is None:
            break
        found = await _at(session, message_id=message_id, **here)
        if found is not None:
            return found
        message_id = await _reply_to(session, message_id=message_id, **here)
    settings = in_force(community)
    mine = (
        Questions.community_id == community.community_id,
        Questions.chat_id == answer.chat_id,
        Questions.asker_id == asker_id,
        Questions.message_id < answer.message_id,
        Questions.topic.is_not_distinct_from(answer.topic),
        *is_open(now=now, settings=settings),
    )
    latest = select(Questions).where(*mine).order_by(Questions.message_id.desc()).limit(1)
    found = (await session.execute(latest)).scalar_one_or_none()
    if found is None:
        raise WhichQuestion
    return found


async def _at(session: AsyncSession, *, community_id: int, chat_id: int, message_id: int) -> Questions | None:
    here = (Questions.community_id == community_id, Questions.chat_id == chat_id, Questions.message_id == message_id)
    return (await session.execute(select(Questions).where(*here))).scalar_one_or_none()


async def _reply_to(session: AsyncSession, *, community_id: int, chat_id: int, message_id: int) -> int | None:
    here = (Messages.community_id == community_id, Messages.chat_id == chat_id, Messages.message_id == message_id)
    return (await session.execute(select(Messages.reply_to).where(*here))).scalar_one_or_none()


async def find(session: AsyncSession, *, community_id: int, question_id: int) -> Questions:
    """A question by its number, ours alone until the commit; raises `NoSuchThing`."""
    here = (Questions.community_id == community_id, Questions.question_id == question_id)
    chosen = select(Questions).where(*here).with_for_update()
    # What was read before the lock may have changed since.
    held = await session.execute(chosen.execution_options(populate_existing=True))
    found = held.scalar_one_or_none()
    if found is None:
        raise NoSuchThing
    return found


def remind(connection: Connection, due: Sequence[Due], now: datetime) -> Settled:
    """Have administrators and experts told of the questions that nobody has answered.

    Without news of them, or with nobody to tell, it is skipped: so the schedule knows when they were told of last.
    """
    asked, told_at = _newest(connection, due, now), occurrences.done_last(connection, due)
    chosen = {
        one.community_id: _settings(one)
        for one in due
        if one.community_id in asked
        and is_news(
            newest_at=asked[one.community_id],
            told_at=told_at.get(one.community_id),
            now=now,
            time_zone=one.here.time_zone,
        )
    }
    told = admin_chats.addressees(connection, [here for here, settings in chosen.items() if settings.reminder])
    news: list[Event] = [
        QuestionsUnanswered(community_id, one.user_id, one.chat_id)
        for community_id in sorted(told)
        for one in told[community_id]
    ]
    experts = roles.holders(connection, [here for here, settings in chosen.items() if settings.experts], Role.EXPERT)
    leaders = {(here, one.user_id) for here, all_of_them in told.items() for one in all_of_them}
    news += [QuestionsForExpert(*who) for who in experts if who not in leaders]
    outbox.put_now(connection, news, due_at=now)
    heard = {one.community_id for one in news}
    return {one.place: Why.NOTHING for one in due if one.community_id not in heard}


def _newest(connection: Connection, due: Sequence[Due], now: datetime) -> Mapping[int, datetime]:
    """When the latest question that nobody has answered was asked in each community, as far as any is open."""
    since = {one.community_id: now - timedelta(days=_settings(one).open_days) for one in due}
    here = and_(Communities.community_id == Questions.community_id, Communities.chat_id == Questions.chat_id)
    unanswered = (Questions.community_id.in_(since), Questions.solved_at.is_(None), Questions.answers == 0)
    latest = select(Questions.community_id, func.max(Questions.asked_at)).join(Communities, here).where(*unanswered)
    found = connection.execute(latest.group_by(Questions.community_id))
    return {row[0]: row[1] for row in found if row[1] > since[row[0]]}


def _settings(one: Due) -> QuestionsSettings:
    return changed(QuestionsSettings(), one.here.settings.get("questions", {}))


async def unanswered(
    session: AsyncSession, *, community: Communities, now: datetime, limit: int
) -> tuple[Sequence[Questions], int]:
    """Up to `limit` open questions that nobody has answered, the oldest first, and how many there are."""
    settings = changed(QuestionsSettings(), community.settings.get("questions", {}))
    return await _listed(session, *_open_in(community, now=now, settings=settings), Questions.answers == 0, limit=limit)


def _open_in(community: Communities, *, now: datetime, settings: QuestionsSettings) -> tuple[ColumnElement[bool], ...]:
    """The conditions of a group's open questions.

    Those that were asked before the group became a supergroup lead nowhere, and are left out.
    """
    here = (Questions.community_id == community.community_id, Questions.chat_id == community.chat_id)
    return (*here, *is_open(now=now, settings=settings))


async def _listed(
    session: AsyncSession, *conditions: ColumnElement[bool], limit: int
) -> tuple[Sequence[Questions], int]:
    ordered = select(Questions).where(*conditions).order_by(Questions.answers > 0, Questions.asked_at).limit(limit)
    count = select(func.count()).select_from(Questions).where(*conditions)
    return (await session.execute(ordered)).scalars().all(), (await session.execute(count)).scalar_one()
