"""A challenge on its way: it stands in the calendar, its end follows the group's clock, and its post is shut."""

from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import update

from models.challenges import Challengers, Challenges
from models.communities import Communities
from models.occurrences import Occurrences
from models.rules.challenges import length_for
from simulator.chats import Chat
from simulator.messages import Message
from simulator.people import Person
from tests.databases import on_sqlite_alone
from tests.handlers.asking_in import asked_in, asked_privately, forged, labels, pressed, toasts
from tests.handlers.test_checkins import ON, balance, readers, started
from tests.handlers.test_topics import last, press, write
from tests.living import Living

DAY = timedelta(days=1)
EARLY = (
    "Early birds: check in on 3 days, from Tue, 17 Nov to Thu, 19 Nov.\n"
    "Join, then check in on all of them: that brings 10 points and a badge."
)


@pytest.fixture
async def town(live: Callable[..., Awaitable[Living]], database_url: str) -> Living:
    """A Kith whose groups check in, once on each kind of database; it is Monday, 17:00 in Taipei."""
    return await live(database_url, settings=ON)


async def led(town: Living) -> tuple[Chat, Person, Person]:
    """A group of Lin's, who can be written to, with Wei."""
    group, lin, wei = await readers(town)
    lin.starts(town.bot)
    await town.settle()
    return group, lin, wei


async def calendar(town: Living, lin: Person) -> list[str]:
    return (await write(town, lin, "/calendar")).split("\n")[2:]


async def lives_in(town: Living, group: Chat, zone: str) -> None:
    community = await town.community(group)
    async with town.kith.database.writing() as session:
        mine = update(Communities).where(Communities.community_id == community.community_id)
        await session.execute(mine.values(time_zone=zone))


async def until(town: Living, moment: datetime) -> None:
    await town.later(moment - town.kith.clock.now())


@on_sqlite_alone
async def test_the_calendar_shows_how_a_challenge_goes_and_that_nothing_can_be_done_there(town: Living) -> None:
    group, lin, _ = await led(town)
    await started(town, group, lin, "/challenge 3 10 Early birds")
    # The result is told once the night after the last day is over.
    assert await calendar(town, lin) == [
        "1. Tue, 17 Nov 00:00 · A challenge begins: “Early birds”",
        "2. Fri, 20 Nov 08:00 · A challenge's result: “Early birds”",
    ]
    said = await press(town, lin, "2")
    assert said.endswith("Its days were promised to who joined. /challenge stop in the group ends it before.")
    assert labels(last(town, lin)) == ["‹ Back"]
    await press(town, lin, "‹ Back", "1")
    assert labels(last(town, lin)) == ["‹ Back"]
    # Nor does a button that somebody made up.
    (row,) = await town.all(Occurrences)
    page = last(town, lin)
    number = sum(place * ord(letter) for place, letter in enumerate(row.kind, start=1)) % 10_000
    for word in ("calskip", "calnow"):
        forged(town, lin, page, f"{word}:{row.community_id}:{number}:{row.key}")
        await town.settle()
    forged(town, lin, page, f"calmove:{row.community_id}:{number}:{row.key}:2026111712")
    await town.settle()
    (after,) = await town.all(Occurrences)
    assert (after.state, after.due_at, after.is_moved) == ("planned", row.due_at, False)
    await asked_in(town, group, lin, "/challenge stop")
    assert await calendar(town, lin) == ["Nothing is planned. /settings turns the daily topic on."]


@on_sqlite_alone
async def test_a_challenge_that_is_stopped_says_so_in_its_post_and_nowhere_else(town: Living) -> None:
    group, lin, wei = await led(town)
    post = await started(town, group, lin, "/challenge 3 10 Early birds")
    assert (post.text, labels(post)) == (EARLY, ["Join", "Check in"])
    await pressed(town, wei, post, "Join")
    before = len(town.said(group))
    await asked_in(town, group, lin, "/challenge stop")
    assert post.text == f"{EARLY}\nAn administrator has ended it."
    assert labels(post) == []
    await town.later(5 * DAY)
    assert not [one for one in town.said(group)[before:] if "is over" in (one.text or "")]


@on_sqlite_alone
async def test_at_its_end_the_post_loses_its_buttons(town: Living) -> None:
    group, lin, wei = await led(town)
    post = await started(town, group, lin, "/challenge 3 10 Early birds")
    await pressed(town, wei, post, "Join")
    await until(town, datetime(2026, 11, 19, 23, 59, tzinfo=UTC))
    assert labels(post) == ["Join", "Check in"]
    await until(town, datetime(2026, 11, 20, 0, 1, tzinfo=UTC))  # 08:01 in Taipei
    assert (post.text, labels(post)) == (f"{EARLY}\nIt is over.", [])
    assert town.said(group)[-1].text == "Early birds is over: 0 of 1 completed it."


