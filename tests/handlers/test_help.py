"""`/start`, `/help`, and the answer to whatever nobody else understands."""

from typing import Any

import pytest

from handlers.identity import Audience
from handlers.registry import COMMANDS, FEATURES
from models import settings
from simulator.people import Person
from tests.living import Living


@pytest.fixture
def lin(town: Living) -> Person:
    return town.world.person("Lin", language_code="en")


async def test_start_greets_a_stranger_and_offers_to_be_added(town: Living, lin: Person) -> None:
    lin.starts(town.bot)
    await town.settle()
    (greeting,) = town.said(lin.private(town.bot))
    assert (greeting.text or "").startswith("Hi Lin, I'm Kith.")
    ((add,),) = greeting.keyboard
    assert add["url"] == "https://t.me/kith_bot?startgroup=kith&admin=delete_messages"


async def test_start_greets_a_member_shortly(town: Living, lin: Person) -> None:
    town.group(lin)
    lin.writes(town.world.chats[next(iter(town.world.chats))], "hello")
    await town.settle()
    lin.starts(town.bot, "hello")
    await town.settle()
    greeting = town.said(lin.private(town.bot))[-1]
    # Lin runs the group, too.
    assert greeting.text == (
        "Hi Lin, we know each other from Readers.\n\n"
        "/me – your points and how your week goes\n"
        "/settings – change how I work in your group\n"
        "/calendar – the coming 14 days: skip, move, post now\n"
        "/help shows the rest."
    )
    assert greeting.keyboard == []


async def test_start_names_the_groups_and_what_is_on_there(town: Living, lin: Person) -> None:
    wei = town.world.person("Wei", language_code="en")
    for title in ("Readers", "Cooks"):
        wei.joins(town.group(lin, title))
    await town.settle()
    number = (await town.community(next(iter(town.world.chats.values())))).community_id
    async with town.kith.database.writing() as session:
        values, now = {"checkins": {"on": True}, "questions": {"on": True}}, town.kith.clock.now()
        await settings.change(session, community_id=number, values=values, user_id=lin.id, now=now)
    wei.starts(town.bot)
    await town.settle()
    first, *lines = town.told(wei)[-1].splitlines()
    assert first in [f"Hi Wei, we know each other from {names}." for names in ("Readers, Cooks", "Cooks, Readers")]
    assert [line.split(" ")[0] for line in lines if line.startswith("/")] == ["/me", "/checkin", "/ask", "/help"]


async def test_whom_kith_has_not_seen_yet_is_told_how_it_gets_to_know_them(town: Living, lin: Person) -> None:
    wei = town.world.person("Wei", language_code="en")
    # Wei was there before Kith came, and has written nothing since: Telegram does not tell a bot who is in a group.
    group = town.group(lin)
    group.settle(wei)
    wei.starts(town.bot)
    await town.settle()
    assert town.told(wei)[-1].endswith("Am I in a group of yours already? Write something there, and I know you.")
    wei.writes(group, "Good morning")
    wei.starts(town.bot)
    await town.settle()
    assert town.told(wei)[-1].startswith("Hi Wei, we know each other from Readers.")


async def test_help_names_the_commands_that_are_of_use_to_who_asks(town: Living, lin: Person) -> None:
    member, stranger = (town.world.person(name, language_code="en") for name in ("Wei", "Ann"))
    group = town.group(lin)
    lin.writes(group, "hello")
    member.joins(group)
    await town.settle()
    for person in (lin, member, stranger):
        person.starts(town.bot)
        person.writes(person.private(town.bot), "/help")
    await town.settle()
    personal = {"/lang", "/privacy", "/mydata", "/forgetme", "/help"}
    own = {"/me", "/points", "/rank", "/top", "/why", "/earn"}
    assert commands_in(town.told(stranger)[-1]) == personal
    assert commands_in(town.told(member)[-1]) == commands_in(town.told(lin)[-1]) == own | personal
    assert town.said(member.private(town.bot))[-1].keyboard == []
    # What is off in the group is offered to nobody, and comes with its switch; who runs it has a page besides.
    every = {feature.switch: {"on": True} for feature in FEATURES if feature.switch}
    async with town.kith.database.writing() as session:
        number = (await town.community(group)).community_id
        await settings.change(session, community_id=number, values=every, user_id=lin.id, now=town.kith.clock.now())
    for person in (lin, member):
        person.writes(person.private(town.bot), "/help")
    await town.settle()
    shared = {f"/{command.name}" for command in COMMANDS if command.audience is Audience.MEMBERS}
    assert commands_in(town.told(member)[-1]) == commands_in(town.told(lin)[-1]) == shared | personal
    assert town.told(member)[-1].startswith("Your points\n/me – your points and how your week goes\n")
    page = town.said(lin.private(town.bot))[-1]
    await lin.presses(page, "For administrators")
    await town.settle()
    theirs = {f"/{command.name}" for command in COMMANDS if command.audience is Audience.STAFF}
    assert commands_in(page.text or "") == theirs
    await lin.presses(page, "‹ Back")
    await town.settle()
    assert commands_in(page.text or "") == shared | personal
    # Who does not run a group gets their own page by whatever button.
    mine = town.said(member.private(town.bot))[-1]
    mine.raw["reply_markup"] = {"inline_keyboard": [[{"text": "x", "callback_data": "help:1"}]]}
    await member.presses(mine, "x")
    await town.settle()
    assert commands_in(mine.text or "") == shared | personal


