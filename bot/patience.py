"""Work that meets trouble of the database is done again until it succeeds: nothing is lost by waiting."""

import asyncio
import random
from collections.abc import Awaitable, Callable
from typing import TypeVar

import structlog

from bot import metrics
from bot.trouble import is_passing

R = TypeVar("R")

log = structlog.get_logger()

FIRST_WAIT_SECONDS = 0.05
LONGEST_WAIT_SECONDS = 5.0


async def patiently(work: Callable[[], Awaitable[R]]) -> R:
    """What `work` returns; it is a whole transaction and is begun anew as long as the trouble is one that passes."""
    wait = FIRST_WAIT_SECONDS
    while True:
        try:
            return await work()
        except Exception as error:
            if not is_passing(error):
                raise
            metrics.WAITS.inc()
            log.warning("waiting for the database", seconds=round(wait, 2), reason=type(error).__name__)
            await asyncio.sleep(wait * random.uniform(0.8, 1.2))  # noqa: S311 - no secret, only spread
            wait = min(wait * 2, LONGEST_WAIT_SECONDS)
