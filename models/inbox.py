"""What was taken from Telegram and is not counted yet: facts, put aside for the moments in which more is fetched.

While much waits at Telegram, to count many updates at once costs half of what it costs to count a hundred each time;
but Telegram gives the next hundred only to who confirms the last. So these are made safe here first, which is one small
row, and counted together. Whatever a crash leaves here is counted at the next start; what had been counted before is
known by its update ids.
"""

import dataclasses
import json
from collections.abc import Callable, Sequence
from datetime import datetime
from operator import attrgetter
from typing import Any

from sqlalchemy import Connection, Text, bindparam, delete, insert, select
from sqlalchemy.orm import Mapped, mapped_column

from models.bulk import table_of, upsert
from models.facts import (
    AnyFact,
    BotMoved,
    BotStatus,
    ChatKind,
    DoorChanged,
    Joined,
    Left,
    Migrated,
    Person,
    Place,
    PollClosed,
    Reacted,
    Said,
    StaffChanged,
    StaffStatus,
    TopicCreated,
    Voted,
)
from models.schema import COMPOSITE, Base, Key, from_microseconds, in_microseconds


class Inbox(Base):
    """Global: facts of all chats, in the order in which Telegram told them. One row per batch, for moments.

    On SQLite the rows lie in a file of their own, beside the database: who writes there need not wait for who counts.
    """

    __tablename__ = "inbox"
    __table_args__ = (COMPOSITE,)

    bot_id: Mapped[Key]
    batch_id: Mapped[Key]
    facts: Mapped[str] = mapped_column(Text)


class UnknownFacts(ValueError):
    """What lies in the inbox was written by another version, and cannot be read."""


KINDS: Sequence[type[AnyFact]] = (
    Said,
    Reacted,
    Joined,
    Left,
    StaffChanged,
    TopicCreated,
    BotMoved,
    Migrated,
    Voted,
    PollClosed,
    DoorChanged,
)
_BY_NAME = {kind.__name__: kind for kind in KINDS}
_INBOX = table_of(Inbox)
_THROUGH = (_INBOX.c.bot_id == bindparam("its_bot"), _INBOX.c.batch_id <= bindparam("through"))
_DROP = delete(_INBOX).where(*_THROUGH)
_PUT = insert(_INBOX)
# PostgreSQL does both at once, by one trip and one commit.
_PUT_AND_DROP = _PUT.add_cte(_DROP.cte("counted"))
_WAITING = select(_INBOX.c.batch_id, _INBOX.c.facts).where(_INBOX.c.bot_id == bindparam("its_bot"))


def put(connection: Connection, facts: str, *, bot_id: int, batch_id: int, counted: int | None) -> None:
    """Make the facts of a batch safe, and drop the batches up to `counted`."""
    if connection.dialect.name == "postgresql":
        row = {"bot_id": bot_id, "batch_id": batch_id, "facts": facts}
        if counted is None:
            connection.execute(_PUT, row)
        else:
            connection.execute(_PUT_AND_DROP, {**row, "its_bot": bot_id, "through": counted})
        return
    if counted is not None:
        drop(connection, bot_id=bot_id, through=counted)
    upsert(connection, Inbox, ("bot_id", "batch_id", "facts"), [(bot_id, batch_id, facts)])


def drop(connection: Connection, *, bot_id: int, through: int) -> None:
    """Drop the batches up to that one, which have been counted."""
    connection.execute(_DROP, {"its_bot": bot_id, "through": through})


def waiting(connection: Connection, *, bot_id: int) -> list[tuple[int, str]]:
    """The batches that wait, with their ids, the oldest first."""
    found = connection.execute(_WAITING.order_by(_INBOX.c.batch_id), {"its_bot": bot_id})
    return [(batch_id, facts) for batch_id, facts in found]


def packed(facts: Sequence[AnyFact]) -> str:
    """Facts as text: each as its kind and the values of its fields."""
    return _TEXT.encode([(type(fact).__name__, *_VALUES[type(fact)](fact)) for fact in facts])


def unpacked(text: str) -> list[AnyFact]:
    """The facts that `packed` made a text of; raises `UnknownFacts`."""
    try:
        rows = json.loads(text)
        if not isinstance(rows, list):
            raise TypeError("no list")
        return [_fact(*row) for row in rows]
    except (TypeError, ValueError, KeyError) as error:
        raise UnknownFacts(f"{type(error).__name__} in the inbox") from error


_FIELDS = {kind: [field.name for field in dataclasses.fields(kind)] for kind in KINDS}
_VALUES: dict[type[AnyFact], Callable[[Any], tuple[Any, ...]]] = {
    kind: attrgetter(*names) for kind, names in _FIELDS.items()
}


def _simple(value: Any) -> Any:
    """What JSON has no word for; the enumerations are strings already, people and places are tuples."""
    if isinstance(value, datetime):
        return in_microseconds(value)
    if isinstance(value, frozenset):
        return sorted(value)
    raise TypeError(type(value).__name__)


# What it is given is made here and holds no circle, for which to look takes its time.
_TEXT = json.JSONEncoder(ensure_ascii=False, check_circular=False, separators=(",", ":"), default=_simple)


def _fact(name: str, *values: Any) -> AnyFact:
    kind = _BY_NAME[name]
    told = zip(_FIELDS[kind], values, strict=True)
    fact: AnyFact = kind(
        *[_READ[name](value) if name in _READ and value is not None else value for name, value in told]
    )
    return fact


def _place(values: Sequence[Any]) -> Place:
    chat_id, kind, *about = values
    return Place(chat_id, ChatKind(kind), *about)


# By the fields' names, which mean the same in all facts.
_READ: dict[str, Callable[[Any], Any]] = {
    "at": from_microseconds,
    "place": _place,
    "person": lambda values: Person(*values),
    "added": tuple,
    "removed": tuple,
    "options": tuple,
    "votes": tuple,
    "tags": tuple,
    "rights": frozenset,
    "status": StaffStatus,
    "before": BotStatus,
    "after": BotStatus,
}
