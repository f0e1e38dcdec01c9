"""What this process was told by its configuration file and its environment."""

from bot.config.configuration import Configuration, ConfigurationError, load
from bot.config.handout import effective, example
from bot.config.sections import Communities, Database, Log, Monitor, Telegram, Webhook

__all__ = [
    "Communities",
    "Configuration",
    "ConfigurationError",
    "Database",
    "Log",
    "Monitor",
    "Telegram",
    "Webhook",
    "effective",
    "example",
    "load",
]
