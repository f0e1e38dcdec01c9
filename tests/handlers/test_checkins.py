"""Checking in and challenges, from a word in the group to the ledger and back."""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import timedelta

import pytest

from models import checkins, points
from models.challenges import Challengers, Challenges
from models.checkins import CheckIns, Streaks
from models.communities import Communities
from models.honours import Badges
from models.points import Ledger
from simulator.chats import Chat
from simulator.messages import Message
from simulator.people import Person
from tests.databases import on_sqlite_alone
from tests.handlers.asking_in import asked_in, asked_privately, forged, labels, pressed, toasts
from tests.living import Living

ON = {
    "KITH_CHECKINS__ON": "true",
    "KITH_COMMUNITIES__TIME_ZONE": "Asia/Taipei",
    "KITH_MESSAGES__POINTS": "0",
}
DAY = timedelta(days=1)


@pytest.fixture
async def town(live: Callable[..., Awaitable[Living]], database_url: str) -> Living:
    """A Kith whose groups check in, once on each kind of database."""
    return await live(database_url, settings=ON)


async def readers(town: Living) -> tuple[Chat, Person, Person]:
    """A group of Lin's in which Wei was before Kith."""
    lin, wei = town.world.person("Lin", language_code="en"), town.world.person("Wei", language_code="en")
    group = town.group(lin)
    group.settle(wei)
    wei.writes(group, "Good morning all")
    await town.settle()
    return group, lin, wei


async def line(town: Living, group: Chat, person: Person, text: str = "/checkin") -> list[str]:
    return [answer.text or "" for answer in await asked_in(town, group, person, text)]


async def balance(town: Living, group: Chat, person: Person) -> int:
    number = (await town.community(group)).community_id
    found: int = await town.read(lambda s: points.balance(s, community_id=number, user_id=person.id))
    return found


async def test_members_check_in_by_command_word_and_in_private_and_each_day_counts_once(town: Living) -> None:
    group, _, wei = await readers(town)
    assert await line(town, group, wei) == ["Wei · +0.5 · checked in"]
    assert await line(town, group, wei, "签到") == ["Wei · already checked in today"]
    assert await line(town, group, wei, "签到了") == []
    await town.later(DAY)
    assert await line(town, group, wei, " Check In ") == ["Wei · +0.5 · day 2 in a row"]
    # The line vanishes.
    await town.later(timedelta(seconds=91))
    assert all("in a row" not in (said.text or "") for said in town.said(group))
    told = (await asked_privately(town, wei, "/checkin")).text or ""
    assert told == "Readers\n\nAlready checked in today: day 2 in a row."
    await town.later(DAY)
    assert (await asked_privately(town, wei, "签到")).text == "Readers\n\nChecked in: +0.5, day 3 in a row."
    assert await balance(town, group, wei) == 150
    assert [(entry.action, entry.points) for entry in await town.all(Ledger)] == [("checkin", 50)] * 3
    (streak,) = await town.all(Streaks)
    assert (streak.streak, streak.longest, streak.cards) == (3, 3, 0)
    # A newcomer's first days count double; what is forwarded asks nothing.
    ann = town.world.person("Ann", language_code="en")
    ann.joins(group)
    assert await line(town, group, ann) == ["Ann · +1 · checked in"]
    forwarded = wei.writes(group, forward_of=ann.writes(group, "/checkin"))
    await town.settle()
    assert [said for said in town.said(group) if said.reply_to is forwarded] == []


async def test_a_challenge_is_started_joined_finished_paid_once_and_told(town: Living) -> None:
    group, lin, wei = await readers(town)
    post = await started(town, group, lin, "/challenge 3 10 today Early <birds>")
    assert post.text == (
        "Early <birds>: check in on 3 days, from Mon, 16 Nov to Wed, 18 Nov.\n"
        "Join, then check in on all of them: that brings 10 points and a badge."
    )
    assert labels(post) == ["Join", "Check in"]
    assert (await line(town, group, lin, "/challenge 3 10"))[0].startswith("There is a challenge already.")
    await pressed(town, wei, post, "Join")
    assert toasts(town)[-1] == "You are in. Check in each day until Wed, 18 Nov."
    await pressed(town, wei, post, "Check in")
    assert toasts(town)[-1] == "+0.5 · checked in"
    await pressed(town, wei, post, "Join")
    assert toasts(town)[-1] == "Early <birds>: 1 of 3 days."
    await town.later(DAY)
    await pressed(town, wei, post, "Check in")
    await pressed(town, lin, post, "Join")
    assert toasts(town)[-1].startswith("Too late for this challenge")
    await town.later(DAY)
    await pressed(town, wei, post, "Check in")
    assert toasts(town)[-1] == "+0.5 · day 3 in a row\nYou finished Early <birds>: 10 points and a badge."
    await pressed(town, wei, post, "Check in")
    assert toasts(town)[-1] == "Already checked in today · day 3 in a row"
    assert await balance(town, group, wei) == 1150
    assert [row.user_id for row in await town.all(Badges)] == [wei.id]
    before = len(town.said(group))
    for _ in range(3):
        await town.later(timedelta(hours=16))
    told = [said.text for said in town.said(group)[before - 1 :] if "is over:" in (said.text or "")]
    assert told == ["Early <birds> is over: 1 of 1 completed it."]
    (over,) = [call.params for call in town.bot.calls if "is over:" in str(call.params.get("text"))]
    assert over["disable_notification"] is True
    assert [row.finished_at is not None for row in await town.all(Challengers)] == [True]


