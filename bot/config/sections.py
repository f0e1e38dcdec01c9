"""The sections of the configuration that are not a feature's own: what each key holds, its default and its sentence.

They are declared as features declare their numbers (`models/rules/settings.py`).
"""

# ruff: noqa: RUF009 - what is called in place of a default makes a field

import dataclasses
from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Literal, TypeVar

from bot.config.kinds import DatabaseUrl, Host, Secret, TimeZone, Token, UserId, WebhookSecret, WebUrl
from bot.masking import MASK
from models.rules.settings import About, number, switch

V = TypeVar("V")


def _told(default: V, sentence: str) -> V:
    """A value of any other kind."""
    return dataclasses.field(default=default, metadata={"about": About(sentence)})


@dataclass(frozen=True)
class Webhook:
    """Where Telegram's updates arrive when mode is "webhook"."""

    url: WebUrl | None = _told(None, "The public address that Telegram calls. It begins with https://.")
    listen: Host = _told("127.0.0.1", "The address of this machine to listen on.")
    port: int = number(8080, "The port to listen on.", least=1, most=65535)
    share_port: bool = switch(
        False, "Whether several workers on this machine listen on the same port (not on Windows)."
    )
    secret: WebhookSecret | None = _told(
        None, "A word of your own by which Kith knows Telegram's requests: letters, digits, _ and -."
    )


@dataclass(frozen=True)
class Telegram:
    """The bot's account and the server that it talks to."""

    token: Token | None = _told(
        None, "The bot's token. @BotFather gives it for /newbot. Better kept in KITH_TELEGRAM__TOKEN."
    )
    api_url: WebUrl = _told("https://api.telegram.org", "The Bot API server.")
    mode: Literal["polling", "webhook"] = _told(
        "polling", "How updates come: Kith asks for them, or Telegram calls (see [telegram.webhook])."
    )
    owners: tuple[UserId, ...] = _told((), "Telegram user ids of those who run this bot.")
    communities: Literal["open", "approved"] = _told(
        "open", "Which groups may have the bot: any that adds it, or those that an owner approves."
    )
    webhook: Webhook = Webhook()


@dataclass(frozen=True)
class Database:
    """Where everything is remembered."""

    url: DatabaseUrl = _told(
        Secret("sqlite:///kith.db"),
        "sqlite:///FILE (in the working directory), or postgresql://USER:PASSWORD@HOST/DATABASE.",
    )

    @property
    def shown(self) -> str:
        """The URL as people may see it: without its password."""
        return url_without_password(self.url.get_secret_value())


@dataclass(frozen=True)
class Log:
    """What Kith tells of its work, on standard error."""

    level: Literal["debug", "info", "warning", "error"] = _told("info", "The least that is told.")
    format: Literal["human", "json"] = _told("human", "Lines for people, or JSON for a log collector.")


@dataclass(frozen=True)
class Monitor:
    """/health and Prometheus /metrics, for this machine."""

    enabled: bool = switch(False, "Whether to serve them.")
    listen: Host = _told("127.0.0.1", "The address of this machine to listen on.")
    port: int = number(9464, "The port to listen on.", least=1, most=65535)


@dataclass(frozen=True)
class Communities:
    """What a new group starts with; it may choose its own later."""

    language: Literal["en", "zh-Hant", "zh-Hans"] = _told("en", "The language Kith speaks in the group.")
    time_zone: TimeZone = _told("UTC", "The zone in which the group's days begin, by its IANA name.")


SECTIONS: Mapping[str, type] = MappingProxyType(
    {"telegram": Telegram, "database": Database, "log": Log, "monitor": Monitor, "communities": Communities}
)


def url_without_password(url: str) -> str:
    """`url` with its password masked, whatever characters the password has."""
    scheme, found, rest = url.partition("://")
    authority, slash, path = rest.partition("/")
    # A password with a raw / or @ in it is cut at the last @ of the whole, so that no part of it remains.
    if "@" in rest and "@" not in authority:
        authority, slash, path = rest, "", ""
    login, at, host = authority.rpartition("@")
    user, colon, _ = login.partition(":")
    return f"{scheme}{found}{user}{colon and ':' + MASK}{at}{host}{slash}{path}"
