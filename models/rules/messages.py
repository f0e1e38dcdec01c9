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
    return settings.points if is_talk(is_command=is_command, is_forward=is_forward) else 0


def is_talk(*, is_command: bool, is_forward: bool) -> bool:
    """Whether a message says something of the writer's own to the others."""
    return not (is_command or is_forward)
