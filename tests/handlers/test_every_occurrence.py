"""Whatever an administrator does about an occurrence of whichever kind, nothing is left stuck.

Each kind is skipped in one group, moved in another, posted now in a third and skipped and brought back in a fourth, all
of which live through two months.
Kinds of which one is a step to the other have groups of their own.
"""

from collections.abc import Awaitable, Callable, Collection, Mapping
from contextlib import nullcontext
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import Connection
from sqlalchemy.ext.asyncio import AsyncSession

from models import calendar, cocreation_themes, cocreations, communities, settings, topics
from models.boards import Boards
from models.cocreations import Cocreations
from models.ids import new_id
from models.occurrences import Occurrences, Place, Stage
from models.proposals import Proposals
from models.refusals import NoSuchThing
from models.rounds import PollRounds
from models.rules.cocreations import Plan
from models.rules.kits import Kit, topics_of
from models.rules.rhythm import OCCASIONS
from models.topics import TopicDays
from scheduler.occurrences import BY_KIND
from simulator.chats import Chat
from simulator.people import Person
from tests.living import START, Living

SKIP, MOVE, NOW, BACK = ACTS = ("skip", "move", "post now", "bring back")
FIXED = "polls.close"
Case = tuple[str, str]


def at(month: int, day: int, hour: int, minute: int = 5) -> datetime:
    """A moment; January is that of the year after."""
    return datetime(2027 if month == 1 else 2026, month, day, hour, minute, tzinfo=UTC)


TOPICS = {"on": True, "hour": 10, "open_hours": 4, "pins": True}
WORKS = {"on": True, "accepted_by": 1, "reminder_hour": 18}
SETTINGS: Mapping[str, Mapping[str, Mapping[str, Any]]] = {
    "topics": {"topics": TOPICS},
    "polls": {
        "topics": TOPICS,
        "polls": {"on": True, "weekday": "monday", "hour": 10, "open_days": 1},
    },
    "questions": {"questions": {"on": True, "reminder": True, "reminder_hour": 18}},
    "works": {"works": WORKS},
    "cocreations": {
        "works": WORKS,
        "cocreations": {"on": True, "hour": 19, "entry_days": 1, "voting_days": 1, "month_day": 17},
    },
    "boards": {"boards": {"weekly": True, "monthly": True, "seasonal": True, "hour": 10}},
}
# When each is decided about, when it would come, and to when it is moved: the boards behind the next of their kind.
TIMES: Mapping[str, tuple[datetime, datetime, datetime]] = {
    "topics.post": (START, at(11, 16, 10), at(11, 17, 15)),
    "topics.close": (at(11, 16, 10), at(11, 16, 14), at(11, 18, 12)),
    "polls.open": (START, at(11, 16, 10), at(11, 17, 12)),
    "polls.close": (at(11, 16, 10), at(11, 17, 10), at(11, 18, 12)),
    "cocreations.open": (START, at(11, 17, 19), at(11, 25, 12)),
    "cocreations.vote": (START, at(11, 18, 19), at(11, 20, 12)),
    "cocreations.close": (at(11, 18, 19), at(11, 19, 19), at(11, 21, 12)),
    "cocreations.settle": (at(11, 19, 19), at(11, 19, 19, 20), at(11, 20, 12)),
    "boards.week": (at(11, 23, 0), at(11, 23, 10), at(12, 2, 12)),
    "boards.month": (at(12, 1, 0), at(12, 1, 10), at(12, 10, 12)),
    "boards.season": (at(1, 1, 0), at(1, 1, 10), at(1, 9, 12)),
}
# What the group reads of it once, and what instead where it was skipped.
READ: Mapping[str, tuple[str, str | None]] = {
    "topics.close": ("1 answer ", None),
    "cocreations.vote": ("Letters: which one do you like best?", "Letters is over, with 2 works."),
    "cocreations.close": ("Letters: Wei wins with 1 vote.", None),
    "cocreations.settle": ("Letters is over, with 2 works.", None),
    "boards.week": ("The week's board · 16 Nov to 22 Nov 2026", None),
    "boards.month": ("The month's board · 1 Nov to 30 Nov 2026", None),
    "boards.season": ("The season is over", None),
}
# What comes daily has shown enough by then, and is turned off.
ENOUGH = at(11, 18, 12)
DAILY: Mapping[str, Mapping[str, Any]] = {"topics": {"on": False}, "questions": {"on": False}}
# Those in a group of their own, by its number; the others are decided about in the first.
APART = {"topics.close": 1, "polls.close": 1, "cocreations.vote": 1, "cocreations.close": 2, "cocreations.settle": 3}
LATER = (at(11, 22, 19), at(11, 30, 10), at(1, 20, 10))


