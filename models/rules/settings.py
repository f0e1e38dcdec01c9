"""How a feature declares its numbers: once, as a frozen dataclass beside its rules.

The same dataclass is the section of the configuration file, the group's own settings and, later, a page of the
panel; so each field carries its unit, its bounds and the sentence that explains it. Points are written with up to two
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


@dataclass(frozen=True)
class About:
    """What a person who sets the field is told: the sentence and the bounds, both ends included."""

    sentence: str
    unit: Unit | None = None
    least: int | None = None
    most: int | None = None


class SettingIsOutOfBounds(ValueError):
    """A number stands outside the bounds that its field declares."""

    def __init__(self, name: str, value: int, about: About) -> None:
        super().__init__(f"{name} = {value} is outside {about.least} to {about.most}")
        self.name = name
        self.value = value
        self.about = about


def number(default: int, sentence: str, *, unit: Unit = Unit.COUNT, least: int, most: int) -> int:
    """A whole number within bounds; points are given in hundredths."""
    return dataclasses.field(default=default, metadata={"about": About(sentence, unit, least, most)})


def switch(default: bool, sentence: str) -> bool:
    """A thing that is on or off."""
    return dataclasses.field(default=default, metadata={"about": About(sentence)})


def text(default: str, sentence: str, *, most: int) -> str:
    """Words of at most so many characters."""
    return dataclasses.field(default=default, metadata={"about": About(sentence, least=0, most=most)})


def about(field: "dataclasses.Field[Any]") -> About:
    """What `field` of a settings dataclass says of itself."""
    return cast("About", field.metadata["about"])


def check(settings: object) -> None:
    """Raise `SettingIsOutOfBounds` for the first number that its field does not admit."""
    for field in dataclasses.fields(cast("Any", settings)):
        told = about(field)
        value = getattr(settings, field.name)
        size = len(value) if isinstance(value, str) else value
        if told.least is not None and told.most is not None and not told.least <= size <= told.most:
            raise SettingIsOutOfBounds(field.name, size, told)


def changed(settings: S, values: Mapping[str, Any]) -> S:
    """`settings` with the group's own `values` in place of the defaults; names the dataclass lacks are left out.

    A name is missing when a newer version dropped it: what a group once chose must not keep its bot from starting.
    """
    known = {field.name for field in dataclasses.fields(cast("Any", settings))}
    return cast("S", dataclasses.replace(cast("Any", settings), **{k: v for k, v in values.items() if k in known}))
