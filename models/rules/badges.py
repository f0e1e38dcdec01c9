"""The badges: which there are, and what each takes. Counts go over all that a member ever did."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import timedelta
from enum import StrEnum
from types import MappingProxyType

from models.rules.settings import switch

# So many stand on the podium of a season.
PODIUM = 3
# The firsts often come one after another: whoever writes is answered and liked. Told together they are one message.
GATHERING = timedelta(hours=1)


@dataclass(frozen=True)
class BadgesSettings:
    """Badges for firsts, streaks and feats."""

    on: bool = switch(False, "Whether members get badges.")
    tell: bool = switch(True, "Whether a member is told of a new badge, in private.")


class Badge(StrEnum):
    """Each badge, under the name by which it is stored for good."""

    FIRST_WORD = "first_word"
    FIRST_REPLY = "first_reply"
    FIRST_LIKE = "first_like"
    WEEK = "week"
    MONTH = "month"
    HUNDRED = "hundred"
    REGULAR = "regular"
    CONVERSATION = "conversation"
    LIKED = "liked"
    SEASON = "season"


@dataclass(frozen=True)
class Measures:
    """What badges look at: what somebody wrote, answered and was liked for, on how many days, and more.

    `streak` is the longest of check-ins; `seasons` counts those that somebody ended among the first three.
    """

    messages: int = 0
    replies: int = 0
    likes: int = 0
    active_days: int = 0
    streak: int = 0
    seasons: int = 0


# What each takes, all of it. To talk much alone brings none: what counts beyond the firsts is to come back, to answer
# others and to be liked by them.
NEEDS: Mapping[Badge, Measures] = MappingProxyType(
    {
        Badge.FIRST_WORD: Measures(messages=1),
        Badge.FIRST_REPLY: Measures(replies=1),
        Badge.FIRST_LIKE: Measures(likes=1),
        Badge.WEEK: Measures(streak=7),
        Badge.MONTH: Measures(streak=30),
        Badge.HUNDRED: Measures(streak=100),
        Badge.REGULAR: Measures(active_days=50),
        Badge.CONVERSATION: Measures(replies=100, active_days=20),
        Badge.LIKED: Measures(likes=100, active_days=20),
        Badge.SEASON: Measures(seasons=1),
    }
)

# What each asks for at all: everybody who did something is looked at again and again.
_ASKED = {
    badge: [(field.name, least) for field in fields(needs) if (least := getattr(needs, field.name))]
    for badge, needs in NEEDS.items()
}


FIRSTS = frozenset({Badge.FIRST_WORD, Badge.FIRST_REPLY, Badge.FIRST_LIKE})


def told_after(new: Collection[str], *, held: Collection[str]) -> timedelta:
    """How long the word about new badges may wait for more: a first, for as long as others are still to come."""
    return GATHERING if FIRSTS.issuperset(new) and not FIRSTS.issubset(held) else timedelta()


def to_get(*, with_checkins: bool) -> Sequence[Badge]:
    """The badges that can be had where members check in, or do not."""
    return [badge for badge, needs in NEEDS.items() if with_checkins or not needs.streak]


def earned(measures: Measures) -> frozenset[Badge]:
    """The badges that somebody with these figures has."""
    return frozenset(badge for badge, asked in _ASKED.items() if _has(measures, asked))


def _has(measures: Measures, asked: Iterable[tuple[str, int]]) -> bool:
    return all(getattr(measures, name) >= least for name, least in asked)
