"""The daily topic: when it is posted and closed, which one is chosen, and what an answer is worth."""

from dataclasses import dataclass
from datetime import time

from models.rules.clock import AfterOutage, Beat, Late, Recurrence
from models.rules.occasions import Occasion
from models.rules.settings import Unit, number, switch


@dataclass(frozen=True)
class TopicsSettings:
    """A topic a day: when it comes and what its answers are worth."""

    on: bool = switch(False, "Whether a topic is posted every day.")
    hour: int = number(9, "When the day's topic is posted.", unit=Unit.HOUR, least=0, most=23)
    open_hours: int = number(
        12, "How long answers to the day's topic count, until its recap.", unit=Unit.HOURS, least=1, most=23
    )
    pins: bool = switch(False, "Whether the day's topic is pinned, without a notification.")
    in_topic: int = number(
        0,
        "The number of the forum topic in which it is posted; 0 is the group itself.",
        least=0,
        most=999_999_999,
    )


def comes_round(settings: TopicsSettings) -> Recurrence | None:
    """When the topic of the day is due."""
    return Recurrence(Beat.DAY, time(settings.hour)) if settings.on else None


# A topic in the afternoon still makes a day; one at midnight, after an outage, is only noise.
POST = Occasion("topics.post", "topics", AfterOutage(Late.WHILE_FRESH, until=time(12)), comes_round)
CLOSE = Occasion("topics.close", "topics", AfterOutage(Late.AT_ONCE))
