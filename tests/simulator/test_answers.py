"""Reactions, polls and buttons."""

import asyncio
from datetime import timedelta

import pytest
from telegram import Bot as Client
from telegram import InlineKeyboardButton, InlineKeyboardMarkup, Update
from telegram.error import BadRequest
from telegram.ext import Application, CallbackQueryHandler, ContextTypes

from simulator.bots import Bot
from simulator.chats import Chat
from simulator.errors import NotPossible
from simulator.people import Person
from simulator.server import Server
from simulator.world import World
from tests.simulator.conftest import TOKEN
from tests.simulator.updates import EVERYTHING, forget, of_kind

KEYBOARD = InlineKeyboardMarkup(
    [[InlineKeyboardButton("Yes", callback_data="vote:1"), InlineKeyboardButton("More", url="https://kith.example")]]
)


@pytest.fixture(autouse=True)
def inside(bot: Bot, group: Chat, lin: Person) -> None:
    lin.adds(bot, to=group, administrator=True)
    bot.updates.allow(EVERYTHING)
    forget(bot)


async def test_a_reaction_tells_old_and_new_but_neither_author_nor_topic(
    client: Client, bot: Bot, group: Chat, wei: Person
) -> None:
    sent = await client.send_message(group.id, "react to me")
    message = group.find(sent.message_id)
    assert message is not None
    wei.reacts(message, ["👍"])
    wei.reacts(message, ["❤️"])
    wei.reacts(message, [])
    told = [update.message_reaction for update in await client.get_updates()]
    assert [len(change.old_reaction) for change in told if change] == [0, 1, 1]
    assert told[1] is not None
    assert told[1].new_reaction[0].to_dict() == {"type": "emoji", "emoji": "❤"}
    assert of_kind(bot, "message_reaction")[0].keys() == {
        *("chat", "message_id", "user", "date", "old_reaction", "new_reaction")
    }


def test_people_react_as_telegram_lets_them(group: Chat, world: World, wei: Person) -> None:
    message = wei.writes(group, "x")
    with pytest.raises(NotPossible):
        wei.reacts(message, ["👍", "🔥"])
    with pytest.raises(NotPossible, match="not among"):
        wei.reacts(message, ["🥦"])
    rich = world.person("Rich", premium=True)
    group.settle(rich)
    rich.reacts(message, ["👍", "🔥", "custom:5"])
    assert message.reactions[rich.id] == ["👍", "🔥", "custom:5"]


async def test_a_bots_reaction_is_one_and_told_to_nobody(client: Client, bot: Bot, group: Chat, wei: Person) -> None:
    message = wei.writes(group, "x")
    forget(bot)
    await client.set_message_reaction(group.id, message.id, "👀")
    assert message.reactions == {bot.id: ["👀"]}
    assert bot.pending == 0
    with pytest.raises(BadRequest, match="Reaction_invalid"):
        await client.set_message_reaction(group.id, message.id, "🥦")


async def test_votes_reach_the_bot_only_from_its_own_open_polls(
    client: Client, bot: Bot, group: Chat, lin: Person, wei: Person
) -> None:
    sent = await client.send_poll(group.id, "Tea?", ["yes", "no"], is_anonymous=False)
    poll = group.messages[-1]
    assert sent.poll is not None
    wei.votes(poll, [0])
    wei.votes(poll, [])
    answers = of_kind(bot, "poll_answer")
    assert [answer["option_ids"] for answer in answers] == [[0], []]
    assert answers[0]["user"]["id"] == wei.id
    assert not {"chat", "date"} & answers[0].keys()
    assert of_kind(bot, "poll")[0]["options"][0]["voter_count"] == 1
    await client.send_poll(group.id, "Secret?", ["yes", "no"])
    wei.votes(group.messages[-1], [1])
    wei.votes(lin.asks(group, "Mine?", ["a", "b"], anonymous=False), [0])
    assert len(of_kind(bot, "poll_answer")) == 2
    stopped = await client.stop_poll(group.id, poll.id)
    assert stopped.is_closed
    with pytest.raises(NotPossible, match="closed"):
        wei.votes(poll, [0])
    with pytest.raises(BadRequest, match="already been closed"):
        await client.stop_poll(group.id, poll.id)


async def test_a_poll_ends_by_itself_and_no_bot_is_told(world: World, client: Client, bot: Bot, group: Chat) -> None:
    await client.send_poll(group.id, "Quick?", ["yes", "no"], open_period=60)
    world.clock.tick(timedelta(seconds=61))
    (message,) = [message for message in group.messages if message.poll is not None]
    assert message.raw["poll"]["is_closed"] is True
    assert of_kind(bot, "poll") == []
    assert group.messages[-1].raw["poll"]["is_closed"] is True


async def test_polls_have_their_limits(client: Client, group: Chat) -> None:
    for question, options in (("a" * 301, ["b"]), ("a", ["b" * 101]), ("a", ["b"] * 13)):
        with pytest.raises(BadRequest):
            await client.send_poll(group.id, question, options)
    with pytest.raises(BadRequest, match="correct option"):
        await client.send_poll(group.id, "a", ["b"], type="quiz")


async def test_a_press_is_answered_by_the_real_application(server: Server, bot: Bot, group: Chat, wei: Person) -> None:
    async def on_press(update: Update, context: ContextTypes.DEFAULT_TYPE) -> None:
        assert update.callback_query is not None
        await update.callback_query.answer(f"counted {update.callback_query.data}", show_alert=True)

    application = Application.builder().token(TOKEN).base_url(f"{server.url}/bot").build()
    application.add_handler(CallbackQueryHandler(on_press))
    async with application:
        assert application.updater is not None
        await application.updater.start_polling(poll_interval=0, timeout=1)
        await application.start()
        sent = await application.bot.send_message(group.id, "vote", reply_markup=KEYBOARD)
        message = group.find(sent.message_id)
        assert message is not None
        press = await wei.presses(message, "Yes")
        await application.updater.stop()
        await application.stop()
    assert (press.answered, press.text, press.alert) == (True, "counted vote:1", True)


async def test_buttons_lead_somewhere_or_stay_unanswered(client: Client, group: Chat, wei: Person) -> None:
    sent = await client.send_message(group.id, "vote", reply_markup=KEYBOARD)
    message = group.find(sent.message_id)
    assert message is not None
    assert (await wei.presses(message, "More")).url == "https://kith.example"
    assert not (await wei.presses(message, "vote:1", timeout=0.05)).answered
    with pytest.raises(NotPossible, match="no button 'Nope'"):
        await wei.presses(message, "Nope")


async def test_a_query_is_too_old_after_150_seconds(
    world: World, client: Client, bot: Bot, group: Chat, wei: Person
) -> None:
    await client.send_message(group.id, "vote", reply_markup=KEYBOARD)
    message = group.messages[-1]
    wei.taps(message, "Yes")
    query = of_kind(bot, "callback_query")[-1]
    assert query["data"] == "vote:1"
    assert query["message"]["message_id"] == message.id
    with pytest.raises(BadRequest, match="Message_too_long"):
        await client.answer_callback_query(query["id"], "a" * 201)
    world.clock.tick(timedelta(seconds=151))
    with pytest.raises(BadRequest, match="Query is too old"):
        await client.answer_callback_query(query["id"], "late")
    await asyncio.sleep(0)
