"""Groups: what is told when the bot comes, rises, falls or goes, who may admit it, and what a move changes."""

from collections.abc import Awaitable, Callable
from typing import Any

import pytest

from models.communities import State
from models.facts import BotStatus
from models.outbox import Outbox
from simulator.chats import Chat
from simulator.messages import Message
from simulator.people import Person
from tests.handlers.updates import message
from tests.living import Living

Live = Callable[..., Awaitable[Living]]

ALL_SET = "All set in "
NOT_YET = "but not everything works there yet"
TIDYING = "without the right to delete messages"


async def adder(town: Living, *, language: str = "en", started: bool = True) -> Person:
    """Somebody who will add the bot; the greeting after Start is left out of account."""
    lin = town.world.person("Lin", language_code=language)
    if started:
        lin.starts(town.bot)
    await town.settle()
    return lin


def is_setup(message: Message) -> bool:
    return any(button.get("callback_data", "").startswith("setup:") for row in message.keyboard for button in row)


def news(town: Living, person: Person) -> list[str]:
    """What was told in private, without the greeting and the set-up."""
    said = town.said(town.world.private(person, town.bot))[1:]
    return [message.text or "" for message in said if not is_setup(message)]


async def test_added_as_a_member_it_says_in_private_what_does_not_work(town: Living) -> None:
    lin = await adder(town)
    group = town.group(lin, administrator=False)
    await town.settle()
    (told,) = news(town, lin)
    assert NOT_YET in told
    assert "Readers" in told
    assert told.count("•") == 4
    assert town.said(group) == []
    community = await town.community(group)
    assert (community.state, community.bot_status, community.added_by) == (State.ACTIVE, BotStatus.MEMBER, lin.id)


async def test_from_step_to_step_each_state_is_told_once(town: Living) -> None:
    lin = await adder(town)
    group = town.group(lin, administrator=False)
    steps: list[tuple[Callable[[], None], str]] = [
        (lambda: lin.promotes(town.bot, chat=group, rights={"can_invite_users": True}), TIDYING),
        (lambda: lin.promotes(town.bot, chat=group, rights={"can_delete_messages": True}), ALL_SET),
        (lambda: lin.demotes(town.bot, chat=group), NOT_YET),
    ]
    await town.settle()
    for step, expected in steps:
        before = len(news(town, lin))
        step()
        await town.settle()
        (told,) = news(town, lin)[before:]
        assert expected in told
    again = len(news(town, lin))
    lin.promotes(town.bot, chat=group, rights={"can_delete_messages": True})
    await town.settle()
    lin.promotes(town.bot, chat=group, rights={"can_delete_messages": True, "can_pin_messages": True})
    await town.settle()
    assert len(news(town, lin)) == again + 1, "a right that Kith does not need is no news"
    assert town.said(group) == []


@pytest.mark.parametrize(("language", "words"), [("en", "Readers"), ("zh-hant", "「"), ("zh-hans", "「")])
async def test_the_adder_is_told_in_their_own_language(town: Living, language: str, words: str) -> None:
    lin = await adder(town, language=language)
    town.group(lin)
    await town.settle()
    (told,) = news(town, lin)
    assert ("All set" in told) == (language == "en"), words


async def test_where_the_adder_cannot_be_written_to_the_group_is_told_once(live: Live) -> None:
    town = await live(settings={"KITH_COMMUNITIES__LANGUAGE": "zh-Hans"})
    lin = await adder(town, started=False)
    group = town.group(lin)
    await town.settle()
    assert len(town.said(group)) == 1
    assert "/me" in (town.said(group)[0].text or "")
    assert "All set" not in (town.said(group)[0].text or "")
    lin.promotes(town.bot, chat=group, rights={"can_delete_messages": True, "can_pin_messages": True})
    await town.settle()
    assert len(town.said(group)) == 1


async def test_removed_it_sleeps_and_says_nothing_and_added_again_it_goes_on(town: Living) -> None:
    lin = await adder(town)
    group = town.group(lin)
    lin.writes(group, "before")
    await town.settle()
    before = len(news(town, lin))
    lin.removes(town.bot, chat=group)
    await town.settle()
    assert len(news(town, lin)) == before
    assert (await town.community(group)).state == State.ASLEEP
    lin.writes(group, "while it was away")
    lin.unbans(town.bot, chat=group)
    lin.adds(town.bot, to=group, administrator=True)
    await town.settle()
    assert (await town.community(group)).state == State.ACTIVE
    assert len(news(town, lin)) == before + 1
    lin.writes(group, "after")
    await town.settle()
    assert (await town.activity(group))[lin.id]["messages"] == 2


