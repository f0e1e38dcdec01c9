"""Who hears what: privacy mode, other bots, private chats, blocks, hidden administrators, channels."""

import pytest
from telegram import Bot as Client
from telegram.error import BadRequest, Forbidden

from simulator.bots import Bot
from simulator.chats import Chat
from simulator.errors import NotPossible
from simulator.people import Person
from simulator.world import World
from tests.simulator.updates import EVERYTHING, forget, of_kind


def texts(bot: Bot) -> list[str]:
    return [message["text"] for message in of_kind(bot, "message") if "text" in message]


async def test_with_privacy_on_a_plain_member_hears_only_what_is_meant_for_it(
    client: Client, bot: Bot, group: Chat, lin: Person, wei: Person
) -> None:
    lin.adds(bot, to=group)
    own = await client.send_message(group.id, "ask me")
    wei.writes(group, "small talk")
    wei.writes(group, "/me")
    wei.writes(group, "/me@KITH_bot now")
    wei.writes(group, "/me@other_bot")
    wei.writes(group, "what says @kith_bot?")
    mine = group.find(own.message_id)
    wei.writes(group, "answer", reply_to=mine)
    assert texts(bot) == ["/me", "/me@KITH_bot now", "what says @kith_bot?", "answer"]
    lin.promotes(bot, chat=group)
    wei.writes(group, "small talk again")
    assert texts(bot)[-1] == "small talk again"


def test_without_privacy_a_plain_member_hears_everything(world: World, group: Chat, lin: Person, wei: Person) -> None:
    curious = world.add_bot(token="200:SIM", username="curious_bot", privacy=False)
    lin.adds(curious, to=group)
    wei.writes(group, "small talk")
    assert texts(curious) == ["small talk"]


async def test_a_bare_command_goes_to_the_bot_that_spoke_last(
    world: World, client: Client, bot: Bot, group: Chat, lin: Person, wei: Person
) -> None:
    other = world.add_bot(token="200:SIM", username="other_bot")
    lin.adds(bot, to=group)
    lin.adds(other, to=group)
    await client.send_message(group.id, "hello")
    wei.writes(group, "/help")
    assert texts(bot) == ["/help"]
    assert texts(other) == []


async def test_bots_never_see_each_others_messages(
    world: World, client: Client, bot: Bot, group: Chat, lin: Person
) -> None:
    other = world.add_bot(token="200:SIM", username="other_bot", privacy=False)
    lin.adds(bot, to=group, administrator=True)
    lin.adds(other, to=group, administrator=True)
    forget(other)
    forget(bot)
    await client.send_message(group.id, "hello @other_bot")
    assert of_kind(other, "message") == of_kind(bot, "message") == []


async def test_a_bot_cannot_write_first(client: Client, bot: Bot, group: Chat, lin: Person, wei: Person) -> None:
    with pytest.raises(BadRequest, match="Chat not found"):
        await client.send_message(123456, "hello")
    lin.adds(bot, to=group)
    with pytest.raises(Forbidden, match="bot can't initiate conversation with a user"):
        await client.send_message(wei.id, "hello")
    wei.starts(bot, "ref_7-a")
    assert texts(bot) == ["/start ref_7-a"]
    await client.send_message(wei.id, "hello")
    assert wei.private(bot).messages[-1].text == "hello"


async def test_a_blocked_bot_is_told_so(client: Client, bot: Bot, wei: Person) -> None:
    wei.starts(bot)
    wei.blocks(bot)
    with pytest.raises(Forbidden, match="bot was blocked by the user"):
        await client.send_message(wei.id, "hello")
    with pytest.raises(NotPossible):
        wei.writes(wei.private(bot), "still there?")
    wei.unblocks(bot)
    await client.send_message(wei.id, "hello again")
    statuses = [change["new_chat_member"]["status"] for change in of_kind(bot, "my_chat_member")]
    assert statuses == ["kicked", "member"]


def test_nobody_writes_to_a_bot_before_start_nor_with_a_bad_payload(bot: Bot, wei: Person) -> None:
    with pytest.raises(NotPossible, match="has not started"):
        wei.writes(wei.private(bot), "/me")
    for payload in ("", "a" * 65, "with space", "中文"):
        with pytest.raises(NotPossible):
            wei.starts(bot, payload)


def test_a_hidden_administrator_writes_as_the_group(bot: Bot, group: Chat, lin: Person, wei: Person) -> None:
    lin.adds(bot, to=group, administrator=True)
    lin.promotes(wei, chat=group, rights={"is_anonymous": True, "can_delete_messages": True})
    wei.writes(group, "in the name of all")
    heard = of_kind(bot, "message")[-1]
    assert heard["from"]["id"] == 1087968824
    assert heard["from"]["is_bot"] is True
    assert heard["sender_chat"]["id"] == group.id
    bot.updates.allow(EVERYTHING)
    message = lin.writes(group, "mine")
    wei.reacts(message, ["🔥"], anonymous=True)
    reaction = of_kind(bot, "message_reaction")[-1]
    assert reaction["actor_chat"]["id"] == group.id
    assert "user" not in reaction


def test_a_channels_post_appears_in_its_group_and_reactions_to_it_are_only_counted(
    world: World, bot: Bot, group: Chat, lin: Person, wei: Person
) -> None:
    from datetime import timedelta

    channel = world.group("News", owner=lin, kind="channel")
    lin.links_channel(channel, to=group)
    lin.adds(bot, to=group, administrator=True)
    lin.adds(bot, to=channel, administrator=True)
    bot.updates.allow(EVERYTHING)
    lin.writes(channel, "today")
    assert of_kind(bot, "channel_post")[0]["sender_chat"]["id"] == channel.id
    assert "from" not in of_kind(bot, "channel_post")[0]
    forward = of_kind(bot, "message")[-1]
    assert forward["is_automatic_forward"] is True
    assert forward["from"]["id"] == 777000
    assert forward["sender_chat"]["id"] == channel.id
    wei.reacts(group.messages[-1], ["👍"])
    assert not of_kind(bot, "message_reaction")
    assert not of_kind(bot, "message_reaction_count")
    world.clock.tick(timedelta(minutes=3))
    counted = of_kind(bot, "message_reaction_count")[0]
    assert counted["reactions"] == [{"type": {"type": "emoji", "emoji": "👍"}, "total_count": 1}]
    # A comment is a thread outside topics: an id, but no topic.
    wei.writes(group, "a comment", reply_to=group.messages[-1])
    comment = of_kind(bot, "message")[-1]
    assert comment["message_thread_id"] == forward["message_id"]
    assert "is_topic_message" not in comment


def test_an_album_shares_one_id_and_a_deleted_message_is_never_told(
    bot: Bot, group: Chat, lin: Person, wei: Person
) -> None:
    lin.adds(bot, to=group, administrator=True)
    bot.updates.allow(EVERYTHING)
    forget(bot)
    for caption in ("first", None):
        wei.writes(group, caption, media="photo", album="summer")
    heard = of_kind(bot, "message")
    assert [message["media_group_id"] for message in heard] == ["summer", "summer"]
    assert heard[0]["caption"] == "first"
    forget(bot)
    wei.deletes(group.messages[-1])
    assert bot.pending == 0
