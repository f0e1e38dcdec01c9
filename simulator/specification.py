"""Requests held against the Bot API's own specification: names, required fields, types."""

import json
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

from simulator.errors import ApiError, bad_request

FILE = Path(__file__).parent / "data" / "botapi-10.1.json"
TRUE = frozenset({"true", "True", "1", "yes", "y"})
FALSE = frozenset({"false", "False", "0", "no", "n", ""})
# Where Telegram has words of its own for something that is missing.
MISSING = {
    "chat_id": "chat_id is empty",
    "from_chat_id": "from_chat_id is empty",
    "text": "message text is empty",
    "user_id": "invalid user_id specified",
    "message_id": "message identifier is not specified",
}

# An empty address takes the webhook away.
MAY_BE_EMPTY = frozenset({("setWebhook", "url")})


class Unfit(Exception):
    """A value that is not of the type wanted."""


@dataclass(frozen=True)
class Checked:
    params: dict[str, Any]
    warnings: list[str]


@dataclass
class Specification:
    methods: dict[str, dict[str, Any]]
    types: dict[str, dict[str, Any]]
    reactions: frozenset[str]
    update_types: frozenset[str]
    _spelling: dict[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self._spelling = {name.lower(): name for name in self.methods}
        self._simple: dict[str, Callable[[Any], Any]] = {
            "Integer": _integer,
            "Float": _number,
            "Boolean": _boolean,
            "String": _string,
            "InputFile": lambda value: value,
        }

    def name(self, method: str) -> str:
        """Telegram does not mind the case of a method's name."""
        try:
            return self._spelling[method.lower()]
        except KeyError:
            raise ApiError(404, "Not Found") from None

    def check(self, method: str, given: dict[str, Any]) -> Checked:
        fields = self.methods[method].get("fields", {})
        params: dict[str, Any] = {}
        warnings = [f"unknown parameter {name!r}" for name in given if name not in fields]
        for name, wanted in fields.items():
            value = given.get(name)
            if value is None or value == "":
                if wanted.get("r") and not (value == "" and (method, name) in MAY_BE_EMPTY):
                    raise bad_request(MISSING.get(name, f'parameter "{name}" is required'))
                if value is None:
                    continue
            try:
                params[name] = self._fit(wanted["t"], value)
            except Unfit as unfit:
                detail = f": {unfit}" if unfit.args else ""
                raise bad_request(f'can\'t parse parameter "{name}" as {" or ".join(wanted["t"])}{detail}') from None
        return Checked(params, warnings)

    def _fit(self, types: list[str], value: Any) -> Any:
        if types == ["Integer", "String"]:
            return _chat_reference(value)
        reason: Unfit | None = None
        for kind in types:
            try:
                return self._as(kind, value)
            except Unfit as unfit:
                reason = reason or unfit
        raise reason or Unfit

    def _as(self, kind: str, value: Any) -> Any:
        simple = self._simple.get(kind)
        if simple is not None:
            return simple(value)
        if kind.startswith("Array of "):
            items = _parsed(value)
            if not isinstance(items, list):
                raise Unfit("an array is expected")
            return [self._as(kind.removeprefix("Array of "), item) for item in items]
        return self._object(kind, _parsed(value))

    def _object(self, kind: str, value: Any) -> dict[str, Any]:
        if not isinstance(value, dict):
            raise Unfit("an object is expected")
        shape = self.types.get(kind, {})
        if "subtypes" in shape:
            return self._subtype(shape["subtypes"], value)
        fitted = dict(value)
        for name, wanted in shape.get("fields", {}).items():
            if value.get(name) is None:
                if wanted.get("r"):
                    raise Unfit(f'field "{name}" of {kind} is missing')
                fitted.pop(name, None)
                continue
            if "c" in wanted and value[name] != wanted["c"]:
                raise Unfit(f'field "{name}" of {kind} must be "{wanted["c"]}"')
            fitted[name] = self._fit(wanted["t"], value[name])
        return fitted

    def _subtype(self, kinds: list[str], value: dict[str, Any]) -> dict[str, Any]:
        reason: Unfit | None = None
        for kind in kinds:
            try:
                return self._object(kind, value)
            except Unfit as unfit:
                reason = unfit
        raise reason or Unfit


@cache
def specification() -> Specification:
    content = json.loads(FILE.read_text(encoding="utf-8"))
    return Specification(
        methods=content["methods"],
        types=content["types"],
        reactions=frozenset(content["reaction_emoji"]),
        update_types=frozenset(content["update_types"]),
    )


def _integer(value: Any) -> int:
    if isinstance(value, int) and not isinstance(value, bool):
        return value
    if isinstance(value, str):
        try:
            return int(value)
        except ValueError:
            pass
    raise Unfit


def _number(value: Any) -> float:
    if isinstance(value, int | float) and not isinstance(value, bool):
        return value
    if isinstance(value, str):
        try:
            return float(value)
        except ValueError:
            pass
    raise Unfit


def _boolean(value: Any) -> bool:
    if isinstance(value, bool):
        return value
    if str(value) in TRUE:
        return True
    if str(value) in FALSE:
        return False
    raise Unfit


def _string(value: Any) -> str:
    if isinstance(value, str):
        return value
    if isinstance(value, int | float) and not isinstance(value, bool):
        return str(value)
    raise Unfit


def _chat_reference(value: Any) -> int | str:
    if isinstance(value, str) and not value.lstrip("-").isdecimal():
        return value
    return _integer(value)


def _parsed(value: Any) -> Any:
    """Objects and arrays come as JSON text in forms."""
    if isinstance(value, str):
        try:
            return json.loads(value)
        except ValueError:
            raise Unfit("it is no JSON") from None
    return value