async def test_a_second_group_is_another_community(town: Living) -> None:
    lin = await adder(town)
    first, second = town.group(lin, "First"), town.group(lin, "Second")
    lin.writes(first, "one")
    lin.writes(second, "two")
    lin.writes(second, "three")
    await town.settle()
    assert (await town.activity(first))[lin.id]["messages"] == 1
    assert (await town.activity(second))[lin.id]["messages"] == 2
    assert len([told for told in news(town, lin) if ALL_SET in told]) == 2


async def test_a_group_met_by_a_message_asks_telegram_what_the_bot_is_there(town: Living) -> None:
    lin = await adder(town)
    group = town.world.group("Readers", owner=lin)
    town.bot.updates.allow(["message"])
    lin.adds(town.bot, to=group, administrator=True)
    town.bot.updates.drop_all()
    lin.writes(group, "hello")
    await town.settle()
    community = await town.community(group)
    assert (community.bot_status, community.state) == (BotStatus.ADMINISTRATOR, State.ACTIVE)
    assert "can_delete_messages" in community.bot_rights["rights"]
    assert [c.params["chat_id"] for c in town.bot.calls if c.method == "getChatMember"] == [group.id]
    assert (await town.activity(group))[lin.id]["messages"] == 1


async def test_a_group_that_speaks_after_we_were_removed_puts_itself_to_sleep_again(town: Living) -> None:
    lin = await adder(town)
    group = town.group(lin)
    lin.removes(town.bot, chat=group)
    await town.settle()
    town.bot.push({"message": message(chat=group.json, by=lin.user)["message"]})
    await town.settle()
    community = await town.community(group)
    assert (community.bot_status, community.state) == (BotStatus.AWAY, State.ASLEEP)


async def test_a_group_that_becomes_a_supergroup_stays_one_community(town: Living) -> None:
    lin = await adder(town)
    old = town.group(lin, "Readers", kind="group")
    lin.writes(old, "before")
    await town.settle()
    community = await town.community(old)
    new = lin.migrates(old)
    lin.writes(new, "after")
    asked = lin.writes(new, "/me")
    await town.settle()
    moved = await town.community(new)
    assert (moved.community_id, moved.chat_id, moved.state) == (community.community_id, new.id, State.ACTIVE)
    assert (await town.community(old)).community_id == community.community_id
    assert (await town.activity(new))[lin.id]["messages"] == 2
    assert [m.reply_to for m in town.said(new) if m.reply_to] == [asked]


async def approving(live: Live) -> tuple[Living, Person, Person]:
    """A Kith whose owner must allow every group, the owner, and somebody else."""
    town = await live(
        settings={"KITH_TELEGRAM__COMMUNITIES": "approved", "KITH_TELEGRAM__OWNERS": "[4242]"},
    )
    olga = town.world.person("Olga", id=4242, language_code="en")
    olga.starts(town.bot)
    return town, olga, await adder(town)


def question(town: Living, olga: Person) -> Any:
    return town.said(town.world.private(olga, town.bot))[-1]


async def asked(town: Living, lin: Person) -> Chat:
    group = town.group(lin)
    lin.writes(group, "counts only once an owner agrees")
    await town.settle()
    return group


async def test_an_owners_group_needs_no_word(live: Live) -> None:
    town, olga, _ = await approving(live)
    group = town.group(olga)
    await town.settle()
    assert (await town.community(group)).state == State.ACTIVE
    assert ALL_SET in news(town, olga)[-1]


async def test_an_owner_admits_a_group_by_a_button(live: Live) -> None:
    town, olga, lin = await approving(live)
    group = await asked(town, lin)
    lin.writes(group, "/me")
    lin.writes(group, "/help@kith_bot")
    await town.settle()
    assert town.said(group) == [], "nothing is said in a group that waits"
    assert (question(town, olga).text or "") == "Lin added me to Readers. Shall I serve it?"
    press = await olga.presses(question(town, olga), "Yes, serve it")
    await town.settle()
    assert press.answered
    assert town.told(olga)[-1] == "I now serve Readers."
    assert question(town, olga).keyboard == []
    assert ALL_SET in news(town, lin)[-1]
    lin.writes(group, "counts")
    await town.settle()
    assert (await town.activity(group))[lin.id]["messages"] == 1


