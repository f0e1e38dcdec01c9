"""Telegram's menus: which commands are told for whom, in which language, and not told again."""

import json
from collections.abc import Awaitable, Callable
from datetime import timedelta
from typing import Any

import pytest

from handlers.menu import version_of
from handlers.registry import COMMANDS
from handlers.texts.reader import Reader
from models import settings
from models.rules.corrections import Kind
from simulator.chats import Chat
from tests.databases import on_sqlite_alone
from tests.living import Living


@pytest.fixture
async def town(live: Callable[..., Awaitable[Living]], database_url: str) -> Living:
    """A Kith in a simulated Telegram, once on each kind of database."""
    return await live(database_url)


def offered(town: Living, kind: str, chat: Chat) -> dict[str, str]:
    """The commands of a scope in a chat, with what is said of them."""
    place = json.dumps({"type": kind, "chat_id": chat.id}, sort_keys=True)
    return {each["command"]: each["description"] for each in town.bot.commands.get((place, ""), [])}


def offered_to_all(town: Living, code: str) -> dict[str, str]:
    """The commands of all private chats in apps of one language."""
    place = json.dumps({"type": "all_private_chats"}, sort_keys=True)
    return {each["command"]: each["description"] for each in town.bot.commands.get((place, code), [])}


def times(town: Living) -> int:
    """How often Telegram was told the menu of some chat."""
    return sum(call.method == "setMyCommands" and "chat_id" in call.params["scope"] for call in town.bot.calls)


async def minutes(town: Living) -> None:
    """Let so many minutes pass that two groups are told: a busy machine tells one at a time, and then begins anew."""
    for _ in range(3):
        await town.later(timedelta(minutes=1))


@on_sqlite_alone
async def test_a_groups_menus_are_told_once_in_its_language_and_anew_in_another(town: Living) -> None:
    lin = town.world.person("Lin", language_code="en")
    lin.starts(town.bot)
    group = town.group(lin)
    await town.settle()
    await minutes(town)
    members, leaders = offered(town, "chat", group), offered(town, "chat_administrators", group)
    assert {"me", "help"} <= members.keys() < leaders.keys()
    theirs = {"audit", "calendar", "settings", "topic"}
    assert leaders.keys() - members.keys() == {*(kind.value for kind in Kind), *theirs}
    assert members["help"] == "what I can do"
    before = times(town)
    await town.later(timedelta(minutes=5))
    assert times(town) == before
    number = (await town.community(group)).community_id
    town.said(town.world.private(lin, town.bot))[-1].raw["reply_markup"] = {
        "inline_keyboard": [[{"text": "x", "callback_data": f"setlanguage:{number}:2"}]]
    }
    lin.taps(town.said(town.world.private(lin, town.bot))[-1], "x")
    await town.settle()
    await minutes(town)
    help_about = next(command.about for command in COMMANDS if command.name == "help")
    assert offered(town, "chat", group)["help"] == help_about(Reader("zh-Hant"))
    assert times(town) == before + 2


@on_sqlite_alone
async def test_a_command_stands_in_no_menu_of_a_group_that_has_it_off(town: Living) -> None:
    lin = town.world.person("Lin", language_code="en")
    lin.starts(town.bot)
    group, other = town.group(lin, "Tea"), town.group(lin, "Coffee")
    await town.settle()
    await minutes(town)
    assert not {"checkin", "challenge", "ask", "share", "queue"} & offered(town, "chat_administrators", group).keys()
    number = (await town.community(group)).community_id
    told: list[dict[str, str]] = []
    for on in (True, False):
        before = times(town)
        async with town.kith.database.writing() as session:
            values, now = {"checkins": {"on": on}}, town.kith.clock.now()
            await settings.change(session, community_id=number, values=values, user_id=lin.id, now=now)
            shorter = {"messages": {"least_letters": 3 if on else 4}}  # no matter of the menus
            await settings.change(session, community_id=number, values=shorter, user_id=lin.id, now=now)
        await minutes(town)
        assert times(town) == before + 2
        told.append(offered(town, "chat_administrators", group))
        assert ("checkin" in offered(town, "chat", group)) is on
        lin.writes(town.world.private(lin, town.bot), "hello")
        await town.settle()
        assert ("checkin" in offered(town, "chat", town.world.private(lin, town.bot))) is on
    assert told[0].keys() - told[1].keys() == {"checkin", "challenge"}
    assert "checkin" not in offered(town, "chat", other)


