"""`/rank` and `/top`: places, pages, and finding oneself."""

import pytest

from simulator.chats import Chat
from simulator.people import Person
from tests.handlers.asking_in import asked_in, asked_privately, labels, pressed
from tests.living import Living

PEOPLE = 25


@pytest.fixture
async def crowd(town: Living) -> tuple[Chat, list[Person]]:
    """A group in which each of 25 people has written one message more than the one before."""
    group = town.group(town.world.person("Owner", language_code="en"), "Tea")
    people = [town.world.person(f"P{number:02}", language_code="en") for number in range(1, PEOPLE + 1)]
    for number, person in enumerate(people, start=1):
        person.joins(group)
        for text in range(number):
            person.writes(group, f"message {text}")
    await town.settle(60)
    return group, people


async def test_a_member_is_told_their_place_and_how_many_there_are(
    town: Living, crowd: tuple[Chat, list[Person]]
) -> None:
    group, people = crowd
    (answer,) = await asked_in(town, group, people[22], "/rank")
    assert answer.text == "P23 · 3rd of 25 this week"
    told = (await asked_privately(town, people[22], "/rank")).text or ""
    assert told.splitlines()[0] == "Tea"
    assert told.splitlines()[2:] == [
        "Today: 3rd of 25, 4.6 points",
        "This week: 3rd of 25, 4.6 points",
        "This month: 3rd of 25, 4.6 points",
        "This season: 3rd of 25, 4.6 points",
        "All time: 3rd of 25, 4.6 points",
    ]


async def test_the_group_is_shown_the_first_three(town: Living, crowd: tuple[Chat, list[Person]]) -> None:
    group, people = crowd
    (answer,) = await asked_in(town, group, people[0], "/top")
    assert answer.text == "This week\n1. P25 5 · 2. P24 4.8 · 3. P23 4.6"


async def test_a_board_is_turned_by_its_buttons_and_finds_who_looks(
    town: Living, crowd: tuple[Chat, list[Person]]
) -> None:
    _, people = crowd
    board = await asked_privately(town, people[3], "/top")
    assert (board.text or "").splitlines()[:5] == [
        "Tea",
        "This week, since Mon, 16 Nov",
        "",
        "1. P25 · 5",
        "2. P24 · 4.8",
    ]
    assert labels(board) == ["Today", "Month", "Season", "All", "Find me", "›"]
    await pressed(town, people[3], board, "›")
    assert "11. P15 · 3" in (board.text or "")
    assert labels(board)[4:] == ["‹", "Find me", "›"]
    await pressed(town, people[3], board, "Find me")
    assert "22. P04 · 0.8" in (board.text or "")
    own = (board.text or "").index("22. P04")
    assert {"type": "bold", "offset": own, "length": len("22. P04 · 0.8")} in board.entities
    assert labels(board)[4:] == ["‹", "Find me"]
    assert (await pressed(town, people[3], board, "Find me")).text == "You are on this page."
    await pressed(town, people[3], board, "Today")
    assert (board.text or "").splitlines()[1] == "Today, Mon, 16 Nov"
    assert labels(board)[:4] == ["Week", "Month", "Season", "All"]


async def test_who_stands_on_no_board_is_offered_no_button_to_be_found_on_it(
    town: Living, crowd: tuple[Chat, list[Person]]
) -> None:
    _, people = crowd
    await pressed(town, people[3], await asked_privately(town, people[3], "/privacy"), "Take me off the boards")
    board = await asked_privately(town, people[3], "/top")
    assert labels(board) == ["Today", "Month", "Season", "All", "›"]
    await pressed(town, people[3], board, "›")
    assert labels(board)[4:] == ["‹", "›"]


async def test_a_page_behind_the_end_is_the_last_one(town: Living, crowd: tuple[Chat, list[Person]]) -> None:
    group, people = crowd
    board = await asked_privately(town, people[3], "/top")
    await pressed(town, people[3], board, "›")
    for person in people[10:]:
        person.leaves(group)
    await town.settle()
    await pressed(town, people[3], board, "›")
    assert (board.text or "").splitlines()[3] == "1. P10 · 2"


async def test_whoever_hides_or_runs_the_group_has_no_place_and_is_told_why(town: Living) -> None:
    owner, lin = town.world.person("Owner", language_code="en"), town.world.person("Lin", language_code="en")
    group = town.group(owner)
    lin.joins(group)
    for person in (owner, lin):
        person.writes(group, f"Good morning from {person.name}")
    await town.settle()
    await pressed(town, lin, await asked_privately(town, lin, "/privacy"), "Take me off the boards")
    told = {person.name: await asked_privately(town, person, "/rank") for person in (owner, lin)}
    assert (told["Owner"].text or "").endswith("You stand on no board, since you run this group.")
    assert (told["Lin"].text or "").endswith("You stand on no board, as you chose in /privacy.")
    # In the group it is nobody's business why; and it must not look as if nothing had been done.
    (said,) = await asked_in(town, group, lin, "/rank")
    assert said.text == "Lin · 0.2 points this week"
    await pressed(town, lin, told["Lin"], "Show the board")
    assert "Nobody has points yet." in (told["Lin"].text or "")


async def test_whoever_left_sees_the_board_no_more(town: Living) -> None:
    lin, wei = town.world.person("Lin", language_code="en"), town.world.person("Wei", language_code="en")
    group = town.group(town.world.person("Owner"))
    for person in (lin, wei):
        person.joins(group)
        person.writes(group, f"Good morning from {person.name}")
    await town.settle()
    board = await asked_privately(town, wei, "/top")
    assert "Lin" in (board.text or "")
    wei.leaves(group)
    await town.settle()
    press = await pressed(town, wei, board, "Today")
    assert press.text == "I have not met you in that group yet."
    number = (await town.community(group)).community_id
    wei.starts(town.bot, f"top-{number}")
    await town.settle()
    assert town.told(wei)[-1] == "I have not met you in that group yet."
