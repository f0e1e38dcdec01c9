"""The panel: made from what features declare, changed by who may, bounded, kept, saved and loaded as a file."""

import dataclasses
import tomllib
from collections.abc import Awaitable, Callable
from datetime import timedelta
from types import MappingProxyType
from typing import Any

import pytest

import handlers.settings
import handlers.texts.settings
import models.settings
from models import standings
from models.audit import Audit
from models.dialogues import Dialogues
from models.rules.features import FEATURE_SETTINGS
from models.rules.points import Period
from models.rules.settings import Unit, label_of, number, switch, text, title_of
from simulator.chats import Chat
from simulator.messages import Message
from simulator.people import Person
from tests.living import START, Living


@pytest.fixture
async def town(live: Callable[..., Awaitable[Living]], database_url: str) -> Living:
    """A Kith in a simulated Telegram, once on each kind of database."""
    return await live(database_url)


async def reading(town: Living, *, name: str = "Lin") -> tuple[Chat, Person]:
    """A group and its owner, whose private chat is open."""
    lin = town.world.person(name, language_code="en")
    lin.starts(town.bot)
    await town.settle()
    group = town.group(lin)
    await town.settle()
    return group, lin


def last(town: Living, person: Person) -> Message:
    return town.said(town.world.private(person, town.bot))[-1]


def shown(message: Message) -> list[str]:
    return [str(button["text"]) for row in message.keyboard for button in row]


async def write(town: Living, person: Person, words: str) -> str:
    person.writes(town.world.private(person, town.bot), words)
    await town.settle()
    return last(town, person).text or ""


async def press(town: Living, person: Person, *labels: str) -> Message:
    """Press one button after the other, each by the beginning of its label."""
    for label in labels:
        panel = last(town, person)
        (chosen,) = [each for each in shown(panel) if each.startswith(label)]
        person.taps(panel, chosen)
        await town.settle()
    return last(town, person)


async def chosen(town: Living, group: Chat, feature: str) -> dict[str, Any]:
    found: dict[str, Any] = (await town.community(group)).settings[feature]
    return found


async def test_every_number_of_every_feature_is_in_the_panel(town: Living) -> None:
    _, lin = await reading(town)
    await write(town, lin, "/settings")
    for name, made in FEATURE_SETTINGS.items():
        page = await press(town, lin, title_of(name))
        labels = shown(page)
        for field in dataclasses.fields(made):
            assert any(label.startswith(f"{label_of(field.name)}: ") for label in labels)
        await press(town, lin, "‹ Back")


async def test_a_number_is_typed_judged_kept_and_in_force_at_once(town: Living) -> None:
    group, lin = await reading(town)
    wei = town.world.person("Wei")
    wei.joins(group)
    await write(town, lin, "/settings")
    asked = await press(town, lin, "Messages", "Points: 0.2")
    assert "Send me a number, from 0 points to 1 point." in (asked.text or "")
    assert await write(town, lin, "2") == "points goes from 0 points to 1 point. Nothing was changed."
    assert "at most two decimals" in await write(town, lin, "much")
    assert (await chosen(town, group, "messages"))["points"] == 20
    told = await write(town, lin, "０.5")
    assert told.startswith("Changed:\nMessages › Points: 0.2 points → 0.5 points")
    assert (await chosen(town, group, "messages"))["points"] == 50
    (act,) = await town.all(Audit)
    assert (act.user_id, act.action) == (lin.id, "settings")
    assert act.details["changes"] == [["messages", "points", 20, 50]]
    wei.writes(group, "Good morning all")
    await town.settle()
    assert await town.rows("SELECT points FROM ledger") == [(50,)]
    assert await town.all(Dialogues) == []
    assert await write(town, lin, "0.7") == "I understand commands only. /help shows them."
    assert "Lin changed the settings\nMessages › Points: 0.2 points → 0.5 points" in await write(town, lin, "/audit")


async def test_a_switch_that_decides_who_is_listed_changes_the_boards(town: Living) -> None:
    group, lin = await reading(town)
    lin.writes(group, "Good morning all")
    await town.settle()
    number_of = (await town.community(group)).community_id
    about: dict[str, Any] = {"community_id": number_of, "period": Period.WEEK, "day": START.date()}
    assert await town.read(lambda s: standings.size(s, **about)) == 0
    await write(town, lin, "/settings")
    page = await press(town, lin, "Standings", "Staff listed: off")
    assert "Staff listed: on" in shown(page)
    assert await town.read(lambda s: standings.size(s, **about)) == 1
    await press(town, lin, "Staff listed: on")
    assert await town.read(lambda s: standings.size(s, **about)) == 0


