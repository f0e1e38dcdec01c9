"""The day's topic is chosen and posted, and closed with a recap: for many communities at once, by a few statements."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from sqlalchemy import Connection, and_, case, func, select, tuple_, update
from sqlalchemy.ext.asyncio import AsyncSession

from models import difficulty, fairness, occurrences, outbox, points, topic_choice, topics
from models.activity import MemberDays
from models.bulk import look_up, upsert
from models.bulk import new as new_value
from models.communities import Communities
from models.events import Event
from models.facts import StaffStatus
from models.fairness import UncountedLately
from models.occurrences import Due, Occurrences, Place, Settled
from models.people import Door, People
from models.rules import topics as rules
from models.rules.clock import Beat, key_of
from models.rules.days import local_day
from models.rules.earning import Claim, Limits
from models.rules.fairness import FairnessSettings, Reason
from models.rules.occasions import Why
from models.rules.reach import ReachSettings
from models.rules.settings import changed
from models.rules.topics import BEST, CLOSE, FEATURED, POST, Choice, TopicsSettings
from models.staff import Staff, leads
from models.topic_answers import TopicAnswers, featured_under, stands
from models.topic_choice import ComingTopic, day_called
from models.topic_reactions import TopicReactions
from models.topics import (
    TopicBank,
    TopicCame,
    TopicClosed,
    TopicDays,
    TopicMissing,
    TopicPinned,
    TopicsLow,
    TopicUnanswered,
)

_NEW = (
    "community_id",
    "key",
    "topic_id",
    "reason",
    "dimension",
    "depth",
    "chat_id",
    "forum_topic",
    "opened_at",
    "closes_at",
)
_OPEN = ("community_id", "key", "message_id", "opened_at", "is_pinned")


class Answer(NamedTuple):
    """An answer to a day's topic, and how many people react to it."""

    community_id: int
    key: int
    author_id: int
    chat_id: int
    message_id: int
    liked_by: int
    turn: int = 0


def settings_of(due: Due) -> TopicsSettings:
    """The settings of a community that has something due."""
    return changed(TopicsSettings(), due.here.settings.get("topics", {}))


def post_due(connection: Connection, due: Sequence[Due], now: datetime) -> Settled:
    """Choose the topic of each day that is due, and have it posted; a community without one tells who runs it."""
    before = topic_choice.past(connection, {one.community_id: day_called(one.key) for one in due})
    banks = dict(topics.candidates(connection, [one.community_id for one in due]))
    chosen: dict[Place, Choice] = {}
    low = []
    for one in due:
        candidates = banks.get(one.community_id, [])
        choice = topic_choice.choose(candidates, day=day_called(one.key), past=before[one.community_id])
        if choice is not None:
            chosen[one.place] = choice
            # Two days of one community may be due at once, when one was moved onto another.
            others = [each for each in candidates if each.topic_id != choice.topic.topic_id]
            banks[one.community_id] = others
            if rules.left(others, day=day_called(one.key) + timedelta(days=1)) == rules.FEW:
                low.append(one.community_id)
    _write_days(connection, [one for one in due if one.place in chosen], chosen, now)
    whom = who_runs(connection, low)
    outbox.put_now(connection, [TopicsLow(here, whom[here], rules.FEW) for here in low if here in whom], due_at=now)
    missing = [one for one in due if one.place not in chosen]
    _tell_missing(connection, missing, now)
    return dict.fromkeys([one.place for one in missing], Why.NOTHING)


def _write_days(connection: Connection, due: Sequence[Due], chosen: Mapping[Place, Choice], now: datetime) -> None:
    rows, posted, closing = [], [], {}
    for one in sorted(due, key=lambda each: each.place):
        choice, settings = chosen[one.place], settings_of(one)
        topic, quiet = choice.topic, changed(ReachSettings(), one.here.settings.get("reach", {}))
        closes_at = rules.closes_at(now, settings=settings, quiet=quiet, time_zone=one.here.time_zone)
        about = (topic.topic_id, choice.reason, topic.dimension, choice.depth)
        place = (one.here.chat_id, settings.forum_topic or None)
        rows.append((*one.place[::2], *about, *place, now, closes_at, topic.wanted_on))
        posted.append((one.community_id, topic.topic_id, day_called(one.key), None))
        closing[Place(one.community_id, CLOSE.name, one.key)] = closes_at
    upsert(connection, TopicDays, (*_NEW, "wanted_on"), rows)
    _mark_posted(connection, sorted(posted))
    occurrences.plan_all(connection, closing)
    outbox.put_now(connection, [TopicCame(one.community_id, one.key) for one in due], due_at=now)


