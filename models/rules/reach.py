"""May a message go to a person now? Never against their will, not at night, not too often."""

from dataclasses import dataclass
from datetime import datetime, time, timedelta
from enum import StrEnum

from models.rules import clock
from models.rules.clock import Beat, Recurrence
from models.rules.settings import Unit, number


class Kind(StrEnum):
    """Why somebody is written to. Only a ping comes unasked; the others were caused by the person.

    An honour, such as a level or a badge, is good news that is as good in the morning.
    """

    ANSWER = "answer"
    NOTICE = "notice"
    HONOUR = "honour"
    PING = "ping"


class No(StrEnum):
    """Why a message may not go at all."""

    DOOR_CLOSED = "door_closed"
    OPTED_OUT = "opted_out"
    TOO_OFTEN = "too_often"


@dataclass(frozen=True)
class ReachSettings:
    """When and how often members may be written to unasked."""

    quiet_from_hour: int = number(
        22,
        "From this hour nobody is pinged, levels and badges wait until the morning, and notices make no sound, in the "
        "group's time zone.",
        unit=Unit.HOUR,
        least=0,
        most=23,
    )
    quiet_until_hour: int = number(
        8, "Until this hour nobody is pinged; equal to the other one: at any hour.", unit=Unit.HOUR, least=0, most=23
    )
    pings_a_week: int = number(2, "How often one member may be pinged in seven days.", least=0, most=21)


@dataclass(frozen=True)
class Reachability:
    """What is known about writing to somebody."""

    door_is_closed: bool
    opted_out: bool
    pings_this_week: int


@dataclass(frozen=True)
class Verdict:
    """It may go now (`refusal` and `not_before` empty), later, or not at all; now perhaps without a sound."""

    refusal: No | None = None
    not_before: datetime | None = None
    is_silent: bool = False


def may_send(*, kind: Kind, to: Reachability, local_now: datetime, settings: ReachSettings) -> Verdict:
    """Whether a message of that kind may go; `local_now` is the time by the group's clock, with its zone."""
    if to.door_is_closed:
        return Verdict(refusal=No.DOOR_CLOSED)
    if kind is Kind.HONOUR:
        return Verdict(not_before=end_of_quiet(local_now, settings=settings))
    if kind is not Kind.PING:
        # Points given or taken: told at once, and no reason to ring a phone at midnight.
        return Verdict(is_silent=kind is Kind.NOTICE and end_of_quiet(local_now, settings=settings) is not None)
    if to.opted_out:
        return Verdict(refusal=No.OPTED_OUT)
    if to.pings_this_week >= settings.pings_a_week:
        return Verdict(refusal=No.TOO_OFTEN)
    return Verdict(not_before=end_of_quiet(local_now, settings=settings))


def end_of_quiet(local_now: datetime, *, settings: ReachSettings) -> datetime | None:
    """When the quiet hours in which `local_now` lies are over; nothing outside of them."""
    begin, end = settings.quiet_from_hour, settings.quiet_until_hour
    hour = local_now.hour
    is_quiet = begin <= hour < end if begin <= end else hour >= begin or hour < end
    if not is_quiet:
        return None
    over = local_now.replace(hour=end, minute=0, second=0, microsecond=0)
    return over if hour < end else over + timedelta(days=1)


def is_day(local_now: datetime, *, settings: ReachSettings) -> bool:
    """Whether the day has begun and the night has not: between the end of the quiet hours and their next beginning."""
    chosen = _hours(settings)
    return local_now.hour >= chosen.quiet_until_hour and end_of_quiet(local_now, settings=chosen) is None


def next_morning(now: datetime, *, time_zone: str, settings: ReachSettings) -> datetime:
    """The moment after `now` at which a day begins by the group's clock."""
    mornings = Recurrence(Beat.DAY, time(_hours(settings).quiet_until_hour))
    return clock.due_at(mornings, next(clock.keys_after(mornings, now, time_zone=time_zone)), time_zone=time_zone)


def _hours(settings: ReachSettings) -> ReachSettings:
    """A group that may be pinged at any hour sleeps all the same, at the usual hours."""
    return ReachSettings() if settings.quiet_from_hour == settings.quiet_until_hour else settings
