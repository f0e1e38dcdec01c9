"""What this process was told by its configuration file and its environment.

`bot.config.loading` reads it, with the help of pydantic, which is not loaded by what stands here.
"""

from bot.config.configuration import Configuration, ConfigurationError
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
]