async def test_nothing_is_stuck_whatever_is_skipped_moved_posted_now_or_brought_back(
    live: Callable[..., Awaitable[Living]],
) -> None:
    # A word to administrators that is said only if something waits is none of the calendar's.
    assert set(TIMES) == {each.name for each in OCCASIONS if each.in_calendar and not each.shown_only}
    town = await live(settings={"KITH_COMMUNITIES__TIME_ZONE": "UTC"})
    lin, wei, ada = (town.world.person(name, language_code="en") for name in ("Lin", "Wei", "Ada"))
    lin.starts(town.bot)
    homes = {(number, act): town.group(lin, f"{number}: {act}") for number in range(4) for act in ACTS}
    for group in homes.values():
        lin.promotes(town.bot, chat=group, rights={"can_pin_messages": True, "can_delete_messages": True})
        for one in (wei, ada):
            one.joins(group)
            one.writes(group, "Good morning all, how are you today?")
    await town.settle()
    groups = {(kind, act): homes[APART.get(kind, 0), act] for kind in TIMES for act in ACTS}
    for home, group in homes.items():
        await begin(town, group, {kind for kind in TIMES if groups[kind, home[1]] is group}, lin)
    work(groups, wei, ada)
    await town.later(timedelta())
    decided: dict[Case, Place] = {}
    for moment in sorted({each for times in TIMES.values() for each in times} | {ENOUGH, *LATER}):
        await town.later(moment - town.kith.clock.now())
        await live_on(town, groups, moment, lin, wei, ada)
        now = {case: group for case, group in groups.items() if TIMES[case[0]][0] == moment}
        for case, group in now.items():
            await decide(town, group, case, lin, decided)
        for group in homes.values() if moment == ENOUGH else ():
            await change(town, group, DAILY, lin)
        if now:
            await town.later(timedelta(minutes=1))
        for place in [decided[case] for case in now if case[1] == BACK and case in decided]:
            await bring_back(town, place, lin)
    wrong = [news for case in groups for news in await told(town, case, groups[case], decided)]
    assert wrong + await stuck(town) == []


async def change(town: Living, group: Chat, values: Mapping[str, Mapping[str, Any]], lin: Person) -> None:
    number, now = (await town.community(group)).community_id, town.kith.clock.now()
    async with town.kith.database.writing() as session:
        await settings.change(session, community_id=number, values=values, user_id=lin.id, now=now)


async def begin(town: Living, group: Chat, kinds: Collection[str], lin: Person) -> None:
    """Turn features on in a group, and give them what they need."""
    features, now = {kind.partition(".")[0] for kind in kinds}, town.kith.clock.now()
    values = {name: dict(fields) for feature in features for name, fields in SETTINGS[feature].items()}
    if "cocreations.open" in kinds:
        values["cocreations"]["monthly"] = True
    await change(town, group, values, lin)
    number = (await town.community(group)).community_id
    about = {"community_id": number, "user_id": lin.id, "now": now}
    async with town.kith.database.writing() as session:
        if "topics" in features:
            await (await session.connection()).run_sync(lambda sync: _fill(sync, number))
        if "polls" in features:
            for place, text in enumerate(("Which book?", "Which tool?")):
                admitted = {"proposer_id": lin.id, "plain": str(place), "state": "admitted", "proposed_at": now}
                session.add(Proposals(community_id=number, proposal_id=new_id(), text=text, **admitted))
        if "cocreations.open" in kinds:
            await cocreation_themes.add(session, themes=["Letters"], **about)  # type: ignore[arg-type]
        elif "cocreations" in features:
            plan = Plan("Letters", at(11, 18, 0).date(), 1)
            await cocreations.start(session, plan=plan, source="it", **about)  # type: ignore[arg-type]


def _fill(connection: Connection, number: int) -> None:
    topics.put(connection, community_id=number, topics=topics_of(Kit.LEARNING, language="en"))


def work(groups: Mapping[Case, Chat], wei: Person, ada: Person) -> None:
    """Members do what the features are about."""
    for (kind, _), group in groups.items():
        if kind.startswith("cocreations") and kind != "cocreations.open":
            ada.reacts(wei.writes(group, "#cocreate", media="photo"), ["👍"])
            wei.reacts(ada.writes(group, "#cocreate", media="voice"), ["👍"])
        elif kind == "works.remind":
            wei.writes(group, "#share", media="photo")
        elif kind == "questions.remind":
            wei.writes(group, "#question Which edition should one begin with?")


