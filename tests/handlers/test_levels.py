"""Levels: the ladder, the word to who has risen, and the tag beside their name."""

from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models import communities
from models.levels import LevelRises, Levels
from models.rules.levels import CURVES, HIGHEST, LONGEST_TAG, as_tag, days_to, level_of, own_names, progress
from simulator.chats import Chat
from simulator.people import Person
from tests.handlers.asking_in import asked_in, asked_privately
from tests.living import Living

ON = {
    "KITH_LEVELS__ON": "true",
    "KITH_LEVELS__CURVE": "quickly",
    "KITH_LEVELS__TAGS": "true",
    "KITH_MESSAGES__POINTS": "1.0",
    "KITH_MESSAGES__DAILY_CAP_POINTS": "1000",
}
MINUTE = timedelta(minutes=1)


@given(st.integers(-1000, 300_000), st.integers(0, 1000), st.sampled_from(sorted(CURVES)))
def test_a_level_never_falls_as_more_is_earned_and_its_progress_fits(lifetime: int, more: int, curve: str) -> None:
    assert 1 <= level_of(lifetime, curve=curve) <= level_of(lifetime + more, curve=curve) <= HIGHEST
    found = progress(lifetime, curve=curve)
    assert found.earned >= 0
    assert found.needed is None or found.earned < found.needed
    if found.needed is not None:
        reached = max(lifetime, 0) - found.earned + found.needed
        assert level_of(reached, curve=curve) == found.level + 1


def test_curves_rise_ever_faster_each_slower_than_the_one_before() -> None:
    for steps in CURVES.values():
        assert len(steps) == HIGHEST
        wide = [later - earlier for earlier, later in pairwise(steps)]
        assert wide == sorted(wide)
        assert steps[0] == 0
    for level in range(1, HIGHEST):
        assert CURVES["quickly"][level] <= CURVES["steadily"][level] <= CURVES["slowly"][level]
    assert [days_to(HIGHEST, curve=curve, a_day=400) for curve in CURVES] == [57, 163, 600]
    assert days_to(2, curve="quickly", a_day=0) is None


def test_names_of_ones_own_are_tags_that_telegram_takes() -> None:
    assert own_names(" Seed, 芽、🌳 Tree ;;") == ["Seed", "芽", "🌳 Tree"]
    assert len(own_names(",".join("abcdefghijklm"))) == HIGHEST
    assert [as_tag(name) for name in ("🌳 Tree", "👨‍💻", "x" * 20, "a\u202eb", "老  朋友")] == [
        "Tree",
        "",
        "x" * LONGEST_TAG,
        "ab",
        "老 朋友",
    ]


@pytest.fixture
async def town(live: Callable[..., Awaitable[Living]], database_url: str) -> Living:
    """A Kith with levels, once on each kind of database."""
    return await live(database_url, settings=ON)


def says(person: Person, group: Chat, times: int) -> None:
    for number in range(times):
        person.writes(group, f"Something new, number {number}")


async def test_a_level_that_somebody_comes_to_at_night_is_told_in_the_morning(town: Living) -> None:
    lin, wei = town.world.person("Lin", language_code="en"), town.world.person("Wei", language_code="en")
    group = town.group(lin)
    group.settle(wei)
    wei.starts(town.bot)
    await town.settle()
    rings = []
    for wait, what in ((MINUTE, "A morning thought"), (timedelta(hours=14), "Late in the evening")):
        await town.later(wait)
        for number in range(12):
            wei.writes(group, f"{what}, number {number * number} of them")
        await town.later(MINUTE)
        await town.later(MINUTE)
        told = [call.params for call in town.bot.calls if "you have reached" in str(call.params.get("text"))]
        rings.append([params.get("disable_notification") for params in told])
    assert rings == [[None], [None]]
    # It is past eleven; their day begins at eight.
    await town.later(timedelta(hours=8, minutes=45))
    assert len([text for text in town.told(wei) if "you have reached" in text]) == 1
    await town.later(timedelta(minutes=15))
    told = [call.params for call in town.bot.calls if "you have reached" in str(call.params.get("text"))]
    assert [params.get("disable_notification") for params in told] == [None, None]


