"""The frame for every way to earn: a claim goes in, what the day's cap leaves of it comes out."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime


@dataclass(frozen=True, slots=True)
class Claim:
    """What a member would earn for one thing done, before caps.

    `source` names the message, poll or order that caused it, and no source earns twice for one action. `points` and
    `daily_cap` are in hundredths; `day` is the day in the group's own time zone.
    """

    community_id: int
    user_id: int
    action: str
    points: int
    source: str
    at: datetime
    day: date
    daily_cap: int


@dataclass(frozen=True, slots=True)
class Cause:
    """What somebody earned before and loses again: the action and source under which it was booked."""

    community_id: int
    user_id: int
    action: str
    source: str
    at: datetime


DayKey = tuple[int, int, date, str]


def day_key(claim: Claim) -> DayKey:
    """What a daily cap is counted by: community, member, day and action."""
    return (claim.community_id, claim.user_id, claim.day, claim.action)


def within_caps(claims: Iterable[Claim], *, earned: Mapping[DayKey, int]) -> list[Claim]:
    """The claims in the order of time, each cut to what its cap leaves; those of which nothing is left are gone.

    `earned` holds what was earned before under each key, in hundredths.
    """
    sums = dict(earned)
    granted = []
    for claim in sorted(claims, key=lambda claim: (claim.at, claim.source)):
        key = day_key(claim)
        before = sums.get(key, 0)
        points = min(claim.points, claim.daily_cap - before)
        if points > 0:
            sums[key] = before + points
            granted.append(claim if points == claim.points else replace(claim, points=points))
    return granted
