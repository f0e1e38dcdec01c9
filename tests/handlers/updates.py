"""Telegram's updates as raw JSON: those that the simulator makes, and others written by hand."""

import json
from typing import Any

from bot.intake import ALLOWED_UPDATES
from simulator.bots import Bot
from simulator.world import World
from tests.living import START, TOKEN

Raw = dict[str, Any]

DATE = int(START.timestamp())
GROUP: Raw = {"id": -1001000000001, "type": "supergroup", "title": "Readers"}
LIN: Raw = {"id": 501, "is_bot": False, "first_name": "Lin", "language_code": "en"}
WEI: Raw = {"id": 502, "is_bot": False, "first_name": "Wei", "username": "wei_reads"}
OTHER_BOT: Raw = {"id": 600, "is_bot": True, "first_name": "Other", "username": "other_bot"}
# The fake users that stand in `from` where a message was written as a chat (Bot API, "Message": sender_chat).
ANONYMOUS: Raw = {"id": 1087968824, "is_bot": True, "first_name": "Group", "username": "GroupAnonymousBot"}
CHANNEL_BOT: Raw = {"id": 136817688, "is_bot": True, "first_name": "Channel", "username": "Channel_Bot"}
TELEGRAM: Raw = {"id": 777000, "is_bot": False, "first_name": "Telegram"}
CHANNEL: Raw = {"id": -1002000000001, "type": "channel", "title": "News"}


def message(*, update_id: int = 1, **fields: Any) -> Raw:
    """An update with a message of Lin's in the group; `by` stands for `from`, and None takes a field away."""
    told: Raw = {"message_id": 10, "date": DATE, "chat": GROUP, "from": LIN, "text": "hello"}
    if "by" in fields:
        told["from"] = fields.pop("by")
    told |= fields
    return {"update_id": update_id, "message": {key: value for key, value in told.items() if value is not None}}


def reaction(*, update_id: int = 1, old: list[Raw], new: list[Raw], **fields: Any) -> Raw:
    """An update with a change of Lin's reactions on message 10."""
    told: Raw = {"chat": GROUP, "message_id": 10, "user": LIN, "date": DATE, "old_reaction": old, "new_reaction": new}
    told |= fields
    return {"update_id": update_id, "message_reaction": {k: v for k, v in told.items() if v is not None}}


def emoji(sign: str) -> Raw:
    """A usual reaction."""
    return {"type": "emoji", "emoji": sign}


def change(old: Raw, new: Raw, *, kind: str = "chat_member", user: Raw = LIN, **fields: Any) -> Raw:
    """An update with a change of a member's standing; `old` and `new` are merged into `ChatMember` objects."""
    told: Raw = {
        "chat": GROUP,
        "from": LIN,
        "date": DATE,
        "old_chat_member": {"user": user, **old},
        "new_chat_member": {"user": user, **new},
    }
    return {"update_id": 1, kind: told | fields}


def vote(options: list[int], **fields: Any) -> Raw:
    """An update with a vote of Lin's."""
    told: Raw = {"poll_id": "77", "user": LIN, "option_ids": options, "option_persistent_ids": []}
    return {"update_id": 1, "poll_answer": {k: v for k, v in (told | fields).items() if v is not None}}


def listening_world() -> tuple[World, Bot]:
    """A world with a bot that asks for all that Kith reads, and nobody who fetches it."""
    world = World(START, seed=3)
    bot = world.add_bot(token=TOKEN, username="kith_bot", name="Kith")
    bot.updates.allow(list(ALLOWED_UPDATES))
    return world, bot


def waiting(bot: Bot) -> list[Raw]:
    """All updates that wait for the bot, as it would read them; they are gone then."""
    found = [json.loads(queued.text) for queued in bot.updates.look(100_000)]
    bot.updates.drop_all()
    return found
