"""A failed update as it may be kept: its shape and its ids, with what people wrote made unreadable.

Bot commands stay, so that a failed `/me` can be tried again; so do the names that Kith keeps anyway, or trying again
would rename groups and topics.
"""

import re
from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

from telegram import TelegramObject

from handlers.outgoing import Call

# Strings that are Telegram's own words or ids, and names, which Kith keeps anyway.
_KEPT = frozenset(
    {
        "type",
        "status",
        "id",
        "emoji",
        "custom_emoji_id",
        "poll_id",
        "media_group_id",
        "language_code",
        "username",
        "first_name",
        "last_name",
        "chat_instance",
        "file_unique_id",
        "invite_link",
    }
)
# What is kept inside these objects; a shared contact is somebody's own words like a text.
_KEPT_INSIDE: Mapping[str, frozenset[str]] = MappingProxyType(
    {
        "callback_query": _KEPT | {"data"},
        "forum_topic_created": _KEPT | {"name"},
        "contact": frozenset(),
    }
)
_CHAT_KINDS = ("private", "group", "supergroup", "channel")
# What stays of a text that we wrote ourselves: marks and spaces, by which Telegram's complaint can be followed.
_MARKUP = re.compile(r"(</?(?:b|i|u|s|a|code|pre|tg-spoiler|blockquote)(?=[ >])|&(?:lt|gt|amp|quot);|[<>&=\"/\s])|.")
_QUOTED = re.compile(r'"[^"]*"')
MASK = "x"
DEEPEST = 40

# A command as Telegram finds it, and behind `/start` the payload of one of our deep links.
_COMMAND = re.compile(r"/start [a-z]+-[0-9]+(?!\S)|/[A-Za-z0-9_]{1,64}(?:@[A-Za-z0-9_]{3,32})?")


def masked(value: Any, *, key: str = "", kept: frozenset[str] = _KEPT, depth: int = 0) -> Any:
    """`value` with every text in it masked to the same length; what is nested too deep is left out."""
    if depth > DEEPEST:
        return None
    if isinstance(value, dict):
        inside = _KEPT_INSIDE.get(key, _KEPT)
        inside = inside | {"title"} if _is_chat(value) else inside
        told = {_storable(str(k)): masked(v, key=str(k), kept=inside, depth=depth + 1) for k, v in value.items()}
        return _with_command(value, told)
    if isinstance(value, list):
        return [masked(item, key=key, kept=kept, depth=depth + 1) for item in value]
    if isinstance(value, str):
        return _storable(value) if key in kept else MASK * len(value)
    return value if isinstance(value, bool | int | float) and abs(value) < 2**63 else None


def _is_chat(value: dict[str, Any]) -> bool:
    kind = value.get("type")
    return isinstance(kind, str) and kind in _CHAT_KINDS


def _storable(text: str) -> str:
    return text.replace("\0", "").encode("utf-8", "replace").decode("utf-8")


def _with_command(message: dict[str, Any], told: dict[str, Any]) -> dict[str, Any]:
    text, entities = message.get("text"), message.get("entities")
    if not isinstance(text, str) or not isinstance(entities, list) or not entities:
        return told
    first = entities[0]
    if not isinstance(first, dict) or first.get("type") != "bot_command" or first.get("offset") != 0:
        return told
    command = _COMMAND.match(text)
    if command is not None:
        rest = text[command.end() :]
        between = " " if rest.startswith(" ") else ""
        told["text"] = command[0] + between + MASK * (len(rest) - len(between))
    return told


def masked_call(call: Call) -> dict[str, Any]:
    """What a call would have said, as JSON with every text masked; our marks in it stay."""
    return {name: _masked_argument(value, key=name) for name, value in call.arguments.items()}


def _masked_argument(value: Any, *, key: str) -> Any:
    if isinstance(value, TelegramObject):
        return masked(value.to_dict(), kept=_KEPT | {"callback_data"})
    if isinstance(value, str):
        return (
            value if key in ("parse_mode", "callback_query_id") else _MARKUP.sub(lambda found: found[1] or MASK, value)
        )
    return masked(value, key=key)


def masked_reason(reason: str) -> str:
    """Telegram's description of an error without what it quotes."""
    return _QUOTED.sub('"…"', reason)
