"""`/why`, `/points`, `/earn` and the week in `/me`: where points come from, and what brings none."""

from collections.abc import Awaitable, Callable
from datetime import timedelta
from typing import Any

import pytest

from handlers.links import message_link
from models.rules.sources import message_in
from tests.handlers.asking_in import asked_in, asked_privately, labels, pressed
from tests.living import Living

STRICT = {"KITH_MESSAGES__LEAST_LETTERS": "7", "KITH_LIKENESS__DAYS": "14", "KITH_MESSAGES__COOL_DOWN_SECONDS": "10"}


@pytest.mark.parametrize(
    ("chat_id", "link"),
    [
        (-1001234567890, "https://t.me/c/1234567890/7"),
        (-1000000000001, "https://t.me/c/1/7"),
        (-1000000000000, None),
        (-4321, None),
        (501, None),
    ],
)
def test_a_message_of_a_supergroup_has_an_address(chat_id: int, link: str | None) -> None:
    assert message_link(chat_id=chat_id, message_id=7) == link


def test_an_address_bears_a_public_name_and_a_topic() -> None:
    private, public = {"chat_id": -1001234567890}, {"chat_id": -1001234567890, "username": "tea_room"}
    assert message_link(**private, message_id=7, topic=3) == "https://t.me/c/1234567890/3/7"  # type: ignore[arg-type]
    assert message_link(**public, message_id=7) == "https://t.me/tea_room/7"  # type: ignore[arg-type]
    assert message_link(**public, message_id=7, topic=3) == "https://t.me/tea_room/3/7"  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "source", ["album:-100:77", "reversal:5", "", "message", "message:-100", "message:a:b", "x:1:2"]
)
def test_what_is_no_message_has_no_place(source: str) -> None:
    assert message_in(source) is None


async def test_each_entry_is_told_in_words_with_its_message(town: Living) -> None:
    lin, wei = town.world.person("Lin", language_code="en"), town.world.person("Wei")
    group = town.group(town.world.person("Owner"), "Tea")
    for person in (lin, wei):
        person.joins(group)
    poem = wei.writes(group, "a poem")
    lin.writes(group, "a fine one", reply_to=poem)
    await town.settle()
    lin.reacts(poem, ["👍"])
    await town.settle()
    lin.reacts(poem, [])
    await town.settle()
    told = await asked_privately(town, lin, "/why")
    when = "Mon, 16 Nov 09:00"
    assert (told.text or "").splitlines() == [
        "Tea · your points, the latest first",
        "",
        f"−0.05 · taken back: a reaction given · {when}",
        f"+0.05 · a reaction given · {when}",
        f"+0.1 · a reply · {when}",
        f"+0.2 · a message · {when}",
    ]
    links = [entity["url"] for entity in told.entities if entity["type"] == "text_link"]
    place = f"https://t.me/c/{-group.id - 10**12}/"
    assert [link.removeprefix(place) for link in links] == [
        str(poem.id),
        str(poem.id),
        str(poem.id + 1),
        str(poem.id + 1),
    ]


async def test_a_public_forums_messages_are_found_by_its_name_and_their_topic(live: Any, database_url: str) -> None:
    town: Living = await live(database_url, settings={**STRICT, "KITH_MESSAGES__COOL_DOWN_SECONDS": "0"})
    lin = town.world.person("Lin", language_code="en")
    group = town.group(lin, "Tea", username="tea_room", forum=True)
    topic = lin.creates_topic(group, "Poems")
    poem = lin.writes(group, "Good morning all", topic=topic)
    again = lin.writes(group, "Good morning all!", topic=topic)
    pictures = [lin.writes(group, media="photo", album="7") for _ in range(3)]
    await town.settle()
    page = await asked_privately(town, lin, "/why")

    def links() -> list[str]:
        return [entity["url"] for entity in page.entities if entity["type"] == "text_link"]

    thread = f"https://t.me/tea_room/{topic.thread_id}"
    assert links() == [f"{thread}/{poem.id}", f"https://t.me/tea_room/{pictures[0].id}"]
    await pressed(town, lin, page, "What did not count")
    assert links()[-1] == f"{thread}/{again.id}"
    # Its name is taken away again: the old links lead nowhere, and the next message tells so.
    group.username = None
    lin.writes(group, "Good evening everybody")
    await town.settle()
    assert (await town.community(group)).username is None
    await pressed(town, lin, page, "‹ What counted")
    assert all(link.startswith(f"https://t.me/c/{-group.id - 10**12}/") for link in links())


async def test_entries_are_turned_page_by_page(town: Living) -> None:
    lin = town.world.person("Lin", language_code="en")
    group = town.group(lin)
    for number in range(20):
        lin.writes(group, f"message {number}")
    await town.settle()
    page = await asked_privately(town, lin, "/why")
    assert labels(page) == ["Older ›", "What did not count"]
    found = []
    for label in ("Older ›", "Older ›", None):
        found += [entity["url"] for entity in page.entities if entity["type"] == "text_link"]
        if label:
            await pressed(town, lin, page, label)
    assert len(set(found)) == len(found) == 20
    assert labels(page) == ["‹ Newer", "What did not count"]
    await pressed(town, lin, page, "‹ Newer")
    assert labels(page) == ["‹ Newer", "Older ›", "What did not count"]


