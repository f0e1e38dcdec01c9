"""People ask Kith something, in a group or in private, and get an answer."""

from typing import Any

from simulator.chats import Chat
from simulator.messages import Message
from simulator.people import Person
from simulator.presses import Press
from tests.living import Living


async def asked_in(town: Living, group: Chat, person: Person, text: str, **how: Any) -> list[Message]:
    """The answers that `text` gets in a group."""
    asked = person.writes(group, text, **how)
    await town.settle()
    return [said for said in town.said(group) if said.reply_to is asked]


async def asked_privately(town: Living, person: Person, text: str) -> Message:
    """The answer that `text` gets in private; whoever has not yet started the bot does so."""
    chat = person.private(town.bot)
    if town.bot.id not in chat.bots:
        person.starts(town.bot)
        await town.settle()
    person.writes(chat, text)
    await town.settle()
    return town.said(chat)[-1]


async def pressed(town: Living, person: Person, message: Message, label: str) -> Press:
    """A press on the button with that label, when all of it is done."""
    press = await person.presses(message, label)
    await town.settle()
    return press


def labels(message: Message) -> list[str]:
    """What stands on the buttons under a message."""
    return [button["text"] for row in message.keyboard for button in row]


def forged(town: Living, person: Person, message: Message, data: str) -> None:
    """A press that no button offers, as only a program of somebody's own could send it."""
    press = {"id": "5", "from": person.user, "message": message.raw, "chat_instance": "1", "data": data}
    town.bot.push({"callback_query": press})


def toasts(town: Living) -> list[str]:
    """What was flashed to those who pressed a button."""
    return [call.params.get("text", "") for call in town.bot.calls if call.method == "answerCallbackQuery"]