async def test_somebody_known_elsewhere_gets_no_answer_in_a_group_that_waits(live: Live) -> None:
    town, olga, lin = await approving(live)
    served = town.group(olga, "Served")
    lin.joins(served)
    lin.writes(served, "hello")
    group = await asked(town, lin)
    lin.writes(group, "/me")
    await town.settle()
    assert town.said(group) == []


async def test_an_owner_declines_and_the_bot_leaves(live: Live) -> None:
    town, olga, lin = await approving(live)
    group = await asked(town, lin)
    await olga.presses(question(town, olga), "No, leave it")
    await town.settle()
    assert town.told(olga)[-1] == "I'm leaving Readers."
    assert not group.standing(town.bot).inside
    assert (await town.community(group)).state == State.DECLINED
    lin.adds(town.bot, to=group, administrator=True)
    await town.settle()
    assert (await town.community(group)).state == State.WAITING
    assert "Shall I serve it?" in town.told(olga)[-1]


def press_of(person: Person, pressed: Any, data: str | None) -> dict[str, Any]:
    told = {"id": "77", "from": person.user, "message": pressed.raw, "chat_instance": "1"}
    return {"callback_query": told | ({"data": data} if data is not None else {"game_short_name": "x"})}


async def test_nobody_but_an_owner_decides(live: Live) -> None:
    town, olga, lin = await approving(live)
    group = await asked(town, lin)
    community = await town.community(group)
    town.bot.push(press_of(lin, question(town, olga), f"admit:{community.community_id}"))
    await town.settle()
    assert (await town.community(group)).state == State.WAITING
    answers = [call.params["text"] for call in town.bot.calls if call.method == "answerCallbackQuery"]
    assert answers == ["This button is for somebody else."]
    assert await town.rows("SELECT count(*) FROM failures") == [(0,)]


async def test_a_second_press_changes_nothing(live: Live) -> None:
    town, olga, lin = await approving(live)
    group = await asked(town, lin)
    asks = question(town, olga)
    first, second = olga.taps(asks, "Yes, serve it"), olga.taps(asks, "Yes, serve it")
    third = olga.taps(asks, "No, leave it")
    await town.settle()
    assert (first.text, second.text, third.text) == (None, *["This button no longer works. /help shows what does."] * 2)
    assert (await town.community(group)).state == State.ACTIVE
    assert len([told for told in town.told(lin) if ALL_SET in told]) == 1


MADE_UP = ("admit:", "admit:1", "admit:x", "admit:1:2", "decline:-1", "admit", "nothing:1", "", None)


async def test_made_up_buttons_do_nothing(live: Live) -> None:
    town, olga, lin = await approving(live)
    group = await asked(town, lin)
    for data in MADE_UP:
        town.bot.push(press_of(olga, question(town, olga), data))
    await town.settle()
    assert (await town.community(group)).state == State.WAITING
    assert len([call for call in town.bot.calls if call.method == "answerCallbackQuery"]) == len(MADE_UP)
    assert await town.rows("SELECT count(*) FROM failures") == [(0,)]


async def test_an_owner_who_opens_the_private_chat_late_is_asked_what_is_still_open(live: Live) -> None:
    town = await live(
        settings={"KITH_TELEGRAM__COMMUNITIES": "approved", "KITH_TELEGRAM__OWNERS": "[4242]"},
    )
    olga = town.world.person("Olga", id=4242, language_code="en")
    lin = await adder(town)
    group = await asked(town, lin)
    assert [row.state for row in await town.all(Outbox) if row.name == "communities.approval_needed"] == ["held_back"]
    olga.starts(town.bot)
    await town.settle()
    assert (question(town, olga).text or "") == "Lin added me to Readers. Shall I serve it?"
    await olga.presses(question(town, olga), "Yes, serve it")
    await town.settle()
    assert (await town.community(group)).state == State.ACTIVE
    before = len(town.told(olga))
    olga.starts(town.bot)
    lin.starts(town.bot)
    await town.settle()
    assert "Shall I serve it?" not in "".join(town.told(olga)[before:] + town.told(lin)[-1:])
