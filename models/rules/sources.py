"""The names under which things are booked once each: a message, an album, what is said about one of them."""

from typing import NamedTuple


class MessageKey(NamedTuple):
    """A message's place: ids count anew in every chat."""

    chat_id: int
    message_id: int


def of_message(chat_id: int, message_id: int | None) -> str:
    """What earns as a message; one whose number nobody knows leads nowhere."""
    return f"message:{chat_id}:{message_id}"


def of_album(chat_id: int, album: str) -> str:
    """What earns once for all the pictures of an album."""
    return f"album:{chat_id}:{album}"


def of_reactions(chat_id: int, message_id: int) -> str:
    """What reactions to a message earn; behind it stands whose."""
    return f"reaction:{chat_id}:{message_id}"


def as_one(chat_id: int, message_id: int, album: str | None) -> str:
    """What counts once for a message or, if it belongs to one, for its album."""
    return of_album(chat_id, album) if album else of_message(chat_id, message_id)


def message_in(source: str) -> MessageKey | None:
    """The message that a source names; none for an album, whose number is no message's, or for what is no message."""
    kind, *numbers = source.split(":")
    if kind not in ("message", "reaction") or len(numbers) < 2:
        return None
    try:
        return MessageKey(int(numbers[0]), int(numbers[1]))
    except ValueError:
        return None


def album_in(source: str) -> tuple[int, str] | None:
    """The chat and Telegram's name of the album that a source names."""
    kind, chat, *name = source.split(":")
    return (int(chat), name[0]) if kind == "album" and name else None
