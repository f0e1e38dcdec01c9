"""The configuration as a file that people read: the example with every default, and what is in force."""

import textwrap
from collections.abc import Callable, Iterator
from decimal import Decimal
from typing import Any

from bot.config.configuration import Configuration
from bot.config.judging import HUNDREDTHS
from bot.config.keys import Key, Path, all_keys, all_tables, written
from bot.config.kinds import Secret
from bot.config.sections import url_without_password
from bot.masking import MASK
from models.rules.settings import Unit

WIDTH = 116

# What stands after a key that has no default, so that one sees how its value looks.
PLACEHOLDERS = {
    ("telegram", "token"): '"123456789:the-letters-that-BotFather-gave"',
    ("telegram", "webhook", "url"): '"https://bot.example.org/telegram"',
    ("telegram", "webhook", "secret"): '"a-long-word-that-nobody-guesses"',
}

HEAD = """\
# Kith's configuration. Copy this file to config.toml and change what you like: a key keeps its default while it has
# a # before it. Every key may stand in the environment as well, which wins over the file: [telegram.webhook] port is
# KITH_TELEGRAM__WEBHOOK__PORT. The sections named after a feature are what new groups start with; points are written
# with up to two decimals.
"""


def example() -> str:
    """`config.example.toml`: every key with its sentence, its bounds and its default."""
    return HEAD + "".join(_tables(_example_key))


def effective(configuration: Configuration) -> str:
    """Every key with the value in force and where it comes from; secrets masked."""

    def in_force(key: Key) -> str:
        first, *steps = key.path
        value: Any = configuration.features.get(first) or getattr(configuration, first)
        for step in steps:
            value = getattr(value, step)
        if key.unit == Unit.POINTS:
            value = Decimal(value) / HUNDREDTHS
        origin = configuration.origins.get(key.path, "default")
        if value is None:
            return f"# {key.path[-1]} is not set\n"
        return f"{key.path[-1]} = {_safe(value, key.path)}  # {origin}\n"

    return "".join(_tables(in_force)).lstrip("\n")


def _tables(each: Callable[[Key], str]) -> Iterator[str]:
    for table, sentence in all_tables().items():
        yield f"\n[{'.'.join(table)}]" + (f"  # {sentence}" if sentence else "") + "\n"
        yield from (each(key) for key in all_keys().values() if key.path[:-1] == table)


def _example_key(key: Key) -> str:
    value = PLACEHOLDERS[key.path] if key.default is None else written(key.default)
    told = textwrap.fill(_told(key), width=WIDTH, initial_indent="# ", subsequent_indent="# ")
    return f"\n{told}\n#{key.path[-1]} = {value}\n"


def _told(key: Key) -> str:
    """The sentence of `key`, then what it admits."""
    unit = "" if key.unit in {None, "count"} else f" {key.unit}"
    if key.unit == "hour of the day":
        unit = ", the hour of the day"
    if key.choices:
        which = "Any of" if isinstance(key.default, tuple) else "One of"
        return f"{key.sentence} {which} {', '.join(written(choice) for choice in key.choices)}."
    if key.bounds:
        return f"{key.sentence} {key.bounds[0]} to {key.bounds[1]}{unit}."
    return key.sentence


def _safe(value: object, path: Path) -> str:
    if isinstance(value, Secret):
        secret = value.get_secret_value()
        return written(url_without_password(secret) if path == ("database", "url") else MASK)
    if isinstance(value, str):
        return written(url_without_password(value) if "://" in value else value)
    return written(value)
