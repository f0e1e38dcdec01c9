"""What tests look for in raw updates."""

import asyncio
import json
from typing import Any

from simulator.bots import Bot

EVERYTHING = [
    *("message", "edited_message", "channel_post", "edited_channel_post", "message_reaction", "message_reaction_count"),
    *("callback_query", "poll", "poll_answer", "my_chat_member", "chat_member", "chat_join_request"),
]


def waiting(bot: Bot) -> list[dict[str, Any]]:
    """All un-confirmed updates, as a client would read them."""
    return [json.loads(queued.text) for queued in bot.updates.look(100_000)]


def of_kind(bot: Bot, kind: str) -> list[dict[str, Any]]:
    return [update[kind] for update in waiting(bot) if kind in update]


async def until_polling(bot: Bot) -> None:
    while not bot.polling:  # noqa: ASYNC110 — the simulator has no event for what only tests wait for
        await asyncio.sleep(0.005)


def forget(bot: Bot) -> None:
    bot.updates.drop_all()
