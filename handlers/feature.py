"""What a feature hands to the house: its commands, its buttons, its posts and where its deep links lead."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

from handlers.asking import Callback
from handlers.identity import Identity, Offer
from handlers.outgoing import Call
from handlers.texts.reader import Html, Reader
from models.events import Event
from models.refusals import Refused
from models.rules.reach import Kind


@dataclass(frozen=True, kw_only=True)
class Command(Offer):
    """A command and who carries it out."""

    callback: Callback


@dataclass(frozen=True)
class Outside:
    """What a post needs to know beside its event."""

    me: Identity
    now: datetime
    offers: tuple[Offer, ...] = ()


class InDoubt(StrEnum):
    """What becomes of a message of which nobody can say whether it was sent when the process died."""

    AGAIN = "again"
    LEAVE = "leave"
    ASK = "ask"


@dataclass(frozen=True)
class Sent:
    """A call that was made, and what Telegram answered."""

    call: Call
    result: Any
    at: datetime


Compose = Callable[[AsyncSession, Any, Outside], Awaitable[Call | None]]
OnSent = Callable[[AsyncSession, Any, Sent], Awaitable[None]]
Refusal = Callable[[Reader, Any], Html]
OnUnreachable = Callable[[AsyncSession, Any, datetime], Awaitable[None]]
OnRejected = Callable[[AsyncSession, Any, str, datetime], Awaitable[None]]


@dataclass(frozen=True)
class Post:
    """How an event becomes a message.

    `compose` returns nothing when there is nothing to say any more; `on_unsaid` hears of that. `on_sent` gets what
    Telegram answered, in a transaction of its own. `on_unreachable` is for a person who cannot be written to,
    `on_rejected` gets Telegram's reason for refusing the call as it is; `on_doubt` has somebody told who can look
    whether a message arrived.
    """

    compose: Compose
    kind: Kind = Kind.NOTICE
    in_doubt: InDoubt = InDoubt.LEAVE
    on_sent: OnSent | None = None
    on_unreachable: OnUnreachable | None = None
    on_rejected: OnRejected | None = None
    on_doubt: OnUnreachable | None = None
    on_unsaid: OnUnreachable | None = None


@dataclass(frozen=True)
class Feature:
    """Everything that a feature does on this floor; the name is the same on every floor.

    `refusals` says each no of the feature's in a sentence; `replies` takes what somebody writes in private in answer to
    a question of ours, by the question's topic (see `models/dialogues.py`). `switch` and `is_own` say of all its
    commands what `Offer` says of one: a command of what is off in a group stands in none of its menus.
    """

    name: str
    switch: str = ""
    is_own: bool = False
    commands: tuple[Command, ...] = ()
    buttons: Mapping[str, Callback] = field(default_factory=dict)
    starts: Mapping[str, Callback] = field(default_factory=dict)
    posts: Mapping[type[Event], Post] = field(default_factory=dict)
    refusals: Mapping[type[Refused], Refusal] = field(default_factory=dict)
    replies: Mapping[str, Callback] = field(default_factory=dict)
