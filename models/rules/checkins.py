"""Checking in once a day: on which day it counts, how long the streak is then, and what a make-up card repairs."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import NamedTuple

from models.rules.days import local_day
from models.rules.earning import Way, worth
from models.rules.fairness import Tier
from models.rules.newcomers import Arrival
from models.rules.settings import Unit, number, switch

CHECKIN = Way("checkin", Tier.BASIC)
_DAY = timedelta(days=1)
# A press carries no date, and Telegram keeps it about so long: until then it may have been made before midnight.
PRESS_KEPT = timedelta(seconds=150)


@dataclass(frozen=True)
class CheckinsSettings:
    """Checking in once a day."""

    on: bool = switch(False, "Whether members can check in.")
    points: int = worth(CHECKIN, 50, "What a check-in is worth.")
    double_for_days: int = number(
        7,
        "For so many days from joining on, a newcomer's check-in is worth double; 0: never.",
        unit=Unit.DAYS,
        least=0,
        most=60,
    )
    days_for_a_card: int = number(
        30,
        "Each time a streak grows by so many days it brings a make-up card, which repairs a missed day by itself; "
        "0: no cards.",
        unit=Unit.DAYS,
        least=0,
        most=366,
    )
    most_cards: int = number(2, "How many make-up cards a member can keep.", least=1, most=30)


class How(StrEnum):
    """How a day became part of a streak: by a check-in, a make-up card, or since the zone's change took it away."""

    CHECKED = "checked"
    CARD = "card"
    ZONE = "zone"


class Kept(NamedTuple):
    """A day of a member's that stands: `at` and `time_zone` are those of the check-in, or of what bridged the gap."""

    how: How
    at: datetime
    time_zone: str
    brought_card: bool = False


@dataclass(frozen=True)
class Outcome:
    """What a check-in does: its `day`, the days `bridged` before it, and where streak and cards are then.

    `streak` counts the days on which somebody really checked in; a repaired one only holds it together.
    """

    day: date
    streak: int
    cards: int
    bridged: Mapping[date, How]
    brings_card: bool


def with_outcome(outcome: Outcome, known: Mapping[date, Kept], *, at: datetime, time_zone: str) -> Mapping[date, Kept]:
    """A member's days after a check-in."""
    bridged = {day: Kept(how, at, time_zone) for day, how in outcome.bridged.items()}
    return {**known, **bridged, outcome.day: Kept(How.CHECKED, at, time_zone, outcome.brings_card)}


def is_again(at: datetime, *, time_zone: str, known: Mapping[date, Kept]) -> bool:
    """Whether a moment lies on a day on which somebody has checked in, by the zone of now or by that of then.

    So a zone that changes opens no day twice.
    """
    day = local_day(at, time_zone=time_zone)
    near = [(each, known[each]) for each in (day - _DAY, day, day + _DAY) if each in known]
    return any(
        each == day or local_day(kept.at, time_zone=time_zone) == day or local_day(at, time_zone=kept.time_zone) == each
        for each, kept in near
        if kept.how is How.CHECKED
    )


def decide(
    at: datetime, *, time_zone: str, known: Mapping[date, Kept], cards: int, settings: CheckinsSettings
) -> Outcome | None:
    """What a check-in at the moment `at` does, or nothing if it is one too many.

    `known` holds the member's days, at least those of the streak that may go on. They may come in any order: one that
    was late, for which a card was taken meanwhile, brings the card back.
    """
    if is_again(at, time_zone=time_zone, known=known):
        return None
    day = local_day(at, time_zone=time_zone)
    back = 1 if day in known and known[day].how is How.CARD else 0
    bridged = _bridged(day, time_zone=time_zone, known=known, cards=cards)
    used = sum(how is How.CARD for how in bridged.values())
    run = _run(day, {*known, *bridged, day})
    streak = 1 + sum(known[each].how is How.CHECKED for each in run if each in known and each != day)
    brought = sum(known[each].brought_card for each in run if each in known)
    brings = settings.days_for_a_card > 0 and streak // settings.days_for_a_card > brought
    left = cards - used + back
    return Outcome(day, streak, min(left + 1, max(left, settings.most_cards)) if brings else left, bridged, brings)


def _bridged(day: date, *, time_zone: str, known: Mapping[date, Kept], cards: int) -> dict[date, How]:
    """The missed days before `day` that are made good: one for a change of zone, the others by cards, or else none."""
    if day in known:
        return {}
    last = max((each for each in known if each < day), default=None)
    if last is None:
        return {}
    missed = [last + _DAY * passed for passed in range(1, (day - last).days)]
    hows = [How.ZONE] if missed and known[last].time_zone != time_zone else []
    hows += [How.CARD] * (len(missed) - len(hows))
    return dict(zip(missed, hows, strict=True)) if sum(how is How.CARD for how in hows) <= cards else {}


def _run(day: date, days: Collection[date]) -> Sequence[date]:
    """The days without a gap in which `day` lies."""
    first = last = day
    while first - _DAY in days:
        first -= _DAY
    while last + _DAY in days:
        last += _DAY
    return [first + _DAY * passed for passed in range((last - first).days + 1)]


def streak_on(today: date, known: Mapping[date, Kept], *, cards: int) -> int:
    """How long the streak is that a check-in on `today` goes on with; 0 if more days are missing than cards are."""
    last = max(known, default=None)
    if last is None or (today - last).days - 1 > cards:
        return 0
    return sum(known[each].how is How.CHECKED for each in _run(last, known))


def moment_of_press(
    now: datetime, *, time_zone: str, known: Collection[date], begun_on: Collection[date] = ()
) -> datetime:
    """The moment for which a press of the button counts.

    In the first moments of a day it may have been made before midnight. Where a streak hangs on that, it was, and where
    a challenge does which has begun on that day; `begun_on` are the first days of those in which the member takes part.
    """
    before = now - PRESS_KEPT
    yesterday = local_day(before, time_zone=time_zone)
    is_new_day = local_day(now, time_zone=time_zone) != yesterday
    hangs_on_it = yesterday not in known and (yesterday - _DAY in known or yesterday in begun_on)
    return before if is_new_day and hangs_on_it else now


def worth_of(day: date, *, joined_on: date | None, settings: CheckinsSettings) -> int:
    """What a check-in on `day` is worth, in hundredths; `joined_on` is the day on which a newcomer was seen to join."""
    new = joined_on is not None and 0 <= (day - joined_on).days < settings.double_for_days
    return settings.points * (2 if new else 1)


def joined_on(arrival: Arrival, *, time_zone: str) -> date | None:
    """The day on which Kith saw somebody join; nothing for who was there before."""
    if not arrival.was_seen or arrival.first_joined_at is None:
        return None
    return local_day(arrival.first_joined_at, time_zone=time_zone)
