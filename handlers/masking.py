"""A failed update as it may be kept: its shape and its ids, with what people wrote made unreadable.

Bot commands stay, so that a failed `/me` can be tried again.
"""

from typing import Any

# Strings that are Telegram's own words or ids, and names, which Kith keeps anyway.
_KEPT = frozenset(
    {
        "type",
        "status",
        "id",
        "data",
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
MASK = "x"
DEEPEST = 40


def masked(value: Any, *, key: str = "", depth: int = 0) -> Any:
    """`value` with every text in it masked to the same length; what is nested too deep is left out."""
    if depth > DEEPEST:
        return None
    if isinstance(value, dict):
        kept = {k: masked(v, key=str(k), depth=depth + 1) for k, v in value.items()}
        return _with_command(value, kept)
    if isinstance(value, list):
        return [masked(item, key=key, depth=depth + 1) for item in value]
    if isinstance(value, str):
        return _storable(value) if key in _KEPT else MASK * len(value)
    return value if isinstance(value, bool | int | float) and abs(value) < 2**63 else None  # noqa: PLR2004 - 64 bits


def _storable(text: str) -> str:
    return text.replace("\0", "").encode("utf-8", "replace").decode("utf-8")


def _with_command(message: dict[str, Any], kept: dict[str, Any]) -> dict[str, Any]:
    text, entities = message.get("text"), message.get("entities")
    if not isinstance(text, str) or not text.startswith("/") or not isinstance(entities, list) or not entities:
        return kept
    command, _, rest = text.partition(" ")
    kept["text"] = _storable(command) + (" " + MASK * len(rest) if rest else "")
    return kept