def _mark_posted(connection: Connection, posted: Sequence[tuple[Any, ...]]) -> None:
    """Note when topics were posted; a promise is kept by that."""
    kept = look_up(
        connection,
        TopicBank,
        [row[:2] for row in posted],
        by=("community_id", "topic_id"),
        columns=("community_id", "topic_id", "text", "dimension", "depth", "tags", "is_retired"),
    )
    days = {row[:2]: row[2] for row in posted}
    columns = ("community_id", "topic_id", "text", "dimension", "depth", "tags", "is_retired", "posted_on", "wanted_on")
    rows = sorted((*row, days[row[0], row[1]], None) for row in kept)
    upsert(connection, TopicBank, columns, rows, merge={"posted_on": new_value, "wanted_on": new_value})


def _tell_missing(connection: Connection, missing: Sequence[Due], now: datetime) -> None:
    """Say that there is no topic left, unless that was so the day before."""
    if not missing:
        return
    before = {
        Place(one.community_id, POST.name, key_of(Beat.DAY, day_called(one.key) - timedelta(days=1))): one
        for one in missing
    }
    columns = ("community_id", "kind", "key", "why")
    found = look_up(connection, Occurrences, sorted(before), by=columns[:3], columns=columns)
    known = {Place(*row[:3]) for row in found if row[3] == Why.NOTHING}
    tell = [one.community_id for place, one in before.items() if place not in known]
    whom = who_runs(connection, tell)
    outbox.put_now(connection, [TopicMissing(here, whom[here]) for here in tell if here in whom], due_at=now)


def who_runs(connection: Connection, community_ids: Collection[int]) -> Mapping[int, int]:
    """Whom to tell what is no news for the group: its owner, or else who added Kith.

    An owner who has no private chat with Kith would not hear of it; then it is an administrator who has one.
    """
    if not community_ids:
        return {}
    is_open, is_owner = People.door == Door.OPEN, Staff.status == StaffStatus.OWNER
    adder = and_(is_open, Staff.user_id == Communities.added_by)
    rank = case((and_(is_open, is_owner), 0), (adder, 1), (is_open, 2), (is_owner, 3), else_=None)
    chosen = (
        select(Communities.community_id, Communities.added_by, Staff.user_id, rank)
        .outerjoin(Staff, and_(Staff.community_id == Communities.community_id, leads()))
        .outerjoin(People, People.user_id == Staff.user_id)
        .where(Communities.community_id.in_(community_ids))
        .order_by(Communities.community_id, rank.nulls_last(), Staff.user_id)
    )
    whom: dict[int, int | None] = {}
    for community_id, added_by, user_id, place in connection.execute(chosen):
        whom.setdefault(community_id, added_by if place is None else user_id)
    return {community_id: user_id for community_id, user_id in whom.items() if user_id is not None}


def close_due(connection: Connection, due: Sequence[Due], now: datetime) -> Settled:
    """Close topics: count who took part, name and pay the best, and say so where anybody answered."""
    days = _sent(connection, due)
    sent = [one for one in due if (one.community_id, one.key) in days]
    answers = _answers(connection, list(days))
    best = [answer for each in answers.values() for answer in each[:BEST] if answer.liked_by]
    _close_days(connection, sent, days, answers)
    _mark_best(connection, answers)
    _pay_best(connection, sent, best, now)
    _tell_closed(connection, sent, answers, now)
    _unpin(connection, days, now)
    return {one.place: Why.NOTHING for one in due if one not in sent}


def close_quietly(connection: Connection, one: Due, _why: Why, now: datetime) -> None:
    """Close a topic that has no recap: nobody is named or paid, but how many answered says how deep the next may be."""
    days = _sent(connection, [one])
    if days:
        _close_days(connection, [one], days, _answers(connection, list(days)))
        _unpin(connection, days, now)


def end_at(connection: Connection, place: Place, moment: datetime) -> None:
    """The recap comes at another moment: until then answers count."""
    here = (TopicDays.community_id == place.community_id, TopicDays.key == place.key)
    connection.execute(update(TopicDays).where(*here).values(closes_at=moment))


