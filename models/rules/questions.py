"""What an answer that helped is worth, and who may say that it did."""

from dataclasses import dataclass
from datetime import time

from models.rules.clock import AfterOutage, Beat, Late, Recurrence
from models.rules.earning import Way, a_day, worth
from models.rules.fairness import Tier
from models.rules.occasions import Occasion
from models.rules.points import divided
from models.rules.settings import Unit, number, switch
from models.rules.settings import hashtags as tags

HELPED = Way("helped", Tier.ADVANCED)


@dataclass(frozen=True)
class QuestionsSettings:
    """Questions, and points for the answers that helped."""

    on: bool = switch(False, "Whether members ask by /ask or a hashtag, and /open lists what is unanswered.")
    hashtags: tuple[str, ...] = tags(("question", "提問", "提问", "求助"), "Hashtags that make a message a question.")
    points: int = worth(HELPED, 200, "What an answer that helped is worth to the one who gave it.")
    daily_cap_points: int = a_day(1000, "How much a member can earn with helpful answers on one day.")
    same_two_in_full: int = number(
        3,
        "How many helpful answers a week between the same two members count in full; each more counts half.",
        least=1,
        most=1000,
    )
    open_days: int = number(
        14, "For how many days a question waits for an answer that helps.", unit=Unit.DAYS, least=1, most=90
    )
    reminder: bool = switch(
        False,
        "Whether administrators are told of questions without any answer: on days with new ones, else once a week.",
    )
    experts: bool = switch(
        False, "Whether answer experts are told too, in private, as often as members may be written to unasked."
    )
    # An hour before what is told of works, so that who runs a group does not hear of both in one minute.
    reminder_hour: int = number(
        17, "The hour at which they are told, in the group's time zone.", unit=Unit.HOUR, least=0, most=23
    )


def comes_round(settings: QuestionsSettings) -> Recurrence | None:
    """When administrators or answer experts are told of what nobody has answered."""
    is_wanted = settings.on and (settings.reminder or settings.experts)
    return Recurrence(Beat.DAY, time(settings.reminder_hour)) if is_wanted else None


REMIND = Occasion(
    "questions.remind", "questions", AfterOutage(Late.WHILE_FRESH, until=time(22)), comes_round, in_calendar=False
)


def worth_of(*, between: int, settings: QuestionsSettings) -> int:
    """What one more helpful answer is worth, in hundredths.

    `between` counts those of this week before it that went from the one to the other or back: two who only ask for each
    other's sake come to nothing.
    """
    beyond = max(0, between + 1 - settings.same_two_in_full)
    return divided(settings.points, 1 << min(beyond, 62))


def may_mark(*, marker_id: int, asker_id: int | None, helper_id: int | None) -> bool:
    """Whether it is nobody's own answer: not the asker's, and not that of who says that it helped."""
    return helper_id is None or helper_id not in (marker_id, asker_id)
