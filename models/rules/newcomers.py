"""How long somebody is new, and what that holds back."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from models.rules.settings import Unit, number


@dataclass(frozen=True)
class NewcomersSettings:
    """The gate through which newcomers pass; what they like counts once they are through."""

    gate_hours: int = number(
        24,
        "For how long after joining the likes of a newcomer wait before they count.",
        unit=Unit.HOURS,
        least=0,
        most=720,
    )
    gate_messages: int = number(
        1, "How many messages a newcomer must have written before their likes count.", least=0, most=100
    )


@dataclass(frozen=True, slots=True)
class Arrival:
    """When Kith first saw somebody at all, and when it first saw them come in."""

    first_seen_at: datetime
    first_joined_at: datetime | None

    @property
    def was_seen(self) -> bool:
        """Whether somebody came before our eyes: whoever did or said anything before had been there already."""
        return self.first_joined_at is not None and self.first_joined_at <= self.first_seen_at


def is_inside_gate(arrival: Arrival, *, messages: int, at: datetime, settings: NewcomersSettings) -> bool:
    """Whether somebody who has written so many messages is still a newcomer at the moment `at`."""
    if not arrival.was_seen or arrival.first_joined_at is None:
        return False
    too_soon = at < arrival.first_joined_at + timedelta(hours=settings.gate_hours)
    return too_soon or messages < settings.gate_messages
