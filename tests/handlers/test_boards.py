"""Boards that are over in a whole town: posted, linked to, paged through as they stood, and forgotten with a person."""

from collections.abc import Awaitable, Callable
from datetime import date, timedelta

import pytest

from models.boards import Boards
from models.occurrences import Occurrences
from models.rules.points import Period, board_number
from simulator.chats import Chat
from simulator.messages import Message
from simulator.people import Person
from tests.handlers.asking_in import asked_privately, labels, pressed
from tests.handlers.test_topics import last, people, press, write
from tests.living import Living

# It is Monday, 09:00; the week's board comes at ten.
ON = {
    "KITH_BOARDS__WEEKLY": "true",
    "KITH_BOARDS__MONTHLY": "true",
    "KITH_BOARDS__SEASONAL": "true",
    "KITH_BOARDS__LINES": "3",
    "KITH_BADGES__ON": "true",
    "KITH_LEVELS__ON": "true",
    "KITH_LEVELS__TELL": "false",
    "KITH_WORKS__ON": "true",
    "KITH_WORKS__ACCEPTED_BY": "0",
    "KITH_MESSAGES__POINTS": "1.0",
    "KITH_MESSAGES__DAILY_CAP_POINTS": "1000",
}
HOUR, DAY = timedelta(hours=1), timedelta(days=1)


@pytest.fixture
async def town(live: Callable[..., Awaitable[Living]]) -> Living:
    """A Kith with all boards."""
    return await live(settings=ON)


def boards(town: Living, group: Chat) -> list[Message]:
    """The boards in a group."""
    return [
        each for each in town.said(group) if "board ·" in (each.text or "") or "season is over" in (each.text or "")
    ]


async def opened(town: Living, person: Person, message: Message) -> Message:
    """What the link under a board shows in private."""
    ((door,),) = message.keyboard
    person.starts(town.bot, door["url"].partition("?start=")[2])
    await town.settle()
    return last(town, person)


async def test_a_quarter_of_boards(town: Living) -> None:
    lin = town.world.person("Lin", language_code="en")
    lin.starts(town.bot)
    group = town.group(lin)
    wei, ana, bo, cy = await people(town, group, "Wei", "Ana", "Bo", "Cy")
    wei.writes(group, "Good morning all")
    await town.later(timedelta(minutes=1))
    for number in range(6):
        wei.writes(group, f"And this is number {number}")
        await town.settle()
    for person in (ana, ana, bo, bo, cy):
        person.writes(group, "Good morning to you")
    ana.writes(group, "Look at what I have made, with my own hands #share")
    await town.later(timedelta(minutes=1))
    await pressed(town, lin, last(town, lin), "Good +2")
    await pressed(town, lin, last(town, lin), "Feature it +5")
    await town.later(timedelta(minutes=1))

    # An administrator sees it coming, and cannot have it before the week is over.
    coming = await write(town, lin, "/calendar")
    assert "Mon, 23 Nov 10:00 · The week's board" in coming
    (line,) = [line for line in coming.split("\n") if "The week's board" in line and "23 Nov" in line]
    await press(town, lin, line.partition(".")[0])
    toast = lin.taps(last(town, lin), "Post now")
    await town.settle()
    assert toast.text == "That board is complete on Mon, 23 Nov; it can come from then on."

    await town.later(6 * DAY + 22 * HOUR)
    assert boards(town, group) == []
    await town.later(3 * HOUR)
    (week,) = boards(town, group)
    assert (week.text or "").split("\n") == [
        "The week's board · 16 Nov to 22 Nov 2026",
        "1. Ana · 10",
        "2. Wei · 7",
        "3. Bo · 2",
        "",
        "New levels: Wei (Neighbour), Ana (Neighbour)",
        "Newly featured: Ana (text)",
    ]
    sent = [call for call in town.bot.calls if "board</b> ·" in str(call.params.get("text"))]
    assert [call.params["disable_notification"] for call in sent] == [True]

    # What is over stays as it stood: another name, somebody gone, points taken back.
    was = (await opened(town, cy, week)).text or ""
    assert was.split("\n") == [
        "Readers",
        "16 Nov to 22 Nov 2026",
        "",
        "1. Ana · 10",
        "2. Wei · 7",
        "3. Bo · 2",
        "4. Cy · 1",
    ]
    ana.name = "Ana Banana"
    ana.writes(group, "I have another name now")
    lin.writes(group, "/deduct 5 an advert", reply_to=wei.writes(group, "And I say more"))
    bo.leaves(group)
    await town.settle()
    assert (await opened(town, cy, week)).text == was

    await _pages(town, cy, was)
    # Who has left the boards is named there to nobody else, while they want it so.
    shown = await asked_privately(town, wei, "/privacy")
    await pressed(town, wei, shown, "Take me off the boards")
    assert "1. Ana · 10\n2. Somebody · 7\n3. Bo · 2" in ((await opened(town, cy, week)).text or "")
    assert "2. Wei · 7" in ((await opened(town, wei, week)).text or "")
    await pressed(town, wei, shown, "Put me on the boards")
    # Who wants to be forgotten is named there no more, and their place stays.
    await pressed(town, ana, await asked_privately(town, ana, "/forgetme"), "Yes, forget me")
    assert "1. Somebody · 10\n2. Wei · 7" in ((await opened(town, cy, week)).text or "")
    await _ends(town, group, cy)


