"""Long polling: raw updates are asked for, taken in, and confirmed by the next request and no earlier."""

import asyncio
import json
import random
import time
from collections.abc import Sequence
from typing import Any
from urllib.parse import urlencode

import structlog
from telegram.error import Conflict, InvalidToken, RetryAfter
from telegram.ext import ExtBot

from bot import metrics
from bot.road import Road
from bot.taken import id_of
from bot.telegram import DiscreetRequest

log = structlog.get_logger()

# All that Kith reads; the last two come only where the bot is an administrator, and only if asked for by name.
ALLOWED_UPDATES = (
    "message",
    "callback_query",
    "poll_answer",
    "poll",
    "my_chat_member",
    "chat_member",
    "message_reaction",
)
BATCH = 100
POLL_SECONDS = 30
# How much longer than it was asked to wait Telegram may be silent; then it is asked anew.
SILENCE_SECONDS = 10.0
CONFIRM_SECONDS = 3
FIRST_WAIT_SECONDS = 0.5
LONGEST_WAIT_SECONDS = 30.0


class Polling:
    """Asks one Bot API server for updates, for as long as it is not stopped."""

    def __init__(self, *, bot: ExtBot[None], road: Road) -> None:
        self._bot = bot
        self._road = road
        self._request = DiscreetRequest(connection_pool_size=2)
        self._offset: int | None = None
        self._stopped = asyncio.Event()
        self._asking = False
        self._unhooked = False
        self.caught_up = asyncio.Event()
        """Set once all is counted that waited at Telegram when we came."""
        self._answered_at = time.monotonic()

    @property
    def is_idle(self) -> bool:
        """Whether nothing is being taken in and Telegram is being asked for more."""
        return self._asking and self._road.is_idle

    def silent_seconds(self) -> float:
        """How long ago Telegram last answered."""
        return time.monotonic() - self._answered_at

    def stop(self) -> None:
        """Take nothing new; the batch under way is finished and confirmed."""
        self._stopped.set()

    async def run(self) -> None:
        """Poll until stopped."""
        await self._request.initialize()
        try:
            while not self._stopped.is_set():
                batch = await self._next_batch()
                if batch:
                    await self._road.take(batch, more=len(batch) >= BATCH)
                    if not self._advance(batch):
                        await self._pause(FIRST_WAIT_SECONDS)
                if len(batch) < BATCH and not self.caught_up.is_set():
                    await self._road.settle()
                    self.caught_up.set()
            await self._road.settle()
            await self._confirm()
        finally:
            await self._road.abandon()
            await self._request.shutdown()

    def _advance(self, batch: Sequence[Any]) -> bool:
        """Let the next request confirm the batch; not possible where no update in it has a number."""
        known = [number for raw in batch if (number := id_of(raw)) is not None]
        if known:
            self._offset = max(known) + 1
        return bool(known)

    async def _next_batch(self) -> Sequence[Any]:
        """The next updates; nothing when stopped meanwhile."""
        wait = FIRST_WAIT_SECONDS
        while not self._stopped.is_set():
            try:
                await self._unhook()
                # Whether anything waits is to be known at once.
                patience = POLL_SECONDS if self.caught_up.is_set() else 0
                return await self._until_stopped(self._fetch(limit=BATCH, seconds=patience)) or ()
            except InvalidToken:
                raise
            except RetryAfter as pause:
                seconds = pause.retry_after
                await self._pause(seconds if isinstance(seconds, int | float) else seconds.total_seconds())
            except Exception as error:  # noqa: BLE001 - no answer, however odd (no object, too deep), may end the polling
                self._tell(error)
                await self._pause(wait * random.uniform(0.8, 1.2))  # noqa: S311 - no secret, only spread
                wait = min(wait * 2, LONGEST_WAIT_SECONDS)
        return ()

    async def _unhook(self) -> None:
        """Polling and a webhook exclude each other; what waits at Telegram must not be dropped by the change."""
        if not self._unhooked:
            await self._bot.delete_webhook(drop_pending_updates=False)
            self._unhooked = True

    @staticmethod
    def _tell(error: Exception) -> None:
        if isinstance(error, Conflict):
            log.error("another program asks for this bot's updates; only one may", reason=str(error))
        else:
            log.warning("telegram did not answer as it should", reason=f"{type(error).__name__}: {error}"[:200])

    async def _fetch(self, *, limit: int, seconds: int) -> Sequence[Any]:
        query: dict[str, Any] = {"limit": limit, "timeout": seconds, "allowed_updates": json.dumps(ALLOWED_UPDATES)}
        if self._offset is not None:
            query["offset"] = self._offset
        self._asking = True
        try:
            address = f"{self._bot.base_url}/getUpdates?{urlencode(query)}"
            result: Any = await self._request.post(address, read_timeout=seconds + SILENCE_SECONDS)
        finally:
            self._asking = False
        if not isinstance(result, list):
            raise ValueError("the answer holds no list of updates")  # noqa: TRY004 - Telegram's fault, not the caller's
        self._answered_at = time.monotonic()
        metrics.LAST_POLL.set_to_current_time()
        return result

    async def _until_stopped(self, fetching: Any) -> Sequence[Any] | None:
        """What arrives before we are stopped. An answer that is thrown away was not confirmed and comes again."""
        fetch: asyncio.Task[Sequence[Any]] = asyncio.ensure_future(fetching)
        stop = asyncio.ensure_future(self._stopped.wait())
        try:
            await asyncio.wait([fetch, stop], return_when=asyncio.FIRST_COMPLETED)
            return fetch.result() if fetch.done() else None
        finally:
            for task in (fetch, stop):
                if not task.done():
                    task.cancel()
            await asyncio.gather(fetch, stop, return_exceptions=True)

    async def _pause(self, seconds: float) -> None:
        try:
            await asyncio.wait_for(self._stopped.wait(), seconds)
        except TimeoutError:
            return

    async def _confirm(self) -> None:
        """Tell Telegram how far we got; without it the last batch comes again, and is known by its ids."""
        if self._offset is None:
            return
        try:
            async with asyncio.timeout(CONFIRM_SECONDS):
                await self._fetch(limit=1, seconds=0)
        except Exception as error:  # noqa: BLE001 - as above
            log.info("the last batch could not be confirmed; it is known when it comes again", reason=str(error))
