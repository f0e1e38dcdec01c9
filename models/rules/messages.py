"""What a message is worth, and how much of it counts on one day."""

from dataclasses import dataclass

from models.rules.settings import Unit, number


@dataclass(frozen=True)
class MessagesSettings:
    """Points for talking."""

    points: int = number(20, "What a message is worth.", unit=Unit.POINTS, least=0, most=100)
    daily_cap_points: int = number(
        1000,
        "How much a member can earn with messages on one day, in the group's time zone.",
        unit=Unit.POINTS,
        least=0,
        most=100_000,
    )


def worth(*, is_command: bool, is_forward: bool, settings: MessagesSettings) -> int:
    """What a message earns before caps, in hundredths: to talk to the bot or to pass on others' words is no talk."""
    return 0 if is_command or is_forward else settings.points
