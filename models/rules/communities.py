"""Which rights the bot has in a group, and what does not work without them."""

from collections.abc import Collection
from dataclasses import dataclass
from enum import StrEnum


class Lack(StrEnum):
    """Something that does not work, each for the want of one right."""

    ALL_MESSAGES = "all_messages"
    REACTIONS = "reactions"
    JOINS = "joins"
    TIDYING = "tidying"


@dataclass(frozen=True)
class Standing:
    """What the bot may do in a group; `reads_all` if its privacy mode is off."""

    is_administrator: bool
    rights: Collection[str] = ()
    reads_all: bool = False


# Telegram gives these to an administrator only; see "Updates" of the Bot API page (message_reaction, chat_member).
ADMINISTRATORS_ONLY = (Lack.REACTIONS, Lack.JOINS)


def lacks(standing: Standing) -> tuple[Lack, ...]:
    """What does not work for a bot with that standing, the weightiest first; empty if everything does."""
    if standing.is_administrator:
        return () if "can_delete_messages" in standing.rights else (Lack.TIDYING,)
    unread = () if standing.reads_all else (Lack.ALL_MESSAGES,)
    return (*unread, *ADMINISTRATORS_ONLY, Lack.TIDYING)