def _sent(connection: Connection, due: Sequence[Due]) -> dict[tuple[int, int], Sequence[Any]]:
    """The days of what is due whose topic has come to the group."""
    keys = [(one.community_id, one.key) for one in due]
    found = look_up(connection, TopicDays, keys, by=_OPEN[:2], columns=_OPEN)
    return {(row[0], row[1]): row for row in found if row[2] is not None}


def _unpin(connection: Connection, days: Mapping[tuple[int, int], Sequence[Any]], now: datetime) -> None:
    """Take off the pins of ours, whatever the group has chosen since."""
    pinned = [TopicPinned(*key, is_open=False) for key, row in sorted(days.items()) if row[4]]
    outbox.put_now(connection, pinned, due_at=now)


def _answers(connection: Connection, keys: Sequence[tuple[int, int]]) -> dict[tuple[int, int], list[Answer]]:
    """The answers to each day's topic that stand, those to which most people react first, then the older ones."""
    same = [getattr(TopicReactions, name) == getattr(TopicAnswers, name) for name in ("chat_id", "message_id")]
    liked = and_(TopicReactions.community_id == TopicAnswers.community_id, *same)
    columns = [getattr(TopicAnswers, name) for name in Answer._fields[:5]]
    sums = (func.count(TopicReactions.giver_id), func.max(TopicAnswers.turn))
    counted = select(*columns, *sums).outerjoin(TopicReactions, liked)
    wanted = tuple_(TopicAnswers.community_id, TopicAnswers.key).in_(keys)
    found: dict[tuple[int, int], list[Answer]] = {}
    for row in connection.execute(counted.where(wanted, stands()).group_by(*columns)):
        answer = Answer._make(row)
        found.setdefault((answer.community_id, answer.key), []).append(answer)
    return {key: sorted(each, key=lambda one: (-one.liked_by, one.message_id)) for key, each in found.items()}


def _close_days(
    connection: Connection,
    due: Sequence[Due],
    days: Mapping[tuple[int, int], Sequence[Any]],
    answers: Mapping[tuple[int, int], Sequence[Answer]],
) -> None:
    """Note how many answered, and among how many who did anything on the day on which it was posted."""
    local = {
        (one.community_id, one.key): local_day(days[one.community_id, one.key][3], time_zone=one.here.time_zone)
        for one in due
    }
    wanted = [(community_id, day) for (community_id, _), day in local.items()]
    counted = select(MemberDays.community_id, MemberDays.day, func.count()).where(
        tuple_(MemberDays.community_id, MemberDays.day).in_(wanted)
    )
    active = {
        (row[0], row[1]): row[2]
        for row in connection.execute(counted.group_by(MemberDays.community_id, MemberDays.day))
    }
    columns = (*_NEW, "answered", "active")
    kept = look_up(connection, TopicDays, sorted(local), by=_OPEN[:2], columns=_NEW)
    rows = [
        (*row, len(answers.get((row[0], row[1]), ())), active.get((row[0], local[row[0], row[1]]), 0)) for row in kept
    ]
    upsert(connection, TopicDays, columns, sorted(rows), merge={"answered": new_value, "active": new_value})


def _mark_best(connection: Connection, answers: Mapping[tuple[int, int], Sequence[Answer]]) -> None:
    rows = [
        (*answer[:5], place)
        for each in answers.values()
        for place, answer in enumerate(each[:BEST], start=1)
        if answer.liked_by
    ]
    columns = ("community_id", "key", "author_id", "chat_id", "message_id", "best")
    upsert(connection, TopicAnswers, columns, sorted(rows), merge={"best": new_value})


def _pay_best(connection: Connection, due: Sequence[Due], best: Sequence[Answer], now: datetime) -> None:
    by_key = {(one.community_id, one.key): one for one in due}
    claims = []
    for answer in best:
        one = by_key[answer.community_id, answer.key]
        cap = changed(FairnessSettings(), one.here.settings.get("fairness", {})).daily_cap(FEATURED.tier)
        source = featured_under(chat_id=answer.chat_id, message_id=answer.message_id, turn=answer.turn)
        day, worth = local_day(now, time_zone=one.here.time_zone), settings_of(one).featured_points
        limits = Limits(cap, cap)
        claims.append(Claim(answer.community_id, answer.author_id, FEATURED, worth, source, now, day, limits))
    # As whoever features by hand pays it: by how active somebody was.
    granted = points.award(connection, difficulty.scale_in(connection, {key[0] for key in by_key}, claims))
    fairness.note(connection, granted.uncounted)