async def test_of_one_that_nobody_joined_those_who_run_the_group_hear_in_the_morning_and_the_group_does_not(
    town: Living,
) -> None:
    group, lin, _ = await led(town)
    post = await started(town, group, lin, "/challenge 3 10 Early birds")
    before = len(town.said(group))
    await until(town, datetime(2026, 11, 19, 23, 59, tzinfo=UTC))
    assert not [words for words in town.told(lin) if "Nobody joined" in words]
    await until(town, datetime(2026, 11, 20, 0, 1, tzinfo=UTC))  # 08:01 in Taipei
    assert town.told(lin)[-1] == "Readers: “Early birds” is over. Nobody joined, so the group hears nothing of it."
    assert (post.text, len(town.said(group))) == (f"{EARLY}\nIt is over.", before)


async def test_who_checks_in_under_its_post_takes_part(town: Living) -> None:
    group, lin, wei = await led(town)
    post = await started(town, group, lin, "/challenge 2 10 Early birds")
    await pressed(town, wei, post, "Check in")
    assert toasts(town)[-1] == "+0.5 · checked in\nYou are in. Check in each day from Tue, 17 Nov to Wed, 18 Nov."
    await town.later(DAY)
    await pressed(town, wei, post, "Check in")
    # It was said once.
    assert toasts(town)[-1] == "+0.5 · day 2 in a row"
    await pressed(town, lin, post, "Check in")
    assert toasts(town)[-1] == "+0.5 · checked in\nYou are in. Check in each day until Wed, 18 Nov."
    await town.later(DAY)
    await pressed(town, wei, post, "Check in")
    assert toasts(town)[-1].endswith("You finished Early birds: 10 points and a badge.")
    assert {row.user_id: row.finished_at is not None for row in await town.all(Challengers)} == {
        lin.id: False,
        wei.id: True,
    }


async def test_who_checks_in_there_when_it_is_too_late_to_join_is_told_so_and_checks_in(town: Living) -> None:
    group, lin, wei = await led(town)
    post = await started(town, group, lin, "/challenge 3 10 today Early birds")
    await town.later(DAY)
    await pressed(town, wei, post, "Check in")
    assert toasts(town)[-1] == (
        "+0.5 · checked in\nToo late for this challenge: a day of it has passed without you. You can join the next."
    )
    assert await town.all(Challengers) == []


async def test_the_badge_that_it_brings_can_be_seen_where_the_ten_are_off(town: Living) -> None:
    group, lin, wei = await led(town)
    post = await started(town, group, lin, "/challenge 2 0 today Early birds")
    for _ in range(2):
        await pressed(town, wei, post, "Check in")
        await town.later(DAY)
    (none,) = await asked_in(town, group, lin, "/badges")
    assert (none.text or "").startswith("There are no badges here.")
    (line,) = await asked_in(town, group, wei, "/badges")
    assert line.text == "Wei · 1 badge"
    card = await asked_privately(town, wei, "/badges")
    assert card.text == "Readers\n\n• Early birds, 17 Nov 2026"


@on_sqlite_alone
async def test_after_an_outage_the_result_comes_at_once(town: Living) -> None:
    group, lin, wei = await led(town)
    post = await started(town, group, lin, "/challenge 3 10 Early birds")
    await pressed(town, wei, post, "Join")
    await until(town, datetime(2026, 11, 27, 8, 0, tzinfo=UTC))
    assert town.said(group)[-1].text == "Early birds is over: 0 of 1 completed it."


@pytest.mark.parametrize(
    ("zone", "told"),
    [
        ("America/Los_Angeles", datetime(2026, 11, 20, 16, 0, tzinfo=UTC)),
        ("UTC", datetime(2026, 11, 20, 8, tzinfo=UTC)),
    ],
)
async def test_the_end_follows_a_zone_that_is_changed(
    live: Callable[..., Awaitable[Living]], zone: str, told: datetime
) -> None:
    town = await live(settings=ON)
    group, lin, wei = await led(town)
    post = await started(town, group, lin, "/challenge 3 10 Early birds")
    await pressed(town, wei, post, "Join")
    await lives_in(town, group, zone)
    await until(town, told - timedelta(minutes=1))
    assert [row.state for row in await town.all(Challenges)] == ["open"]
    await until(town, told + timedelta(minutes=1))
    assert town.said(group)[-1].text == "Early birds is over: 0 of 1 completed it."


@on_sqlite_alone
async def test_one_that_ends_while_kith_is_out_of_the_group_is_over(town: Living) -> None:
    group, lin, wei = await led(town)
    post = await started(town, group, lin, "/challenge 3 10 Early birds")
    await pressed(town, wei, post, "Join")
    lin.removes(town.bot, chat=group)
    await town.settle()
    await town.later(5 * DAY)
    assert [row.state for row in await town.all(Challenges)] == ["ended"]
    lin.adds(town.bot, to=group, administrator=True)
    await town.settle()
    await started(town, group, lin, "/challenge 3 10 Another")


