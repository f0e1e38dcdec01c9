"""Every key of the configuration with all that is known of it: names, sentence, unit, bounds, default."""

import functools
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Literal, get_args, get_origin

from annotated_types import Ge, Le
from pydantic import BaseModel
from pydantic.fields import FieldInfo

from bot.config.judging import all_sections
from bot.config.kinds import Secret

PREFIX = "KITH_"
Path = tuple[str, ...]


@dataclass(frozen=True)
class Key:
    """One key, as a person meets it."""

    path: Path
    sentence: str
    expected: str
    unit: str | None
    bounds: tuple[str, str] | None
    choices: tuple[str, ...]
    default: object
    secret: bool
    numeric: bool

    @property
    def environment(self) -> str:
        """The variable that holds the key."""
        return environment_name(self.path)


def environment_name(path: Path) -> str:
    """The variable that holds the key at `path`."""
    return PREFIX + "__".join(path).upper()


def in_file(path: Path) -> str:
    """The key at `path` as one points at it in the file."""
    return f"[{'.'.join(path[:-1])}] {path[-1]}" if len(path) > 1 else path[0]


@functools.cache
def all_keys() -> Mapping[Path, Key]:
    """Every key by its path, in the order of the example file."""
    return {key.path: key for key in _keys(all_sections(), ())}


@functools.cache
def all_tables() -> Mapping[Path, str]:
    """Every section by its path, with its sentence."""
    return dict(_tables(all_sections(), ()))


def _keys(model: type[BaseModel], above: Path) -> Iterator[Key]:
    for name, field in model.model_fields.items():
        section = _section(field)
        if section is not None:
            yield from _keys(section, (*above, name))
        else:
            yield _key((*above, name), field)


def _tables(model: type[BaseModel], above: Path) -> Iterator[tuple[Path, str]]:
    for name, field in model.model_fields.items():
        section = _section(field)
        if section is not None:
            yield (*above, name), (section.__doc__ or "").partition("\n")[0]
            yield from _tables(section, (*above, name))


def _section(field: FieldInfo) -> type[BaseModel] | None:
    kind = field.annotation
    return kind if isinstance(kind, type) and issubclass(kind, BaseModel) else None


def _key(path: Path, field: FieldInfo) -> Key:
    kinds = [kind for kind in _kinds(field.annotation) if kind is not type(None)]
    least = next((item.ge for item in field.metadata if isinstance(item, Ge)), None)
    most = next((item.le for item in field.metadata if isinstance(item, Le)), None)
    bounds = (written(least), written(most)) if least is not None and most is not None else None
    choices = tuple(value for kind in kinds if get_origin(kind) is Literal for value in get_args(kind))
    several = get_args(kinds[0])[0] if get_origin(kinds[0]) is tuple else None
    choices = get_args(several) if get_origin(several) is Literal else choices
    extra = field.json_schema_extra if isinstance(field.json_schema_extra, dict) else {}
    return Key(
        path=path,
        sentence=field.description or "",
        expected=_expected(kinds[0], bounds=bounds, choices=choices),
        unit=str(extra["unit"]) if "unit" in extra else None,
        bounds=bounds,
        choices=choices,
        default=field.default,
        secret=Secret in kinds,
        numeric=kinds[0] in {int, Decimal},
    )


def _kinds(annotation: Any) -> list[Any]:
    """The types that `annotation` admits, each without its validators."""
    if get_origin(annotation) in {Literal, tuple} or isinstance(annotation, type):
        return [annotation]
    if hasattr(annotation, "__metadata__"):
        return _kinds(annotation.__origin__)
    return [kind for part in get_args(annotation) for kind in _kinds(part)]


def _expected(kind: Any, *, bounds: tuple[str, str] | None, choices: tuple[str, ...]) -> str:
    within = f" from {bounds[0]} to {bounds[1]}" if bounds else ""
    if get_origin(kind) is tuple:
        if choices:
            return f"a list of {', '.join(written(choice) for choice in choices)}"
        is_number = int in _kinds(get_args(kind)[0])
        return "a list of user ids, as in [123456789]" if is_number else 'a list of texts, as in ["share", "分享"]'
    if choices:
        return " or ".join(written(choice) for choice in choices)
    if kind is bool:
        return "true or false"
    if kind is int:
        return f"a whole number{within}"
    if kind is Decimal:
        return f"a number{within} with at most two decimals"
    return "text in quotes"


def written(value: object) -> str:
    """`value` as the file has it."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, Decimal):
        return f"{value.normalize():f}"
    if isinstance(value, Secret):
        return json.dumps(value.get_secret_value(), ensure_ascii=False)
    if isinstance(value, str):
        return json.dumps(value, ensure_ascii=False)
    if isinstance(value, list | tuple):
        return f"[{', '.join(written(item) for item in value)}]"
    return str(value)
