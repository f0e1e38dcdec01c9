"""`/me`, from the group to the database and back."""

from datetime import timedelta
from typing import Any

import pytest

from simulator.chats import Chat
from simulator.messages import Message
from simulator.people import Person
from tests.handlers.updates import message
from tests.living import Living

NOT_MET = "I have not met you in that group yet."
NOWHERE = "I have not met you in a group yet."


def answers(town: Living, group: Chat) -> list[Message]:
    """What the bot has said in reply to somebody."""
    return [said for said in town.said(group) if said.reply_to is not None]


async def asked_in(town: Living, group: Chat, person: Person, text: str = "/me") -> list[Message]:
    """The answers that `text` gets."""
    asked = person.writes(group, text)
    await town.settle()
    return [said for said in answers(town, group) if said.reply_to is asked]


async def asked_privately(town: Living, person: Person, text: str = "/me") -> str:
    person.writes(person.private(town.bot), text)
    await town.settle()
    return town.told(person)[-1]


async def test_a_member_asks_in_the_group_and_gets_one_line(town: Living) -> None:
    lin = town.world.person("Lin", language_code="en")
    group = town.group(town.world.person("Owner"))
    lin.joins(group)
    lin.writes(group, "Good morning all")
    (answer,) = await asked_in(town, group, lin)
    assert answer.text == "Lin · 0.2 points this week, 1st"
    ((more,),) = answer.keyboard
    community = await town.community(group)
    assert more["url"] == f"https://t.me/kith_bot?start=me-{community.community_id}"


@pytest.mark.parametrize(
    ("language", "line"),
    [("en", "Lin · 0 points this week"), ("zh-Hans", "Lin · 本周 0 分"), ("zh-Hant", "Lin · 本週 0 分")],
)
async def test_in_each_language_whoever_has_said_nothing_has_a_line_too(live: Any, language: str, line: str) -> None:
    town: Living = await live(settings={"KITH_COMMUNITIES__LANGUAGE": language})
    lin = town.world.person("Lin")
    (answer,) = await asked_in(town, town.group(lin), lin)
    assert (answer.text or "").startswith(line)


async def test_answer_and_command_vanish_together_after_a_while(town: Living) -> None:
    lin = town.world.person("Lin", language_code="en")
    group = town.group(lin)
    asked = lin.writes(group, "/me")
    await town.settle()
    await town.later(timedelta(seconds=89))
    assert len(answers(town, group)) == 1
    await town.later(timedelta(seconds=2))
    assert answers(town, group) == []
    assert asked.deleted


async def test_a_command_that_is_not_for_us_stays_unanswered(town: Living) -> None:
    lin = town.world.person("Lin", language_code="en")
    group = town.group(lin)
    assert await asked_in(town, group, lin, "/me@other_bot") == []
    assert len(await asked_in(town, group, lin, "/me@kith_bot")) == 1
    assert len(await asked_in(town, group, lin, "/ME")) == 1


HOSTILE = {
    "<b>Lin</b>": "<b>Lin</b> ·",
    "&amp;": "&amp; ·",
    "\u202eniL": "niL ·",
    "\u3164": "Somebody ·",
    "😀" * 64: "😀" * 12,
    "林" * 64: "林" * 12,
    "משה": "\u2068משה\u2069 ·",
    "L\u0301\u0301\u0301\u0301\u0301in": "L",
}


async def test_a_hostile_name_stays_a_name(town: Living) -> None:
    people = {name: town.world.person(name, language_code="en") for name in HOSTILE}
    group = town.group(next(iter(people.values())))
    for person in people.values():
        group.settle(person)
    for name, person in people.items():
        (answer,) = await asked_in(town, group, person)
        assert (answer.text or "").startswith(HOSTILE[name]), ascii(name)
        assert (answer.text or "").endswith(" · 0 points this week")
        assert answer.entities == []
        assert len(answer.text or "") < 70


async def test_a_message_of_4096_emoji_is_a_message_like_any_other(town: Living) -> None:
    lin = town.world.person("Lin", language_code="en")
    group = town.group(town.world.person("Owner"))
    lin.joins(group)
    lin.writes(group, "😀" * 2048)
    (answer,) = await asked_in(town, group, lin)
    assert answer.text == "Lin · 0.2 points this week, 1st"


async def test_in_private_whoever_was_never_met_is_told_so(town: Living) -> None:
    lin = town.world.person("Lin", language_code="en")
    lin.starts(town.bot)
    assert (await asked_privately(town, lin)).startswith(NOWHERE)


async def test_in_private_a_member_of_one_group_gets_the_whole_card(town: Living) -> None:
    lin, wei = town.world.person("Lin", language_code="en"), town.world.person("Wei")
    group = town.group(wei, "Tea & <Poems>")
    lin.joins(group)
    poem = lin.writes(group, "a poem")
    await town.settle()
    wei.reacts(poem, ["👍"])
    await town.settle()
    lin.starts(town.bot)
    card = await asked_privately(town, lin)
    assert card.startswith("Tea & <Poems>")
    for told in ("0.3 points to spend", "1st", "1 message", "1 reaction received"):
        assert told in card