def commands_in(text: str) -> set[str]:
    """The commands that a help offers, each at the head of a line."""
    return {line.split(" ")[0] for line in text.splitlines() if line.startswith("/")}


async def test_what_nobody_understands_is_answered_in_private(town: Living) -> None:
    texts = ("hello?", "/nonsense", "/me@other_bot", "😀" * 2048)
    people = [town.world.person("Lin", language_code="en") for _ in texts]
    for person, text in zip(people, texts, strict=True):
        person.starts(town.bot)
        person.writes(person.private(town.bot), text)
    await town.settle()
    assert [town.told(person)[1:] for person in people] == [["I understand commands only. /help shows them."]] * 4


async def test_a_picture_is_answered_like_a_text(town: Living, lin: Person) -> None:
    lin.starts(town.bot)
    lin.writes(lin.private(town.bot), media="photo")
    await town.settle()
    assert len(town.told(lin)) == 2


@pytest.mark.parametrize("command", ["start", "help"])
async def test_in_a_group_a_bare_command_is_left_to_others_and_ours_leads_to_private(
    town: Living, lin: Person, command: str
) -> None:
    group = town.group(lin)
    await town.settle()
    before = len(town.said(group))
    lin.writes(group, f"/{command}")
    await town.settle()
    assert len(town.said(group)) == before
    lin.writes(group, f"/{command}@kith_bot")
    await town.settle()
    answer = town.said(group)[-1]
    assert answer.text == "I'm happy to explain, in private."
    payload = {"start": "hello", "help": "help-0"}[command]
    assert answer.keyboard[0][0]["url"] == f"https://t.me/kith_bot?start={payload}"
    lin.starts(town.bot, payload)
    await town.settle()
    assert ("/privacy – " in town.told(lin)[-1]) is (command == "help")


@pytest.mark.parametrize(
    ("language", "words"),
    [("zh-hant", ("指令", "說")), ("zh-hans", ("命令", "指令", "说"))],
)
async def test_the_help_is_in_the_readers_script(town: Living, language: str, words: tuple[str, ...]) -> None:
    person = town.world.person("林", language_code=language)
    person.starts(town.bot)
    person.writes(person.private(town.bot), "?")
    await town.settle()
    assert any(word in town.told(person)[-1] for word in words)


async def test_a_button_that_nobody_owns_any_more_is_answered(town: Living, lin: Person) -> None:
    lin.starts(town.bot)
    await town.settle()
    raw = town.said(lin.private(town.bot))[-1].raw
    press: dict[str, Any] = {"id": "5", "from": lin.user, "message": raw, "chat_instance": "1", "data": "gone:1"}
    town.bot.push({"callback_query": press})
    await town.settle()
    (answer,) = [call.params for call in town.bot.calls if call.method == "answerCallbackQuery"]
    assert answer["text"] == "This button no longer works. /help shows what does."


async def test_whoever_has_blocked_the_bot_meanwhile_is_remembered_so(town: Living, lin: Person) -> None:
    lin.starts(town.bot)
    await town.settle()
    lin.writes(lin.private(town.bot), "/help")
    lin.blocked.add(town.bot.id)
    await town.settle()
    assert await town.rows("SELECT door FROM people") == [("blocked",)]
    assert len(town.told(lin)) == 1
