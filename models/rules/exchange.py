"""A group's settings as people write them: one value typed into a chat, or all of them as a file (TOML)."""

import dataclasses
import json
import re
import textwrap
import unicodedata
from collections.abc import Mapping, Sequence
from decimal import Decimal
from enum import StrEnum
from typing import Any, cast

from models.rules.points import HUNDREDTHS, as_points
from models.rules.settings import HASHTAG, LOCAL, About, Kind, SettingIsOutOfBounds, Unit, about, check
from models.rules.toml import IsNoTable, read_table
from models.rules.words import tidy
from models.rules.zones import zone_called

# What a group has beside its features' settings.
OWN = "community"
OWN_KEYS = ("language", "time_zone")
_NUMBER = re.compile(r"[0-9]{1,9}(?:[.,][0-9]{1,2})?")
# Hashtags stand beside each other with any of these between.
_BETWEEN = re.compile(r"[\s,，、;；]+")

Settings = Mapping[str, Mapping[str, Any]]


class Problem(StrEnum):
    """What is wrong with something that was written."""

    NO_FILE = "no_file"
    UNKNOWN_KEY = "unknown_key"
    NO_NUMBER = "no_number"
    NO_WHOLE_NUMBER = "no_whole_number"
    NO_SWITCH = "no_switch"
    NO_TEXT = "no_text"
    OUT_OF_BOUNDS = "out_of_bounds"
    NO_LANGUAGE = "no_language"
    NO_ZONE = "no_zone"
    NO_CHOICE = "no_choice"
    NO_LIST = "no_list"
    NO_HASHTAG = "no_hashtag"
    NO_TOPIC = "no_topic"
    ONLY_HERE = "only_here"


class Unfit(ValueError):
    """A value cannot be taken: what is wrong, where, and what the field says of itself."""

    def __init__(self, problem: Problem, place: str = "", told: About | None = None) -> None:
        super().__init__(f"{place}: {problem}")
        self.problem = problem
        self.place = place
        self.told = told


def typed(made: type, name: str, written: str) -> Any:
    """The value that somebody typed for a field; raises `Unfit`."""
    told = about(_field(made, name))
    if told.kind is Kind.TEXT:
        return judged(made, name, written)
    plain = unicodedata.normalize("NFKC", written).strip()
    if told.kind is Kind.HASHTAGS:
        return judged(made, name, [word.removeprefix("#") for word in _BETWEEN.split(plain) if word])
    if told.unit is Unit.HOUR:
        plain = plain.removesuffix(":00")
    if told.kind is not Kind.NUMBER:
        raise Unfit(Problem.NO_CHOICE, name, told)
    if not _NUMBER.fullmatch(plain):
        raise Unfit(Problem.NO_NUMBER, name, told)
    return judged(made, name, Decimal(plain.replace(",", ".")))


def _field(made: type, name: str) -> "dataclasses.Field[Any]":
    found = next((field for field in dataclasses.fields(made) if field.name == name), None)
    if found is None:
        raise Unfit(Problem.UNKNOWN_KEY, name)
    return found


def judged(made: type, name: str, value: object) -> Any:
    """The value as it is stored: of the field's kind, in hundredths where it counts points, and within its bounds.

    Raises `Unfit`.
    """
    told = about(_field(made, name))
    stored = _of_its_kind(value, name, told)
    try:
        check(dataclasses.replace(cast("Any", made()), **{name: stored}))
    except SettingIsOutOfBounds as error:
        raise Unfit(Problem.NO_CHOICE if told.kind is Kind.CHOICE else Problem.OUT_OF_BOUNDS, name, told) from error
    return stored


def _of_its_kind(value: object, name: str, told: About) -> object:
    match told.kind:
        case Kind.SWITCH if not isinstance(value, bool):
            raise Unfit(Problem.NO_SWITCH, name, told)
        case Kind.TEXT | Kind.CHOICE if not isinstance(value, str):
            raise Unfit(Problem.NO_TEXT if told.kind is Kind.TEXT else Problem.NO_CHOICE, name, told)
        case Kind.CHOICES:
            chosen = _listed(value, name, told)
            if not chosen.keys() <= set(told.among):
                raise Unfit(Problem.NO_CHOICE, name, told)
            return tuple(option for option in told.among if option in chosen)
        case Kind.HASHTAGS:
            words = tuple(_listed(value, name, told))
            if not all(re.fullmatch(HASHTAG, word) for word in words):
                raise Unfit(Problem.NO_HASHTAG, name, told)
            return words
        case Kind.NUMBER | Kind.TOPIC:
            return _whole(value, name, told)
    return tidy(value) if told.kind is Kind.TEXT and isinstance(value, str) else value


