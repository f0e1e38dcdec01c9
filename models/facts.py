"""What happened, as small plain facts: the words in which Telegram's news reaches the models.

A fact's time is Telegram's own date; where an update has none (a vote), the time of receipt. `user_id` is empty where
nobody in particular acted: an anonymous administrator, a channel, or the bot itself.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from functools import cached_property
from typing import Any, NamedTuple, TypeVar

from models.rules import sources
from models.rules.hashtags import tags_of
from models.rules.settings import changed

S = TypeVar("S")


class ChatKind(StrEnum):
    """The kinds of chat in which members meet; channels and private chats are none."""

    GROUP = "group"
    SUPERGROUP = "supergroup"


class BotStatus(StrEnum):
    """What the bot is in a chat."""

    ADMINISTRATOR = "administrator"
    MEMBER = "member"
    AWAY = "away"
    UNKNOWN = "unknown"


class StaffStatus(StrEnum):
    """What somebody is in a group that they may run; `NONE` for everybody else."""

    OWNER = "creator"
    ADMINISTRATOR = "administrator"
    NONE = "none"


class Person(NamedTuple):
    """Somebody as Telegram showed them with an update."""

    user_id: int
    first_name: str
    last_name: str | None = None
    username: str | None = None
    language_code: str | None = None


class Place(NamedTuple):
    """The chat of a fact as Telegram showed it with the update; a public one has a `username`."""

    chat_id: int
    kind: ChatKind
    title: str
    is_forum: bool = False
    username: str | None = None


# Nobody changes a fact. Were they frozen, as they might be, to make one would take four times as long: Python then sets
# each field by a call.
@dataclass(slots=True, unsafe_hash=True)
class Fact:
    """The parent of those facts that stand in a group."""

    update_id: int
    at: datetime
    place: Place
    person: Person | None


@dataclass(slots=True, unsafe_hash=True)
class Said(Fact):
    """Somebody wrote a message.

    The text itself is left where it was read: `letters` says how much it says, and `likeness` is a keyed fingerprint of
    it, or of the picture, voice or other `work` of one's own that the message carries, if there is either. `word` is
    the whole of it, or what it opens with, where some group has that as a word for a command; where its own group has,
    it is a command too (`models/keywords.py`). `tags` are its hashtags (see `models/rules/hashtags.py`). Only with one,
    as it may be a work that is shared, `form` says what it is made of, and `mark` is the keyed fingerprint of the file,
    or else of the text without the tags.
    `thread` is the message that a thread of replies hangs on, outside of a forum's topics.
    `answers_topic` is said by the button under the message that is answered, if a bot put one there by which it knows a
    day's topic: that bot's id, the community's, and the day's number.
    """

    message_id: int
    reply_to: int | None = None
    reply_to_author: int | None = None
    topic: int | None = None
    album: str | None = None
    poll_id: str | None = None
    letters: int = 0
    likeness: int | None = None
    has_work: bool = False
    is_command: bool = False
    is_forward: bool = False
    tags: tuple[str, ...] = ()
    form: str = ""
    mark: int | None = None
    word: str = ""
    answers_topic: tuple[int, int, int] | None = None
    thread: int | None = None

    @property
    def source(self) -> str:
        """What it earns under by itself, even as one picture of an album."""
        return sources.of_message(self.place.chat_id, self.message_id)


@dataclass(slots=True, unsafe_hash=True)
class Reacted(Fact):
    """Somebody changed their reactions on a message; `stood` if any was on it before, `stays` while any is left."""

    message_id: int
    added: tuple[str, ...]
    removed: tuple[str, ...]
    stays: bool = True
    stood: bool = False


@dataclass(slots=True, unsafe_hash=True)
class Joined(Fact):
    """Somebody came in; `by_service` if it is the chat's own service message that says so."""

    link: str | None = None
    by_service: bool = False


@dataclass(slots=True, unsafe_hash=True)
class Left(Fact):
    """Somebody went or was removed."""

    by_service: bool = False


