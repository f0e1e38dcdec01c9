"""What keeps earning fair: a day's limit over all ways of a tier, and the reasons why something does not count."""

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import NamedTuple

from models.rules.settings import Unit, number


class Tier(StrEnum):
    """How much something may be worth: what costs little effort stays below what the community lives on."""

    BASIC = "basic"
    ADVANCED = "advanced"
    COCREATION = "cocreation"


class Reason(StrEnum):
    """Why something that was done earned nothing."""

    TOO_SHORT = "too_short"
    SAME_AGAIN = "same_again"
    FORWARD = "forward"
    OWN_MESSAGE = "own_message"
    BACK_AND_FORTH = "back_and_forth"
    COOL_DOWN = "cool_down"
    DAILY_CAP = "daily_cap"
    TIER_CAP = "tier_cap"
    FROZEN = "frozen"
    STILL_NEW = "still_new"
    NOTHING_ELSE = "nothing_else"


class Uncounted(NamedTuple):
    """One thing that a member did and that earned nothing, on their day in the group's time zone."""

    community_id: int
    user_id: int
    action: str
    reason: Reason
    source: str
    at: datetime
    day: date


@dataclass(frozen=True)
class FairnessSettings:
    """How much a member can earn on one day by all ways of a tier together."""

    basic_daily_cap_points: int = number(
        1500,
        "How much a member can earn on one day by messages, replies, reactions and the like together.",
        unit=Unit.POINTS,
        least=0,
        most=1_000_000,
    )
    advanced_daily_cap_points: int = number(
        3000,
        "How much a member can earn on one day by answers, accepted work and other contributions together.",
        unit=Unit.POINTS,
        least=0,
        most=1_000_000,
    )
    cocreation_daily_cap_points: int = number(
        10_000,
        "How much a member can earn on one day by adopted ideas, featured work, hosting and the like together.",
        unit=Unit.POINTS,
        least=0,
        most=1_000_000,
    )

    def daily_cap(self, tier: Tier) -> int:
        """How much a member can earn on one day by all ways of a tier together, in hundredths."""
        caps = {
            Tier.BASIC: self.basic_daily_cap_points,
            Tier.ADVANCED: self.advanced_daily_cap_points,
            Tier.COCREATION: self.cocreation_daily_cap_points,
        }
        return caps[tier]
