"""Events: what the models want the world to know, written to the outbox under a name and version that last."""

import dataclasses
from collections.abc import Callable
from dataclasses import dataclass
from enum import IntEnum
from typing import Any, TypeVar

from pydantic import TypeAdapter, ValidationError

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
    """Under which name an event class is stored, and how urgent it is."""

    name: str
    version: int
    priority: Priority


# An event names a person in fields of these names alone: by them a person is found, to be shown or forgotten.
PERSON_FIELDS = ("user_id", "person_id", "owner_id")


class UnknownEvent(Exception):
    """A row of the outbox whose name, version or content this version of Kith does not know."""


NAMES: dict[tuple[str, int], type[Event]] = {}
KINDS: dict[type[Event], Kind] = {}


def event(name: str, *, version: int, priority: Priority = Priority.NOTICE) -> Callable[[E], E]:
    """Register an event class under the name and version that its rows carry for ever."""

    def register(cls: E) -> E:
        if (name, version) in NAMES:
            raise ValueError(f"two events are called {name} {version}")
        NAMES[name, version] = cls
        KINDS[cls] = Kind(name, version, priority)
        return cls

    return register


_ADAPTERS: dict[type[Event], TypeAdapter[Event]] = {}


def _adapter(cls: type[Event]) -> TypeAdapter[Event]:
    # Made when first wanted: pydantic takes its time, and most runs need few of them.
    if cls not in _ADAPTERS:
        _ADAPTERS[cls] = TypeAdapter(cls)
    return _ADAPTERS[cls]


def written(news: Event) -> dict[str, Any]:
    """The event as it is stored, without its community, which the row's key holds."""
    plain: dict[str, Any] = _adapter(type(news)).dump_python(news, mode="json")
    del plain["community_id"]
    return plain


def read(*, name: str, version: int, community_id: int, payload: dict[str, Any]) -> Event:
    """The event that a row holds; `UnknownEvent` if it cannot be understood."""
    cls = NAMES.get((name, version))
    if cls is None:
        raise UnknownEvent(f"{name} version {version}")
    known = {field.name for field in dataclasses.fields(cls)}
    if set(payload) - known:
        raise UnknownEvent(f"{name} version {version} with {', '.join(sorted(set(payload) - known))}")
    try:
        return _adapter(cls).validate_python({**payload, "community_id": community_id})
    except ValidationError as error:
        raise UnknownEvent(f"{name} version {version}: {error.error_count()} fields do not fit") from None