async def test_a_challenge_that_is_over_is_held_against_nobody(live: Callable[..., Awaitable[Living]]) -> None:
    town = await live(settings=ON)
    group, lin, wei = await readers(town)
    post = await started(town, group, lin, "/challenge 2 10")
    await pressed(town, wei, post, "Join")
    await town.later(DAY)
    told = (await asked_privately(town, wei, "/checkin")).text or ""
    assert "1 of 2 days" in told
    await town.later(4 * DAY)
    assert "of 2 days" not in ((await asked_privately(town, wei, "/checkin")).text or "")


async def started(town: Living, group: Chat, who: Person, text: str) -> Message:
    before = len(town.said(group))
    who.writes(group, text)
    await town.settle()
    (post,) = town.said(group)[before:]
    return post


async def test_who_may_start_and_stop_a_challenge_and_what_is_refused(live: Callable[..., Awaitable[Living]]) -> None:
    town = await live(settings=ON)
    group, lin, wei = await readers(town)
    assert "administrators" in (await line(town, group, wei, "/challenge 3 10"))[0]
    for wrong in ("/challenge", "/challenge x 10", "/challenge 3", "/challenge 3 10x", "/challenge ３ 10"):
        assert (await line(town, group, lin, wrong))[0].startswith("Days and a name"), wrong
    for impossible in ("/challenge 1 10", "/challenge 101 10", "/challenge 3 1001", "/challenge 3 1 2020-01-01"):
        assert (await line(town, group, lin, impossible))[0].startswith("A challenge has 2 to 100 days"), impossible
    assert await line(town, group, lin, "/challenge stop") == ["No challenge is on."]
    post = await started(town, group, lin, "/challenge 7 0")
    assert (post.text or "").startswith("7-day challenge: check in on 7 days, from Tue, 17 Nov")
    assert await line(town, group, lin, "/challenge stop") == [
        "Stopped: 7-day challenge. Whoever has finished it keeps the prize."
    ]
    nameless = await started(town, group, lin, "/challenge 7 0 \u3164\u200b\u202e")
    assert (nameless.text or "").startswith("7-day challenge: check in on 7 days")
    await line(town, group, lin, "/challenge stop")
    row = (await town.all(Challenges))[0]
    forged(town, wei, post, f"joinchallenge:{row.community_id}:{row.challenge_id}")
    await town.settle()
    assert toasts(town)[-1] == "No challenge is on."
    assert [row.state for row in await town.all(Challenges)] == ["stopped"] * 2
    assert "started a challenge (7 days)" in ((await asked_privately(town, lin, "/audit")).text or "")


async def test_only_who_is_in_the_group_checks_in_by_the_button(live: Callable[..., Awaitable[Living]]) -> None:
    town = await live(settings=ON)
    group, lin, wei = await readers(town)
    post = await started(town, group, lin, "/challenge 7 0")
    # A private group: whoever can press is in it, though they never wrote.
    quiet = town.world.person("Quiet", language_code="en")
    group.settle(quiet)
    await pressed(town, quiet, post, "Check in")
    assert toasts(town)[-1].startswith("+0.5 · checked in\nYou are in.")
    # Who has left is not.
    wei.leaves(group)
    await town.settle()
    number = (await town.community(group)).community_id
    forged(town, wei, post, f"checkinhere:{number}")
    await town.settle()
    assert toasts(town)[-1].startswith("I have not met you here yet.")
    # Nor does a button of another group do, or one without a community.
    for data in (f"checkinhere:{number + 1}", "checkinhere:", f"checkinhere:{number}:1"):
        forged(town, quiet, post, data)
        await town.settle()
    assert {row.user_id for row in await town.all(CheckIns)} == {quiet.id}


async def test_where_it_is_off_the_word_is_a_word_and_the_command_says_so(town: Living) -> None:
    group, _, wei = await readers(town)
    async with town.kith.database.writing() as session:
        community: Communities = await session.merge(await town.community(group))
        community.settings = {**community.settings, "checkins": {"on": False}}
    assert await line(town, group, wei, "签到") == []
    assert (await line(town, group, wei))[0].startswith("Checking in is off here.")
    assert await town.all(CheckIns) == []


@on_sqlite_alone
async def test_a_word_written_before_midnight_counts_for_its_day_however_late_it_is_read(town: Living) -> None:
    group, _, wei = await readers(town)
    await town.later(timedelta(hours=6, minutes=59))  # 23:59 in Taipei
    assert await line(town, group, wei) == ["Wei · +0.5 · checked in"]
    await town.later(DAY)
    wei.writes(group, "签到")
    await town.later(timedelta(hours=5))
    assert sorted((row.day.day, row.how) for row in await town.all(CheckIns)) == [(16, "checked"), (17, "checked")]


@on_sqlite_alone
async def test_of_many_check_ins_at_once_one_counts(town: Living) -> None:
    group, _, wei = await readers(town)
    here = await town.community(group)

    async def once() -> bool:
        async with town.kith.database.writing() as session:
            done = await checkins.check_in(session, here=here, user_id=wei.id, at=town.kith.clock.now())
            return done.outcome is not None

    assert sorted(await asyncio.gather(*[once() for _ in range(8)])) == [False] * 7 + [True]
    assert await balance(town, group, wei) == 50
