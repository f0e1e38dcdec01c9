"""Some days before something comes that takes members' or administrators' preparation: a look whether all is there."""

from dataclasses import replace
from datetime import time, timedelta

from models.rules import cocreations, polls
from models.rules.clock import AfterOutage, Late, Recurrence
from models.rules.cocreations import CocreationsSettings
from models.rules.occasions import Occasion
from models.rules.polls import PollsSettings

MORNING = time(9)
# Two days are enough to admit or propose a topic; a theme wants to be thought of.
BEFORE_POLL, BEFORE_COCREATION = 2, 3
# No month is shorter: so what is prepared for its first days is looked at on the last days of the one before.
SHORTEST_MONTH = 28
# What comes later than so is another week's or month's, or was moved there: it is looked at in its turn, or in time.
NEXT_POLL, NEXT_COCREATION = timedelta(days=3), timedelta(days=7)


def before_poll(settings: PollsSettings) -> Recurrence | None:
    """When it is looked whether the weekly poll has topics to choose from."""
    poll = polls.comes_round(settings)
    return None if poll is None else replace(poll, at=MORNING, weekday=(poll.weekday - BEFORE_POLL) % 7)


def before_cocreation(settings: CocreationsSettings) -> Recurrence | None:
    """When it is looked whether the month's co-creation has a theme."""
    opens = cocreations.comes_round(settings)
    if opens is None:
        return None
    day = opens.month_day - BEFORE_COCREATION
    return replace(opens, at=MORNING, month_day=day if day > 0 else day + SHORTEST_MONTH)


_IN_TIME = AfterOutage(Late.WHILE_FRESH, until=time(22))
POLL = Occasion("polls.prepare", "polls", _IN_TIME, before_poll, in_calendar=False)
COCREATION = Occasion("cocreations.prepare", "cocreations", _IN_TIME, before_cocreation, in_calendar=False)
