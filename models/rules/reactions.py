"""What a reaction is worth to who gives it and to who receives it."""

from dataclasses import dataclass

from models.rules.earning import Way, a_day, pause, worth
from models.rules.fairness import Tier
from models.rules.points import divided
from models.rules.settings import number

GIVEN = Way("reaction_given", Tier.BASIC)
RECEIVED = Way("reaction_received", Tier.BASIC)


@dataclass(frozen=True)
class ReactionsSettings:
    """Points for reactions; they are taken back when the reaction is."""

    given_points: int = worth(GIVEN, 5, "What a reaction to somebody else's message is worth to the one who gives it.")
    given_daily_cap_points: int = a_day(100, "How much a member can earn by giving reactions on one day.")
    given_cool_down_seconds: int = pause(2, "How long after a reaction that counted the next one earns nothing.")
    received_points: int = worth(RECEIVED, 10, "What somebody else's reaction is worth to the author.")
    received_daily_cap_points: int = a_day(500, "How much a member can earn by receiving reactions on one day.")
    mutual_in_full: int = number(
        3,
        "How many likes a week two members can give each other before more of them count half, a quarter and so on.",
        least=0,
        most=1000,
    )


def counts(*, giver_id: int | None, author_id: int | None) -> bool:
    """Whether a reaction earns anything: from one known person to another, never to oneself."""
    return giver_id is not None and author_id is not None and giver_id != author_id


def faded(points: int, *, given: int, returned: int, in_full: int) -> int:
    """What is left of a reaction's worth between two who like each other back and forth, in hundredths.

    `given` counts what the giver has given the author before in this week, `returned` what came back. What went both
    ways is the lesser of the two; each beyond `in_full` halves the worth, so that one-sided admiration stays whole.
    """
    return divided(points, 1 << min(max(0, min(given, returned) - in_full), 62))
