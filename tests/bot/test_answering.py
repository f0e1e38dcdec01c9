"""Answers leave after the commit; one that cannot leave harms nobody, and is taken away where it arrived."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

import pytest
from telegram import Update
from telegram.ext import MessageHandler, filters

from bot import answering, pacing
from handlers.asking import Context, guarded
from models.failures import Failures
from simulator.chats import Chat
from simulator.people import Person
from tests.living import Living

Live = Callable[..., Awaitable[Living]]


@pytest.fixture(autouse=True)
def _short_pauses(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(answering, "RETRY_AFTER", (0.05, 0.1))
    monkeypatch.setattr(pacing, "PRIVATE_INTERVAL", 0.01)


@pytest.fixture
async def place(town: Living) -> tuple[Chat, Person]:
    lin = town.world.person("Lin", language_code="en")
    group = town.group(lin)
    await town.settle()
    return group, lin


def replies(town: Living, group: Chat) -> list[str]:
    return [said.text or "" for said in town.said(group) if said.reply_to is not None]


@pytest.mark.parametrize("status", [500, 502])
async def test_an_answer_that_surely_did_not_leave_is_sent_again(
    town: Living, place: tuple[Chat, Person], status: int
) -> None:
    group, lin = place
    town.world.faults.add(method="sendMessage", status=status, times=2)
    lin.writes(group, "/me")
    await town.settle()
    assert len(replies(town, group)) == 1


async def test_after_some_tries_it_is_given_up_and_no_failure_of_the_update(
    town: Living, place: tuple[Chat, Person]
) -> None:
    group, lin = place
    town.world.faults.add(method="sendMessage", status=500, times=None)
    lin.writes(group, "/me")
    await town.settle()
    town.world.faults.clear()
    assert replies(town, group) == []
    assert await town.all(Failures) == []
    lin.writes(group, "/me")
    await town.settle()
    assert len(replies(town, group)) == 1


@pytest.mark.parametrize("kind", ["lost_answer", "drop"])
async def test_an_answer_in_doubt_is_not_said_twice(town: Living, place: tuple[Chat, Person], kind: Any) -> None:
    group, lin = place
    town.world.faults.add(method="sendMessage", kind=kind)
    lin.writes(group, "/me")
    await town.settle()
    assert len(replies(town, group)) == (1 if kind == "lost_answer" else 0)


async def test_a_slow_answer_keeps_nobody_else_waiting(town: Living, place: tuple[Chat, Person]) -> None:
    group, lin = place
    other = town.group(lin, "Other")
    await town.settle()
    slow = town.world.faults.add(method="sendMessage", seconds=60.0, chat_id=group.id)
    lin.writes(group, "/me")
    lin.writes(other, "/me")
    lin.writes(group, "talk goes on")
    await town.until(lambda: len(replies(town, other)) == 1 and town.bot.pending == 0)
    assert replies(town, group) == [], "the slow one is still on its way"
    slow.end()
    await town.settle()
    assert len(replies(town, group)) == 1


async def test_an_answer_to_a_group_that_has_just_moved_follows_it(town: Living) -> None:
    lin = town.world.person("Lin", language_code="en")
    old = town.group(lin, kind="group")
    await town.settle()
    town.world.faults.add(method="sendMessage", seconds=0.3)
    lin.writes(old, "/me")
    await asyncio.sleep(0.1)
    new = lin.migrates(old)
    await town.settle()
    assert [said.text for said in town.said(new)] == ["Lin · 0 points this week"]


async def test_nothing_is_said_before_the_commit(town: Living, place: tuple[Chat, Person]) -> None:
    _, lin = place
    held, let_go = asyncio.Event(), asyncio.Event()

    async def answer_and_wait(update: Update, context: Context) -> None:
        context.answer(update, context.reader.say("Done."))
        held.set()
        await let_go.wait()

    slow: Any = MessageHandler(filters.Regex("^slow"), guarded(answer_and_wait))
    town.kith.application.add_handler(slow, group=-1)
    lin.starts(town.bot)
    await town.settle()
    lin.writes(lin.private(town.bot), "slow")
    await held.wait()
    await asyncio.sleep(0.1)
    assert "Done." not in town.told(lin)
    assert town.bot.pending == 1
    let_go.set()
    await town.settle()
    assert town.told(lin)[1] == "Done."


async def test_questions_are_answered_in_the_order_they_came(town: Living) -> None:
    people = [town.world.person(f"Reader {number}", language_code="en") for number in range(20)]
    group = town.group(people[0])
    for person in people[1:]:
        person.joins(group)
    await town.settle()
    for person in people[:15]:
        person.writes(group, "/me")
    await town.settle(30)
    assert [text.split(" ·")[0] for text in replies(town, group)] == [person.name for person in people[:15]]


async def test_a_button_too_old_to_be_answered_is_no_failure(town: Living, place: tuple[Chat, Person]) -> None:
    _, lin = place
    lin.starts(town.bot)
    await town.settle()
    pressed = town.said(lin.private(town.bot))[-1]
    press = {"id": "1", "from": lin.user, "message": pressed.raw, "chat_instance": "1", "data": "gone:1"}
    town.bot.push({"callback_query": press})
    await town.settle()
    assert [call.status for call in town.bot.calls if call.method == "answerCallbackQuery"] == [400]
    assert await town.all(Failures) == []


UNREADABLE: tuple[Any, ...] = (
    {"id": "9", "from": {"id": 5, "is_bot": False, "first_name": "X"}},
    {"id": 9, "from": {"id": 5}},
    {"from": {"id": 10**30, "language_code": 7}},
    {"id": "9", "from": "Lin"},
    [],
    None,
)


async def test_a_press_that_cannot_be_read_is_filed_and_harms_nobody(town: Living) -> None:
    town.bot.push_many([{"callback_query": press} for press in UNREADABLE])
    await town.settle()
    lin = town.world.person("Lin", language_code="en")
    lin.starts(town.bot)
    await town.settle()
    assert len(town.told(lin)) == 1
    assert len(await town.all(Failures)) == len(UNREADABLE) - 1, "nothing at all is nothing wrong"
