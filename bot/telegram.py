"""The library's `Bot` in this house: no call inside a transaction, and errors told apart by what they mean."""

import importlib.util
import json
import os
import ssl
import sys
from contextvars import ContextVar
from dataclasses import dataclass
from functools import cache
from typing import Any

import httpx
from telegram.error import (
    BadRequest,
    ChatMigrated,
    Forbidden,
    InvalidToken,
    NetworkError,
    RetryAfter,
    TelegramError,
    TimedOut,
)
from telegram.ext import ExtBot
from telegram.request import HTTPXRequest
from typing_extensions import override

from handlers.identity import Identity


@dataclass
class Transaction:
    """An asker's transaction while it is open; what is said meanwhile might be rolled back."""

    was_spoken_in: bool = False


IN_TRANSACTION: ContextVar[Transaction | None] = ContextVar("in_transaction", default=None)

CONNECTIONS = 64


class CalledInsideTransaction(RuntimeError):
    """A handler talked to Telegram while its transaction was open; it must put its words into `context.asking`."""


@cache
def trusted() -> ssl.SSLContext:
    """The authorities whose word is taken for a server's name; each time they are read takes a megabyte and more."""
    return httpx.create_ssl_context()


async def _let_go(response: httpx.Response) -> None:
    """Read an answer whole. It and its stream would hold each other, until a collector came by, a hundred updates."""
    await response.aread()
    response.stream = httpx.ByteStream(b"")


class DiscreetRequest(HTTPXRequest):
    """The library's own request class; an answer that is no JSON is not written to the log, people's words and all."""

    def __init__(self, **settings: Any) -> None:
        super().__init__(**settings, httpx_kwargs={"verify": trusted(), "event_hooks": {"response": [_let_go]}})

    @staticmethod
    @override
    def parse_json_payload(payload: bytes) -> dict[str, Any]:
        try:
            parsed: dict[str, Any] = json.loads(payload.decode("utf-8", "replace"))
        except ValueError:
            raise TelegramError("the answer is no JSON") from None
        return parsed


class GuardedRequest(DiscreetRequest):
    """The same for all that is said, closed while a transaction is open.

    The library makes a network error of what is raised here, which a handler may pass over: so it is noted as well.
    """

    @override
    async def do_request(self, *args: Any, **kwargs: Any) -> tuple[int, bytes]:
        transaction = IN_TRANSACTION.get()
        if transaction is not None:
            transaction.was_spoken_in = True
            raise CalledInsideTransaction
        return await super().do_request(*args, **kwargs)


class Unreachable(Exception):
    """Whom the call was for cannot be written to: they blocked the bot, never started it, or removed it."""

    def __init__(self, message: str, *, never_opened: bool) -> None:
        super().__init__(message)
        self.never_opened = never_opened


class Rejected(Exception):
    """Telegram does not accept the call, and would not if it were made again."""


class NotDone(Exception):
    """The call has surely not been carried out; it may be made again."""


class Doubtful(Exception):
    """The connection broke after the call had left: whether it was carried out nobody can say."""


class TooMany(Exception):
    """Telegram asks for a pause of `seconds` for this chat."""

    def __init__(self, seconds: float) -> None:
        super().__init__(f"pause of {seconds:g} s")
        self.seconds = seconds


# What is said of a call about a message of a group that has become a supergroup.
STAYED_BEHIND = "message not found: it stayed behind when the group became a supergroup"


class Moved(Exception):
    """The group has become the supergroup `new_chat_id`."""

    def __init__(self, new_chat_id: int) -> None:
        super().__init__(f"moved to {new_chat_id}")
        self.new_chat_id = new_chat_id


def meaning(error: TelegramError) -> Exception:
    """What an error of the library means for the call that met it."""
    if isinstance(error, RetryAfter):
        pause = error.retry_after
        return TooMany(pause.total_seconds() if not isinstance(pause, int | float) else pause)
    if isinstance(error, ChatMigrated):
        return Moved(error.new_chat_id)
    if isinstance(error, Forbidden):
        return Unreachable(str(error), never_opened="initiate" in str(error))
    if isinstance(error, BadRequest):
        if "chat not found" in str(error).lower():
            return Unreachable(str(error), never_opened=True)
        return Rejected(str(error))
    if isinstance(error, NetworkError):
        return _network(error)
    if isinstance(error, InvalidToken):
        return NotDone(str(error))
    if type(error) is TelegramError:
        # The library says no more where an answer is no JSON; whatever gave it may have passed the call on.
        return Doubtful(str(error))
    return Rejected(str(error))


# Of these the request has surely not left: no connection came about, or none was free.
_NOT_SENT = (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout)


def _network(error: NetworkError) -> Exception:
    cause = error.__cause__
    if isinstance(cause, httpx.HTTPError) and not isinstance(cause, _NOT_SENT):
        return Doubtful(type(cause).__name__)
    if isinstance(error, TimedOut) and cause is None:
        return Doubtful("timed out")
    return NotDone(type(cause).__name__ if cause is not None else str(error)[:120])


def _search_once() -> None:
    """Have Python know that `sniffio` is missing where it is.

    The library under the library looks for it four times with every request, 0.3 ms of the millisecond that one costs.
    """
    if importlib.util.find_spec("sniffio") is None:
        sys.modules["sniffio"] = None  # type: ignore[assignment]


def make_bot(*, token: str, api_url: str) -> ExtBot[None]:
    """A bot at the Bot API server under `api_url`."""
    # Asks the library for pauses as `timedelta`, as its next major version gives them; without it each one warns.
    os.environ.setdefault("PTB_TIMEDELTA", "1")
    _search_once()
    return ExtBot(
        token,
        base_url=f"{api_url}/bot",
        base_file_url=f"{api_url}/file/bot",
        request=GuardedRequest(connection_pool_size=CONNECTIONS, read_timeout=20.0, pool_timeout=10.0),
        get_updates_request=DiscreetRequest(connection_pool_size=2),
    )


def identity(bot: ExtBot[None]) -> Identity:
    """Who an initialised bot is."""
    return Identity(bot.id, bot.username, bool(bot.bot.can_read_all_group_messages))
