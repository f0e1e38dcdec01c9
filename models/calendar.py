"""The coming days of a community: all that is planned or will be, and an administrator's word about each of it."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta

from sqlalchemy import Connection
from sqlalchemy.ext.asyncio import AsyncSession

from models import (
    audit,
    challenges,
    cocreation_steps,
    cocreation_themes,
    occurrences,
    preparing,
    replanning,
    topic_choice,
    topic_days,
    topics,
)
from models.audit import Act
from models.communities import Communities
from models.occurrences import Occurrences, Place, Stage
from models.refusals import NoSuchThing, Refused
from models.rules import challenges as rules
from models.rules import clock, cocreations, polls
from models.rules.clock import Beat, key_of, moment_of
from models.rules.days import local_day
from models.rules.occasions import Why
from models.rules.rhythm import BY_NAME, OCCASIONS, has_its_need, recurrence_of
from models.rules.topics import CLOSE, POST
from models.topic_choice import Past, day_called

SHOWN = timedelta(days=14)
HIDDEN = frozenset(each.name for each in OCCASIONS if not each.in_calendar)
SKIPPED, MOVED, HURRIED = "occurrence skipped", "occurrence moved", "occurrence hurried"
BROUGHT_BACK = "occurrence brought back"


# What members were told lasts until then, and so is moved along.
_MOVED_ALONG: Mapping[str, Callable[[Connection, Place, datetime], None]] = {
    CLOSE.name: topic_days.end_at,
    cocreations.VOTE.name: cocreation_steps.entries_until,
    cocreations.CLOSE.name: cocreation_steps.votes_until,
}


class TooEarly(Refused):
    """What is meant speaks of a time that is not over: it cannot come before `day`."""

    def __init__(self, day: date) -> None:
        super().__init__(day)
        self.day = day


class IsOver(Refused):
    """What is meant was carried out or skipped before, or its new moment is past or too far away."""


@dataclass(frozen=True)
class Entry:
    """Something that is due in the coming days, or was to be.

    `words` are those of the topic promised for that day, or the name that a challenge bears. It `lacks` what it takes
    as long as a co-creation has no theme, a weekly poll nothing to choose from, or a day no topic that could come.
    """

    place: Place
    due_at: datetime
    is_moved: bool = False
    state: Stage = Stage.PLANNED
    why: str | None = None
    words: str | None = None
    lacks: bool = False


async def coming(session: AsyncSession, *, community: Communities, now: datetime) -> Sequence[Entry]:
    """All that is due within 14 days, in the order of time, also what somebody has had skipped."""
    here, until = community.community_id, now + SHOWN
    left_out = {each.name for each in OCCASIONS if not has_its_need(each, community.settings)} | HIDDEN
    rows = await occurrences.listed(session, community_id=here, since=now, until=until + timedelta(seconds=1))
    found = [
        Entry(Place(here, row.kind, row.key), row.due_at, row.is_moved, _stage(row), row.why)
        for row in rows
        if now < row.due_at <= until and row.state != Stage.DONE and row.kind not in left_out
    ]
    ahead = {}
    for occasion in OCCASIONS:
        recurrence = recurrence_of(occasion, community.settings)
        if recurrence is None or occasion.name in left_out:
            continue
        zone = community.time_zone
        for key in clock.between(recurrence, after=now, until=until, time_zone=zone):
            ahead[Place(here, occasion.name, key)] = clock.due_at(recurrence, key, time_zone=zone)
    # What was moved, skipped or done stands at its own moment, which may lie weeks away: so it is known by its name.
    known = await occurrences.known(session, places=ahead)
    found += [Entry(place, due_at) for place, due_at in ahead.items() if place not in known]
    found += await _beginning(session, community, now)
    return await _worded(session, here, sorted(found, key=lambda entry: (entry.due_at, entry.place)))


async def _beginning(session: AsyncSession, community: Communities, now: datetime) -> Sequence[Entry]:
    """The first day of the challenge that is to come, at which nothing is done."""
    one = await challenges.open_one(session, community_id=community.community_id)
    if one is None:
        return []
    at = moment_of(one.starts_on, time(), time_zone=community.time_zone)
    place = Place(community.community_id, rules.BEGIN, one.challenge_id)
    return [Entry(place, at)] if now < at <= now + SHOWN else []


def _stage(row: Occurrences) -> Stage:
    """Where an occurrence is for who looks: one that will be left out at its moment is skipped."""
    return Stage(row.state) if row.why is None else Stage.SKIPPED


async def _worded(session: AsyncSession, community_id: int, entries: Sequence[Entry]) -> Sequence[Entry]:
    """The entries, each topic's with what members have voted for, and whether there is what each takes."""
    connection = await session.connection()
    days = [day_called(one.place.key) for one in entries if one.place.kind == POST.name and one.state is Stage.PLANNED]
    coming = await connection.run_sync(lambda sync: topics.promised(sync, community_id=community_id, days=days))
    words = {(POST.name, key_of(Beat.DAY, day)): text for day, text in coming.items()}
    one = await challenges.open_one(session, community_id=community_id)
    if one is not None and one.title:
        words |= {(kind, one.challenge_id): one.title for kind in (rules.BEGIN, rules.END.name)}
    lacking = await connection.run_sync(lambda sync: _lacking(sync, community_id, days[:1]))
    return [
        replace(entry, words=words.get((entry.place.kind, entry.place.key)), lacks=entry.place.kind in lacking)
        for entry in entries
    ]


