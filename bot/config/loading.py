"""The configuration of one process, read from the file and the environment, or every reason why it cannot be."""

from collections.abc import Iterator, Mapping
from pathlib import Path as FilePath
from typing import Any, cast
from urllib.parse import unquote, urlsplit

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from bot.config.configuration import Configuration, ConfigurationError
from bot.config.judging import Sections, all_sections, settings_from
from bot.config.keys import Path, all_keys, environment_name, in_file, written
from bot.config.kinds import Secret, is_loopback
from bot.config.sections import SECTIONS
from bot.config.sources import FILE_VARIABLE, Read, read_environment, read_file
from bot.masking import Mask
from models.rules.features import FEATURE_SETTINGS

DEFAULT_FILE = FilePath("config.toml")
LONGEST_SHOWN = 30


def load(path: FilePath | None, *, environment: Mapping[str, str]) -> Configuration:
    """The configuration from the file (`path`, else KITH_CONFIG, else config.toml if there is one) and `environment`.

    Raises `ConfigurationError` with everything that is wrong at once.
    """
    named = path or (FilePath(environment[FILE_VARIABLE]) if environment.get(FILE_VARIABLE) else None)
    file = named or (DEFAULT_FILE if DEFAULT_FILE.exists() else None)
    from_file = read_file(file) if file else Read({})
    from_environment = read_environment(environment, sections=all_sections())
    origins = dict.fromkeys(_leaves(from_file.tree, ()), str(file))
    origins |= {leaf: environment_name(leaf) for leaf in _leaves(from_environment.tree, ())}
    tree = _merged(from_file.tree, from_environment.tree)

    problems = [*from_file.problems, *from_environment.problems]
    sections: Sections | None = None
    try:
        sections = all_sections()(**tree)
    except ValidationError as error:
        problems += _judged(error, origins)
    problems += [_line(leaf, sentence, origins) for leaf, sentence in _contradictions(tree)]
    features: dict[str, object] = {}
    if sections:
        for name, settings in FEATURE_SETTINGS.items():
            try:
                features[name] = settings_from(getattr(sections, name), settings)
            except ValueError as error:
                problems.append(f"{file or 'configuration'}: [{name}]: {error}")
    secrets = _secrets(tree)
    if problems or sections is None:
        mask = Mask(secrets)
        raise ConfigurationError(tuple(mask(line) for line in dict.fromkeys(problems)))
    house = {name: settings_from(getattr(sections, name), settings) for name, settings in SECTIONS.items()}
    return Configuration(**house, features=features, origins=origins, secrets=secrets)


def _merged(below: Mapping[str, Any], above: Mapping[str, Any]) -> dict[str, Any]:
    """Both trees in one; where both hold a key, `above` wins."""
    result = dict(below)
    for name, value in above.items():
        both = isinstance(value, dict) and isinstance(result.get(name), dict)
        result[name] = _merged(result[name], value) if both else value
    return result


def _leaves(tree: Mapping[str, Any], above: Path) -> Iterator[Path]:
    for name, value in tree.items():
        if (*above, name) in all_keys():
            yield (*above, name)
        else:
            yield from _leaves(value, (*above, name))


def _line(path: Path, sentence: str, origins: Mapping[Path, str]) -> str:
    variable = environment_name(path)
    origin = origins.get(path, "default")
    return f"{variable}: {sentence}" if origin == variable else f"{origin}: {in_file(path)}: {sentence}"


def _judged(error: ValidationError, origins: Mapping[Path, str]) -> Iterator[str]:
    """One line for each key that its section refuses, for the first of its reasons."""
    told: set[Path] = set()
    for detail in error.errors():
        place = tuple(str(step) for step in detail["loc"])
        path = next((place[:length] for length in range(len(place), 0, -1) if place[:length] in all_keys()), None)
        if path is None:
            yield f"{'.'.join(place)}: {detail['msg']}"
        elif path not in told:
            told.add(path)
            yield _line(path, _sentence(path, detail), origins)


def _sentence(path: Path, detail: ErrorDetails) -> str:
    key = all_keys()[path]
    if detail["type"] == "value_error":
        return str(detail["ctx"]["error"])
    sentence = f"must be {key.expected}"
    shown = _shown(detail["input"])
    # A long text in a wrong place may be a secret that no key announces, and so may a URL with its login.
    hidden = key.secret or "@" in shown or len(shown) > LONGEST_SHOWN
    return sentence if hidden else f"{sentence}, not {shown}"


def _shown(value: object) -> str:
    return "a section" if isinstance(value, dict) else written(value)


def _contradictions(tree: Mapping[str, Any]) -> Iterator[tuple[Path, str]]:
    """What no key shows by itself. Looked for in the raw tree, so that a wrong key elsewhere hides none of it."""
    telegram = tree.get("telegram", {})
    webhook = telegram.get("webhook", {})
    if telegram.get("mode") == "webhook":
        for name in ("url", "secret"):
            if not webhook.get(name):
                variable = environment_name(("telegram", "webhook", name))
                yield ("telegram", "mode"), f'"webhook" needs [telegram.webhook] {name} as well ({variable})'
    if telegram.get("communities") == "approved" and not telegram.get("owners"):
        variable = environment_name(("telegram", "owners"))
        yield ("telegram", "communities"), f'"approved" needs somebody to approve: [telegram] owners ({variable})'
    url, api_url = webhook.get("url"), telegram.get("api_url")
    if isinstance(url, str) and url.startswith("http://") and not (isinstance(api_url, str) and is_loopback(api_url)):
        sentence = "must begin with https://; Telegram calls http only from a server on this machine"
        yield ("telegram", "webhook", "url"), sentence


def _secrets(tree: Mapping[str, Any]) -> frozenset[str]:
    """The secrets of a raw tree; of the database's URL its password alone, as written and as decoded."""
    found: set[str] = set()
    for path, key in all_keys().items():
        value = _at(tree, path) if key.secret else None
        # The library makes one of what the environment holds already.
        text = value.get_secret_value() if isinstance(value, Secret) else value
        if not isinstance(text, str) or not text:
            continue
        if path == ("database", "url"):
            found |= _passwords(text)
        else:
            found.add(text)
    return frozenset(found)


def _passwords(url: str) -> set[str]:
    try:
        password = urlsplit(url).password
    except ValueError:
        return set()
    return {password, unquote(password)} if password else set()


def _at(tree: Mapping[str, Any], path: Path) -> object:
    for step in path[:-1]:
        inner = tree.get(step, {})
        tree = cast("Mapping[str, Any]", inner) if isinstance(inner, Mapping) else {}
    return tree.get(path[-1])
