"""Events: what the models want the world to know, written to the outbox under a name and version that last."""

from collections.abc import Callable
from dataclasses import dataclass
from enum import IntEnum
from typing import Any, TypeVar, get_args, get_type_hints

E = TypeVar("E", bound="type[Event]")


class Priority(IntEnum):
    """Who goes first when more is to be sent than Telegram takes at once; the smaller the sooner."""

    AWAITED = 0
    NOTICE = 5
    BROADCAST = 9


@dataclass(frozen=True)
class Event:
    """The parent of all events: a plain dataclass of ids and other small values, nothing of the members' texts."""

    community_id: int


@dataclass(frozen=True)
class Kind:
    """Under which name an event class is stored, and how urgent it is.

    One that `is_fleeting` names somebody who was forgotten: it is kept for a day once it was carried out.
    """

    name: str
    version: int
    priority: Priority
    is_fleeting: bool = False


# An event names a person in fields of these names alone: by them a person is found, to be shown or forgotten.
PERSON_FIELDS = ("user_id", "person_id", "owner_id")


class UnknownEvent(Exception):
    """A row of the outbox whose name, version or content this version of Kith does not know."""


# What JSON gives back as it was.
_PLAIN = {int, str, bool, type(None)}

NAMES: dict[tuple[str, int], type[Event]] = {}
KINDS: dict[type[Event], Kind] = {}
_FIELDS: dict[type[Event], dict[str, tuple[type, ...]]] = {}


def event(name: str, *, version: int, priority: Priority = Priority.NOTICE, fleeting: bool = False) -> Callable[[E], E]:
    """Register an event class under the name and version that its rows carry for ever."""

    def register(cls: E) -> E:
        if (name, version) in NAMES:
            raise ValueError(f"two events are called {name} {version}")
        _FIELDS[cls] = _kinds(cls)
        NAMES[name, version] = cls
        KINDS[cls] = Kind(name, version, priority, fleeting)
        return cls

    return register


def _kinds(cls: type[Event]) -> dict[str, tuple[type, ...]]:
    """The types that each field admits; raises `TypeError` for those that JSON would not give back as they were."""
    kinds = {name: get_args(kind) or (kind,) for name, kind in get_type_hints(cls).items()}
    for name, admitted in kinds.items():
        if not set(admitted) <= _PLAIN:
            raise TypeError(f"{cls.__name__}.{name} cannot be stored; an event holds numbers, texts, yes and no")
    return kinds


def written(news: Event) -> dict[str, Any]:
    """The event as it is stored, without its community, which the row's key holds."""
    plain = dict(vars(news))
    del plain["community_id"]
    return plain


def read(*, name: str, version: int, community_id: int, payload: dict[str, Any]) -> Event:
    """The event that a row holds; `UnknownEvent` if it cannot be understood."""
    cls = NAMES.get((name, version))
    if cls is None:
        raise UnknownEvent(f"{name} version {version}")
    kinds = _FIELDS[cls]
    if set(payload) - set(kinds):
        raise UnknownEvent(f"{name} version {version} with {', '.join(sorted(set(payload) - set(kinds)))}")
    wrong = [field for field, value in payload.items() if type(value) not in kinds[field]]
    if wrong:
        raise UnknownEvent(f"{name} version {version} with another kind of {', '.join(sorted(wrong))}")
    try:
        return cls(**{**payload, "community_id": community_id})
    except TypeError:
        lacking = set(kinds) - set(payload) - {"community_id"}
        raise UnknownEvent(f"{name} version {version} without {', '.join(sorted(lacking))}") from None