async def test_who_rises_is_told_once_in_private_and_has_the_tag(town: Living) -> None:
    lin, wei = town.world.person("Lin", language_code="en"), town.world.person("Wei", language_code="en")
    group = town.group(lin)
    ann, own = town.world.person("Ann", language_code="zh-hans"), town.world.person("Own", language_code="en")
    for person in (wei, ann, own):
        group.settle(person)
    wei.starts(town.bot)
    says(wei, group, 3)
    await town.settle()
    await town.later(MINUTE)
    before = len(town.told(wei))
    for person in (wei, ann, own, lin):
        says(person, group, 3)
    set_tag(group, own, "Captain")
    await town.later(MINUTE)
    await town.later(MINUTE)
    assert town.told(wei)[before:] == ["In Readers you have reached level 2, Neighbour.\n9 points to Regular."]
    assert town.told(ann) == []
    assert {name: tag_of(group, person) for name, person in {"wei": wei, "own": own}.items()} == {
        "wei": "Neighbour",
        "own": "Captain",
    }
    assert tag_of(group, ann) == "Guest"
    rows = {row.user_id: row for row in await town.all(Levels)}
    assert [rows[person.id].tag for person in (wei, own, lin)] == ["Neighbour", None, None]
    calls = [call.method for call in town.bot.calls if "ChatMember" in call.method and "s" not in call.method[-1]]
    for _ in range(3):
        await town.later(MINUTE)
    assert [call.method for call in town.bot.calls if "ChatMember" in call.method][len(calls) :] == []
    (line,) = await asked_in(town, group, wei, "/levels")
    assert line.text == "Wei · level 2, Neighbour · 9 points to go"
    told = (await asked_privately(town, wei, "/me")).text or ""
    assert "You are at level 2, Neighbour.\n▰▱▱▱▱▱▱▱▱▱ 9 points to Regular." in told
    assert "For you who run it" not in ((await asked_privately(town, wei, "/levels")).text or "")
    assert "For you who run it" in ((await asked_privately(town, lin, "/levels")).text or "")

    # What was taken back makes them fall, and they come to the level again: of that they have been told.
    said = [one for one in group.messages if one.author is not None and one.author.id == wei.id]
    before = len(town.told(wei))
    for message in said[:2]:
        await asked_in(town, group, lin, "/reverse by mistake", reply_to=message)
    await town.later(MINUTE)
    await town.later(MINUTE)
    assert {row.user_id: row.level for row in await town.all(Levels)}[wei.id] == 1
    says(wei, group, 3)
    await town.later(MINUTE)
    await town.later(MINUTE)
    assert {row.user_id: row.level for row in await town.all(Levels)}[wei.id] == 2
    assert not any("you have reached" in told for told in town.told(wei)[before:])


async def chooses(town: Living, group: Chat, **values: bool) -> None:
    """An administrator chooses otherwise about levels."""
    number = (await town.community(group)).community_id
    async with town.kith.database.writing() as session:
        here = await communities.held(session, community_id=number)
        assert here is not None
        here.settings = {**here.settings, "levels": {**here.settings["levels"], **values}}
    await town.later(MINUTE)


async def looked_at_and_off(town: Living) -> tuple[Chat, Person, int]:
    """A group whose levels were looked at and are off now, a member, and how much they had been told by then."""
    lin, wei = town.world.person("Lin", language_code="en"), town.world.person("Wei", language_code="en")
    group = town.group(lin)
    group.settle(wei)
    wei.starts(town.bot)
    says(wei, group, 1)
    await town.settle()
    await town.later(MINUTE)
    before = len(town.told(wei))
    await chooses(town, group, on=False)
    return group, wei, before


async def test_what_somebody_came_to_while_levels_were_off_is_not_told_when_they_are_on_again(town: Living) -> None:
    group, wei, before = await looked_at_and_off(town)
    for _ in range(3):
        says(wei, group, 5)
        await town.settle()
        await town.later(MINUTE)
    await chooses(town, group, on=True)
    await town.later(MINUTE)
    says(wei, group, 1)
    await town.settle()
    await town.later(MINUTE)
    assert (await asked_in(town, group, wei, "/levels"))[0].text == "Wei · level 3, Regular · 13 points to go"
    assert (town.told(wei)[before:], await town.all(LevelRises)) == ([], [])
    # The next one is.
    says(wei, group, 13)
    await town.settle()
    await town.later(MINUTE)
    await town.later(MINUTE)
    (told,) = town.told(wei)[before:]
    assert told.startswith("In Readers you have reached level 4,")
    assert [(row.user_id, row.level) for row in await town.all(LevelRises)] == [(wei.id, 4)]


async def test_switched_off_and_on_in_a_moment_levels_are_told_as_ever(town: Living) -> None:
    group, wei, before = await looked_at_and_off(town)
    await chooses(town, group, on=True)
    says(wei, group, 4)
    await town.settle()
    await town.later(MINUTE)
    await town.later(MINUTE)
    assert town.told(wei)[before:] == ["In Readers you have reached level 2, Neighbour.\n10 points to Regular."]


def set_tag(group: Chat, person: Person, tag: str | None) -> None:
    """Somebody gives themselves a tag, or none."""
    group.stand(person, replace(group.standing(person), tag=tag))


def tag_of(group: Chat, person: Person) -> str | None:
    return group.standing(person).tag


async def test_where_levels_are_off_the_command_says_so_and_nothing_is_written(
    live: Callable[..., Awaitable[Living]],
) -> None:
    town = await live()
    wei = town.world.person("Wei", language_code="en")
    group = town.group(wei)
    says(wei, group, 3)
    (line,) = await asked_in(town, group, wei, "/levels")
    assert (line.text or "").startswith("There are no levels here.")
    await town.later(MINUTE)
    assert await town.all(Levels) == []
    assert "level" not in ((await asked_privately(town, wei, "/me")).text or "")
