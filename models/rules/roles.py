"""Roles that members earn and keep by what others gain from them: the conditions, and how a role is lost."""

from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from models.rules.settings import Unit, number, switch


class Role(StrEnum):
    """Each role, under the name by which it is stored for good."""

    CREATOR = "creator"
    EXPERT = "expert"


@dataclass(frozen=True)
class RolesSettings:
    """Roles for those whose work and answers others value."""

    on: bool = switch(False, "Whether members can become content co-creators and answer experts.")
    times: int = number(5, "How many accepted works, or helpful answers, it takes.", least=1, most=1000)
    different_dates: int = number(
        4, "On how many different days they must have been made.", unit=Unit.DAYS, least=1, most=90
    )
    different_people: int = number(
        3,
        "How many different people it takes: whom the answers helped, or who reacted to the works.",
        least=0,
        most=1000,
    )
    within_days: int = number(90, "How far back all of that may lie.", unit=Unit.DAYS, least=7, most=366)
    warning_days: int = number(
        14, "How long a member is warned before a role is lost for want of it.", unit=Unit.DAYS, least=1, most=90
    )
    quiet_days: int = number(
        30,
        "For how long nobody is warned after a role was given, or kept after a warning.",
        unit=Unit.DAYS,
        least=1,
        most=90,
    )


@dataclass(frozen=True)
class Breadth:
    """What a member has done for a role lately: how often, on how many days, and for how many people."""

    times: int
    days: int
    people: int


def fulfils(breadth: Breadth, *, settings: RolesSettings) -> bool:
    """Whether that is enough for the role."""
    enough = breadth.times >= settings.times and breadth.days >= settings.different_dates
    return enough and breadth.people >= settings.different_people


def since(today: date, *, settings: RolesSettings) -> date:
    """The first day that still counts."""
    return today - timedelta(days=settings.within_days - 1)


class Turn(StrEnum):
    """What becomes of a role."""

    GIVEN = "given"
    WARNED = "warned"
    KEPT = "kept"
    LOST = "lost"


@dataclass(frozen=True)
class Tenure:
    """That somebody holds a role: since when it is theirs beyond doubt, and until when they were told to have it.

    `settled_on` is the day on which it was given, or kept after a warning; `kept_until` is there while they are warned.
    """

    settled_on: date
    kept_until: date | None = None


def turn(tenure: Tenure | None, *, is_fulfilled: bool, today: date, settings: RolesSettings) -> Turn | None:
    """What happens to a role today; nothing if all stays as it is. It is never lost without a warning before.

    Who does just enough falls short again and again: an old answer leaves the time that counts, a like is taken back.
    So a warning waits until the role was settled for a while, and is given then if it is still called for.
    """
    if tenure is None:
        return Turn.GIVEN if is_fulfilled else None
    if is_fulfilled:
        return None if tenure.kept_until is None else Turn.KEPT
    if tenure.kept_until is None:
        return Turn.WARNED if today - tenure.settled_on >= timedelta(days=settings.quiet_days) else None
    return Turn.LOST if today > tenure.kept_until else None


def kept_until(today: date, *, settings: RolesSettings) -> date:
    """The last day on which somebody who is warned today has the role for certain."""
    return today + timedelta(days=settings.warning_days)
