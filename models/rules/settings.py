"""How a feature declares its numbers: once, as a frozen dataclass beside its rules.

The same dataclass is the section of the configuration file, the group's own settings and a page of the panel; so each
field carries its kind, its unit, its bounds and the sentence that explains it. Points are written with up to two
decimals wherever people write them and are integers in hundredths everywhere else (see `models/rules/points.py`).
"""

import dataclasses
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, TypeVar, cast

S = TypeVar("S")


class Unit(StrEnum):
    """What a number counts; it decides how the number is written for people."""

    POINTS = "points"
    SECONDS = "seconds"
    MINUTES = "minutes"
    HOURS = "hours"
    DAYS = "days"
    COUNT = "count"
    HOUR = "hour of the day"


class Kind(StrEnum):
    """What a setting is; it decides how it is asked for, judged and shown."""

    NUMBER = "number"
    SWITCH = "switch"
    TEXT = "text"
    CHOICE = "choice"
    CHOICES = "choices"
    HASHTAGS = "hashtags"
    TOPIC = "topic"


# What means something in one group alone: no part of a file of settings or of the configuration.
LOCAL = frozenset({Kind.TOPIC})

# Their places are those of `date.weekday()`.
WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")

# What Telegram takes for a hashtag, without its sign.
HASHTAG = r"^\w{0,31}[^\W\d]\w{0,31}$"


@dataclass(frozen=True)
class About:
    """What a person who sets the field is told: the sentence and the bounds, both ends included.

    The bounds are those of a number, of a text's length, or of how many of several there may be; `among` is what can be
    chosen.
    """

    sentence: str
    unit: Unit | None = None
    least: int | None = None
    most: int | None = None
    kind: Kind | None = None
    among: tuple[str, ...] = ()


class SettingIsOutOfBounds(ValueError):
    """A setting stands outside the bounds that its field declares, or is none of what can be chosen."""

    def __init__(self, name: str, value: object, about: About) -> None:
        super().__init__(f"{name} = {value} is outside {about.least} to {about.most}")
        self.name = name
        self.value = value
        self.about = about


def number(default: int, sentence: str, *, unit: Unit = Unit.COUNT, least: int, most: int) -> int:
    """A whole number within bounds; points are given in hundredths."""
    return _field(default, About(sentence, unit, least, most, Kind.NUMBER))


def hour(default: int, sentence: str) -> int:
    """A full hour of the day in the group's time zone, from 0 to 23."""
    return number(default, sentence, unit=Unit.HOUR, least=0, most=23)


def switch(default: bool, sentence: str) -> bool:
    """A thing that is on or off."""
    return _field(default, About(sentence, kind=Kind.SWITCH))


def text(default: str, sentence: str, *, most: int) -> str:
    """Words of at most so many characters."""
    return _field(default, About(sentence, least=0, most=most, kind=Kind.TEXT))


def choice(default: str, sentence: str, *, among: tuple[str, ...]) -> str:
    """One of several words, each of which is called by itself in the panel (`label_of`)."""
    return _field(default, About(sentence, kind=Kind.CHOICE, among=among))


def choices(default: tuple[str, ...], sentence: str, *, among: tuple[str, ...], least: int = 0) -> tuple[str, ...]:
    """Any of several words, at least so many, in the order of `among`."""
    return _field(default, About(sentence, least=least, most=len(among), kind=Kind.CHOICES, among=among))


def weekday(default: str, sentence: str) -> str:
    """A day of the week, one of `WEEKDAYS`."""
    return choice(default, sentence, among=WEEKDAYS)


def weekdays(default: tuple[str, ...], sentence: str, *, least: int = 1) -> tuple[str, ...]:
    """Some days of the week out of `WEEKDAYS`, at least so many."""
    return choices(default, sentence, among=WEEKDAYS, least=least)


def hashtags(default: tuple[str, ...], sentence: str, *, least: int = 0, most: int = 10) -> tuple[str, ...]:
    """So many hashtags, each without its sign and in the letters that were written."""
    return _field(default, About(sentence, least=least, most=most, kind=Kind.HASHTAGS))


def topic(sentence: str) -> int:
    """A topic of the group's forum; 0 is no topic of its own: the group itself, or its General topic."""
    return _field(0, About(sentence, kind=Kind.TOPIC))


def _field(default: S, told: About) -> S:
    return cast("S", dataclasses.field(default=cast("Any", default), metadata={"about": told}))


def about(field: "dataclasses.Field[Any]") -> About:
    """What `field` of a settings dataclass says of itself."""
    return cast("About", field.metadata["about"])


