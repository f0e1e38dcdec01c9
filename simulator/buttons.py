"""Inline buttons: a press, and the answer the bot gives to it."""

import asyncio
import contextlib
from datetime import datetime
from typing import Any

from simulator.accounts import Account
from simulator.bots import Bot
from simulator.delivery import tell
from simulator.errors import NotPossible
from simulator.ground import Ground
from simulator.messages import Message
from simulator.presses import Press
from simulator.queue import QUERY_LIFETIME


def press(world: Ground, message: Message, which: str, *, person: Account, at: datetime | None = None) -> Press:
    """Presses a button by its text or callback data; the answer comes later."""
    button = _button(message, which)
    number = world.ids.number()
    when = at or world.clock.now()
    if "callback_data" not in button:
        return Press(id=number, bot=None, at=when, answered=True, url=button.get("url"))
    bot = message.author
    if not isinstance(bot, Bot):
        raise NotPossible("only a bot's message has buttons that answer")
    pressed = Press(id=number, bot=bot, at=world.clock.now())
    world.presses[number] = pressed
    _forget_old(world)
    bot.known.add(person.id)
    tell(
        bot,
        "callback_query",
        {
            "id": number,
            "from": person.user,
            "message": message.raw,
            "chat_instance": str(abs(message.chat.id) * 31 + bot.id),
            "data": button["callback_data"],
        },
    )
    return pressed


def answer(world: Ground, number: str, *, bot: Bot, text: str | None, alert: bool, url: str | None) -> bool:
    """False if the query is unknown, another bot's or too old."""
    pressed = world.presses.get(number)
    if pressed is None or pressed.bot is not bot or _old(world, pressed):
        return False
    if not pressed.answered:
        pressed.answered, pressed.text, pressed.alert, pressed.url = True, text, alert, url
        if pressed.answer is not None and not pressed.answer.done():
            pressed.answer.set_result(None)
    return True


async def until_answered(pressed: Press, *, timeout: float) -> Press:  # noqa: ASYNC109 — part of the interface
    if not pressed.answered:
        pressed.answer = asyncio.get_running_loop().create_future()
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(pressed.answer, timeout)
    return pressed


def _button(message: Message, which: str) -> dict[str, Any]:
    buttons = [button for row in message.keyboard for button in row]
    for name in ("callback_data", "text"):
        for button in buttons:
            if button.get(name) == which:
                return button
    offered = ", ".join(repr(button["text"]) for button in buttons) or "none"
    raise NotPossible(f"there is no button {which!r} under the message; its buttons: {offered}")


def _old(world: Ground, pressed: Press) -> bool:
    return (world.clock.now() - pressed.at).total_seconds() > QUERY_LIFETIME


def _forget_old(world: Ground) -> None:
    while world.presses:
        number, pressed = next(iter(world.presses.items()))
        if not _old(world, pressed):
            return
        del world.presses[number]
