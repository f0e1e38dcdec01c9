"""What a process was told, as plain values."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from typing_extensions import override

from bot.config.sections import Communities, Database, Log, Monitor, Telegram


class ConfigurationError(Exception):
    """The configuration is wrong; one line for each reason, none of which holds a secret."""

    def __init__(self, lines: tuple[str, ...]) -> None:
        super().__init__(lines)
        self.lines = lines

    @override
    def __str__(self) -> str:
        return "\n".join(self.lines)


@dataclass(frozen=True)
class Configuration:
    """What this process was told, and by whom.

    `features` holds each feature's settings dataclass under the feature's name, `origins` the file or the variable of
    each key that was set, and `secrets` what must never be shown, for the logs to mask.
    """

    telegram: Telegram
    database: Database
    log: Log
    monitor: Monitor
    communities: Communities
    features: Mapping[str, object]
    origins: Mapping[tuple[str, ...], str]
    secrets: frozenset[str] = field(repr=False)
