"""The shortest way through everything: a person writes, the bot hears it and answers."""

from telegram import Bot as Client

from simulator.bots import Bot
from simulator.chats import Chat
from simulator.people import Person


async def test_a_message_reaches_the_bot_and_its_answer_the_group(
    client: Client, bot: Bot, group: Chat, lin: Person, wei: Person
) -> None:
    lin.adds(bot, to=group, administrator=True)
    wei.writes(group, "hello")
    updates = await client.get_updates()
    heard = updates[-1].effective_message
    assert heard is not None
    assert heard.text == "hello"
    assert heard.from_user is not None
    assert heard.from_user.id == wei.id
    sent = await client.send_message(group.id, "hi <b>Wei</b>", parse_mode="HTML")
    assert group.messages[-1].id == sent.message_id
    assert group.messages[-1].text == "hi Wei"
    assert group.messages[-1].entities == [{"offset": 3, "length": 3, "type": "bold"}]
    assert bot.calls[-1].method == "sendMessage"
