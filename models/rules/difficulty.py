"""What an action is worth to somebody by how active they have been: one formula, bounded, and told to everybody.

`pace` says how active somebody was in the fourteen days up to the day before yesterday, from 0 to 100 in tens: a ten
for each five deeds a day (messages, reactions given, votes). A factor is in hundredths:

    talk, and likes of it          3000 / pace, but 150 at most     from 1.5 down to 0.3
    what others gain (advanced)    125 - pace / 2, but 100 at least from 1.25 down to 1
    what the group lives on        100 + pace / 4                   from 1 up to 1.25

So a quiet member's first steps are worth half as much again, and who writes all day earns by what others gain: from
some point on more talk brings hardly more. Where a factor is below 1 the day's cap shrinks with it, or the cap would be
all that counts. `docs/difficulty.md` shows a month of it.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache
from typing import NamedTuple

from models.rules.earning import Claim, Limits, Way
from models.rules.fairness import Tier
from models.rules.messages import MESSAGE
from models.rules.points import divided
from models.rules.reactions import GIVEN, RECEIVED
from models.rules.replies import REPLY
from models.rules.settings import switch

# So many days are looked at, of which the last is so long over that what comes late has come.
DAYS, SETTLED = 14, 2
BUSIEST = 100
# So many deeds a day are the busiest pace.
DEEDS_A_DAY = 50
# What is scaled of the basic tier; to check in is the same for everybody.
TALK = frozenset({MESSAGE.action, REPLY.action, GIVEN.action, RECEIVED.action})
# Talk is worth so much divided by the pace, in hundredths, and at most so much.
TALK_BY_PACE, MOST_FOR_TALK = 3000, 150
IN_FULL = 100


@dataclass(frozen=True)
class DifficultySettings:
    """What an action is worth by how active a member has been."""

    on: bool = switch(
        False, "Whether chatting is worth more to quiet members and less to very active ones, who gain by contributing."
    )


class Pace(NamedTuple):
    """How active a member is held to be from `valid_from` on, and how before."""

    valid_from: date
    pace: int
    before: int

    def on(self, day: date) -> int:
        """The pace that counts on a day."""
        return self.pace if day >= self.valid_from else self.before


def pace_of(deeds: int) -> int:
    """The pace of who has done so much in all of the days, in tens."""
    return min(BUSIEST, deeds * 10 // (DAYS * DEEDS_A_DAY) * 10)


def looked_at(day: date) -> tuple[date, date]:
    """The first and the last of the days by which somebody's pace on `day` is found."""
    last = day - timedelta(days=SETTLED)
    return last - timedelta(days=DAYS - 1), last


def factor(*, action: str, tier: Tier, pace: int) -> int:
    """By how much an action's worth is multiplied, in hundredths."""
    if tier is Tier.COCREATION:
        return IN_FULL + pace // 4
    if tier is Tier.ADVANCED:
        return max(IN_FULL, 125 - pace // 2)
    if action not in TALK:
        return IN_FULL
    return min(MOST_FOR_TALK, TALK_BY_PACE // max(pace, 1))


def scaled(points: int, *, factor: int) -> int:
    """Points times a factor; what is worth anything stays so."""
    return max(divided(points * factor, IN_FULL), 1) if points > 0 else points


def for_pace(claim: Claim, *, pace: int) -> Claim:
    """A claim by what it is worth to somebody of a pace; where that is less, so is the day's cap."""
    community_id, user_id, way, points, source, at, day, limits, _, _ = claim
    by, worth, within = _worth(way, points, limits, pace)
    # Made anew: to have it replace its own values would take three times as long.
    return claim if by == IN_FULL else Claim(community_id, user_id, way, worth, source, at, day, within, by)


@lru_cache(maxsize=512)
def _worth(way: Way, points: int, limits: Limits, pace: int) -> tuple[int, int, Limits]:
    """By how much a claim is multiplied, what it is worth then, and within which limits; few are asked for."""
    by = factor(action=way.action, tier=way.tier, pace=pace)
    a_day = min(limits.a_day, scaled(limits.a_day, factor=by)) if by < IN_FULL else limits.a_day
    return by, scaled(points, factor=by), limits._replace(a_day=a_day)


def bounds() -> Mapping[Tier, tuple[int, int]]:
    """The least and the greatest factor of each tier."""
    found = {}
    for tier in Tier:
        each = [factor(action=MESSAGE.action, tier=tier, pace=pace) for pace in range(0, BUSIEST + 1, 10)]
        found[tier] = (min(each), max(each))
    return found
