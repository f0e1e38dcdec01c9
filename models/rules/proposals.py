"""Members' proposals for the weekly poll: where one is, why it is declined, and which stand in the next poll."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from models.rules.polls import MOST_OPTIONS

# Whoever has lost so often makes room for others.
MOST_POLLS = 2


class Stage(StrEnum):
    """Where a proposal is: `POLLED` while it stands in an open poll, `RESTED` once it has lost often enough.

    `MERGED` is one that goes on as one with another.
    """

    WAITING = "waiting"
    ADMITTED = "admitted"
    DECLINED = "declined"
    POLLED = "polled"
    ADOPTED = "adopted"
    RESTED = "rested"
    MERGED = "merged"


# With these somebody else's proposal that says nearly the same becomes one.
ALIVE = (Stage.WAITING, Stage.ADMITTED, Stage.POLLED)


class Fault(StrEnum):
    """Why a proposal is declined."""

    OFF_TOPIC = "off_topic"
    UNCLEAR = "unclear"
    HAD_BEFORE = "had_before"
    UNKIND = "unkind"
    ADVERT = "advert"


@dataclass(frozen=True)
class Entrant:
    """An admitted proposal; `polls` counts those in which it has lost."""

    proposal_id: int
    proposed_at: datetime
    polls: int


def entering(admitted: Iterable[Entrant]) -> list[int]:
    """The proposals that stand in the next poll, in the order in which they were made.

    Where there are too many, those come that have lost less often, and of these the older ones.
    """
    chosen = sorted(admitted, key=lambda one: (one.polls, one.proposed_at, one.proposal_id))[:MOST_OPTIONS]
    return [one.proposal_id for one in sorted(chosen, key=lambda one: (one.proposed_at, one.proposal_id))]
