"""The set-up: begun with who added the bot, answered by buttons or words, left, resumed, and reminded of once."""

import dataclasses
from collections.abc import Awaitable, Callable
from datetime import timedelta
from urllib.parse import parse_qs, urlsplit

import pytest

from models.audit import Audit
from models.rules.features import FEATURE_SETTINGS
from models.rules.kits import Kit, topics_of
from models.rules.settings import check
from models.rules.setup import TEMPLATES, Step, Template
from models.setup import Setups
from models.topics import TopicBank
from simulator.messages import Message
from simulator.people import Person
from tests.databases import on_sqlite_alone
from tests.living import Living

FIRST = "One minute, three questions, and Readers is set up."
UNFINISHED = "The set-up of Readers isn't finished. It takes half a minute more."


@pytest.fixture
async def town(live: Callable[..., Awaitable[Living]], database_url: str) -> Living:
    """A Kith in a simulated Telegram, once on each kind of database."""
    return await live(database_url)


async def adder(town: Living, *, started: bool = True, language: str = "en") -> Person:
    lin = town.world.person("Lin", language_code=language)
    if started:
        lin.starts(town.bot)
    await town.settle()
    return lin


def last(town: Living, person: Person) -> Message:
    return town.said(town.world.private(person, town.bot))[-1]


async def press(town: Living, person: Person, *labels: str) -> str:
    for label in labels:
        person.taps(last(town, person), label)
        await town.settle()
    return last(town, person).text or ""


def test_every_template_holds_settings_that_exist_within_their_bounds() -> None:
    assert TEMPLATES.keys() == set(Template)
    for values in TEMPLATES.values():
        for feature, fields in values.items():
            check(dataclasses.replace(FEATURE_SETTINGS[feature](), **fields))


async def test_who_adds_the_bot_sets_the_group_up_by_three_presses(town: Living) -> None:
    lin = await adder(town)
    group = town.group(lin)
    await town.settle()
    assert (last(town, lin).text or "").startswith(FIRST)
    assert "2/3 Which time zone?" in await press(town, lin, "繁體中文")
    assert "3/3 What brings people together here?" in await press(town, lin, "Taipei")
    told = await press(town, lin, "Developers")
    assert told == (
        "Readers is set up. I listen and count, and post in the group:\n"
        "• every day at 10:00 a topic (/topic), and its recap 20 hours later\n"
        "• every Thursday at 10:00 a poll on what members propose (/propose), and its result 3 days later\n"
        "• every month the board of the month before\n"
        "• every quarter the season's board\n"
        "/calendar shows what comes, and skips or moves it."
    )
    community = await town.community(group)
    assert (community.language, community.time_zone) == ("zh-Hant", "Asia/Taipei")
    for feature, fields in TEMPLATES[Template.DEVELOPERS].items():
        assert community.settings[feature].items() >= fields.items()
    acts = [act.details["way"] for act in await town.all(Audit)]
    assert acts == ["set-up", "set-up", "template developers", "kit"]
    bank = await town.all(TopicBank)
    kit = topics_of(Kit.DEVELOPERS, language="zh-Hant")
    assert [topic.text for topic in bank] == [topic.text for topic in kit], "a kit comes in the group's language"
    await town.later(timedelta(minutes=61))
    assert (last(town, lin).text or "") == told, "nobody is reminded of what is done"
    assert town.said(group) == []
    assert "Readers: settings" in await press(town, lin, "All settings")


@on_sqlite_alone
async def test_the_zone_may_be_typed_and_what_is_left_as_it_is_stays(town: Living) -> None:
    lin = await adder(town)
    group = town.group(lin, administrator=False)
    await town.settle()
    await press(town, lin, "Leave as it is")
    private = town.world.private(lin, town.bot)
    lin.writes(private, "Nowhere")
    await town.settle()
    assert (last(town, lin).text or "").startswith("I don't know that time zone")
    lin.writes(private, "europe/paris")
    await town.settle()
    told = await press(town, lin, "Leave as it is")
    assert "Still missing:" in told
    assert told.count("•") == 4
    community = await town.community(group)
    assert (community.language, community.time_zone) == ("en", "Europe/Paris")
    assert community.settings["messages"]["points"] == 20