async def test_language_and_time_zone_are_chosen_or_typed(town: Living) -> None:
    group, lin = await reading(town)
    await write(town, lin, "/settings")
    await press(town, lin, "Language", "繁體中文")
    await press(town, lin, "Time zone", "Taipei")
    community = await town.community(group)
    assert (community.language, community.time_zone) == ("zh-Hant", "Asia/Taipei")
    await press(town, lin, "Time zone")
    assert (await write(town, lin, "Nowhere")).startswith("I don't know that time zone")
    assert "Time zone: America/New_York" in await write(town, lin, "new york")
    assert (await town.community(group)).time_zone == "America/New_York"


async def test_a_question_that_was_left_or_is_old_takes_no_answer(town: Living) -> None:
    group, lin = await reading(town)
    await write(town, lin, "/settings")
    await press(town, lin, "Messages", "Points", "‹ Back")
    assert await write(town, lin, "0.5") == "I understand commands only. /help shows them."
    await write(town, lin, "/settings")
    await press(town, lin, "Messages", "Points")
    await town.later(timedelta(minutes=61))
    assert await write(town, lin, "0.5") == "I understand commands only. /help shows them."
    assert (await chosen(town, group, "messages"))["points"] == 20


async def test_of_several_groups_only_those_one_runs_are_offered(town: Living) -> None:
    one, lin = await reading(town)
    two = town.group(lin, "Writers")
    other = town.group(town.world.person("Wei"), "Others")
    lin.joins(other)
    await town.settle()
    await write(town, lin, "/settings")
    assert shown(last(town, lin)) == ["Readers", "Writers"]
    await press(town, lin, "Writers", "Messages", "Points")
    await write(town, lin, "1")
    assert [(await chosen(town, group, "messages"))["points"] for group in (one, two)] == [20, 100]


async def test_who_runs_the_group_no_more_changes_nothing_by_old_buttons_or_answers(town: Living) -> None:
    group, lin = await reading(town)
    ada = town.world.person("Ada", language_code="en")
    ada.joins(group)
    ada.starts(town.bot)
    lin.promotes(ada, chat=group, rights={"can_change_info": True})
    await town.settle()
    await write(town, ada, "/settings")
    panel = await press(town, ada, "Messages", "Points")
    lin.promotes(ada, chat=group, rights={"can_delete_messages": True})
    await town.settle()
    assert "“Change group info”" in await write(town, ada, "1")
    lin.demotes(ada, chat=group)
    await town.settle()
    assert await write(town, ada, "1") == "Only the group's administrators can do that."
    assert (await ada.presses(panel, "‹ Back")).text == "Only the group's administrators can do that."
    assert (await write(town, ada, "/settings")).startswith("You run no group")
    assert (await chosen(town, group, "messages"))["points"] == 20
    assert await town.all(Audit) == []


async def test_in_the_group_the_panel_is_a_button_away_and_other_bots_command_is_not_ours(town: Living) -> None:
    group, lin = await reading(town)
    lin.writes(group, "/settings")
    await town.settle()
    assert town.said(group) == []
    lin.writes(group, "/settings@kith_bot")
    await town.settle()
    (row,) = town.said(group)[-1].keyboard
    lin.starts(town.bot, row[0]["url"].partition("start=")[2])
    await town.settle()
    assert (last(town, lin).text or "").startswith("Readers: settings")


def file_of(message: Message) -> str:
    return str(message.raw["document"]["file_id"])


async def load(town: Living, person: Person, content: bytes) -> str:
    """Save the settings, put `content` in place of the file, and send it back."""
    await write(town, person, "/settings")
    await press(town, person, "Save as a file")
    saved = last(town, person)
    town.world.files[file_of(saved)] = content
    await write(town, person, "/settings")
    await press(town, person, "Load a file")
    person.writes(town.world.private(person, town.bot), forward_of=saved)
    await town.settle()
    return last(town, person).text or ""


