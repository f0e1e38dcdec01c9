"""Real updates with something wrong in them: what a broken proxy, a newer server or somebody hostile might send."""

import copy
import random
import types
import typing
from collections.abc import Callable, Iterator
from dataclasses import fields, is_dataclass
from datetime import datetime
from enum import Enum
from typing import Any

from hypothesis import strategies as st

from models.facts import AnyFact
from tests.handlers.updates import (
    ANONYMOUS,
    DATE,
    GROUP,
    LIN,
    WEI,
    Raw,
    change,
    emoji,
    listening_world,
    message,
    reaction,
    vote,
    waiting,
)

HOSTILE: tuple[Any, ...] = (
    *(None, True, False, 0, -1, 2**31, 2**52 + 1, -(2**63), 2**63, 10**30, 1.5, float("inf"), float("nan")),
    *("", "\0", "\ud800", "x" * 5000, "'; DROP TABLE people; --", "<b>&amp;", "\u202egnp.exe", "/me", "private"),
    *([], {}, [None], [[]], ["x"], {"id": "x"}, [{}], {"type": None}, {"\0\ud800": {"\0": "\ud800"}}),
)


def _samples() -> list[Raw]:
    world, bot = listening_world()
    lin, wei = world.person("Lin"), world.person("Wei", username="wei_reads", last_name="Wang")
    group = world.group("Readers", owner=lin, forum=True)
    lin.adds(bot, to=group, administrator=True)
    wei.joins(group)
    poem = wei.writes(group, "a poem, see https://example.com", topic=lin.creates_topic(group, "Poems"))
    lin.writes(group, "/me@kith_bot", reply_to=poem)
    lin.writes(group, media="photo", album="1")
    lin.writes(group, forward_of=poem)
    lin.asks(group, "Which?", ["this", "that"])
    lin.reacts(poem, ["👍"])
    wei.starts(bot, "me-1")
    wei.blocks(bot)
    wei.leaves(group)
    by_hand = [
        vote([0, 1]),
        reaction(old=[emoji("👍")], new=[{"type": "custom_emoji", "custom_emoji_id": "5"}]),
        change({"status": "left"}, {"status": "restricted", "is_member": True}),
        message(by=ANONYMOUS, sender_chat=GROUP, is_topic_message=True, message_thread_id=3),
        message(text=None, migrate_to_chat_id=-1009),
        message(text=None, new_chat_members=[LIN, WEI]),
        _press(),
    ]
    return [*waiting(bot), *by_hand]


def _press() -> Raw:
    pressed = {"id": "8", "from": LIN, "chat_instance": "1", "data": "me:1", "message": message()["message"]}
    return {"update_id": 1, "callback_query": {**pressed, "date": DATE}}


SAMPLES = _samples()


def mutated(raw: Raw, *, draw: Callable[[st.SearchStrategy[Any]], Any]) -> Raw:
    """`raw` with one to three of its values gone or replaced, as hypothesis draws."""
    changed = copy.deepcopy(raw)
    for _ in range(draw(st.integers(1, 3))):
        places = list(_places(changed))
        if places:
            holder, key = places[draw(st.integers(0, len(places) - 1))]
            _spoil(holder, key, draw(st.sampled_from(("gone", *HOSTILE))))
    return changed


def spoilt(raw: Raw, *, chance: random.Random) -> Raw:
    """The same by a seeded random generator, for many at once; the update's own id is left alone."""
    changed = copy.deepcopy(raw)
    for _ in range(chance.randint(1, 3)):
        places = [place for place in _places(changed) if place[1] != "update_id"]
        if places:
            holder, key = chance.choice(places)
            _spoil(holder, key, chance.choice(("gone", *HOSTILE)))
    return changed


def _spoil(holder: Any, key: Any, value: Any) -> None:
    if isinstance(value, str) and value == "gone":
        del holder[key]
    else:
        holder[key] = copy.deepcopy(value)


def _places(value: Any) -> Iterator[tuple[Any, Any]]:
    pairs = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, inner in pairs:
        yield value, key
        yield from _places(inner)


def ill_typed(fact: AnyFact | Any) -> list[str]:
    """The fields of a fact that do not hold what their annotation says."""
    hints = typing.get_type_hints(type(fact))
    return [
        f"{type(fact).__name__}.{field.name} = {getattr(fact, field.name)!r}"
        for field in fields(fact)
        if not (_is_fingerprint if field.name == "likeness" else _fits)(getattr(fact, field.name), hints[field.name])
    ]


def _is_fingerprint(value: Any, _kind: Any) -> bool:
    """Fingerprints have no sign and stand in no column of their own."""
    return value is None or (type(value) is int and 0 <= value < 2**64)


def _fits(value: Any, kind: Any) -> bool:
    origin = typing.get_origin(kind)
    if origin in (typing.Union, types.UnionType):
        return any(_fits(value, one) for one in typing.get_args(kind))
    if origin in (tuple, frozenset):
        return isinstance(value, origin) and all(_fits(item, typing.get_args(kind)[0]) for item in value)
    if kind is int:
        return isinstance(value, int) and not isinstance(value, bool) and abs(value) < 2**63
    if kind is datetime:
        return isinstance(value, datetime) and value.tzinfo is not None
    if kind is str:
        return isinstance(value, str) and "\0" not in value and value.encode("utf-8", "strict") is not None
    if isinstance(kind, type) and is_dataclass(kind):
        return isinstance(value, kind) and not ill_typed(value)
    if isinstance(kind, type) and issubclass(kind, Enum):
        return isinstance(value, kind)
    return isinstance(value, kind)
