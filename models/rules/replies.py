"""What it is worth to answer somebody, beside what the message is worth as such."""

from dataclasses import dataclass

from models.rules.earning import Way, a_day, pause, worth
from models.rules.fairness import Tier

REPLY = Way("reply", Tier.BASIC)


@dataclass(frozen=True)
class RepliesSettings:
    """Points for answering others."""

    points: int = worth(REPLY, 10, "What a reply to somebody else is worth, on top of the message.")
    daily_cap_points: int = a_day(300, "How much a member can earn by replying on one day.")
    cool_down_seconds: int = pause(10, "How long after a reply that counted the next one earns nothing.")


def counts(*, writer_id: int, answered_id: int | None) -> bool:
    """Whether a reply earns anything: it answers a person, and another one than who writes."""
    return answered_id is not None and answered_id != writer_id
