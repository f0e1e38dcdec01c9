"""What a message is worth, and when it is one that counts."""

from dataclasses import dataclass

from models.rules.earning import Way, a_day, pause, worth
from models.rules.fairness import Reason, Tier
from models.rules.settings import number

MESSAGE = Way("message", Tier.BASIC)


@dataclass(frozen=True)
class MessagesSettings:
    """Points for talking."""

    points: int = worth(MESSAGE, 20, "What a message is worth.")
    daily_cap_points: int = a_day(
        1000, "How much a member can earn with messages on one day, in the group's time zone."
    )
    cool_down_seconds: int = pause(10, "How long after a message that counted the next one earns nothing.")
    least_letters: int = number(
        7, "How long a message must be to count, in letters; a Chinese character is worth three.", least=0, most=500
    )


def length(plain: str) -> int:
    """How much a text says, in letters; `plain` is the text without spaces, signs and pictures.

    It is the length in UTF-8: a letter of the Latin alphabet takes one byte and a Chinese character three, which is
    about what they are worth in saying something.
    """
    return len(plain.encode("utf-8", "replace"))


def unworthy(*, letters: int, has_work: bool, is_forward: bool, settings: MessagesSettings) -> Reason | None:
    """Why a message earns nothing by itself, whoever wrote it and whatever they wrote before."""
    if is_forward:
        return Reason.FORWARD
    if not has_work and letters < settings.least_letters:
        return Reason.TOO_SHORT
    return None