async def test_all_settings_are_saved_as_a_file_and_taken_back_from_it(town: Living) -> None:
    group, lin = await reading(town)
    await write(town, lin, "/settings")
    await press(town, lin, "Save as a file")
    content = town.world.files[file_of(last(town, lin))].decode()
    tree = tomllib.loads(content)
    assert tree.keys() == {"community", *FEATURE_SETTINGS}
    assert tree["messages"]["points"] == 0.2
    assert tree["community"] == {"language": "en", "time_zone": "UTC"}
    assert "Nothing changed" in await load(town, lin, content.encode())
    altered = content.replace("\npoints = 0.2", "\npoints = 0.75").replace('"UTC"', '"asia/tokyo"')
    told = await load(town, lin, altered.encode())
    assert "Messages › Points: 0.2 points → 0.75 points" in told
    community = await town.community(group)
    assert community.time_zone == "Asia/Tokyo"
    assert community.settings["messages"]["points"] == 75
    (act,) = await town.all(Audit)
    assert act.details["way"] == "file"


WRONG_FILES = (
    ("[messages]\npoints = 0.5\nowner = 1", "There is no setting messages.owner."),
    ("[messages]\npoints = 0.5\n[backdoor]\nx = 1", "There is no setting backdoor."),
    ("points = 0.5", "There is no setting points."),
    ("[messages]\npoints = 0.5\ncool_down_seconds = 9999", "messages.cool_down_seconds goes from 0 seconds"),
    ("[messages]\npoints = 0.5\ncool_down_seconds = 1.5", "messages.cool_down_seconds is a whole number"),
    ("[messages]\npoints = 0.555", "messages.points is a number with at most two decimals"),
    ("[messages]\npoints = nan", "messages.points goes from 0 points"),
    ("[messages]\npoints = true", "messages.points is a number"),
    ('[messages]\npoints = 0.5\n[standings]\nstaff_listed = "yes"', "standings.staff_listed is true or false."),
    ('[messages]\npoints = 0.5\n[community]\nlanguage = "fr"', "I speak en"),
    ('[messages]\npoints = 0.5\n[community]\ntime_zone = "../etc"', "I don't know that time zone."),
    ("[messages\npoints = 0.5", "That isn't a settings file"),
    ("\xff\xfe", "That isn't a settings file"),
)


async def test_a_wrong_file_changes_nothing_and_is_told_why(live: Callable[..., Awaitable[Living]]) -> None:
    town = await live()
    group, lin = await reading(town)
    for wrong, told in WRONG_FILES:
        assert (await load(town, lin, wrong.encode("latin-1"))).startswith(told), wrong
        assert (await chosen(town, group, "messages"))["points"] == 20, wrong
        assert await town.all(Audit) == [], wrong
    assert await town.rows("SELECT count(*) FROM failures") == [(0,)]


async def test_a_file_that_telegram_does_not_hand_over_or_that_is_huge_is_refused(
    live: Callable[..., Awaitable[Living]],
) -> None:
    town = await live()
    _, lin = await reading(town)
    await write(town, lin, "/settings")
    await press(town, lin, "Load a file")
    town.world.faults.add(method="getFile", status=400, description="Bad Request: file is too big", times=1)
    lin.writes(town.world.private(lin, town.bot), media="document")
    await town.settle()
    assert (last(town, lin).text or "").startswith("I couldn't read that file.")
    lin.writes(town.world.private(lin, town.bot), media="document")
    await town.settle()
    assert (last(town, lin).text or "").startswith("That isn't a settings file")


@dataclasses.dataclass(frozen=True)
class QuizSettings:
    """Questions with a clock."""

    prize_points: int = number(250, "What a right answer is worth.", unit=Unit.POINTS, least=0, most=300)
    in_teams: bool = switch(False, "Whether teams play.")
    greeting: str = text("", "What is said before the first question.", most=20)


async def test_a_later_features_numbers_appear_by_themselves(
    live: Callable[..., Awaitable[Living]], monkeypatch: pytest.MonkeyPatch
) -> None:
    later = MappingProxyType({**FEATURE_SETTINGS, "quizzes": QuizSettings})
    for module in (models.settings, handlers.settings, handlers.texts.settings):
        monkeypatch.setattr(module, "FEATURE_SETTINGS", later)
    town = await live()
    group, lin = await reading(town)
    await write(town, lin, "/settings")
    await press(town, lin, "Quizzes", "In teams: off", "Prize: 2.5 points")
    await write(town, lin, "1,25")
    await press(town, lin, "Greeting: empty")
    assert (await write(town, lin, "a" * 21)).startswith("Up to 20 characters")
    await write(town, lin, "Ready\nsteady")
    assert await chosen(town, group, "quizzes") == {
        "in_teams": True,
        "prize_points": 125,
        "greeting": "Ready steady",
    }
    assert shown(last(town, lin)) == ["Prize: 1.25 points", "In teams: on", "Greeting: Ready steady", "‹ Back"]