async def test_an_administrator_who_never_wrote_sees_zeros_and_how_to_begin(town: Living) -> None:
    lin, wei = town.world.person("Lin", language_code="en"), town.world.person("Wei", language_code="en")
    group = town.world.group("Tea", owner=lin)
    group.settle(wei)
    lin.promotes(wei, chat=group, rights={"can_delete_messages": True})
    lin.adds(town.bot, to=group, administrator=True)
    lin.starts(town.bot)
    wei.starts(town.bot)
    await town.settle()
    assert await town.rows(f"SELECT count(*) FROM members WHERE user_id = {wei.id}") == [(0,)]
    assert "/me – " in await asked_privately(town, wei, "/help")
    assert (await asked_privately(town, wei)).splitlines()[:3] == ["Tea", "", "0 points to spend."]
    assert "This week: nothing yet. A message is a good start." in await asked_privately(town, wei)
    assert "You stand on no board, since you run this group." in await asked_privately(town, wei, "/rank")
    for command in ("/points", "/top", "/why", "/earn", "/privacy", "积分"):
        assert (await asked_privately(town, wei, command)).startswith("Tea") or command == "/privacy"


async def test_who_runs_the_group_has_points_and_no_place(town: Living) -> None:
    lin = town.world.person("Lin", language_code="en")
    group = town.group(lin)
    await town.settle()
    lin.writes(group, "Good morning all")
    (answer,) = await asked_in(town, group, lin)
    assert answer.text == "Lin · 0.2 points this week"
    lin.starts(town.bot)
    assert "This week: 0.2 points.\n" in await asked_privately(town, lin)


async def test_in_private_a_member_of_several_groups_chooses_by_button(town: Living) -> None:
    lin = town.world.person("Lin", language_code="en")
    groups = [town.group(lin, title) for title in ("First", "<b>Second</b>")]
    for group in groups:
        lin.writes(group, f"hello {group.title}")
    await town.settle()
    lin.starts(town.bot)
    assert await asked_privately(town, lin) == "Which group?"
    chooser = town.said(lin.private(town.bot))[-1]
    assert sorted(row[0]["text"] for row in chooser.keyboard) == ["<b>Second</b>", "First"]
    press = await lin.presses(chooser, "<b>Second</b>")
    await town.settle()
    assert press.answered
    assert (chooser.text or "").startswith("<b>Second</b>")
    assert [button["text"] for row in chooser.keyboard for button in row] == ["As a picture"]


async def test_whoever_left_is_no_member_any_more(town: Living) -> None:
    lin, wei = town.world.person("Lin", language_code="en"), town.world.person("Wei", language_code="en")
    group = town.group(lin)
    wei.joins(group)
    wei.starts(town.bot)
    await town.settle()
    wei.leaves(group)
    assert (await asked_privately(town, wei)).startswith(NOWHERE)


async def test_the_deep_link_leads_to_ones_own_card_and_nobody_elses(town: Living) -> None:
    lin, stranger = town.world.person("Lin", language_code="en"), town.world.person("Stranger", language_code="en")
    group = town.group(lin)
    lin.writes(group, "hello")
    await town.settle()
    number = (await town.community(group)).community_id
    lin.starts(town.bot, f"me-{number}")
    stranger.starts(town.bot, f"me-{number}")
    await town.settle()
    assert town.told(lin)[-1].startswith("Readers")
    assert town.told(stranger)[-1] == NOT_MET


async def test_a_made_up_deep_link_finds_nothing(town: Living) -> None:
    town.group(town.world.person("Ann"))
    payloads = ("me-1", "me-0", "me--5", "me-x", "me-", "me-99999999999999999999", "me-1-2")
    people = {payload: town.world.person("Lin", language_code="en") for payload in payloads}
    for payload, person in people.items():
        person.starts(town.bot, payload)
    await town.settle()
    assert {payload: town.told(person) for payload, person in people.items()} == {key: [NOT_MET] for key in payloads}
    assert await town.rows("SELECT count(*) FROM failures") == [(0,)]


async def test_a_made_up_button_shows_nobodys_card(town: Living) -> None:
    lin = town.world.person("Lin", language_code="en")
    lin.starts(town.bot)
    await town.settle()
    pressed = town.said(lin.private(town.bot))[-1]
    numbers = ("1", "-1", "x", "1:2", "9223372036854775807", "9223372036854775808")
    for number in numbers:
        press = {"id": "5", "from": lin.user, "message": pressed.raw, "chat_instance": "1", "data": f"me:{number}"}
        town.bot.push({"callback_query": press})
    await town.settle()
    found = [call.params["text"] for call in town.bot.calls if call.method == "answerCallbackQuery"]
    assert len(found) == len(numbers)
    assert set(found) == {NOT_MET, "This button no longer works. /help shows what does."}
    assert await town.rows("SELECT count(*) FROM failures") == [(0,)]


async def test_an_answer_finds_its_way_though_the_command_is_gone(town: Living) -> None:
    lin = town.world.person("Lin", language_code="en")
    group = town.group(lin)
    await town.settle()
    entities = [{"type": "bot_command", "offset": 0, "length": 3}]
    raw = message(chat=group.json, by=lin.user, text="/me", entities=entities, message_id=900)
    town.bot.push({"message": raw["message"]})
    await town.settle()
    assert any((said.text or "").startswith("Lin · ") for said in town.said(group))