@on_sqlite_alone
async def test_a_press_just_after_the_first_days_midnight_counts_for_that_day(town: Living) -> None:
    group, lin, wei = await led(town)
    ana = town.world.person("Ana", language_code="en")
    group.settle(ana)
    post = await started(town, group, lin, "/challenge 3 10 today Early birds")
    await pressed(town, wei, post, "Join")
    await until(town, datetime(2026, 11, 16, 16, 0, 5, tzinfo=UTC))  # five seconds after midnight in Taipei
    # The press on Join was made before midnight as well, for all that anybody knows.
    await pressed(town, ana, post, "Join")
    assert toasts(town)[-1] == "You are in. Check in each day until Wed, 18 Nov."
    for one in (wei, ana):
        await pressed(town, one, post, "Check in")
        assert "It counted for Mon, 16 Nov." in toasts(town)[-1]
        await pressed(town, one, post, "Join")
        assert toasts(town)[-1] == "Early birds: 1 of 3 days."
    for _ in range(2):
        for one in (wei, ana):
            await pressed(town, one, post, "Check in")
        await town.later(DAY)
    assert [row.finished_at is not None for row in await town.all(Challengers)] == [True, True]


@on_sqlite_alone
async def test_minutes_after_the_first_day_it_is_too_late(town: Living) -> None:
    group, lin, wei = await led(town)
    post = await started(town, group, lin, "/challenge 3 10 today Early birds")
    await until(town, datetime(2026, 11, 16, 16, 3, tzinfo=UTC))
    await pressed(town, wei, post, "Join")
    assert toasts(town)[-1].startswith("Too late for this challenge")


@pytest.mark.parametrize(
    ("checked_in", "active", "days"),
    [(0, 0, 5), (0, 40, 5), (9, 100, 5), (10, 100, 7), (24, 100, 7), (25, 100, 10), (1, 2, 14), (7, 7, 14)],
)
def test_a_challenge_is_as_long_as_the_group_can_keep_up(checked_in: int, active: int, days: int) -> None:
    assert length_for(checked_in=checked_in, active=active) == days


async def test_without_a_number_the_days_follow_how_many_check_in_and_why_is_told(town: Living) -> None:
    group, lin, wei = await led(town)
    (told,) = await asked_in(town, group, lin, "/challenge Early birds")
    assert told.text == (
        "5 days, for a badge. Nobody has checked in on the last seven days, so I begin with few.\n"
        "Days and points before the name set both: /challenge 21 10 Early birds."
    )
    (post,) = [one.text or "" for one in town.said(group) if "Join, then" in (one.text or "")]
    assert post.startswith("Early birds: check in on 5 days, from Tue, 17 Nov to Sat, 21 Nov.")
    assert post.endswith("Join, then check in on all of them: that brings a badge.")
    await asked_in(town, group, lin, "/challenge stop")
    # On two days Wei checks in; Lin is there too, and does not.
    for _ in range(2):
        await asked_in(town, group, wei, "/checkin")
        lin.writes(group, "Good evening all")
        await town.settle()
        await town.later(DAY)
    (told,) = await asked_in(town, group, lin, "/challenge today Late birds")
    assert (told.text or "").startswith("14 days, for a badge. On the last seven days 50% of those who were active")
    (row,) = [one for one in await town.all(Challenges) if one.state == "open"]
    assert (row.days, row.prize, row.title, row.starts_on.day) == (14, 0, "Late birds", 18)


@on_sqlite_alone
async def test_what_looks_like_a_slip_starts_nothing(town: Living) -> None:
    group, lin, _ = await led(town)
    for slip in (
        "/challenge",
        "/challenge x 10",
        "/challenge 3",
        "/challenge 3 10x",
        "/challenge 3 ten 10",
        "/challenge ３ 10",
        "/challenge 7days",
        "/challenge 七天 讀書",
    ):
        answers = await asked_in(town, group, lin, slip)
        assert (answers[0].text or "").startswith("Days and a name"), slip
    assert await town.all(Challenges) == []
    for end in ("end", "結束"):
        assert (await asked_in(town, group, lin, f"/challenge {end}"))[0].text == "No challenge is on."


async def test_days_and_a_name_alone_make_a_challenge_for_a_badge(town: Living) -> None:
    group, lin, _ = await led(town)
    # All that was chosen stands in the post: nobody need be told anything besides.
    assert await asked_in(town, group, lin, "/challenge 7 Read a page a day") == []
    (post,) = town.said(group)[-1:]
    assert post.text == (
        "Read a page a day: check in on 7 days, from Tue, 17 Nov to Mon, 23 Nov.\n"
        "Join, then check in on all of them: that brings a badge."
    )