def _lacking(connection: Connection, community_id: int, days: Sequence[date]) -> set[str]:
    """The kinds for whose next there is not what it takes; the next topic is that of the first of `days`."""
    found = set() if cocreation_themes.with_some(connection, [community_id]) else {cocreations.OPEN.name}
    found |= {polls.OPEN.name} if preparing.lacking_topics(connection, [community_id]) else set()
    bank = topics.candidates(connection, [community_id]).get(community_id, []) if days else []
    has_none = any(topic_choice.choose(bank, day=day, past=Past()) is None for day in days)
    return found | ({POST.name} if has_none else set())


async def entry(session: AsyncSession, *, community: Communities, place: Place, now: datetime) -> Entry:
    """One of them; `IsOver` if it is none of them any more."""
    found = [each for each in await coming(session, community=community, now=now) if each.place == place]
    if not found:
        raise IsOver
    return found[0]


async def beside(
    session: AsyncSession, *, community: Communities, place: Place, to: datetime, now: datetime
) -> Entry | None:
    """The topic that stands on the day onto which another is about to be put, or that came on it; none of other kinds.

    One that has come bears its words.
    """
    if place.kind != POST.name:
        return None
    here, zone = community.community_id, community.time_zone
    day = local_day(to, time_zone=zone)
    midnight, next_midnight = (moment_of(each, time(), time_zone=zone) for each in (day, day + timedelta(days=1)))
    rows = await occurrences.listed(session, community_id=here, since=midnight, until=next_midnight)
    stands = [row for row in rows if row.kind == POST.name and _stage(row) is not Stage.SKIPPED]
    there = [Entry(Place(here, row.kind, row.key), row.due_at, row.is_moved, _stage(row)) for row in stands]
    ahead = await coming(session, community=community, now=now)
    there += [
        each
        for each in ahead
        if each.place.kind == POST.name and each.state is Stage.PLANNED and midnight <= each.due_at < next_midnight
    ]
    other = next((each for each in there if each.place != place), None)
    if other is None:
        return None
    if other.state is not Stage.DONE:
        return next((each for each in ahead if each.place == other.place), other)
    had = await topics.day(session, community_id=here, key=other.place.key)
    topic = None if had is None else await topics.find(session, community_id=here, topic_id=had.topic_id)
    return replace(other, words=None if topic is None else topic.text)


async def skip(session: AsyncSession, *, community: Communities, place: Place, user_id: int, now: datetime) -> None:
    """Have it left out."""
    _must_be_free(place)
    await _planned(session, community, place, now)
    await replanning.skip(session, place=place, why=Why.BY_ADMIN, now=now)
    await _note(session, place, SKIPPED, user_id=user_id, now=now)


