"""Who an export speaks of: ids as words, as bare numbers, as shifted numbers, and names without any id."""

import re
from collections.abc import Iterable
from typing import Any, Literal

from simulator.history.records import Peer

WORDED = re.compile(r"(user|channel|chat)(\d+)")
# For half a year before ids became words they were written as numbers with the kind in the upper half.
SHIFTED_USERS = range(2**32, 2**32 + 2**31)
SHIFTED_CHATS = range(2**33, 2**33 + 2**31)


class Peers:
    """Reads peers of one chat; whether its bare numbers are shifted is seen from all of them together."""

    def __init__(self, messages: Iterable[Any]) -> None:
        bare = set(_bare_ids(messages))
        self._shifted = bool(bare) and all(number in SHIFTED_USERS or number in SHIFTED_CHATS for number in bare)
        # Most records are by few people: one object for each.
        self._known: dict[tuple[Any, Any], Peer | None] = {}

    def of(self, raw: dict[str, Any], label: str) -> Peer | None:
        """The peer under this label ('from' or 'actor'), or None if the record names nobody at all."""
        name, number = raw.get(label), raw.get(f"{label}_id")
        if isinstance(number, list | dict) or isinstance(name, list | dict):
            return None
        key = (name, number)
        if key not in self._known:
            self._known[key] = self._read(name if isinstance(name, str) and name else None, number)
        return self._known[key]

    def _read(self, name: str | None, number: Any) -> Peer | None:
        kind: Literal["user", "channel", "chat"] = "user"
        if isinstance(number, str):
            if worded := WORDED.fullmatch(number.strip()):
                return Peer(_kind(worded.group(1)), int(worded.group(2)), name)
            if not number.strip().isdecimal():
                return Peer(kind, None, name) if name else None
            number = int(number)
        if isinstance(number, int) and not isinstance(number, bool) and number > 0:
            if self._shifted:
                kind = "channel" if number in SHIFTED_CHATS else "user"
                number %= 2**32
            return Peer(kind, number, name)
        return Peer(kind, None, name) if name else None


def _kind(word: str) -> Literal["user", "channel", "chat"]:
    return "channel" if word == "channel" else "chat" if word == "chat" else "user"


def _bare_ids(messages: Iterable[Any]) -> Iterable[int]:
    for raw in messages:
        if isinstance(raw, dict):
            for label in ("from_id", "actor_id"):
                number = raw.get(label)
                if isinstance(number, int) and not isinstance(number, bool):
                    yield number