def check(settings: object) -> None:
    """Raise `SettingIsOutOfBounds` for the first value that its field does not admit."""
    for field in dataclasses.fields(cast("Any", settings)):
        told = about(field)
        value = getattr(settings, field.name)
        size = len(value) if isinstance(value, str | tuple) else value
        if told.least is not None and told.most is not None and not told.least <= size <= told.most:
            raise SettingIsOutOfBounds(field.name, size, told)
        chosen = value if isinstance(value, tuple) else (value,)
        if told.among and not set(told.among).issuperset(chosen):
            raise SettingIsOutOfBounds(field.name, value, told)


def changed(settings: S, values: Mapping[str, Any]) -> S:
    """`settings` with the group's own `values` in place of the defaults; names the dataclass lacks are left out.

    A name is missing when a newer version dropped it: what a group once chose must not keep its bot from starting.
    """
    known = {field.name for field in dataclasses.fields(cast("Any", settings))}
    # JSON, as which they are stored, has lists alone.
    held = {k: tuple(v) if isinstance(v, list) else v for k, v in values.items() if k in known}
    return cast("S", dataclasses.replace(cast("Any", settings), **held))


# What a field's name ends with where its unit says the same.
_UNITS = ("_points", "_seconds", "_minutes", "_hours", "_days", "_hour")


# Where a feature's name is no word that people use.
_TITLES = {"checkins": "Check-ins", "cocreations": "Co-creations", "likeness": "Repetitions"}


def title_of(feature: str) -> str:
    """What a feature is called in the panel: its name, as a word."""
    return _TITLES.get(feature, feature.replace("_", " ").capitalize())


# Where a field's name is not what people would call it, by its name alone or with its feature's before it.
_LABELS = {
    "adopted_points": "For a chosen topic",
    "answer_points": "For an answer",
    "accepted_by": "Accepted by reactions",
    "cocreation_daily_cap_points": "Co-creation daily cap",
    "cool_down_seconds": "Pause between",
    "different_dates": "Different days",
    "entries_each": "Works each",
    "entry_days": "Works are taken for",
    "experts": "Tell answer experts",
    "fair_points": "For a fair work",
    "good_points": "For a good one",
    "excellent_points": "For an excellent one",
    "featured_points": "If featured",
    "gate_hours": "Time inside the group",
    "gate_messages": "Messages written",
    "given_cool_down_seconds": "Pause between those given",
    "given_daily_cap_points": "Daily cap for giving",
    "given_points": "For giving one",
    "least_letters": "Letters at least",
    "liked_by": "Liked by how many",
    "liked_points": "If liked",
    "longest": "Characters at most",
    "month_day": "Day of the month",
    "monthly": "Every month",
    "most_a_day": "Works a day",
    "most_cards": "Cards at most",
    "mutual_in_full": "Mutual likes in full",
    "open_days": "Open for",
    "open_hours": "Open for",
    "pings_a_week": "Messages a week",
    "places": "Winning places",
    "quiet_days": "No warning for",
    "received_daily_cap_points": "Daily cap for receiving",
    "received_points": "For receiving one",
    "reminder_hour": "Reminder at",
    "staff_listed": "Administrators listed",
    "tell": "Tell members",
    "times": "Works or answers",
    "vote_points": "For a vote",
    "voting_days": "The vote is open for",
    "warning_days": "Warned for",
    "weekday": "Day of the week",
    "winner_points": "For winning",
    "winners": "Topics chosen",
    "within_days": "Within",
    "boards.monthly": "Monthly board",
    "boards.seasonal": "Season's board",
    "boards.weekly": "Weekly board",
    "levels.names": "Names of your own",
    "levels.tags": "As a tag",
    "polls.weekly": "Weekly poll",
    "questions.points": "For an answer that helped",
    "questions.same_two_in_full": "Between the same two",
}


def label_of(field: str, feature: str = "") -> str:
    """What a field is called in the panel: its name in words, without its unit; what is on is its whole feature."""
    if field == "on":
        return title_of(feature)
    if feature == "keywords":
        return f"/{field}"
    given = _LABELS.get(f"{feature}.{field}") or _LABELS.get(field)
    if given is not None:
        return given
    ending = next((unit for unit in _UNITS if field.endswith(unit)), "")
    return field.removesuffix(ending).replace("_", " ").capitalize()


def sentence_of(made: type) -> str:
    """What a settings dataclass says of itself."""
    return (made.__doc__ or "").partition("\n")[0]
