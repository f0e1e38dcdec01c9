"""The frame for every kind of timed work: its name, when it comes round, and what an outage does to it."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any

from models.rules.clock import AfterOutage, Recurrence


@dataclass(frozen=True)
class Occasion:
    """A kind of timed work, such as the daily topic, under a name that lasts: occurrences are stored under it.

    `recurrence` takes the feature's settings and says when it comes round, if it does at all; a kind without one is
    planned by its feature, each time under the id of what it is about. What is fixed has been promised for its moment:
    an administrator may have it sooner, and neither later nor not at all. What speaks of a time that must be over is
    done on no day of the group's before `not_before` says, whoever may want it. What is `skipped_in_time` is left out
    at its moment and no sooner, by its feature: until then what it is a step of goes on, and then that has to end.
    What `needs` another feature is not done while that is switched off, and administrators are told so.
    What is `shown_only` stands in administrators' calendar and has its own command: there nobody can change it.
    A word to administrators that is said only if something waits stands in no calendar of theirs (`in_calendar`):
    among such words nobody would see what the group is to see.
    """

    name: str
    feature: str
    after_outage: AfterOutage
    recurrence: Callable[[Any], Recurrence | None] | None = None
    is_fixed: bool = False
    not_before: Callable[[int], date] | None = None
    skipped_in_time: bool = False
    in_calendar: bool = True
    needs: str = ""
    shown_only: bool = False


class Why(StrEnum):
    """Why something that was due was not done."""

    BY_ADMIN = "by_admin"
    LATE = "late"
    MERGED = "merged"
    OFF = "off"
    AWAY = "away"
    NOTHING = "nothing"
    FAILED = "failed"
    # It is not left out, but put off: this stands nowhere.
    LATER = "later"
