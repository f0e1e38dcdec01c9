"""Who asked says which answer helped: that ends the question and earns, fading between the same two, until undone."""

from datetime import datetime
from typing import Any

from sqlalchemy import func, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from models import awards, members, outbox, questions
from models.communities import Communities
from models.questions import Answer, Questions
from models.refusals import NoSuchThing, Refused
from models.rules import questions as rules
from models.rules.days import local_day, zone
from models.rules.fairness import Reason
from models.rules.points import Period, starts_on
from models.rules.questions import HELPED, QuestionsSettings
from models.signs import Sign, SignDue


class OwnAnswer(Refused):
    """Nobody helps themselves: neither who asked nor who says so can have given the answer."""


class HelpedBefore(Refused):
    """The answer is marked already, for this question."""

    def __init__(self, question_id: int) -> None:
        super().__init__(str(question_id))
        self.question_id = question_id


async def mark(
    session: AsyncSession,
    *,
    community: Communities,
    question_id: int,
    answer: Answer,
    marker_id: int,
    now: datetime,
) -> None:
    """Write down that an answer helped, in place of any other that did, and book what it earns.

    Whether `marker_id` may say so was judged before. Raises `OwnAnswer` or `HelpedBefore`.
    """
    settings = questions.in_force(community)
    question = await questions.find(session, community_id=community.community_id, question_id=question_id)
    before = await _helped_by(session, community_id=community.community_id, answer=answer)
    if before is not None:
        raise HelpedBefore(before)
    if not rules.may_mark(marker_id=marker_id, asker_id=question.asker_id, helper_id=answer.author_id):
        raise OwnAnswer
    if question.solved_at is not None:
        await _undo(session, community, question, now)
    helper = (
        None
        if answer.author_id is None
        else await members.find(session, community_id=community.community_id, user_id=answer.author_id)
    )
    between = 0 if helper is None else await _between(session, community, question, helper.user_id, now)
    question.answer_id, question.helper_id = answer.message_id, None if helper is None else helper.user_id
    question.solved_by, question.solved_at = marker_id, now
    question.turn += 1
    if helper is not None:
        await _award(session, community, question, settings, between=between, now=now)
    await outbox.put(
        session, [SignDue(community.community_id, answer.chat_id, answer.message_id, Sign.HELPED)], due_at=now
    )


async def _helped_by(session: AsyncSession, *, community_id: int, answer: Answer) -> int | None:
    here = (Questions.community_id == community_id, Questions.chat_id == answer.chat_id)
    chosen = select(Questions.question_id).where(*here, Questions.answer_id == answer.message_id)
    return (await session.execute(chosen.limit(1))).scalar_one_or_none()


async def _between(
    session: AsyncSession, community: Communities, question: Questions, helper_id: int, now: datetime
) -> int:
    """How many helpful answers have gone between the two this week, in either direction."""
    monday = starts_on(Period.WEEK, day=local_day(now, time_zone=community.time_zone))
    since = datetime(monday.year, monday.month, monday.day, tzinfo=zone(community.time_zone))
    there: dict[str, Any] = {"asker_id": question.asker_id, "helper_id": helper_id}
    back: dict[str, Any] = {"asker_id": helper_id, "helper_id": question.asker_id}
    ways = [
        (Questions.asker_id == way["asker_id"]) & (Questions.helper_id == way["helper_id"]) for way in (there, back)
    ]
    chosen = (
        select(func.count())
        .select_from(Questions)
        .where(Questions.community_id == community.community_id, or_(*ways), Questions.solved_at >= since)
    )
    return (await session.execute(chosen)).scalar_one()


async def _award(
    session: AsyncSession,
    community: Communities,
    question: Questions,
    settings: QuestionsSettings,
    *,
    between: int,
    now: datetime,
) -> None:
    points = rules.worth_of(between=between, settings=settings)
    claim = awards.claim(
        community,
        user_id=question.helper_id or 0,
        way=HELPED,
        points=points,
        daily_cap=settings.daily_cap_points,
        source=question.source,
        now=now,
    )
    if points:
        await awards.give(session, claim)
    else:
        await awards.withhold(session, claim, Reason.BACK_AND_FORTH)


async def unmark(session: AsyncSession, *, community: Communities, question: Questions, now: datetime) -> None:
    """Take back that an answer helped, with what it has earned; raises `NoSuchThing` if none did."""
    if question.solved_at is None:
        raise NoSuchThing
    await _undo(session, community, question, now)


async def _undo(session: AsyncSession, community: Communities, question: Questions, now: datetime) -> None:
    if question.helper_id is not None:
        await awards.take_back(
            session, community, user_id=question.helper_id, way=HELPED, source=question.source, now=now
        )
    if question.answer_id is not None:
        sign = SignDue(community.community_id, question.chat_id, question.answer_id, Sign.NONE)
        await outbox.put(session, [sign], due_at=now)
    question.answer_id = question.helper_id = question.solved_by = question.solved_at = None
    await session.flush()