async def live_on(
    town: Living, groups: Mapping[Case, Chat], moment: datetime, lin: Person, wei: Person, ada: Person
) -> None:
    """What members do meanwhile."""
    for (kind, _), group in groups.items():
        if kind == "topics.close" and moment == at(11, 16, 10):
            (topic,) = [message for message in town.said(group) if "Topic of the day" in (message.text or "")]
            answer = wei.writes(group, "That I always begin too late with it", reply_to=topic)
            ada.reacts(answer, ["👍"])
        elif kind in ("cocreations.close", "cocreations.settle") and moment == at(11, 18, 19):
            (ballot,) = [message for message in town.said(group) if message.poll is not None]
            ada.votes(ballot, [0])
            if kind == "cocreations.settle":
                # Its votes are asked for, and nobody says why there is no answer.
                lin.deletes(ballot)
                about = {"status": 403, "description": "Forbidden: no", "chat_id": group.id}
                town.world.faults.add(method="stopPoll", **about)  # type: ignore[arg-type]
    await town.settle()


async def decide(town: Living, group: Chat, case: Case, lin: Person, decided: dict[Case, Place]) -> None:
    """Lin decides about the next occurrence of a kind."""
    kind, act = case

    async def do(session: AsyncSession) -> None:
        community, now = await town.community(group), town.kith.clock.now()
        coming = await calendar.coming(session, community=community, now=now)
        place = next(entry.place for entry in coming if entry.place.kind == kind)
        about = {"community": community, "place": place, "user_id": lin.id, "now": now}
        if act in (SKIP, BACK):
            await calendar.skip(session, **about)  # type: ignore[arg-type]
        elif act == MOVE:
            await calendar.move(session, to=TIMES[kind][2].replace(minute=0), **about)  # type: ignore[arg-type]
        else:
            await calendar.hurry(session, **about)  # type: ignore[arg-type]
        decided[case] = place

    async with town.kith.database.writing() as session:
        if kind == FIXED and act != NOW:
            with pytest.raises(NoSuchThing):
                await do(session)
        else:
            await do(session)


async def bring_back(town: Living, place: Place, lin: Person) -> None:
    """Lin has thought better of having something skipped, and presses twice."""
    now = town.kith.clock.now()
    for is_first in (True, False):
        async with town.kith.database.writing() as session:
            here = await communities.find(session, community_id=place.community_id)
            assert here is not None
            about = {"community": here, "place": place, "user_id": lin.id, "now": now}
            with nullcontext() if is_first else pytest.raises(calendar.IsOver):
                await calendar.bring_back(session, **about)  # type: ignore[arg-type]


async def told(town: Living, case: Case, group: Chat, decided: Mapping[Case, Place]) -> list[Any]:
    """What has become of a case otherwise than it should."""
    kind, act = case
    wrong: list[Any] = []
    if kind.startswith("boards"):
        archived = sorted(board.board for board in await town.all(Boards) if board.community_id == decided[case][0])
        # Whatever was skipped or moved, they are kept.
        if archived != [2_2026_11_16, 3_2026_11_01, 4_2026_10_01]:
            wrong.append((case, archived))
    if case in decided:
        (row,) = [row for row in await town.all(Occurrences) if (row.community_id, row.kind, row.key) == decided[case]]
        decided_at, comes_at, moved_to = TIMES[kind]
        when = {SKIP: comes_at, MOVE: moved_to, NOW: decided_at, BACK: comes_at}[act]
        on_time = row.settled_at is not None and abs(row.settled_at - when) <= timedelta(minutes=20)
        is_skipped = (row.state, row.why) == (Stage.SKIPPED, "by_admin")
        at_once = act == SKIP and BY_KIND[kind].left_out is None
        if not (is_skipped if act == SKIP else row.state == Stage.DONE) or not (on_time or at_once):
            wrong.append((case, row.state, row.why, row.settled_at))
    said = [message.text or (message.poll.question if message.poll else "") for message in town.said(group)]
    done, instead = READ.get(kind, ("", None))
    read = {words: sum(words in text for text in said) for words in (done, instead) if words}
    if done and (read[done] != (act != SKIP) or (act == SKIP and instead and read[instead] != 1)):
        wrong.append((case, read, said))
    if group.pinned:
        wrong.append((case, "still pinned"))
    return wrong


async def stuck(town: Living) -> list[Any]:
    """Whatever has not come to the end that was told."""
    now = town.kith.clock.now()
    found: list[Any] = [
        (row.community_id, row.kind, row.key)
        for row in await town.all(Occurrences)
        if row.state == Stage.PLANNED and row.due_at <= now
    ]
    found += [
        (one.community_id, one.theme) for one in await town.all(Cocreations) if one.state not in ("ended", "called_off")
    ]
    found += [(one.community_id, one.number) for one in await town.all(PollRounds) if one.state == "open"]
    found += [
        (day.community_id, day.key) for day in await town.all(TopicDays) if day.closes_at < now and day.answered is None
    ]
    polls = [message for chat in town.world.chats.values() for message in chat.messages if message.poll is not None]
    found += [
        message.chat.title for message in polls if not message.deleted and message.poll and not message.poll.closed
    ]
    assert len(polls) > 6
    return found
