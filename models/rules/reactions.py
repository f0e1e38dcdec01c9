"""What a reaction is worth to who gives it and to who receives it."""

from dataclasses import dataclass

from models.rules.settings import Unit, number


@dataclass(frozen=True)
class ReactionsSettings:
    """Points for reactions; they are taken back when the reaction is."""

    given_points: int = number(
        5, "What a reaction to somebody else's message is worth to who gives it.", unit=Unit.POINTS, least=0, most=100
    )
    given_daily_cap_points: int = number(
        100, "How much a member can earn by giving reactions on one day.", unit=Unit.POINTS, least=0, most=100_000
    )
    received_points: int = number(
        10, "What somebody else's reaction is worth to the author.", unit=Unit.POINTS, least=0, most=100
    )
    received_daily_cap_points: int = number(
        500, "How much a member can earn by receiving reactions on one day.", unit=Unit.POINTS, least=0, most=100_000
    )


def counts(*, giver_id: int | None, author_id: int | None) -> bool:
    """Whether a reaction earns anything: from one known person to another, never to oneself."""
    return giver_id is not None and author_id is not None and giver_id != author_id
