"""What an export tells, as plain records: who did what, when, with the export's own ids."""

from collections import Counter
from dataclasses import dataclass, field
from typing import Any, Literal


class UnreadableExport(Exception):
    """The file cannot be read as one chat's history; its text says why, in one sentence."""


class NoRecord(Exception):
    """Something in the file that becomes no record; its text is the reason under which it is counted."""


@dataclass(frozen=True, slots=True)
class Peer:
    """Who wrote or acted. Without an id the export gave a name only; without a name the account is deleted."""

    kind: Literal["user", "channel", "chat"]
    id: int | None
    name: str | None


@dataclass(frozen=True, slots=True)
class Reaction:
    """One that names its giver; the emoji as the simulator writes it, 'custom:…' for a custom one."""

    emoji: str
    by: Peer
    at: int


@dataclass(frozen=True, slots=True)
class Poll:
    question: str
    options: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Record:
    """`at` is in seconds since 1970. A negative id is from before the group became a supergroup."""

    id: int
    at: int
    author: Peer | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Written(Record):
    """A message; `body` holds what it says in the Bot API's own fields."""

    body: dict[str, Any]
    reply_to: int | None = None
    topic: int | None = None
    poll: Poll | None = None
    reactions: tuple[Reaction, ...] = ()
    automatic: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Joined(Record):
    """By a link, whose maker may be named, or by a request."""

    inviter: str | None
    by_request: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Invited(Record):
    """Names only; the actor's own name alone is a join by oneself. None is a deleted account."""

    names: tuple[str | None, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Removed(Record):
    """Names only; the actor's own name alone is a leave."""

    names: tuple[str | None, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class TopicOpened(Record):
    title: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Pinned(Record):
    message_id: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Moved(Record):
    """The group became a supergroup."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Notice(Record):
    """A service message that is told as it is."""

    body: dict[str, Any]


@dataclass
class Export:
    """One chat's history in the order of date, then id. What is no record stands in left_out under its reason."""

    name: str
    kind: Literal["group", "supergroup"]
    chat_id: int
    records: list[Record]
    left_out: Counter[str] = field(default_factory=Counter)
    creator: Peer | None = None
    # The basic group's own id, if anything tells it.
    old_group_id: int | None = None

    @property
    def bare_id(self) -> int:
        return -self.chat_id if self.kind == "group" else -self.chat_id - SUPERGROUPS


# The Bot API's id of a supergroup is this much below zero, and then its own number.
SUPERGROUPS = 1_000_000_000_000
