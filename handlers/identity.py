"""Who the bot is, and what it offers by command: what both an asking and a post need to know of the house."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum

from handlers.texts.reader import Html, Reader


@dataclass(frozen=True)
class Identity:
    """Who the bot is: what Telegram's `getMe` says of it."""

    bot_id: int
    username: str
    reads_all: bool

    def deep_link(self, payload: str) -> str:
        """The address that opens the private chat and sends `/start payload`."""
        return f"https://t.me/{self.username}?start={payload}"


class Audience(StrEnum):
    """Whom a command is of use to; whether they may is decided where it is carried out.

    What is of use only to who was just asked something is told with the question, and stands in no list.
    """

    EVERYBODY = "everybody"
    MEMBERS = "members"
    STAFF = "staff"
    ASKED = "asked"


Settings = Mapping[str, Mapping[str, object]]


@dataclass(frozen=True)
class Offer:
    """A command by its name and meaning; `bare_in_groups` if it is ours there without `@our_name` too.

    `switch` names the settings whose `on` turns it on in a group, if it can be off. `is_own` if it tells members of
    what is theirs.
    """

    name: str
    about: Callable[[Reader], Html]
    bare_in_groups: bool = False
    audience: Audience = Audience.EVERYBODY
    switch: str = ""
    is_own: bool = False

    def is_on(self, groups: Iterable[Settings]) -> bool:
        """Whether any group with such settings has it on."""
        return not self.switch or any(settings.get(self.switch, {}).get("on") for settings in groups)
