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
from handlers.texts import values as value_texts
from handlers.texts.reader import Reader, plain
from models import standings
from models.audit import Audit
from models.dialogues import Dialogues
from models.rules import exchange
from models.rules.exchange import Unfit
from models.rules.features import FEATURE_SETTINGS
from models.rules.points import Period
from models.rules.settings import (
    Unit,
    choice,
    hashtags,
    hour,
    label_of,
    number,
    switch,
    text,
    title_of,
    topic,
    weekdays,
)
from simulator.chats import GENERAL_TOPIC, Chat
from simulator.messages import Message
from simulator.people import Person
from tests.databases import on_sqlite_alone
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


@on_sqlite_alone
async def test_every_number_of_every_feature_is_in_the_panel(town: Living) -> None:
    _, lin = await reading(town)
    await write(town, lin, "/settings")
    for name, made in FEATURE_SETTINGS.items():
        page = await press(town, lin, title_of(name))
        labels = shown(page)
        for field in dataclasses.fields(made):
            assert any(label.startswith(f"{label_of(field.name, name)}: ") for label in labels)
        await press(town, lin, "‹ Back")


async def test_a_number_is_typed_judged_kept_and_in_force_at_once(town: Living) -> None:
    group, lin = await reading(town)
    wei = town.world.person("Wei")
    wei.joins(group)
    await write(town, lin, "/settings")
    asked = await press(town, lin, "Messages", "Points: 0.2")
    assert "Send me a number, from 0 points to 1 point." in (asked.text or "")
    assert await write(town, lin, "2") == "Points goes from 0 points to 1 point. Nothing was changed."
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


def test_what_belongs_together_stands_together_and_nothing_is_missing_or_offered_twice() -> None:
    offered = handlers.settings.in_order()
    assert sorted(offered) == sorted(FEATURE_SETTINGS)
    # What the group does comes first, and the badges beside the levels whatever they are called in a language.
    assert offered[0] == "topics"
    assert abs(offered.index("badges") - offered.index("levels")) == 1
    assert offered.index("works") < offered.index("messages") < offered.index("answers")


@on_sqlite_alone
async def test_a_switch_that_decides_who_is_listed_changes_the_boards(town: Living) -> None:
    group, lin = await reading(town)
    lin.writes(group, "Good morning all")
    await town.settle()
    number_of = (await town.community(group)).community_id
    about: dict[str, Any] = {"community_id": number_of, "period": Period.WEEK, "day": START.date()}
    assert await town.read(lambda s: standings.size(s, **about)) == 0
    await write(town, lin, "/settings")
    page = await press(town, lin, "Standings", "Administrators listed: off")
    assert "Administrators listed: on" in shown(page)
    assert await town.read(lambda s: standings.size(s, **about)) == 1
    await press(town, lin, "Administrators listed: on")
    assert await town.read(lambda s: standings.size(s, **about)) == 0


@on_sqlite_alone
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


@on_sqlite_alone
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


@on_sqlite_alone
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


@on_sqlite_alone
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


@on_sqlite_alone
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


async def saved(town: Living, person: Person) -> str:
    """The file with all settings."""
    await write(town, person, "/settings")
    await press(town, person, "Save as a file")
    return town.world.files[file_of(last(town, person))].decode()


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


@on_sqlite_alone
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
    ('[messages]\npoints = 0.5\n[standings]\nstaff_listed = "yes"', "standings.staff_listed must be true or false."),
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
    begins_hour: int = hour(19, "When it begins.")
    late: str = choice("skip", "What becomes of one that is late.", among=("skip", "post_later"))
    play_on: tuple[str, ...] = weekdays(("friday",), "On which days it is played.")
    tags: tuple[str, ...] = hashtags(("quiz",), "What marks a question.", most=3)
    place: int = topic("Where it is played.")


@pytest.fixture
async def quizzing(live: Callable[..., Awaitable[Living]], monkeypatch: pytest.MonkeyPatch) -> Living:
    """A Kith with a feature that comes later."""
    later = MappingProxyType({**FEATURE_SETTINGS, "quizzes": QuizSettings})
    for module in (models.settings, handlers.settings, handlers.texts.settings):
        monkeypatch.setattr(module, "FEATURE_SETTINGS", later)
    return await live()


