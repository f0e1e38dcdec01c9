"""The Bot API's own specification as a measure of updates, and as a source of others that are as true or as false."""

import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from simulator.specification import specification

Raw = dict[str, Any]
TYPES: dict[str, dict[str, Any]] = specification().types
LARGEST_ID, LARGEST_DATE = 2**52, 2**31 - 1

TEXTS: tuple[str, ...] = (
    *("", "\0", "\ud800", "x" * 5000, "再見" * 300, "'; DROP TABLE people; --", "<b>&amp;</i>", "\u202egnp.exe"),
    *("/me", "/start@kith_bot x", "private", "null", "{}", "\u200b\u2060", "👩‍👩‍👧‍👦" * 50, "a\r\n\tb", "%s{0}\\"),
)
WHOLE: tuple[int, ...] = (0, 1, -1, 7, 2**31 - 1, 2**31, -(2**40), 2**52)
WRONG: tuple[Any, ...] = (
    *(None, True, False, 0, -1, 2**52 + 1, -(2**63), 2**63, 10**30, 1.5, float("inf"), float("nan"), "", "7", "x"),
    *([], {}, [None], [[]], ["x"], {"id": "x"}, [{}], {"type": None}, {"\0\ud800": {"\0": "\ud800"}}),
)


def _is_whole(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and abs(value) <= LARGEST_ID


SIMPLE: dict[str, Callable[[Any], bool]] = {
    "Integer": _is_whole,
    "Float": lambda value: isinstance(value, int | float) and not isinstance(value, bool),
    "String": lambda value: isinstance(value, str),
    "Boolean": lambda value: isinstance(value, bool),
    "True": lambda value: value is True,
}


def fits(kind: str, value: Any) -> bool:
    """Whether a value is one of the documented type `kind`, all the way down."""
    if kind in SIMPLE:
        return SIMPLE[kind](value)
    if kind.startswith("Array of "):
        return isinstance(value, list) and all(fits(kind.removeprefix("Array of "), item) for item in value)
    if "subtypes" in TYPES[kind]:
        return any(fits(one, value) for one in _kinds(kind))
    if not isinstance(value, dict):
        return False
    return _fields_fit(kind, value) and _words_fit(kind, value)


def _words_fit(kind: str, value: Raw) -> bool:
    """What the tables call optional, and the words beside them promise: a group's title, and a topic's number."""
    if kind == "Chat" and value["type"] in ("group", "supergroup"):
        return "title" in value
    return kind != "Message" or not value.get("is_topic_message") or "message_thread_id" in value


def _kinds(kind: str) -> list[str]:
    """The type itself, or those that it stands for; some of these are plain texts and lists."""
    subtypes: list[str] = TYPES.get(kind, {}).get("subtypes", [])
    return [inner for one in subtypes for inner in _kinds(one)] or [kind]


def _fields_fit(kind: str, value: Raw) -> bool:
    fields: dict[str, dict[str, Any]] = TYPES[kind].get("fields", {})
    return all(
        _field_fits(kind, name, wanted, value[name]) if name in value else not wanted.get("r")
        for name, wanted in fields.items()
    )


def _field_fits(kind: str, name: str, wanted: dict[str, Any], value: Any) -> bool:
    if ("c" in wanted and value != wanted["c"]) or not any(fits(one, value) for one in wanted["t"]):
        return False
    if name == "date":
        return bool(value == 0 if kind == "InaccessibleMessage" else 0 < value <= LARGEST_DATE)
    return not name.endswith("_date") or 0 <= value <= LARGEST_DATE


def is_true(update: Raw) -> bool:
    """Whether a whole update is as the Bot API documents it."""
    return len(update) == 2 and update.keys() <= TYPES["Update"]["fields"].keys() and fits("Update", update)


@dataclass
class Spot:
    """A place in an update: the object it is in, the key there, and the types that may stand at it."""

    holder: Any
    key: Any
    kinds: list[str]
    optional: bool
    depth: int


def spots(kind: str, value: Any, depth: int = 0) -> Iterator[Spot]:
    """All places of a true value of the type `kind`."""
    if kind.startswith("Array of "):
        inner = kind.removeprefix("Array of ")
        for place, item in enumerate(value):
            yield Spot(value, place, [inner], False, depth)
            yield from spots(inner, item, depth + 1)
    elif kind not in SIMPLE:
        chosen = next((one for one in _kinds(kind) if fits(one, value)), "")
        for name, wanted in TYPES.get(chosen, {}).get("fields", {}).items():
            if name in value:
                yield Spot(value, name, wanted["t"], not wanted.get("r"), depth)
                fitting = next((one for one in wanted["t"] if fits(one, value[name])), None)
                yield from spots(fitting, value[name], depth + 1) if fitting else ()


class Spoiler:
    """Changes updates by chance, some so that they stay true and some so that they do not."""

    def __init__(self, chance: random.Random, *, never_added: frozenset[str] = frozenset()) -> None:
        self._chance = chance
        self._never_added = never_added

    def spoil(self, update: Raw) -> None:
        """Put something wrong, missing, huge or hostile in one to three places."""
        for _ in range(self._chance.randint(1, 3)):
            found = [spot for spot in spots("Update", update) if spot.key != "update_id"]
            if not found:
                return
            # What lies deep is seldom read at all.
            spot = self._chance.choices(found, [0.25**spot.depth for spot in found])[0]
            what = self._chance.random()
            if what < 0.25 and isinstance(spot.holder, dict):
                del spot.holder[spot.key]
            elif what < 0.5:
                spot.holder[spot.key] = self.made(spot.kinds[0], depth=2)
            else:
                spot.holder[spot.key] = self._chance.choice(WRONG)

    def vary(self, update: Raw) -> None:
        """Give optional fields other true values, and add some that were not there."""
        found = list(spots("Update", update))
        for spot in self._chance.sample(found, min(3, len(found))):
            if spot.optional and spot.kinds[0] == "String" and spot.key not in ("type", "status"):
                spot.holder[spot.key] = self._chance.choice(TEXTS)
            elif spot.optional and spot.kinds[0] in ("Boolean", "Float") and self._chance.random() < 0.5:
                del spot.holder[spot.key]
            elif spot.kinds[0] in ("Message", "User", "Chat") and isinstance(spot.holder[spot.key], dict):
                self._grow(spot.kinds[0], spot.holder[spot.key])

    def _grow(self, kind: str, value: Raw) -> None:
        fields = TYPES[kind]["fields"]
        absent = [name for name in fields if name not in value and name not in self._never_added]
        for name in self._chance.sample(absent, min(3, len(absent))):
            value[name] = 1 if name.endswith("_date") else self.made(fields[name]["t"][0], depth=3)
            if name == "is_topic_message":
                value.setdefault("message_thread_id", 3)

    def made(self, kind: str, *, depth: int) -> Any:
        """Some true value of a type; deep inside only what must be there."""
        simple: dict[str, Callable[[], Any]] = {
            "Integer": lambda: self._chance.choice(WHOLE),
            "Float": lambda: self._chance.choice((0, 0.5, -1e300)),
            "String": lambda: self._chance.choice(TEXTS),
            "Boolean": lambda: self._chance.random() < 0.5,
            "True": lambda: True,
        }
        if kind in simple:
            return simple[kind]()
        if kind.startswith("Array of "):
            inner = kind.removeprefix("Array of ")
            return [self.made(inner, depth=depth - 1) for _ in range(self._chance.randint(0, 2) if depth > 0 else 0)]
        chosen = self._chance.choice(_kinds(kind))
        return self._made_object(chosen, depth) if chosen in TYPES else self.made(chosen, depth=depth)

    def _made_object(self, kind: str, depth: int) -> Raw:
        made = {}
        for name, wanted in TYPES[kind].get("fields", {}).items():
            if wanted.get("r") or (depth > 0 and name not in self._never_added and self._chance.random() < 0.1):
                made[name] = wanted["c"] if "c" in wanted else self.made(wanted["t"][0], depth=depth - 1)
        for name in [name for name in made if name == "date" or name.endswith("_date")]:
            made[name] = 0 if kind == "InaccessibleMessage" else self._chance.choice((1, 1_700_000_000, LARGEST_DATE))
        if kind == "Chat":
            made["type"] = self._chance.choice(("private", "group", "supergroup", "channel"))
            made.setdefault("title", "A group")
        if kind == "Message":
            made.setdefault("message_thread_id", 3)
        return made