async def test_what_did_not_count_is_told_by_reason_and_one_by_one(live: Any) -> None:
    town: Living = await live(settings=STRICT)
    lin = town.world.person("Lin", language_code="en")
    group = town.group(lin, "Tea")
    for text in ("hi", "ok", "Good morning all", "Good morning all!", "Good evening everybody"):
        lin.writes(group, text)
    await town.settle()
    page = await asked_privately(town, lin, "/why")
    assert (page.text or "").count("\n") == 2
    await pressed(town, lin, page, "What did not count")
    lines = (page.text or "").splitlines()
    assert lines[:4] == ["Tea · what did not count", "", "In the last 30 days:", "• too short: 2"]
    assert sorted(lines[4:6]) == [
        "• much the same text or picture as one you sent lately: 1",
        "• too soon after the last one: 1",
    ]
    assert sum("a message · " in line for line in lines) == 4
    assert [entity["type"] for entity in page.entities].count("text_link") == 4
    await pressed(town, lin, page, "‹ What counted")
    assert (page.text or "").startswith("Tea · your points")


async def test_who_has_done_nothing_is_told_how_to_begin(town: Living) -> None:
    lin = town.world.person("Lin", language_code="en")
    group = town.group(town.world.person("Owner"), "Tea")
    lin.joins(group)
    await town.settle()
    page = await asked_privately(town, lin, "/why")
    assert page.text == "Tea\n\nNo points yet. /earn says what brings some."
    await pressed(town, lin, page, "What did not count")
    assert (page.text or "").endswith("Nothing in the last 30 days. Everything you did counted.")


async def test_what_earns_is_told_by_the_groups_own_numbers(live: Any) -> None:
    town: Living = await live(settings={"KITH_MESSAGES__POINTS": "0.75", "KITH_REACTIONS__GIVEN_POINTS": "0"})
    lin = town.world.person("Lin", language_code="en")
    group = town.group(lin)
    (answer,) = await asked_in(town, group, lin, "/earn")
    assert answer.text == "Points: a message 0.75, a reply 0.1, a reaction received 0.1."
    told = (await asked_privately(town, lin, "/earn")).text or ""
    assert "• a message: 0.75, at most 10 a day" in told
    assert "a reaction given" not in told
    assert "Reactions that you give" not in told


async def test_each_pause_is_told_between_deeds_that_count(live: Callable[..., Awaitable[Living]]) -> None:
    town = await live(
        settings={"KITH_REACTIONS__GIVEN_COOL_DOWN_SECONDS": "4", "KITH_REPLIES__COOL_DOWN_SECONDS": "30"}
    )
    lin = town.world.person("Lin", language_code="en")
    await asked_in(town, town.group(lin), lin, "/earn")
    told = (await asked_privately(town, lin, "/earn")).text or ""
    assert "• Reactions that you give count when they are at least 4 seconds apart." in told
    assert "• Replies that count are at least 30 seconds apart." in told


async def test_points_are_told_by_period_and_by_what_was_done(town: Living) -> None:
    lin = town.world.person("Lin", language_code="en")
    group = town.group(town.world.person("Owner"), "Tea")
    lin.joins(group)
    lin.writes(group, "Good morning all")
    await town.settle()
    await town.later(timedelta(days=1))
    lin.writes(group, "Good morning again")
    (answer,) = await asked_in(town, group, lin, "/points")
    assert answer.text == "Lin · 0.4 points"
    lines = ((await asked_privately(town, lin, "/points")).text or "").splitlines()
    assert lines[2] == "0.4 points to spend."
    assert lines[4:8] == ["Today: 0.2", "This week: 0.4", "This month: 0.4", "This season: 0.4"]
    assert "• a message: 0.2 of at most 10" in lines


async def test_the_card_shows_the_week_day_by_day_and_days_in_a_row(town: Living) -> None:
    lin = town.world.person("Lin", language_code="en")
    group = town.group(town.world.person("Owner"))
    lin.joins(group)
    for day, messages in enumerate((1, 0, 4, 2)):
        if day:
            await town.later(timedelta(days=1))
        for number in range(messages):
            lin.writes(group, f"message {number} of day {day}")
        await town.settle()
    lines = ((await asked_privately(town, lin, "/me")).text or "").splitlines()
    assert "Points: Mon ▂ Tue · Wed █ Thu ▄" in lines
    assert "Active 2 days in a row." in lines


async def test_a_day_on_which_one_only_checks_in_is_a_day(live: Callable[..., Awaitable[Living]]) -> None:
    town = await live(settings={"KITH_CHECKINS__ON": "true"})
    lin = town.world.person("Lin", language_code="en")
    group = town.group(town.world.person("Owner"))
    lin.joins(group)
    for words in ("Good morning to you all", "And a good day again", "/checkin"):
        lin.writes(group, words)
        await town.settle()
        shown = (await asked_privately(town, lin, "/me")).text or ""
        await town.later(timedelta(days=1))
    lines = shown.splitlines()
    assert next(line for line in lines if line.startswith("Points: ")).count("·") == 0
    assert "You this week: 2 messages, 1 check-in, on 3 days." in lines
    assert "Active 3 days in a row." in lines


async def test_the_line_in_the_group_is_of_one_week_in_points_and_place(town: Living) -> None:
    lin = town.world.person("Lin", language_code="en")
    group = town.group(town.world.person("Owner"))
    lin.joins(group)
    lin.writes(group, "Good morning all")
    await town.settle()
    await town.later(timedelta(days=7))
    lin.writes(group, "Good morning in another week")
    (answer,) = await asked_in(town, group, lin, "/me")
    assert answer.text == "Lin · 0.2 points this week, 1st"
    assert "0.4 points to spend." in ((await asked_privately(town, lin, "/me")).text or "")
