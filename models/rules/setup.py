"""The set-up of a group: its steps, and templates that choose many settings at once."""

from collections.abc import Mapping
from enum import StrEnum
from types import MappingProxyType
from typing import Any


class Step(StrEnum):
    """Where a set-up is; `DONE` is its end."""

    LANGUAGE = "language"
    ZONE = "zone"
    TEMPLATE = "template"
    DONE = "done"


STEPS = tuple(Step)


def after(step: Step) -> Step:
    """The step that follows."""
    return STEPS[min(STEPS.index(step) + 1, len(STEPS) - 1)]


class Template(StrEnum):
    """What kind of community it is."""

    LEARNING = "learning"
    BRAND = "brand"
    DEVELOPERS = "developers"


# What a template leaves out stays as the group has it. Points are in hundredths.
TEMPLATES: Mapping[Template, Mapping[str, Mapping[str, Any]]] = MappingProxyType(
    {
        # People come to understand something: whoever answers is worth more than whoever chats.
        Template.LEARNING: {
            "messages": {"points": 20, "daily_cap_points": 800, "cool_down_seconds": 15, "least_letters": 12},
            "replies": {"points": 40, "daily_cap_points": 1000},
            "reactions": {"given_points": 5, "received_points": 15},
            "newcomers": {"gate_hours": 24, "gate_messages": 3},
            "checkins": {"on": True, "points": 50},
            "badges": {"on": True},
            "roles": {"on": True},
            "difficulty": {"on": True},
            "levels": {"on": True, "curve": "steadily"},
            "reach": {"pings_a_week": 2},
            "boards": {"weekly": True, "seasonal": True},
            "topics": {"on": True, "hour": 9, "open_hours": 12},
            "polls": {"on": True, "weekday": "friday", "hour": 18},
            "questions": {"on": True, "reminder": True},
            "works": {"on": True},
            "cocreations": {"on": True},
        },
        # Many come for a moment, some of them for the prizes: taking part is easy, farming is not.
        Template.BRAND: {
            "messages": {"points": 20, "daily_cap_points": 500, "cool_down_seconds": 30, "least_letters": 7},
            "replies": {"points": 10, "daily_cap_points": 300},
            "reactions": {"given_points": 5, "received_points": 10, "mutual_in_full": 2},
            "newcomers": {"gate_hours": 72, "gate_messages": 5},
            "checkins": {"on": True, "points": 30},
            "badges": {"on": True},
            "roles": {"on": True},
            "difficulty": {"on": True},
            "levels": {"on": True, "curve": "quickly"},
            "reach": {"pings_a_week": 1},
            "boards": {"weekly": True, "monthly": True, "seasonal": True},
            "topics": {"on": True, "hour": 12, "open_hours": 10},
            "polls": {"on": True, "weekday": "thursday", "hour": 19, "open_days": 3},
            "works": {"on": True, "pins": True, "accepted_by": 10},
            "cocreations": {"on": True, "winner_points": 2000},
        },
        # Few words, long ones, and code: what others find useful counts most.
        Template.DEVELOPERS: {
            "messages": {"points": 10, "daily_cap_points": 500, "cool_down_seconds": 30, "least_letters": 20},
            "replies": {"points": 40, "daily_cap_points": 1500},
            "reactions": {"given_points": 2, "received_points": 25, "mutual_in_full": 3},
            "newcomers": {"gate_hours": 24, "gate_messages": 3},
            "badges": {"on": True},
            "roles": {"on": True},
            "difficulty": {"on": True},
            "levels": {"on": True, "curve": "slowly", "tell": False},
            "reach": {"pings_a_week": 1},
            "boards": {"monthly": True, "seasonal": True},
            "topics": {"on": True, "hour": 10, "open_hours": 20, "least_letters": 20},
            "polls": {"on": True, "weekday": "thursday", "hour": 10, "open_days": 3, "winners": 2},
            "questions": {"on": True, "reminder": True, "points": 300},
        },
    }
)