async def test_left_in_the_middle_it_is_reminded_of_once_and_resumed_where_it_was(town: Living) -> None:
    lin = await adder(town)
    town.group(lin)
    await town.settle()
    await press(town, lin, "English")
    assert (await press(town, lin, "Later")).startswith("Fine. What you chose stays")
    await town.later(timedelta(minutes=61))
    assert town.told(lin)[-1] == UNFINISHED
    for _ in range(3):
        await town.later(timedelta(hours=1))
    assert town.told(lin).count(UNFINISHED) == 1
    assert "2/3 Which time zone?" in await press(town, lin, "Go on with the set-up")
    await press(town, lin, "Tokyo", "Learning")
    (row,) = await town.all(Setups)
    assert (row.step, row.due_at) == (Step.DONE, None)


async def test_who_needs_no_set_up_is_left_alone(town: Living) -> None:
    lin = await adder(town)
    group = town.group(lin)
    await town.settle()
    await town.later(timedelta(minutes=61))
    assert (await press(town, lin, "No need")).startswith("Fine.")
    lin.removes(town.bot, chat=group)
    await town.settle()
    lin.unbans(town.bot, chat=group)
    lin.adds(town.bot, to=group, administrator=True)
    await town.settle()
    await town.later(timedelta(hours=2))
    assert sum(FIRST in told for told in town.told(lin)) == 1
    assert town.told(lin).count(UNFINISHED) == 0


@on_sqlite_alone
async def test_who_never_wrote_to_the_bot_begins_by_the_button_under_what_the_group_is_told(town: Living) -> None:
    lin = await adder(town, started=False)
    group = town.group(lin)
    await town.settle()
    (told,) = town.said(group)
    ((button,),) = told.keyboard
    assert button["text"] == "Set-up in a minute"
    wei = town.world.person("Wei", language_code="en")
    for person in (lin, wei):
        person.starts(town.bot, button["url"].partition("start=")[2])
    await town.settle()
    assert (last(town, lin).text or "").startswith(FIRST)
    assert (last(town, wei).text or "") == "Only the group's administrators can do that."
    await town.later(timedelta(minutes=61))
    assert town.told(lin)[-1] == UNFINISHED


@on_sqlite_alone
async def test_a_group_to_which_kith_was_added_by_its_own_button_hears_nothing(town: Living) -> None:
    lin = await adder(town)
    ((add,),) = town.said(lin.private(town.bot))[-1].keyboard
    payload = parse_qs(urlsplit(add["url"]).query)["startgroup"][0]
    group = town.world.group("Readers", owner=lin)
    lin.adds(town.bot, to=group, administrator=True, payload=payload)
    await town.settle()
    assert any(message.text == f"/start@kith_bot {payload}" for message in group.messages)
    assert town.said(group) == []
    assert (last(town, lin).text or "").startswith(FIRST)
    lin.writes(group, "/start@kith_bot")
    await town.settle()
    assert [message.text for message in town.said(group)] == ["I'm happy to explain, in private."]


@on_sqlite_alone
async def test_a_set_up_is_no_ones_but_the_administrators(town: Living) -> None:
    lin = await adder(town)
    group = town.group(lin)
    await town.settle()
    question = last(town, lin)
    data = [button["callback_data"] for row in question.keyboard for button in row]
    wei = town.world.person("Wei", language_code="en")
    wei.joins(group)
    wei.starts(town.bot)
    await town.settle()
    forged = last(town, wei)
    for each in (*data, data[0].rpartition(":")[0] + ":99", data[0].replace(":0:", ":3:"), "setup:1:2"):
        forged.raw["reply_markup"] = {"inline_keyboard": [[{"text": "x", "callback_data": each}]]}
        assert (await wei.presses(forged, "x")).text in (
            "Only the group's administrators can do that.",
            "This button no longer works. /help shows what does.",
        )
    assert (await town.community(group)).language == "en"
    assert await town.all(Audit) == []
    assert await town.rows("SELECT count(*) FROM failures") == [(0,)]


@pytest.mark.parametrize(("language", "first"), [("zh-hant", "一分鐘、三個問題"), ("zh-hans", "一分钟、三个问题")])
async def test_it_speaks_the_adders_language(live: Callable[..., Awaitable[Living]], language: str, first: str) -> None:
    town = await live()
    lin = await adder(town, language=language)
    town.group(lin)
    await town.settle()
    assert (last(town, lin).text or "").startswith(first)
