"""Topics, threads, and a group that becomes a supergroup."""

import httpx
import pytest
from telegram import Bot as Client
from telegram.error import BadRequest, ChatMigrated

from simulator.bots import Bot
from simulator.errors import NotPossible
from simulator.people import Person
from simulator.world import World
from tests.simulator.updates import EVERYTHING, forget, of_kind


async def test_messages_in_a_topic_say_so(world: World, client: Client, bot: Bot, lin: Person, wei: Person) -> None:
    forum = world.group("Forum", owner=lin, forum=True)
    forum.settle(wei)
    lin.adds(bot, to=forum, administrator=True)
    topic = lin.creates_topic(forum, "Books")
    created = of_kind(bot, "message")[-1]
    assert created["forum_topic_created"]["name"] == "Books"
    assert created["message_id"] == topic.thread_id == created["message_thread_id"]
    message = wei.writes(forum, "a book", topic=topic)
    heard = of_kind(bot, "message")[-1]
    assert (heard["message_thread_id"], heard["is_topic_message"]) == (topic.thread_id, True)
    # The trap: whoever writes in a topic seems to reply to the message that opened it.
    assert heard["reply_to_message"]["forum_topic_created"]["name"] == "Books"
    wei.writes(forum, "in General")
    assert "message_thread_id" not in of_kind(bot, "message")[-1]
    wei.writes(forum, "aside", reply_to=forum.messages[-1])
    aside = of_kind(bot, "message")[-1]
    assert "message_thread_id" in aside
    assert "is_topic_message" not in aside
    sent = await client.send_message(forum.id, "noted", message_thread_id=message.topic)
    assert sent.is_topic_message
    for wrong in (1, aside["message_thread_id"]):
        with pytest.raises(BadRequest, match="Message thread not found"):
            await client.send_message(forum.id, "x", message_thread_id=wrong)


async def test_topics_are_opened_and_closed_by_the_bot(
    world: World, client: Client, bot: Bot, lin: Person, wei: Person
) -> None:
    forum = world.group("Forum", owner=lin, forum=True)
    forum.settle(wei)
    lin.adds(bot, to=forum, administrator=True)
    made = await client.create_forum_topic(forum.id, "Music")
    await client.edit_forum_topic(forum.id, made.message_thread_id, name="Songs")
    await client.close_forum_topic(forum.id, made.message_thread_id)
    with pytest.raises(NotPossible, match="closed"):
        wei.writes(forum, "la", topic=made.message_thread_id)
    await client.reopen_forum_topic(forum.id, made.message_thread_id)
    wei.writes(forum, "la", topic=made.message_thread_id)
    await client.close_general_forum_topic(forum.id)
    with pytest.raises(NotPossible, match="closed"):
        wei.writes(forum, "hello")
    await client.delete_forum_topic(forum.id, made.message_thread_id)
    with pytest.raises(NotPossible, match="no topic"):
        wei.writes(forum, "la", topic=made.message_thread_id)
    lin.demotes(bot, chat=forum)
    with pytest.raises(BadRequest, match="Not enough rights"):
        await client.create_forum_topic(forum.id, "More")


async def test_a_group_becomes_a_supergroup(
    world: World, client: Client, bot: Bot, web: httpx.AsyncClient, lin: Person, wei: Person
) -> None:
    old = world.group("Small", owner=lin, kind="group")
    old.settle(wei)
    lin.adds(bot, to=old)
    for _ in range(5):
        wei.writes(old, "/hello")
    bot.updates.allow(EVERYTHING)
    forget(bot)
    new = lin.migrates(old)
    farewell, arrival = of_kind(bot, "message")
    assert (farewell["chat"]["id"], farewell["migrate_to_chat_id"]) == (old.id, new.id)
    assert (arrival["chat"]["id"], arrival["migrate_from_chat_id"], arrival["message_id"]) == (new.id, old.id, 1)
    assert [change["chat"]["id"] for change in of_kind(bot, "my_chat_member")] == [new.id]
    with pytest.raises(ChatMigrated) as moved:
        await client.send_message(old.id, "hello?")
    assert moved.value.new_chat_id == new.id
    answer = await web.post("/bot100:SIM/getChat", json={"chat_id": old.id})
    assert answer.json()["parameters"] == {"migrate_to_chat_id": new.id}
    with pytest.raises(NotPossible, match="became a supergroup"):
        wei.writes(old, "anybody?")
    wei.writes(new, "/here")
    assert of_kind(bot, "message")[-1]["text"] == "/here"


def test_ids_are_as_large_as_telegrams(world: World, lin: Person) -> None:
    people = [world.person(str(number)) for number in range(200)]
    assert max(person.id for person in people) > 2**40
    groups = [world.group("x", owner=lin) for _ in range(50)]
    assert all(str(group.id).startswith("-100") for group in groups)
    with pytest.raises(ValueError, match="52 bits"):
        world.person("Too far", id=2**52)


def test_acts_take_their_own_time_ids_and_numbers(world: World, bot: Bot) -> None:
    from datetime import UTC, datetime

    ada = world.person("Ada", id=7)
    group = world.group("Old", owner=ada, id=-1001234567890)
    ada.adds(bot, to=group, administrator=True)
    then = datetime(2020, 5, 17, tzinfo=UTC)
    message = ada.writes(group, "long ago", message_id=4711, at=then)
    assert (message.id, message.sent_at) == (4711, then)
    assert of_kind(bot, "message")[-1]["date"] == int(then.timestamp())
    assert ada.writes(group, "next").id == 4712
    with pytest.raises(NotPossible, match="exists already"):
        ada.writes(group, "again", message_id=4711)
