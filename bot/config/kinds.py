"""What a key of the configuration may hold: kinds of values, each with how it is judged.

Nothing of pydantic is loaded for them, though it judges by them: a running bot has its configuration and is without it.
"""

import difflib
import importlib.util
import re
import zoneinfo
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated, Any
from urllib.parse import SplitResult, urlsplit

from annotated_types import Ge, MinLen
from typing_extensions import override

if TYPE_CHECKING:
    from pydantic import GetCoreSchemaHandler
    from pydantic_core import CoreSchema


class Secret:
    """A text that is shown to nobody who does not ask for it by name."""

    def __init__(self, text: str) -> None:
        self._text = text

    def get_secret_value(self) -> str:
        """The text."""
        return self._text

    @override
    def __repr__(self) -> str:
        return "Secret(***)"

    @override
    def __eq__(self, other: object) -> bool:
        return isinstance(other, Secret) and self._text == other._text

    @override
    def __hash__(self) -> int:
        return hash(self._text)

    @classmethod
    def __get_pydantic_core_schema__(cls, _source: Any, _handler: "GetCoreSchemaHandler") -> "CoreSchema":
        """What pydantic asks for."""
        from pydantic_core import core_schema

        # A default is judged as well, and is a secret already.
        text = core_schema.no_info_before_validator_function(_bare, core_schema.str_schema(strict=True))
        return core_schema.no_info_after_validator_function(cls, text)


def _bare(value: object) -> object:
    return value.get_secret_value() if isinstance(value, Secret) else value


@dataclass(frozen=True)
class Judged:
    """Values that `judge` has let through, as it returned them; for what it refuses it raises `ValueError`."""

    judge: Callable[[Any], Any]

    def __get_pydantic_core_schema__(self, source: Any, handler: "GetCoreSchemaHandler") -> "CoreSchema":
        """What pydantic asks for."""
        from pydantic_core import core_schema

        return core_schema.no_info_after_validator_function(self.judge, handler(source))


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


def _token(token: Secret) -> Secret:
    if not re.fullmatch(r"\d+:[A-Za-z0-9_-]+", token.get_secret_value()):
        raise ValueError("must have the shape that @BotFather gives: digits, a colon, then letters")
    return token


def _webhook_secret(secret: Secret) -> Secret:
    if not re.fullmatch(r"[A-Za-z0-9_-]{1,256}", secret.get_secret_value()):
        raise ValueError("must be 1 to 256 letters, digits, _ or -, as Telegram asks")
    return secret


def _database_url(secret: Secret) -> Secret:
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


WebUrl = Annotated[str, Judged(_web_url)]
Host = Annotated[str, MinLen(1)]
UserId = Annotated[int, Ge(1)]
Token = Annotated[Secret, Judged(_token)]
WebhookSecret = Annotated[Secret, Judged(_webhook_secret)]
DatabaseUrl = Annotated[Secret, Judged(_database_url)]
TimeZone = Annotated[str, Judged(_time_zone)]
