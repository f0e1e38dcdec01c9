"""Telegram's raw JSON, read under guard: a value comes out with the documented type, or `Malformed` is raised."""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

Raw = Mapping[str, Any]

# Telegram's ids have at most 52 significant bits (Bot API, "Chat"); message ids and dates fit into 32.
LARGEST_ID = 2**52
LARGEST_DATE = 2**31 - 1


class Malformed(ValueError):
    """An update that does not have the shape Telegram documents."""


def an_object(parent: Raw, key: str) -> Raw:
    """The object under `key`."""
    value = parent.get(key)
    if not isinstance(value, dict):
        raise Malformed(f"{key} is no object")
    return value


def maybe_object(parent: Raw, key: str) -> Raw | None:
    """The object under `key`, if there is anything."""
    return None if parent.get(key) is None else an_object(parent, key)


def a_list(parent: Raw, key: str) -> list[Any]:
    """The list under `key`."""
    value = parent.get(key)
    if not isinstance(value, list):
        raise Malformed(f"{key} is no list")
    return value


def an_id(parent: Raw, key: str) -> int:
    """The id or other whole number under `key`."""
    value = parent.get(key)
    if not isinstance(value, int) or isinstance(value, bool) or not -LARGEST_ID <= value <= LARGEST_ID:
        raise Malformed(f"{key} is no id")
    return value


def a_text(parent: Raw, key: str) -> str:
    """The text under `key`, without what no database stores."""
    value = parent.get(key)
    if not isinstance(value, str):
        raise Malformed(f"{key} is no text")
    if value.isascii() and "\0" not in value:
        return value
    # PostgreSQL stores no NUL, and neither database a lone surrogate.
    return value.replace("\0", "").encode("utf-8", "replace").decode("utf-8")


def maybe_text(parent: Raw, key: str) -> str | None:
    """The text under `key`, if there is anything."""
    return None if parent.get(key) is None else a_text(parent, key)


def a_flag(parent: Raw, key: str) -> bool:
    """The yes or no under `key`; what is missing is no."""
    value = parent.get(key, False)
    if not isinstance(value, bool):
        raise Malformed(f"{key} is neither true nor false")
    return value


def a_moment(parent: Raw, key: str = "date") -> datetime:
    """The moment under `key`, which Telegram gives in whole seconds since 1970."""
    value = parent.get(key)
    if not isinstance(value, int) or isinstance(value, bool) or not 0 < value <= LARGEST_DATE:
        raise Malformed(f"{key} is no moment")
    return datetime.fromtimestamp(value, UTC)


def granted_rights(member: Raw) -> frozenset[str]:
    """The names of the rights that a `ChatMember` object grants."""
    return frozenset(key for key, value in member.items() if key.startswith("can_") and value is True)