async def test_a_later_features_settings_of_every_kind_appear_by_themselves(quizzing: Living) -> None:
    town = quizzing
    group, lin = await reading(town)
    await write(town, lin, "/settings")
    await press(town, lin, "Quizzes", "In teams: off", "Prize: 2.5 points")
    await write(town, lin, "1,25")
    await press(town, lin, "Greeting: empty")
    assert (await write(town, lin, "a" * 21)).startswith("Up to 20 characters")
    await write(town, lin, "Ready\nsteady")
    assert shown(await press(town, lin, "Begins: 19:00"))[19] == "✓ 19:00"
    await press(town, lin, "07:00", "Begins: 07:00")
    assert "from 00:00 to 23:00" in await write(town, lin, "24:00")
    await write(town, lin, "8:00")
    await press(town, lin, "Late: Skip", "Post later")
    await press(town, lin, "Play on: Friday", "Monday")
    assert shown(last(town, lin))[:5] == ["✓ Monday", "Tuesday", "Wednesday", "Thursday", "✓ Friday"]
    await press(town, lin, "✓ Friday", "‹ Back", "Tags: #quiz")
    assert (await write(town, lin, "#a b-c")).startswith("A hashtag is one word")
    assert (await write(town, lin, "a b c d")) == "Tags: from 0 to 3 hashtags. Nothing was changed."
    await write(town, lin, "#問答，＃Quiz")
    assert await chosen(town, group, "quizzes") == {
        "in_teams": True,
        "prize_points": 125,
        "greeting": "Ready steady",
        "begins_hour": 8,
        "late": "post_later",
        "play_on": ["monday"],
        "tags": ["問答", "Quiz"],
    }
    assert shown(last(town, lin)) == [
        "Prize: 1.25 points",
        "In teams: on",
        "Greeting: Ready steady",
        "Begins: 08:00",
        "Late: Post later",
        "Play on: Monday",
        "Tags: #問答, #Quiz",
        "Place: the group itself",
        "‹ Back",
    ]
    assert "Tags: #quiz → #問答, #Quiz" in await write(town, lin, "/audit")


async def test_a_setting_is_emptied_or_brought_back_to_its_default_by_a_button(quizzing: Living) -> None:
    town = quizzing
    group, lin = await reading(town)
    await write(town, lin, "/settings")
    await press(town, lin, "Quizzes", "Tags: #quiz", "Leave it empty", "Play on: Friday")
    only = last(town, lin)
    press_of = await lin.presses(only, "✓ Friday")
    assert press_of.text == "At least 1 must stay chosen. Nothing was changed."
    await press(town, lin, "‹ Back", "Prize: 2.5 points")
    assert "Back to the default" not in shown(last(town, lin))
    await write(town, lin, "1")
    await press(town, lin, "Prize: 1 point", "Back to the default")
    assert await chosen(town, group, "quizzes") == {"tags": [], "prize_points": 250}
    assert "Tags: empty" in shown(last(town, lin))


async def test_a_topic_is_chosen_by_its_name_or_its_link_and_stands_in_no_file(quizzing: Living) -> None:
    town = quizzing
    lin = town.world.person("Lin", language_code="en")
    lin.starts(town.bot)
    forum = town.group(lin, forum=True)
    games = lin.creates_topic(forum, "Games <3")
    await town.settle()
    await write(town, lin, "/settings")
    await press(town, lin, "Quizzes", "Place: the group itself", "Games <3")
    assert (await chosen(town, forum, "quizzes"))["place"] == games.thread_id
    assert "Place: Games <3" in shown(last(town, lin))
    await press(town, lin, "Place: Games <3")
    refused = "That isn't a link into one of this group's topics."
    for wrong in ("Games", "12", "https://t.me/c/999/12/13", "https://example.org/c/1/12"):
        assert (await write(town, lin, wrong)).startswith(refused)
    told = await write(town, lin, f"https://t.me/c/{str(forum.id)[4:]}/12/34")
    assert "→ topic 12" in told
    await press(town, lin, "Place: topic 12")
    assert "→ the group itself" in await write(town, lin, f"https://t.me/readers/{GENERAL_TOPIC}/34")
    assert "\nplace =" not in (await saved(town, lin))
    assert (await load(town, lin, b"[quizzes]\nplace = 3")).startswith("quizzes.place means something in one group")


@pytest.mark.parametrize(
    ("wrong", "told"),
    [
        ('late = "never"', "quizzes.late is one of skip, post_later."),
        ("late = 3", "quizzes.late is one of skip, post_later."),
        ('play_on = "friday"', "quizzes.play_on is a list of texts"),
        ('play_on = ["friday", "doomsday"]', "quizzes.play_on is one of monday"),
        ("play_on = []", "At least 1 must stay chosen."),
        ('tags = ["a b"]', "A hashtag is one word"),
        ('tags = ["a", "b", "c", "d"]', "quizzes.tags: from 0 to 3 hashtags."),
    ],
)
def test_a_file_with_a_wrong_choice_or_list_is_refused(monkeypatch: pytest.MonkeyPatch, wrong: str, told: str) -> None:
    with pytest.raises(Unfit) as refusal:
        exchange.read(f"[quizzes]\n{wrong}".encode(), features={"quizzes": QuizSettings}, languages=("en",))
    assert plain(value_texts.unfit(Reader("en"), unfit=refusal.value)).startswith(told)


def test_every_kind_is_written_into_a_file_and_read_again() -> None:
    held = QuizSettings(late="post_later", play_on=("monday", "sunday"), tags=("問答",), begins_hour=7)
    content = exchange.written(language="en", time_zone="UTC", settings={"quizzes": held})
    found = exchange.read(content.encode(), features={"quizzes": QuizSettings}, languages=("en",))
    assert QuizSettings(**found["quizzes"]) == held
    assert '# On which days it is played. Any of "monday"' in content
