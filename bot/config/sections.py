"""The sections of the configuration that are not a feature's own: what each key holds, its default and its sentence."""

import difflib
import importlib.util
import re
import zoneinfo
from typing import Annotated, Literal
from urllib.parse import SplitResult, urlsplit

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, SecretStr
from pydantic_settings import BaseSettings, PydanticBaseSettingsSource, SettingsConfigDict
from typing_extensions import override

from bot.masking import MASK

LOOPBACK = frozenset({"localhost", "127.0.0.1", "::1"})


def is_loopback(url: str) -> bool:
    """Whether `url` stays on this machine."""
    try:
        return urlsplit(url).hostname in LOOPBACK
    except ValueError:
        return False


def _split(url: str) -> SplitResult:
    try:
        parts = urlsplit(url)
        parts.port  # noqa: B018 - reading the port is what checks it.
    except ValueError:
        raise ValueError("is no URL") from None
    return parts


def _web_url(url: str) -> str:
    parts = _split(url)
    if parts.scheme not in {"http", "https"} or not parts.hostname or any(c.isspace() for c in url):
        raise ValueError("must be a URL that begins with https:// or http://")
    if parts.query or parts.fragment:
        raise ValueError("must be a URL without ? or #")
    return url.rstrip("/")


def _token(token: SecretStr) -> SecretStr:
    if not re.fullmatch(r"\d+:[A-Za-z0-9_-]+", token.get_secret_value()):
        raise ValueError("must have the shape that @BotFather gives: digits, a colon, then letters")
    return token


def _webhook_secret(secret: SecretStr) -> SecretStr:
    if not re.fullmatch(r"[A-Za-z0-9_-]{1,256}", secret.get_secret_value()):
        raise ValueError("must be 1 to 256 letters, digits, _ or -, as Telegram asks")
    return secret


def _database_url(secret: SecretStr) -> SecretStr:
    url = secret.get_secret_value()
    scheme = url.partition(":")[0]
    if url.startswith("sqlite:///"):
        if not url.removeprefix("sqlite:///").strip("/") or ":memory:" in url or "?" in url:
            raise ValueError("must name a file: sqlite:///kith.db")
        return secret
    if scheme == "postgres" or scheme.startswith(("postgresql+", "sqlite+")):
        plain = "sqlite" if scheme.startswith("sqlite") else "postgresql"
        raise ValueError(f"must begin with {plain}://, without a driver's name")
    if scheme != "postgresql" or not url.startswith("postgresql://"):
        raise ValueError("must be sqlite:///FILE or postgresql://USER:PASSWORD@HOST/DATABASE")
    try:
        parts = _split(url)
    except ValueError:
        raise ValueError("is no URL; in a password write / as %2F, @ as %40, # as %23, ? as %3F") from None
    if not parts.path.strip("/"):
        raise ValueError("must name a database: postgresql://USER:PASSWORD@HOST/DATABASE")
    if importlib.util.find_spec("asyncpg") is None:
        raise ValueError("PostgreSQL needs a driver that is not installed: make install, or pip install '.[postgres]'")
    return secret


def _time_zone(name: str) -> str:
    try:
        zoneinfo.ZoneInfo(name)
    except (zoneinfo.ZoneInfoNotFoundError, ValueError, OSError):
        near = difflib.get_close_matches(name, zoneinfo.available_timezones(), n=1)
        hint = f"did you mean {near[0]}?" if near else "write it like Asia/Taipei"
        raise ValueError(f"is no time zone of the IANA list; {hint}") from None
    return name


WebUrl = Annotated[str, AfterValidator(_web_url)]
Port = Annotated[int, Field(ge=1, le=65535)]
Host = Annotated[str, Field(min_length=1)]
UserId = Annotated[int, Field(strict=True, ge=1)]


class Section(BaseModel):
    """A table of the file. Strict: true is no number, and "5" is none either."""

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True, hide_input_in_errors=True)


class Webhook(Section):
    """Where Telegram's updates arrive when mode is "webhook"."""

    url: WebUrl | None = Field(
        default=None, description="The public address that Telegram calls. It begins with https://."
    )
    listen: Host = Field(default="127.0.0.1", description="The address of this machine to listen on.")
    port: Port = Field(default=8080, description="The port to listen on.")
    share_port: bool = Field(
        default=False,
        description="Whether several workers on this machine listen on the same port (not on Windows).",
    )
    secret: Annotated[SecretStr, AfterValidator(_webhook_secret)] | None = Field(
        default=None,
        description="A word of your own by which Kith knows Telegram's requests: letters, digits, _ and -.",
    )


class Telegram(Section):
    """The bot's account and the server that it talks to."""

    token: Annotated[SecretStr, AfterValidator(_token)] | None = Field(
        default=None,
        description="The bot's token. @BotFather gives it for /newbot. Better kept in KITH_TELEGRAM__TOKEN.",
    )
    api_url: WebUrl = Field(default="https://api.telegram.org", description="The Bot API server.")
    mode: Literal["polling", "webhook"] = Field(
        default="polling",
        description="How updates come: Kith asks for them, or Telegram calls (see [telegram.webhook]).",
    )
    owners: Annotated[tuple[UserId, ...], Field(strict=False)] = Field(
        default=(), description="Telegram user ids of those who run this bot."
    )
    communities: Literal["open", "approved"] = Field(
        default="open", description="Which groups may have the bot: any that adds it, or those that an owner approves."
    )
    webhook: Webhook = Webhook()


class Database(Section):
    """Where everything is remembered."""

    url: Annotated[SecretStr, AfterValidator(_database_url)] = Field(
        default=SecretStr("sqlite:///kith.db"),
        description="sqlite:///FILE (in the working directory), or postgresql://USER:PASSWORD@HOST/DATABASE.",
    )

    @property
    def shown(self) -> str:
        """The URL as people may see it: without its password."""
        return url_without_password(self.url.get_secret_value())


class Log(Section):
    """What Kith tells of its work, on standard error."""

    level: Literal["debug", "info", "warning", "error"] = Field(default="info", description="The least that is told.")
    format: Literal["human", "json"] = Field(
        default="human", description="Lines for people, or JSON for a log collector."
    )


class Monitor(Section):
    """/health and Prometheus /metrics, for this machine."""

    enabled: bool = Field(default=False, description="Whether to serve them.")
    listen: Host = Field(default="127.0.0.1", description="The address of this machine to listen on.")
    port: Port = Field(default=9464, description="The port to listen on.")


class Communities(Section):
    """What a new group starts with; it may choose its own later."""

    language: Literal["en", "zh-Hant", "zh-Hans"] = Field(
        default="en", description="The language Kith speaks in the group."
    )
    time_zone: Annotated[str, AfterValidator(_time_zone)] = Field(
        default="UTC", description="The zone in which the group's days begin, by its IANA name."
    )


class Sections(BaseSettings):
    """All sections but the features', which are added when the registry of features is read."""

    model_config = SettingsConfigDict(
        extra="forbid",
        strict=True,
        frozen=True,
        hide_input_in_errors=True,
        env_prefix="KITH_",
        env_nested_delimiter="__",
    )

    telegram: Telegram = Telegram()
    database: Database = Database()
    log: Log = Log()
    monitor: Monitor = Monitor()
    communities: Communities = Communities()

    @classmethod
    @override
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """Only what `load` hands over: it reads the sources one by one, since each problem must name its own."""
        return (init_settings,)


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
