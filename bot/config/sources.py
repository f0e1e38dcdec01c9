"""Where values come from: the TOML file and the environment, each as a tree, with what is wrong in either."""

import difflib
import json
import re
import tomllib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path as FilePath
from typing import Any

from pydantic.fields import FieldInfo
from pydantic_settings import BaseSettings, EnvSettingsSource
from typing_extensions import override

from bot.config.keys import PREFIX, Path, all_keys, all_tables, environment_name, in_file

# The file's own name cannot stand in the file.
FILE_VARIABLE = "KITH_CONFIG"
TOML_PLACE = re.compile(r"(?P<what>.*) \(at (?P<where>.*)\)", re.DOTALL)


@dataclass(frozen=True)
class Read:
    """What one source holds: a tree that the sections may judge, and a line for each thing that has no place in it."""

    tree: dict[str, Any]
    problems: tuple[str, ...] = ()


class EnvironmentSource(EnvSettingsSource):
    """The environment as it was handed over, instead of the process's own."""

    def __init__(self, settings_cls: type[BaseSettings], environment: Mapping[str, str]) -> None:
        super().__init__(settings_cls)
        self.env_vars = {name.lower(): value for name, value in environment.items()}

    @override
    def decode_complex_value(self, field_name: str, field: FieldInfo, value: Any) -> Any:
        """A list as JSON or with commas; what is neither is left for the section to refuse."""
        try:
            found = json.loads(value)
        except ValueError:
            found = value
        if isinstance(found, list):
            return found
        parts = [part.strip() for part in value.split(",") if part.strip()]
        return [int(part) if part.isdecimal() else part for part in parts]


def read_environment(environment: Mapping[str, str], *, sections: type[BaseSettings]) -> Read:
    """The variables that begin with KITH_. An empty one counts as not set, as container files tend to write it."""
    known = {key.environment: key for key in all_keys().values()}
    ours = {name.upper(): value for name, value in environment.items() if name.upper().startswith(PREFIX) and value}
    ours.pop(FILE_VARIABLE, None)
    problems = [_unknown_variable(name, known) for name in sorted(ours.keys() - known.keys())]
    found = {name: value for name, value in ours.items() if name in known}
    # The library tries JSON when a text is no number, and true would pass for 1.
    words = [name for name in sorted(found) if known[name].numeric and found[name].lower().strip() in {"true", "false"}]
    problems += [f"{name}: must be {known[name].expected}, not {found.pop(name)}" for name in words]
    return Read(EnvironmentSource(sections, found)(), tuple(problems))


def read_file(path: FilePath) -> Read:
    """The TOML file at `path`."""
    try:
        # Some editors begin a file with a byte order mark, which TOML does not know.
        tree = tomllib.loads(path.read_bytes().decode("utf-8-sig").replace("\r\n", "\n"))
    except OSError as error:
        return Read({}, (f"{path}: cannot be read: {error.strerror or type(error).__name__}",))
    except UnicodeDecodeError as error:
        line = error.object[: error.start].count(b"\n") + 1
        return Read({}, (f"{path}: line {line}: is not UTF-8 text",))
    except tomllib.TOMLDecodeError as error:
        placed = TOML_PLACE.fullmatch(str(error))
        told = f"{placed['where']}: {placed['what']}" if placed else str(error)
        return Read({}, (f"{path}: {told}",))
    return Read(_known_part(tree, ()), tuple(f"{path}: {line}" for line in _misplaced(tree, ())))


def _misplaced(tree: Mapping[str, Any], above: Path) -> Iterator[str]:
    for name, value in tree.items():
        path = (*above, name)
        if path in all_tables():
            if isinstance(value, dict):
                yield from _misplaced(value, path)
            else:
                yield f"[{'.'.join(path)}]: must be a section, not a single value"
        elif path not in all_keys():
            yield _unknown_in_file(path, table=isinstance(value, dict))


def _known_part(tree: Mapping[str, Any], above: Path) -> dict[str, Any]:
    kept: dict[str, Any] = {}
    for name, value in tree.items():
        path = (*above, name)
        if path in all_tables() and isinstance(value, dict):
            kept[name] = _known_part(value, path)
        elif path in all_keys():
            kept[name] = value
    return kept


def _unknown_in_file(path: Path, *, table: bool) -> str:
    if table:
        hint = _nearest(".".join(path), {".".join(known) for known in all_tables()})
        return f"[{'.'.join(path)}]: unknown section{_did_you_mean(hint and f'[{hint}]')}"
    beside = {known[-1] for known in all_keys() if known[:-1] == path[:-1]}
    elsewhere = [known for known in all_keys() if known[-1] == path[-1]]
    hint = _nearest(path[-1], beside) or (in_file(elsewhere[0]) if elsewhere else None)
    return f"{in_file(path)}: unknown key{_did_you_mean(hint)}"


def _unknown_variable(name: str, known: Iterable[str]) -> str:
    tables = {environment_name(path): path for path in all_tables()}
    if name in tables:
        first = next(key for key in all_keys().values() if key.path[:-1] == tables[name])
        return f"{name}: is a section; set its keys one by one, as in {first.environment}"
    hint = _nearest(name.removeprefix(PREFIX), {other.removeprefix(PREFIX) for other in known})
    return f"{name}: unknown key{_did_you_mean(hint and PREFIX + hint)}"


def _nearest(name: str, known: Iterable[str]) -> str | None:
    return next(iter(difflib.get_close_matches(name, sorted(known), n=1)), None)


def _did_you_mean(hint: str | None) -> str:
    return f"; did you mean {hint}?" if hint else ""
