"""Whom and which chat an update shows: mostly those that one has shown not long ago, exactly alike."""

from collections.abc import Callable
from typing import Any, Generic, TypeVar

from handlers.raw import Raw, a_flag, a_text, an_id, maybe_text
from models.facts import ChatKind, Person, Place

GROUP_KINDS = {kind.value for kind in ChatKind}
T = TypeVar("T")


class Remembered(Generic[T]):
    """What objects with an `id` were read as. One that is told again as it was is not read again.

    Compared as they are, they take a fifth of the time in which they are read. Of no more than `most` it is remembered.
    """

    def __init__(self, read: Callable[[Raw], T], *, most: int) -> None:
        self._read = read
        self._most = most
        self._known: dict[int, tuple[Raw, T]] = {}

    def __call__(self, raw: Raw) -> T:
        """What the object is read as; raises what reading it raises."""
        number: Any = raw.get("id")
        # Nothing else can be looked up, and only who has a number is ever remembered.
        known = self._known.get(number) if type(number) is int else None
        if known is not None and known[0] == raw:
            return known[1]
        found = self._read(raw)
        if len(self._known) >= self._most:
            self._known.clear()
        self._known[number] = (raw, found)
        return found


def _person(raw: Raw) -> Person | None:
    user_id = an_id(raw, "id")
    if a_flag(raw, "is_bot"):
        return None
    last, public = maybe_text(raw, "last_name"), maybe_text(raw, "username")
    return Person(
        user_id=user_id,
        first_name=a_text(raw, "first_name")[:256],
        last_name=last[:256] if last else None,
        username=public[:64] if public else None,
        language_code=(maybe_text(raw, "language_code") or "")[:35] or None,
    )


def _place(chat: Raw) -> Place | None:
    chat_id, kind = an_id(chat, "id"), a_text(chat, "type")
    if kind not in GROUP_KINDS:
        return None
    public = maybe_text(chat, "username")
    return Place(
        chat_id, ChatKind(kind), a_text(chat, "title"), a_flag(chat, "is_forum"), public[:64] if public else None
    )


_people = Remembered(_person, most=2048)
_places = Remembered(_place, most=256)


def person(raw: Raw) -> Person | None:
    """The person that a `User` object shows; none for a bot. Raises `Malformed`."""
    return _people(raw)


def place_of(chat: Raw) -> Place | None:
    """The group that a `Chat` object shows; none for a channel or a private chat. Raises `Malformed`."""
    return _places(chat)