@pytest.mark.parametrize(
    ("written", "days", "title", "first"),
    [
        ("/challenge 7 today Read a page", 7, "Read a page", 16),
        ("/challenge 7 2026-11-20 Read a page", 7, "Read a page", 20),
        ("/challenge 7 一起讀書", 7, "一起讀書", 17),
        ("/challenge 一起讀書", 5, "一起讀書", 17),
    ],
)
async def test_a_first_day_may_stand_before_the_name_and_a_name_may_begin_like_a_number(
    town: Living, written: str, days: int, title: str, first: int
) -> None:
    group, lin, _ = await led(town)
    await asked_in(town, group, lin, written)
    (row,) = await town.all(Challenges)
    assert (row.days, row.title, row.starts_on.day, row.prize) == (days, title, first, 0)


async def test_who_writes_as_the_group_is_shown_the_whole_usage(town: Living) -> None:
    group, lin, _ = await led(town)
    (asked,) = await asked_in(town, group, lin, "/challenge 7", sender_chat=group)
    press = await pressed(town, lin, asked, "It was me, do it")
    assert press.text is None
    assert (asked.text or "").endswith("/challenge stop ends it.")


@pytest.mark.parametrize("as_the_group", [False, True])
async def test_in_a_forum_it_stands_in_the_topic_in_which_it_was_started_and_so_does_its_result(
    town: Living, as_the_group: bool
) -> None:
    lin = town.world.person("Lin", language_code="en")
    group = town.group(lin, forum=True)
    daily = lin.creates_topic(group, "Daily")
    told = {"topic": daily, "sender_chat": group if as_the_group else None}
    answers = await asked_in(town, group, lin, "/challenge 2 0 today Early birds", **told)
    if as_the_group:
        await pressed(town, lin, answers[0], "It was me, do it")
    (post,) = [one for one in town.said(group) if "Join, then check in" in (one.text or "")]
    await pressed(town, lin, post, "Check in")
    await until(town, datetime(2026, 11, 18, 0, 1, tzinfo=UTC))
    (over,) = [one for one in town.said(group) if "is over: 0 of 1" in (one.text or "")]
    assert [one.raw.get("message_thread_id") for one in (post, over)] == [daily.thread_id] * 2


async def test_who_is_frozen_is_promised_no_points_for_what_they_finish(town: Living) -> None:
    group, lin, wei = await led(town)
    post = await started(town, group, lin, "/challenge 2 10 today Early birds")
    await pressed(town, wei, post, "Check in")
    await asked_in(town, group, lin, "/freeze an advert", reply_to=wei.writes(group, "Buy this today"))
    await town.later(DAY)
    await pressed(town, wei, post, "Check in")
    assert toasts(town)[-1] == "Day 2 in a row\nYou finished Early birds: a badge."
    told = (await asked_privately(town, wei, "/checkin")).text or ""
    assert "of 2 days" not in told
    assert await balance(town, group, wei) == 50
    why = await asked_privately(town, wei, "/why")
    await pressed(town, wei, why, "What did not count")
    lost = "a challenge finished · administrators had stopped your earning · Tue, 17 Nov 17:00"
    assert lost in (why.text or "").split("\n")


async def forgotten_by_one(town: Living) -> tuple[Chat, Person, Message]:
    """A challenge that two have joined, of whom one has had themselves forgotten; and who that is."""
    group, lin, wei = await led(town)
    post = await started(town, group, lin, "/challenge 2 10 Early birds")
    for one in (lin, wei):
        await pressed(town, one, post, "Join")
    await pressed(town, wei, await asked_privately(town, wei, "/forgetme"), "Yes, forget me")
    return group, wei, post


async def test_who_joins_again_after_they_were_forgotten_is_one_and_not_two(town: Living) -> None:
    group, wei, post = await forgotten_by_one(town)
    await pressed(town, wei, post, "Join")
    assert toasts(town)[-1].startswith("You are in.")
    for _ in range(2):
        await town.later(DAY)
        await pressed(town, wei, post, "Check in")
    assert toasts(town)[-1].endswith("You finished Early birds: 10 points and a badge.")
    await until(town, datetime(2026, 11, 19, 0, 1, tzinfo=UTC))
    assert town.said(group)[-1].text == "Early birds is over: 1 of 2 completed it."


async def test_who_was_forgotten_and_did_not_come_back_is_counted_still(town: Living) -> None:
    group, _, _ = await forgotten_by_one(town)
    await until(town, datetime(2026, 11, 19, 0, 1, tzinfo=UTC))
    assert town.said(group)[-1].text == "Early birds is over: 0 of 2 completed it."