def _tell_closed(
    connection: Connection, due: Sequence[Due], answers: Mapping[tuple[int, int], Sequence[Answer]], now: datetime
) -> None:
    """A recap where somebody answered; a word to who runs the group where nobody did."""
    answered = [one for one in due if (one.community_id, one.key) in answers]
    # Where topics were switched off meanwhile, nothing counted as an answer since.
    silent = [one for one in due if (one.community_id, one.key) not in answers and settings_of(one).on]
    hints = topic_choice.coming(connection, [one.community_id for one in answered if settings_of(one).on])
    news: list[Event] = []
    for one in answered:
        next_one = hints.get(one.community_id, ComingTopic())
        news.append(TopicClosed(one.community_id, one.key, *next_one))
    outbox.put_now(connection, [*news, *_silence(connection, silent, now)], due_at=now)


def _silence(connection: Connection, silent: Sequence[Due], now: datetime) -> list[Event]:
    """What is said of unanswered topics: not of each, or it would be the same word daily."""
    back = {
        (one.community_id, key_of(Beat.DAY, day_called(one.key) - timedelta(days=days))): one.place
        for one in silent
        for days in range(1, max(rules.SILENT_IN_A_ROW))
    }
    columns = ("community_id", "key", "message_id", "answered")
    before: dict[Place, list[int]] = {}
    found = look_up(connection, TopicDays, sorted(back), by=columns[:2], columns=columns)
    for row in sorted(found, key=lambda each: -each[1]):
        if row[2] is not None and row[3] is not None:
            before.setdefault(back[row[0], row[1]], []).append(row[3])
    worth = [(one, rules.silent_to_tell(before.get(one.place, []))) for one in silent]
    told = {one.place: number for one, number in worth if number is not None}
    whom = who_runs(connection, [place.community_id for place in told])
    short = _too_short(connection, [one for one in silent if one.place in told], now)
    return [
        TopicUnanswered(place.community_id, whom[place.community_id], place.key, number, short.get(place[::2], 0))
        for place, number in told.items()
        if place.community_id in whom
    ]


def _too_short(connection: Connection, due: Sequence[Due], now: datetime) -> Mapping[tuple[Any, ...], int]:
    """How many people wrote to each of the topics, and too little for it to count, by community and day.

    They are looked for among those who did anything on the days on which it was open.
    """
    if not due:
        return {}
    days = {
        (one.community_id, local_day(now, time_zone=one.here.time_zone) - timedelta(days=back))
        for one in due
        for back in range(2)
    }
    theirs = (
        UncountedLately.community_id == MemberDays.community_id,
        UncountedLately.user_id == MemberDays.user_id,
        UncountedLately.action == rules.ANSWER.action,
        UncountedLately.reason == Reason.TOO_SHORT,
    )
    meant = (
        TopicDays.community_id == MemberDays.community_id,
        tuple_(TopicDays.community_id, TopicDays.key).in_([(one.community_id, one.key) for one in due]),
        UncountedLately.at.between(TopicDays.opened_at, TopicDays.closes_at),
    )
    counted = (
        select(TopicDays.community_id, TopicDays.key, func.count(func.distinct(MemberDays.user_id)))
        .select_from(MemberDays)
        .join(UncountedLately, and_(*theirs))
        .join(TopicDays, and_(*meant))
        .where(tuple_(MemberDays.community_id, MemberDays.day).in_(sorted(days)))
        .group_by(TopicDays.community_id, TopicDays.key)
    )
    return {(row[0], row[1]): row[2] for row in connection.execute(counted)}


@dataclass(frozen=True)
class Recap:
    """What came of a day's topic: how many answered, and the best answers with how many react to each."""

    answered: int
    best: Sequence[Answer]


async def recap(session: AsyncSession, *, community_id: int, key: int) -> Recap:
    """What came of a day's topic, by now."""
    connection = await session.connection()
    found = (await connection.run_sync(lambda sync: _answers(sync, [(community_id, key)]))).get((community_id, key), [])
    return Recap(len(found), [answer for answer in found[:BEST] if answer.liked_by])
