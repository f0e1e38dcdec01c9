"""The frame for every way to earn: a claim goes in, what its limits leave of it comes out.

A way to earn is one small file among siblings: it names its `Way`, and makes claims.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from operator import itemgetter
from typing import NamedTuple

from models.rules.fairness import Reason, Tier, Uncounted
from models.rules.settings import Unit, number

# The least and the most that one deed of each tier may be worth, in hundredths. Co-creation has no upper end in itself;
# this one keeps a slip of the finger from ruining a group.
WORTH = {Tier.BASIC: (0, 100), Tier.ADVANCED: (100, 300), Tier.COCREATION: (300, 100_000)}


# There is one of each, so that it is told by being it: to look one up by its values takes as long as all else of it.
@dataclass(frozen=True, slots=True, eq=False)
class Way:
    """A way to earn: the action under which it stands in the ledger, and its tier."""

    action: str
    tier: Tier


def worth(way: Way, default: int, sentence: str) -> int:
    """The field of a settings dataclass that says what one deed is worth, within the bounds of its tier."""
    least, most = WORTH[way.tier]
    return number(default, sentence, unit=Unit.POINTS, least=least, most=most)


def a_day(default: int, sentence: str) -> int:
    """The field that says how much can be earned on one day in the group's time zone."""
    return number(default, sentence, unit=Unit.POINTS, least=0, most=100_000)


def pause(default: int, sentence: str) -> int:
    """The field that says how long after one deed the next of its kind earns nothing."""
    return number(default, sentence, unit=Unit.SECONDS, least=0, most=3600)


# What is made for every fact is a tuple with names: a frozen dataclass takes three times as long to make.
class Limits(NamedTuple):
    """What bounds a claim: points in hundredths for a member and day; `cool_down` lies between two deeds that earn."""

    a_day: int
    a_day_in_tier: int
    cool_down: timedelta = timedelta(0)


class Claim(NamedTuple):
    """What a member would earn for one thing done, before limits.

    `source` names the message, poll or order that caused it, and no source earns twice for one action. `points` are
    in hundredths; `day` is the day in the group's own time zone. `factor` is by what they were multiplied, if they were
    (`models/rules/difficulty.py`), and `cut_from` what they would have been, if a limit has left less of them.
    """

    community_id: int
    user_id: int
    way: Way
    points: int
    source: str
    at: datetime
    day: date
    limits: Limits
    factor: int | None = None
    cut_from: int | None = None

    @property
    def action(self) -> str:
        """The action under which the claim stands in the ledger."""
        return self.way.action


class Cause(NamedTuple):
    """What somebody earned before and loses again: the action and source under which it was booked."""

    community_id: int
    user_id: int
    action: str
    source: str
    at: datetime


DayKey = tuple[int, int, date, str]


# What a member has earned on a day by one action, in hundredths, and when last. Some thousands are read for each batch:
# with names they would take three times as long.
Earned = tuple[int, datetime | None]


def day_key(claim: Claim) -> DayKey:
    """What limits are counted by: community, member, day and action."""
    return (claim.community_id, claim.user_id, claim.day, claim.way.action)


NOTHING: Earned = (0, None)


@dataclass(slots=True)
class Granted:
    """What of some claims is booked, and what did not count."""

    claims: list[Claim]
    uncounted: list[Uncounted]


def within_limits(claims: Iterable[Claim], *, earned: Mapping[DayKey, Earned], tiers: Mapping[str, Tier]) -> Granted:
    """The claims in the order of time, each cut to what its limits leave; of those of which nothing is left, why.

    `earned` holds what was earned before on the members' days, whatever the action; `tiers` names each action's tier.
    """
    known = dict(earned)
    # Under the tiers' plain values: to look an enumeration's member up takes two calls.
    named = {action: tier.value for action, tier in tiers.items()}
    in_tier: dict[tuple[int, int, date, str | None], int] = {}
    for (community_id, user_id, day, action), (so_far, _) in earned.items():
        place = (community_id, user_id, day, named.get(action))
        in_tier[place] = in_tier.get(place, 0) + so_far
    granted = Granted([], [])
    for claim in sorted(claims, key=_BY_TIME):
        _, _, way, worth, _, at, _, limits, _, _ = claim
        key = community_id, user_id, day, action = day_key(claim)
        place = (community_id, user_id, day, named.get(action) or way.tier.value)
        (earned_before, last_at), so_far = known.get(key, NOTHING), in_tier.get(place, 0)
        reason = _stopped(limits, earned_before, so_far, since=None if last_at is None else abs(at - last_at))
        if reason is not None:
            granted.uncounted.append(uncounted(claim, reason))
            continue
        points = min(worth, limits.a_day - earned_before, limits.a_day_in_tier - so_far)
        known[key] = (earned_before + points, at)
        in_tier[place] = so_far + points
        granted.claims.append(claim if points == worth else claim._replace(points=points, cut_from=worth))
    return granted


_BY_TIME = itemgetter(Claim._fields.index("at"), Claim._fields.index("source"))


def _stopped(limits: Limits, earned: int, in_tier: int, *, since: timedelta | None) -> Reason | None:
    """Which of a claim's limits leaves nothing of it, if one does; `since` says how far off the last is that earned."""
    if since is not None and since < limits.cool_down:
        return Reason.COOL_DOWN
    if earned >= limits.a_day:
        return Reason.DAILY_CAP
    return Reason.TIER_CAP if in_tier >= limits.a_day_in_tier else None


def uncounted(claim: Claim, reason: Reason) -> Uncounted:
    """That a claim did not count, and why."""
    return Uncounted(claim.community_id, claim.user_id, claim.way.action, reason, claim.source, claim.at, claim.day)