@dataclass(slots=True, unsafe_hash=True)
class StaffChanged(Fact):
    """Somebody was made administrator or owner, is none any more, or has other rights now."""

    status: StaffStatus
    rights: frozenset[str] = frozenset()
    is_anonymous: bool = False


@dataclass(slots=True, unsafe_hash=True)
class TopicCreated(Fact):
    """A forum topic was opened."""

    topic: int
    name: str


@dataclass(slots=True, unsafe_hash=True)
class BotMoved(Fact):
    """The bot was added, promoted, demoted or removed by `person`; `rights` names those it now has."""

    before: BotStatus
    after: BotStatus
    rights: frozenset[str] = frozenset()


@dataclass(slots=True, unsafe_hash=True)
class Migrated(Fact):
    """The group of `place` became the supergroup `new_chat_id`; told from either side."""

    new_chat_id: int


@dataclass(slots=True, unsafe_hash=True)
class Voted:
    """Somebody chose `options` of a poll, or took the vote back where there are none. Telegram tells no chat."""

    update_id: int
    at: datetime
    person: Person
    poll_id: str
    options: tuple[int, ...]


@dataclass(slots=True, unsafe_hash=True)
class PollClosed:
    """A poll of ours takes no votes any more; `votes` says how many have chosen each option."""

    update_id: int
    at: datetime
    person: Person | None
    poll_id: str
    votes: tuple[int, ...]


@dataclass(slots=True, unsafe_hash=True)
class DoorChanged:
    """A person opened (`is_open`) or blocked their private chat with the bot."""

    update_id: int
    at: datetime
    person: Person
    is_open: bool


AnyFact = Fact | Voted | PollClosed | DoorChanged
F = TypeVar("F", bound=AnyFact)


@dataclass(frozen=True)
class Batch:
    """The facts of one transaction, each group's with the community that it belongs to.

    `communities` maps a chat to its community; facts of chats that Kith does not serve have been left out.
    """

    now: datetime
    bot_id: int
    facts: tuple[AnyFact, ...]
    communities: Mapping[int, "Served"] = field(default_factory=dict)

    def of(self, kind: type[F]) -> Sequence[F]:
        """The facts of one kind, in their order: a dozen features ask for theirs, and all are gone through once."""
        return self._by_kind.get(kind, [])

    @cached_property
    def _by_kind(self) -> Mapping[type[Any], list[Any]]:
        found: dict[type[Any], list[Any]] = defaultdict(list)
        for fact in self.facts:
            found[type(fact)].append(fact)
        return found

    def settings(self, feature: str, defaults: S) -> dict[int, S]:
        """The numbers of a feature that each chat's community has chosen."""
        return {
            chat_id: changed(defaults, served.settings.get(feature, {})) for chat_id, served in self.communities.items()
        }

    def enabled(self, feature: str, defaults: S) -> dict[int, S]:
        """The same of a feature that is off by default, for the chats alone whose community has turned it on."""
        return {
            chat_id: changed(defaults, served.settings[feature])
            for chat_id, served in self.communities.items()
            if served.settings.get(feature, {}).get("on")
        }

    def tagged(self, hashtags: Mapping[int, Iterable[str]]) -> list["Said"]:
        """The messages with a hashtag of their chat's; what is passed on, or said to a bot, is nobody's own."""
        wanted = {chat_id: tags_of(chosen) for chat_id, chosen in hashtags.items()}
        return [
            fact
            for fact in self.of(Said)
            if fact.tags
            and fact.place.chat_id in wanted
            and not (fact.person is None or fact.is_command or fact.is_forward)
            and not wanted[fact.place.chat_id].isdisjoint(fact.tags)
        ]


@dataclass(frozen=True)
class Served:
    """A community as the facts of a batch need it."""

    community_id: int
    time_zone: str
    settings: Mapping[str, Mapping[str, object]]
    has_forgotten: bool = False
