"""What it is worth to answer somebody, beside what the message is worth as such."""

from dataclasses import dataclass

from models.rules.settings import Unit, number


@dataclass(frozen=True)
class RepliesSettings:
    """Points for answering others."""

    points: int = number(
        10, "What a reply to somebody else is worth, on top of the message.", unit=Unit.POINTS, least=0, most=100
    )
    daily_cap_points: int = number(
        300, "How much a member can earn by replying on one day.", unit=Unit.POINTS, least=0, most=100_000
    )


def counts(*, writer_id: int, answered_id: int | None) -> bool:
    """Whether a reply earns anything: it answers a person, and another one than who writes."""
    return answered_id is not None and answered_id != writer_id