@on_sqlite_alone
async def test_a_private_chat_has_a_menu_of_its_own_with_what_the_person_may_use(town: Living) -> None:
    lin, wei = town.world.person("Lin", language_code="zh-hans"), town.world.person("Wei", language_code="en")
    town.group(lin)
    await town.settle()
    for person in (lin, wei):
        person.starts(town.bot)
        person.writes(town.world.private(person, town.bot), "/help")
    await town.settle()
    own = {person: offered(town, "chat", town.world.private(person, town.bot)) for person in (lin, wei)}
    everybodys = offered_to_all(town, "en")
    assert own[lin].keys() - everybodys.keys() == {"settings", "audit", "calendar", "topic"}
    assert everybodys["help"] == "what I can do" != own[lin]["help"]
    # Whoever needs nothing else has what all have, and Telegram is not asked for more.
    assert own[wei] == {}
    before = times(town)
    wei.writes(town.world.private(wei, town.bot), "/help")
    await town.settle()
    assert times(town) == before


@on_sqlite_alone
async def test_all_private_chats_have_a_menu_in_the_language_of_the_app_before_a_word_is_said(town: Living) -> None:
    await town.settle()
    menus = {code: offered_to_all(town, code) for code in ("", "en", "zh", "fr")}
    helps = {code: menu["help"] for code, menu in menus.items() if menu}
    about = next(command.about for command in COMMANDS if command.name == "help")
    assert helps == {"": about(Reader("en")), "en": about(Reader("en")), "zh": about(Reader("zh-Hans"))}
    assert not {"settings", "checkin", "grant"} & menus["en"].keys()
    # Telegram does not tell which Chinese: whoever reads the other has a menu of their own.
    people = {code: town.world.person(code, language_code=code) for code in ("fr", "zh-hans", "zh-hant")}
    for person in people.values():
        person.starts(town.bot)
    await town.settle()
    own = {code: offered(town, "chat", town.world.private(one, town.bot)) for code, one in people.items()}
    assert {code: menu.get("help") for code, menu in own.items()} == {
        "fr": None,
        "zh-hans": None,
        "zh-hant": about(Reader("zh-Hant")),
    }
    told = [call for call in town.bot.calls if call.method == "setMyCommands"]
    await town.kith._know_offers()
    await town.settle()
    assert [call for call in town.bot.calls if call.method == "setMyCommands"] == told


async def test_at_a_new_start_nothing_is_told_again_unless_the_program_offers_something_else(
    live: Callable[..., Awaitable[Living]], sqlite_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    town = await live(sqlite_url)
    group = town.group(town.world.person("Lin"))
    await town.settle()
    await minutes(town)
    first = times(town)
    assert first == 2

    def another(_offers: Any) -> str:
        return "another"

    async def told_after_a_start() -> int:
        await town.kith._know_offers()
        await minutes(town)
        return times(town)

    assert await told_after_a_start() == first
    monkeypatch.setattr("bot.kith.version_of", another)
    assert await told_after_a_start() == first + 2
    assert version_of(COMMANDS) != version_of(COMMANDS[:-1])
    assert group.id < 0


async def test_a_group_that_refuses_is_not_asked_for_ever(town: Living) -> None:
    await town.settle()
    town.world.faults.add(method="setMyCommands", status=400, description="Bad Request: BOT_COMMAND_INVALID", times=9)
    lin = town.world.person("Lin")
    group = town.group(lin)
    await town.settle()
    for _ in range(4):
        await town.later(timedelta(minutes=1))
    assert times(town) == 2
    # The owner sees it, and the next change of the menus is tried like the first.
    refused = await town.rows("SELECT event_name FROM rejections")
    assert refused == [("menu.changed",)] * 2
    town.world.faults.clear()
    async with town.kith.database.writing() as session:
        number = (await town.community(group)).community_id
        values, now = {"checkins": {"on": True}}, town.kith.clock.now()
        await settings.change(session, community_id=number, values=values, user_id=lin.id, now=now)
    await minutes(town)
    assert "checkin" in offered(town, "chat", group)


async def test_a_private_menu_that_telegram_does_not_take_at_once_is_told_later(town: Living) -> None:
    lin = town.world.person("Lin", language_code="zh-hant")
    private = town.world.private(lin, town.bot)
    await town.settle()
    for fault in ({"status": 500}, {"status": 429, "retry_after": 2}, {"kind": "drop"}):
        town.world.faults.add(method="setMyCommands", **fault)
    lin.starts(town.bot)
    await town.settle()
    for _ in range(4):
        await town.later(timedelta(seconds=10))
    assert offered(town, "chat", private)["help"] == "看我能做什麼"
    # Whoever has blocked the bot is told anew when they come back.
    town.bot.commands.clear()
    town.world.faults.add(method="setMyCommands", status=403, description="Forbidden: bot was blocked by the user")
    lin.writes(private, "/lang")
    await town.settle()
    await lin.presses(town.said(private)[-1], "English")
    await town.settle()
    lin.writes(private, "/help")
    await town.settle()
    assert offered(town, "chat", private) == {}
    lin.writes(private, "/help")
    await town.settle()
    assert offered(town, "chat", private)["help"] == "what I can do"
