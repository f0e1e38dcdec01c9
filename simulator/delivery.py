"""Which bots hear of what: membership, rights, privacy mode and the kinds of update they asked for."""

from collections.abc import Iterable
from typing import Any

from simulator.bots import Bot
from simulator.messages import Message
from simulator.places import Place
from simulator.queue import encode


def tell(bot: Bot, kind: str, payload: dict[str, Any]) -> None:
    if bot.updates.wants(kind):
        bot.updates.put(kind, encode(payload))


def tell_all(bots: Iterable[Bot], kind: str, payload: dict[str, Any]) -> None:
    """The same content for several bots is made into text once."""
    text = None
    for bot in bots:
        if bot.updates.wants(kind):
            text = text or encode(payload)
            bot.updates.put(kind, text)


def tell_message(message: Message, *, edited: bool = False) -> None:
    """A message to every bot that may read it; bots never read each other."""
    chat = message.chat
    kind = "channel_post" if chat.channel else "message"
    if edited:
        kind = f"edited_{kind}"
    author = message.author
    if author is not None and author.is_bot and not message.service:
        return
    hearers = [bot for bot in chat.bots.values() if hears(bot, message)]
    if author is not None:
        for bot in hearers:
            bot.known.add(author.id)
    tell_all(hearers, kind, message.raw)


def hears(bot: Bot, message: Message) -> bool:
    chat = message.chat
    if chat.private or chat.channel or not bot.privacy or message.service:
        return True
    if chat.standing(bot).leads:
        return True
    reply = message.reply_to
    if reply is not None and reply.author is bot:
        return True
    return _addressed(bot, message)


def _addressed(bot: Bot, message: Message) -> bool:
    text = message.text or ""
    for entity in message.entities:
        if entity["type"] == "mention" and cut(text, entity).lower() == bot.mention:
            return True
        if entity["type"] == "bot_command":
            _, at, name = cut(text, entity).partition("@")
            if at and f"@{name}".lower() == bot.mention:
                return True
            # A bare command goes to the bot that spoke last in the group.
            if not at and message.chat.last_bot_id in (None, bot.id):
                return True
    return False


def cut(text: str, entity: dict[str, Any]) -> str:
    """The part of a text that an entity covers, counted in UTF-16 as Telegram counts."""
    start, end = entity["offset"], entity["offset"] + entity["length"]
    if text.isascii():
        return text[start:end]
    return text.encode("utf-16-le")[start * 2 : end * 2].decode("utf-16-le", errors="replace")


def leaders(chat: Place, right: str | None = None) -> list[Bot]:
    """The chat's bots that are administrators, and have this right."""
    return [
        bot
        for bot in chat.bots.values()
        if chat.standing(bot).leads and (right is None or chat.standing(bot).may(right))
    ]
