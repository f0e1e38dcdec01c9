"""Work that meets trouble of the database is done again until it succeeds: nothing is lost by waiting."""

import asyncio
import random
from collections.abc import Awaitable, Callable
from typing import TypeVar

import structlog

from bot import metrics
from bot.trouble import is_collision, is_doubled, is_passing

R = TypeVar("R")

log = structlog.get_logger()

FIRST_WAIT_SECONDS = 0.05
LONGEST_WAIT_SECONDS = 5.0
# Two workers in each other's way are out of it at once; whoever does not wait still tries this often.
COLLISIONS = 8
# A row that is there already: another worker's, or one with an id that was made twice. What is still so after as many
# new tries with fresh ids is the data's own fault.
DOUBLES = 3


class Away(ConnectionError):
    """The database is in trouble, and whoever asked wants to hear so instead of waiting."""


async def patiently(work: Callable[[], Awaitable[R]], *, waits: bool = True) -> R:
    """What `work` returns; it is a whole transaction and is begun anew as long as the trouble is one that passes.

    Without `waits`, only what is over at once is tried again; all else that passes raises `Away`.
    """
    wait, tried = FIRST_WAIT_SECONDS, 0
    while True:
        tried += 1
        try:
            return await work()
        except Exception as error:
            if not (is_passing(error) or (is_doubled(error) and tried <= DOUBLES)):
                raise
            if not waits and not is_doubled(error) and not (is_collision(error) and tried <= COLLISIONS):
                raise Away(type(error).__name__) from error
            metrics.WAITS.inc()
            log.warning("waiting for the database", seconds=round(wait, 2), reason=type(error).__name__)
            await asyncio.sleep(wait * random.uniform(0.8, 1.2))  # noqa: S311 - no secret, only spread
            wait = min(wait * 2, LONGEST_WAIT_SECONDS)