async def _pages(town: Living, cy: Person, was: str) -> None:
    """By /top in private: from the running week to what is over, and on to the one before."""
    await town.later(7 * DAY)
    top = await asked_privately(town, cy, "/top")
    assert "Earlier weeks" in labels(top)
    await pressed(town, cy, top, "Earlier weeks")
    assert (last(town, cy).text or "").endswith("23 Nov to 29 Nov 2026\n\n1. Ana Banana · 1")
    assert labels(last(town, cy)) == ["‹", "This week"]
    await pressed(town, cy, last(town, cy), "‹")
    assert last(town, cy).text == was
    assert labels(last(town, cy)) == ["›", "This week"]


async def _ends(town: Living, group: Chat, cy: Person) -> None:
    """December's first day brings the month's board, the new year the season's end, its badge, and a new season."""
    await town.later(2 * DAY)
    assert (boards(town, group)[-1].text or "").startswith("The month's board · 1 Nov to 30 Nov 2026\n")
    await town.later(31 * DAY)
    (ended,) = [each for each in boards(town, group) if "season" in (each.text or "")]
    assert (ended.text or "").split("\n") == [
        "The season is over · 1 Oct to 31 Dec 2026",
        "🏆 Wei",
        "",
        "1. Wei · 3",
        "2. Cy · 1",
        "",
        "The first 3 get its badge.",
        "A new season has begun, and its board starts at 0; points and levels stay.",
    ]
    assert "A new badge in Readers: Podium of a season" in "\n".join(town.told(cy))
    kept = await town.all(Boards)
    assert len(kept) == 4
    skipped = [row.why for row in await town.all(Occurrences) if row.kind == "boards.week" and row.why]
    assert skipped.count("nothing") >= 1


async def test_who_has_left_the_boards_is_not_named_for_a_featured_work_either(town: Living) -> None:
    lin = town.world.person("Lin", language_code="en")
    lin.starts(town.bot)
    group = town.group(lin)
    wei, ana = await people(town, group, "Wei", "Ana")
    wei.writes(group, "Good morning all")
    ana.writes(group, "Look at what I have made, with my own hands #share")
    await town.later(timedelta(minutes=1))
    await pressed(town, lin, last(town, lin), "Good +2")
    await pressed(town, lin, last(town, lin), "Feature it +5")
    await pressed(town, ana, await asked_privately(town, ana, "/privacy"), "Take me off the boards")
    await town.later(7 * DAY + 2 * HOUR)
    (week,) = boards(town, group)
    assert (week.text or "").split("\n")[1:] == ["1. Wei · 1", "", "Newly featured: a work (text)"]


