"""Telegram calls us: what has arrived is taken in together, and each request is answered after its commit."""

import asyncio
import hmac
import json
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

import structlog
from starlette.applications import Starlette
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response
from starlette.routing import Route
from telegram.error import TelegramError
from telegram.ext import ExtBot

from bot import metrics
from bot.health import Wrong
from bot.http import served
from bot.intake import ALLOWED_UPDATES, BATCH
from bot.monitor import answer_with
from bot.patience import Away
from bot.road import Road

log = structlog.get_logger()

SECRET_HEADER = "X-Telegram-Bot-Api-Secret-Token"  # noqa: S105 - the header's name, not a secret
# Telegram gives a request about a minute; before that we say ourselves that it should come again.
PATIENCE_SECONDS = 10.0
LARGEST_BODY = 4 * 1024 * 1024
CONNECTIONS = 100
LOOK_SECONDS = 0.5
LONGEST_LOOK_SECONDS = 60.0


@dataclass
class Arrived:
    """An update whose request waits for the commit."""

    raw: Any
    done: asyncio.Future[bool] = field(default_factory=lambda: asyncio.get_running_loop().create_future())


@dataclass(frozen=True)
class Address:
    """Where Telegram is told to call, and where we listen."""

    url: str
    secret: str
    listen: str
    port: int
    share_port: bool = False


class Webhook:
    """Listens for updates, for as long as it is not stopped."""

    def __init__(
        self, *, bot: ExtBot[None], road: Road, address: Address, health: Callable[[], Awaitable[Wrong]]
    ) -> None:
        self._bot = bot
        self._road = road
        self._address = address
        self._health = health
        self._queue: asyncio.Queue[Arrived] = asyncio.Queue()
        self._stopped = asyncio.Event()
        self._waiting = 0
        self._calm = asyncio.Event()
        self._calm.set()
        self.caught_up = asyncio.Event()
        """Set once nothing is left at Telegram of what waited there when we came."""

    @property
    def is_idle(self) -> bool:
        """Whether no request waits for its commit."""
        return self._waiting == 0

    def silent_seconds(self) -> float:
        """Always nothing: whether Telegram has news or cannot reach us looks the same from here."""
        return 0.0

    def stop(self) -> None:
        """Take nothing new; requests that wait are finished."""
        self._stopped.set()

    async def run(self) -> None:
        """Listen until stopped."""
        path = urlsplit(self._address.url).path or "/"
        site = Starlette(
            routes=[
                Route(path, self.on_update, methods=["POST"]),
                Route("/health", answer_with(self._health), methods=["GET"]),
            ]
        )
        here = self._address
        async with served(site, host=here.listen, port=here.port, share=here.share_port):
            await self._announce()
            taking = asyncio.create_task(self._take_all())
            catching_up = asyncio.create_task(self._catch_up())
            stopped = asyncio.create_task(self._stopped.wait())
            await asyncio.wait([taking, stopped], return_when=asyncio.FIRST_COMPLETED)
            calm = asyncio.create_task(self._calm.wait())
            await asyncio.wait([taking, calm], return_when=asyncio.FIRST_COMPLETED)
            for task in (taking, catching_up, stopped, calm):
                task.cancel()
            ended, *_ = await asyncio.gather(taking, catching_up, stopped, calm, return_exceptions=True)
            if isinstance(ended, Exception):
                raise ended

    async def _announce(self) -> None:
        wait = 1.0
        while not self._stopped.is_set():
            try:
                await self._bot.set_webhook(
                    self._address.url,
                    secret_token=self._address.secret,
                    allowed_updates=ALLOWED_UPDATES,
                    max_connections=CONNECTIONS,
                )
            except TelegramError as error:
                log.warning("telegram does not take the webhook's address", reason=str(error))
                await asyncio.sleep(wait)
                wait = min(wait * 2, 30.0)
            else:
                return

    async def _catch_up(self) -> None:
        """Ask how much waits at Telegram until nothing does, ever more seldom: a lively group may never let it end."""
        wait = LOOK_SECONDS
        while not self.caught_up.is_set():
            try:
                if (await self._bot.get_webhook_info()).pending_update_count == 0:
                    self.caught_up.set()
            except TelegramError as error:
                log.warning("telegram does not say how much waits", reason=str(error))
            await asyncio.sleep(wait)
            wait = min(wait * 1.5, LONGEST_LOOK_SECONDS)

    async def on_update(self, request: Request) -> Response:
        """One update: 200 after its commit, 503 while the database is away, 403 without the secret."""
        given = request.headers.get(SECRET_HEADER, "")
        if not hmac.compare_digest(given.encode(), self._address.secret.encode()):
            return Response(status_code=403)
        if int(request.headers.get("content-length", "0") or 0) > LARGEST_BODY:
            return Response(status_code=413)
        if self._stopped.is_set():
            return Response(status_code=503)
        try:
            arrived = Arrived(json.loads(await request.body()))
        except (ValueError, ClientDisconnect):
            # Whoever hung up in the middle does not hear this, and calls again.
            return Response(status_code=400)
        self._waiting += 1
        self._calm.clear()
        try:
            self._queue.put_nowait(arrived)
            async with asyncio.timeout(PATIENCE_SECONDS):
                taken = await asyncio.shield(arrived.done)
        except TimeoutError:
            # It will come again; whoever waits for a server that hangs must not gather copies meanwhile.
            arrived.done.cancel()
            return Response(status_code=503)
        finally:
            self._waiting -= 1
            if not self._waiting:
                self._calm.set()
        return Response(status_code=200 if taken else 503)

    async def _take_all(self) -> None:
        """Take what has queued up, never waiting to collect more: a lane sends its next only after our answer."""
        while True:
            batch = [await self._queue.get()]
            while len(batch) < BATCH and not self._queue.empty():
                batch.append(self._queue.get_nowait())
            batch = [arrived for arrived in batch if not arrived.done.done()]
            taken = await self._taken(batch)
            for arrived in batch:
                if not arrived.done.done():
                    arrived.done.set_result(taken)

    async def _taken(self, batch: Sequence[Arrived]) -> bool:
        """Whether the batch was committed; if not, none of it is kept here, since Telegram sends all of it again."""
        try:
            if batch:
                await self._road.take([arrived.raw for arrived in batch])
        except Away as away:
            log.warning("the database is away; telegram is told to come again", updates=len(batch), reason=str(away))
            return False
        metrics.LAST_POLL.set_to_current_time()
        return True
