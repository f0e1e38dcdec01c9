"""All kinds of timed work, in one place."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

from models.rules import boards, challenges, cocreations, polls, preparing, questions, topics, works
from models.rules.clock import Recurrence
from models.rules.features import FEATURE_SETTINGS
from models.rules.occasions import Occasion
from models.rules.settings import changed

OCCASIONS: tuple[Occasion, ...] = (
    topics.POST,
    topics.CLOSE,
    questions.REMIND,
    works.REMIND,
    preparing.POLL,
    preparing.COCREATION,
    polls.OPEN,
    polls.CLOSE,
    cocreations.OPEN,
    cocreations.VOTE,
    cocreations.CLOSE,
    cocreations.SETTLE,
    challenges.END,
    boards.WEEK,
    boards.MONTH,
    boards.SEASON,
)
BY_NAME: Mapping[str, Occasion] = MappingProxyType({each.name: each for each in OCCASIONS})
# The features whose settings, changed, change when something is due.
FEATURES = frozenset(each.feature for each in OCCASIONS if each.recurrence is not None)


def recurrence_of(occasion: Occasion, settings: Mapping[str, Mapping[str, Any]]) -> Recurrence | None:
    """When it comes round for a group with those settings; not at all where it is switched off."""
    if occasion.recurrence is None:
        return None
    made = FEATURE_SETTINGS[occasion.feature]
    return occasion.recurrence(changed(made(), settings.get(occasion.feature, {})))


def has_its_need(occasion: Occasion, settings: Mapping[str, Mapping[str, Any]]) -> bool:
    """Whether what it needs of another feature is switched on for a group with those settings."""
    if not occasion.needs:
        return True
    made = FEATURE_SETTINGS[occasion.needs]
    return bool(changed(made(), settings.get(occasion.needs, {})).on)