def _listed(value: object, name: str, told: About) -> dict[str, None]:
    """The words of a list, each once."""
    if not isinstance(value, list | tuple) or not all(isinstance(word, str) for word in value):
        raise Unfit(Problem.NO_LIST, name, told)
    return dict.fromkeys(value)


def _whole(value: object, name: str, told: About) -> int:
    if isinstance(value, bool) or not isinstance(value, int | Decimal):
        raise Unfit(Problem.NO_NUMBER, name, told)
    number = Decimal(value)
    if not number.is_finite() or abs(number) >= 10**12:
        raise Unfit(Problem.OUT_OF_BOUNDS, name, told)
    number = number * HUNDREDTHS if told.unit is Unit.POINTS else number
    if number != number.to_integral_value():
        raise Unfit(Problem.NO_WHOLE_NUMBER, name, told)
    return int(number)


def written(*, language: str, time_zone: str, settings: Mapping[str, object]) -> str:
    """All settings of a group as a file; what it holds can be read again and is then the same."""
    parts = [f"[{OWN}]\nlanguage = {json.dumps(language)}\ntime_zone = {json.dumps(time_zone)}\n"]
    for feature, held in settings.items():
        lines = [f"[{feature}]"]
        for field in dataclasses.fields(cast("Any", held)):
            told = about(field)
            if told.kind in LOCAL:
                continue
            lines += textwrap.wrap(_told(told), width=100, initial_indent="# ", subsequent_indent="# ")
            lines.append(f"{field.name} = {_value(getattr(held, field.name), told)}")
        parts.append("\n".join(lines) + "\n")
    return "\n".join(parts)


def _told(told: About) -> str:
    if told.among:
        which = "Any of" if told.kind is Kind.CHOICES else "One of"
        return f"{told.sentence} {which} {', '.join(map(json.dumps, told.among))}."
    if told.least is None or told.most is None or told.unit is None:
        return told.sentence
    unit = "" if told.unit is Unit.COUNT else f" {told.unit}"
    return f"{told.sentence} {_value(told.least, told)} to {_value(told.most, told)}{unit}."


def _value(value: object, told: About) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, str | tuple):
        return json.dumps(value, ensure_ascii=False)
    return f"{as_points(cast('int', value)):f}" if told.unit is Unit.POINTS else str(value)


def read(content: bytes, *, features: Mapping[str, type], languages: Sequence[str]) -> dict[str, dict[str, Any]]:
    """What a file sets, by feature; raises `Unfit` for the first thing in it that cannot be taken.

    A key that does not exist is refused rather than passed over: whoever wrote it meant something by it.
    """
    try:
        tree = read_table(content.decode("utf-8-sig"), parse_float=Decimal)
    except (UnicodeDecodeError, IsNoTable) as error:
        raise Unfit(Problem.NO_FILE) from error
    found: dict[str, dict[str, Any]] = {}
    for feature, values in tree.items():
        if not isinstance(values, dict) or (feature != OWN and feature not in features):
            raise Unfit(Problem.UNKNOWN_KEY, feature)
        for name, value in values.items():
            place = f"{feature}.{name}"
            try:
                stored = own(name, value, languages) if feature == OWN else _in_file(features[feature], name, value)
            except Unfit as unfit:
                raise Unfit(unfit.problem, place, unfit.told) from unfit
            found.setdefault(feature, {})[name] = stored
    return found


def _in_file(made: type, name: str, value: object) -> Any:
    told = about(_field(made, name))
    if told.kind in LOCAL:
        raise Unfit(Problem.ONLY_HERE, name, told)
    return judged(made, name, value)


def own(name: str, value: object, languages: Sequence[str]) -> str:
    """A group's language or time zone; raises `Unfit`."""
    if name == "language":
        if value not in languages:
            raise Unfit(Problem.NO_LANGUAGE, name)
        return str(value)
    if name != "time_zone":
        raise Unfit(Problem.UNKNOWN_KEY, name)
    zone = zone_called(value) if isinstance(value, str) else None
    if zone is None:
        raise Unfit(Problem.NO_ZONE, name)
    return zone