async def test_who_fell_from_a_level_by_what_was_taken_back_is_not_named_for_it(
    live: Callable[..., Awaitable[Living]], database_url: str
) -> None:
    town = await live(database_url, settings=ON)
    lin = town.world.person("Lin", language_code="en")
    group = town.group(lin)
    wei, ana, bo = await people(town, group, "Wei", "Ana", "Bo")
    for person, times in ((wei, 7), (ana, 7), (bo, 16)):
        person.writes(group, "Good morning all")
        await town.later(timedelta(minutes=1))
        for number in range(times):
            person.writes(group, f"And this is number {number}")
        await town.later(timedelta(minutes=1))
    for person in (wei, bo):
        lin.writes(group, "/deduct 6 an advert", reply_to=person.writes(group, "And I say more"))
    await town.settle()
    await town.later(6 * DAY + 23 * HOUR)
    await town.later(3 * HOUR)
    (week,) = boards(town, group)
    assert (week.text or "").split("\n")[1:] == [
        "1. Bo · 12",
        "2. Ana · 8",
        "3. Wei · 3",
        "",
        "New levels: Ana (Neighbour), Bo (Neighbour)",
    ]


async def test_boards_that_end_together_are_one_post_with_a_door_to_each(
    live: Callable[..., Awaitable[Living]], database_url: str
) -> None:
    # The first day of 2027 is a Friday.
    town = await live(database_url, settings={**ON, "KITH_BOARDS__WEEKDAY": "friday"})
    lin = town.world.person("Lin", language_code="en")
    lin.starts(town.bot)
    group = town.group(lin)
    wei, ana = await people(town, group, "Wei", "Ana")
    for _ in range(3):
        wei.writes(group, "Good morning all")
    await town.settle()
    await town.later(36 * DAY)
    for person in (ana, ana, wei):
        person.writes(group, "Merry Christmas to you")
    await town.settle()
    before = len(boards(town, group))
    await town.later(10 * DAY + 2 * HOUR)
    (ended,) = boards(town, group)[before:]
    assert (ended.text or "").split("\n") == [
        "The season is over · 1 Oct to 31 Dec 2026",
        "🏆 Wei",
        "",
        "1. Wei · 4",
        "2. Ana · 2",
        "",
        "December 2026: Ana came first, with 2 points.",
        "21 Dec to 27 Dec 2026: Ana came first, with 2 points.",
        "",
        "The first 3 get its badge.",
        "A new season has begun, and its board starts at 0; points and levels stay.",
    ]
    assert [[button["text"] for button in row] for row in ended.keyboard] == [
        ["All places"],
        ["December 2026", "21 Dec to 27 Dec 2026"],
    ]
    ana.starts(town.bot, ended.keyboard[1][0]["url"].partition("?start=")[2])
    await town.settle()
    assert (last(town, ana).text or "").endswith("1 Dec to 31 Dec 2026\n\n1. Ana · 2\n2. Wei · 1")
    together = {board_number(period, day=date(2026, 12, 27)) for period in (Period.WEEK, Period.MONTH, Period.SEASON)}
    assert together <= {board.board for board in await town.all(Boards)}


async def test_what_somebody_makes_up_leads_nowhere(town: Living) -> None:
    lin = town.world.person("Lin", language_code="en")
    lin.starts(town.bot)
    group = town.group(lin)
    (wei,) = await people(town, group, "Wei")
    wei.writes(group, "Good morning all")
    await town.settle()
    await town.later(7 * DAY + 2 * HOUR)
    (week,) = boards(town, group)
    stranger = town.world.person("Eve", language_code="en")
    stranger.starts(town.bot)
    assert "16 Nov" not in ((await opened(town, stranger, week)).text or "")
    ((door,),) = week.keyboard
    payload = door["url"].partition("?start=")[2]
    for made_up in (payload[:-1], payload + "9", payload.replace("-2", "--2"), "oldboard-", "oldboard-1-2-3"):
        wei.starts(town.bot, made_up)
        await town.settle()
        assert "Good morning" not in (last(town, wei).text or "")
        assert "1. Wei" not in (last(town, wei).text or "")
    assert await town.rows("SELECT count(*) FROM failures") == [(0,)]
    # Who has left sees it no more, though they stand on it.
    wei.leaves(group)
    await town.settle()
    assert "1. Wei" not in ((await opened(town, wei, week)).text or "")
