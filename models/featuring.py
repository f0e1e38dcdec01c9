"""What administrators feature by a command: an answer to the day's topic, or an accepted work."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import Enum

from sqlalchemy import or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from models import audit, awards, outbox, reviews
from models.audit import Act
from models.communities import Communities
from models.corrections import Target
from models.fairness import UncountedLately
from models.messages import Messages
from models.points import Ledger
from models.pseudonyms import is_pseudonym
from models.refusals import NoSuchThing, Refused
from models.rules import sources
from models.rules.fairness import FairnessSettings
from models.rules.settings import changed
from models.rules.topics import ANSWER, FEATURED, TopicsSettings
from models.rules.works import Stage
from models.signs import Sign, SignDue
from models.topic_answers import TopicAnswers
from models.works import OwnWork, Works

# How it stands in the audit.
ANSWER_FEATURED, ANSWER_UNFEATURED = "answer_featured", "answer_unfeatured"


class NothingToFeature(Refused):
    """The message is neither an answer to a day's topic that counts nor a work that was accepted."""


class IsNoAnswer(Refused):
    """The message stands under a day's topic, and does not count as an answer, for a `reason` that is known."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class FeaturedBefore(Refused):
    """The answer is featured already, by an administrator or by the recap alone."""

    def __init__(self, *, by_administrator: bool) -> None:
        super().__init__("by an administrator" if by_administrator else "by the recap")
        self.by_administrator = by_administrator


class WorkIsNotAccepted(Refused):
    """The work still waits for a review, was declined, or was taken back: it must be accepted first."""


class WorkIsFeatured(Refused):
    """The work is featured already."""


@dataclass(frozen=True)
class Done:
    """Whose answer or work is featured now, and what that has brought, in hundredths."""

    author_id: int
    points: int
    is_answer: bool


async def feature(session: AsyncSession, *, community: Communities, told: Target, user_id: int, now: datetime) -> Done:
    """Feature an answer or a work in an administrator's name.

    Raises `NothingToFeature`, `IsNoAnswer`, `FeaturedBefore` or `OwnWork`; for a work also `WorkIsNotAccepted`,
    `WorkIsFeatured`, or `DecidedBefore` if somebody is faster.
    """
    answer = await _answer(session, community, told.chat_id, told.message_id)
    if answer is None:
        work = await _work(session, community, told)
        about = {"community": community, "work_id": work.work_id, "user_id": user_id, "now": now}
        before = work.points or 0
        work = await reviews.feature(session, **about)  # type: ignore[arg-type]
        return Done(work.author_id, (work.points or 0) - before, is_answer=False)
    if answer.author_id == user_id:
        raise OwnWork
    earlier = await _featured(session, answer)
    if earlier is Before.STANDS or (earlier is Before.NOTHING and answer.featured):
        raise FeaturedBefore(by_administrator=answer.featured)
    if earlier is Before.REVERSED:
        # Somebody has corrected what the message brought; that the recap named it does not count any more either.
        answer.turn, answer.best = answer.turn + 1, None
    settings = changed(TopicsSettings(), community.settings.get("topics", {}))
    cap = changed(FairnessSettings(), community.settings.get("fairness", {})).daily_cap(FEATURED.tier)
    answer.featured, booked = True, 0
    if not is_pseudonym(answer.author_id):
        claim = awards.claim(
            community,
            user_id=answer.author_id,
            way=FEATURED,
            points=settings.featured_points,
            daily_cap=cap,
            source=answer.award,
            now=now,
        )
        booked = (await awards.give(session, claim)).points
    await _note(session, answer, user_id, ANSWER_FEATURED, Sign.FEATURED, booked, now)
    return Done(answer.author_id, booked, is_answer=True)


async def undo(session: AsyncSession, *, community: Communities, message_id: int, user_id: int, now: datetime) -> bool:
    """Take back that an administrator has featured an answer; whether what it has earned went with that.

    It does not where the recap names the answer, too: either is enough for it. What has brought nothing, since the
    author's limit for the day was reached, is taken back like any other. Raises `NoSuchThing` or `OwnWork`.
    """
    answer = await _answer(session, community, community.chat_id, message_id)
    if answer is None or not answer.featured:
        raise NoSuchThing
    if answer.author_id == user_id:
        raise OwnWork
    answer.featured, taken = False, 0
    if answer.best is None:
        about = {"user_id": answer.author_id, "way": FEATURED, "source": answer.award, "now": now}
        taken = await awards.take_back(session, community, **about)  # type: ignore[arg-type]
        # Where nothing went, its turn is still to come; one that was reversed by hand is over when it is featured anew.
        answer.turn += 1 if taken else 0
    await _note(session, answer, user_id, ANSWER_UNFEATURED, Sign.NONE, -taken, now)
    return answer.best is None


async def _answer(session: AsyncSession, community: Communities, chat_id: int, message_id: int) -> TopicAnswers | None:
    """The answer that a message is, ours alone until the commit."""
    here = (TopicAnswers.community_id == community.community_id, TopicAnswers.chat_id == chat_id)
    chosen = select(TopicAnswers).where(*here, TopicAnswers.message_id == message_id).with_for_update()
    return (await session.execute(chosen)).scalars().first()


async def _work(session: AsyncSession, community: Communities, told: Target) -> Works:
    source = sources.as_one(told.chat_id, told.message_id, told.album)
    same = or_(Works.message_id == told.message_id, Works.source == source)
    here = (Works.community_id == community.community_id, Works.chat_id == told.chat_id)
    work = (await session.execute(select(Works).where(*here, same))).scalars().first()
    if work is not None:
        if work.state == Stage.FEATURED:
            raise WorkIsFeatured
        if work.state != Stage.ACCEPTED:
            raise WorkIsNotAccepted
        return work
    reason = await _why_no_answer(session, community, told)
    raise NothingToFeature if reason is None else IsNoAnswer(reason)


async def _why_no_answer(session: AsyncSession, community: Communities, told: Target) -> str | None:
    """Why a message does not count as an answer, though it stands under a topic, as long as its author would see it."""
    here = (Messages.community_id == community.community_id, Messages.chat_id == told.chat_id)
    author = select(Messages.author_id).where(*here, Messages.message_id == told.message_id).scalar_subquery()
    theirs = (UncountedLately.community_id == community.community_id, UncountedLately.user_id == author)
    # Each picture of an album is looked at by itself when it stands under a topic.
    source = sources.of_message(told.chat_id, told.message_id)
    chosen = select(UncountedLately.reason).where(*theirs, UncountedLately.action == ANSWER.action)
    return (await session.execute(chosen.where(UncountedLately.source == source).limit(1))).scalar_one_or_none()


class Before(Enum):
    """What an answer has earned this time by being featured: nothing, its points, or points that were reversed."""

    NOTHING = "nothing"
    STANDS = "stands"
    REVERSED = "reversed"


async def _featured(session: AsyncSession, answer: TopicAnswers) -> Before:
    here = (Ledger.community_id == answer.community_id, Ledger.user_id == answer.author_id)
    chosen = select(Ledger.entry_id).where(*here, Ledger.action == FEATURED.action, Ledger.source == answer.award)
    entries: Sequence[int] = (await session.execute(chosen)).scalars().all()
    if not entries:
        return Before.NOTHING
    undone = select(Ledger.entry_id).where(*here, Ledger.reverses.in_(entries))
    return Before.STANDS if (await session.execute(undone)).first() is None else Before.REVERSED


async def _note(
    session: AsyncSession, answer: TopicAnswers, user_id: int, action: str, sign: Sign, points: int, now: datetime
) -> None:
    place = (answer.community_id, answer.chat_id, answer.message_id)
    await outbox.put(session, [SignDue(*place, sign)], due_at=now)
    act = Act(
        community_id=answer.community_id,
        user_id=user_id,
        action=action,
        member_id=answer.author_id,
        points=points,
        at=now,
    )
    await audit.note(session, act)
