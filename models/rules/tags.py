"""Tags: what is found beside a member's name, and whether it is ours to change."""

from collections.abc import Collection
from datetime import timedelta
from enum import StrEnum

# Telegram is asked about so many members of a community at once: they must not stand in the way of who waits.
AT_ONCE = 20
# What was asked and came to nothing is asked again after this,
TRIED_AGAIN = timedelta(hours=6)
# and whoever has a tag of their own, or one that Telegram does not let us set, is looked at after this.
LOOKED_AT_AGAIN = timedelta(days=7)


class Finding(StrEnum):
    """What a tag is that somebody has."""

    RIGHT = "right"
    WRONG = "wrong"
    THEIRS = "theirs"


def finding(has: str, *, wanted: str, ours: Collection[str]) -> Finding:
    """What to think of the tag that somebody has, or of their having none; only one of ours is ever replaced."""
    if has == wanted:
        return Finding.RIGHT
    return Finding.THEIRS if has and has not in ours else Finding.WRONG