def can_come_back(entry: Entry, *, community: Communities) -> bool:
    """Whether an entry that an administrator has had left out could come after all."""
    occasion = BY_NAME.get(entry.place.kind)
    if occasion is None or entry.state is not Stage.SKIPPED or entry.why != Why.BY_ADMIN:
        return False
    return occasion.recurrence is None or recurrence_of(occasion, community.settings) is not None


async def bring_back(
    session: AsyncSession, *, community: Communities, place: Place, user_id: int, now: datetime
) -> datetime:
    """Have it come after all that was left out; returns when."""
    before = await entry(session, community=community, place=place, now=now)
    if not can_come_back(before, community=community):
        raise IsOver
    comes_at = await replanning.bring_back(session, place=place, now=now)
    await _note(session, place, BROUGHT_BACK, user_id=user_id, now=now, after=comes_at)
    return comes_at


async def move(
    session: AsyncSession,
    *,
    community: Communities,
    place: Place,
    to: datetime,
    user_id: int,
    now: datetime,
) -> None:
    """Have it due at another moment of the coming days."""
    _must_be_free(place)
    before = await _planned(session, community, place, now)
    if not now < to <= now + SHOWN:
        raise IsOver
    _check(community, place, to)
    await _moved(session, place, to, now)
    await _note(session, place, MOVED, user_id=user_id, now=now, before=before.due_at, after=to)


async def hurry(session: AsyncSession, *, community: Communities, place: Place, user_id: int, now: datetime) -> None:
    """Have it due now."""
    if is_shown_only(place):
        raise NoSuchThing
    before = await _planned(session, community, place, now)
    _check(community, place, now)
    await _moved(session, place, now, now)
    await _note(session, place, HURRIED, user_id=user_id, now=now, before=before.due_at)


async def _moved(session: AsyncSession, place: Place, to: datetime, now: datetime) -> None:
    await replanning.move(session, place=place, due_at=to, now=now)
    along = _MOVED_ALONG.get(place.kind)
    if along is not None:
        await (await session.connection()).run_sync(lambda sync: along(sync, place, to))


def is_shown_only(place: Place) -> bool:
    """Whether nothing can be done about something in the calendar."""
    return place.kind == rules.BEGIN or BY_NAME[place.kind].shown_only


def is_fixed(place: Place) -> bool:
    """Whether something can be had sooner, and in no other way be changed."""
    return BY_NAME[place.kind].is_fixed


def _must_be_free(place: Place) -> None:
    if is_shown_only(place) or is_fixed(place):
        raise NoSuchThing


def _check(community: Communities, place: Place, moment: datetime) -> None:
    """Raise `TooEarly` if something cannot be done at that moment."""
    not_before = BY_NAME[place.kind].not_before
    if not_before is not None and local_day(moment, time_zone=community.time_zone) < not_before(place.key):
        raise TooEarly(not_before(place.key))


async def _planned(session: AsyncSession, community: Communities, place: Place, now: datetime) -> Entry:
    found = await entry(session, community=community, place=place, now=now)
    if found.state is not Stage.PLANNED:
        raise IsOver
    return found


async def _note(
    session: AsyncSession,
    place: Place,
    action: str,
    *,
    user_id: int,
    now: datetime,
    before: datetime | None = None,
    after: datetime | None = None,
) -> None:
    details = {
        "kind": place.kind,
        "key": place.key,
        "before": None if before is None else before.isoformat(),
        "after": None if after is None else after.isoformat(),
    }
    act = Act(community_id=place.community_id, user_id=user_id, action=action, details=details, at=now)
    await audit.note(session, act)


def kind_numbered(number: int) -> str:
    """The kind that a button's number means; `NoSuchThing` if none."""
    kinds = (*(each.name for each in OCCASIONS), rules.BEGIN)
    found = next((each for each in kinds if number_of(each) == number), None)
    if found is None:
        raise NoSuchThing
    return found


def number_of(kind: str) -> int:
    """The number under which a button names a kind; it stays the same when others are added, and is short."""
    return sum(place * ord(letter) for place, letter in enumerate(kind, start=1)) % 10_000
