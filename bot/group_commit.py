"""Group commit: what several have to write when the turn comes is written in one transaction.

On SQLite one writes at a time, and each commit waits for the disk. Of thirty messages a second each took a turn of its
own to be noted as sent, and together these took a quarter of all the time in which anybody could write.
"""

import asyncio
from collections.abc import Awaitable, Callable
from typing import NamedTuple

from sqlalchemy.ext.asyncio import AsyncSession

from models.database import Database
from models.turns import OUTGOING

# So much goes into one transaction; others are not kept waiting for more.
MOST_TOGETHER = 12

Work = Callable[[AsyncSession], Awaitable[None]]


class _Wish(NamedTuple):
    work: Work
    done: "asyncio.Future[None]"


class GroupCommit:
    """Writes together what is wished for while the turn is waited for."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._wishes: list[_Wish] = []
        self._writer: asyncio.Task[None] | None = None

    async def write(self, work: Work) -> None:
        """Have `work` done and committed; raises what it raised, and then nothing of it is written.

        Where another's work in the same transaction fails, it is done once more without that one.
        """
        if not self._database.is_sqlite:
            # There nobody waits for a turn, and rows of many groups locked in any order would collide.
            await self._alone(work)
            return
        wish = _Wish(work, asyncio.get_running_loop().create_future())
        self._wishes.append(wish)
        if self._writer is None:
            self._writer = asyncio.create_task(self._write_all())
        await wish.done

    async def _write_all(self) -> None:
        try:
            while self._wishes:
                await self._write_some()
        finally:
            self._writer = None

    async def _write_some(self) -> None:
        together: list[_Wish] = []
        try:
            async with self._database.writing(patience=OUTGOING) as session:
                # Only now: whoever came while the turn was waited for is taken along.
                together, self._wishes = self._wishes[:MOST_TOGETHER], self._wishes[MOST_TOGETHER:]
                for wish in together:
                    await wish.work(session)
        except Exception as error:  # noqa: BLE001 - it goes to whoever wished for it
            if not together:
                # The turn itself did not come, for any of them.
                together, self._wishes = self._wishes, []
                _tell(together, error)
            elif len(together) == 1:
                _tell(together, error)
            else:
                await self._each_by_itself(together)
        else:
            _tell(together)

    async def _each_by_itself(self, wishes: list[_Wish]) -> None:
        for wish in wishes:
            try:
                await self._alone(wish.work)
            except Exception as error:  # noqa: BLE001 - it goes to whoever wished for it
                _tell([wish], error)
            else:
                _tell([wish])

    async def _alone(self, work: Work) -> None:
        async with self._database.writing(patience=OUTGOING) as session:
            await work(session)


def _tell(wishes: list[_Wish], error: Exception | None = None) -> None:
    """Say what became of wishes to those who still wait for them."""
    for wish in wishes:
        if wish.done.done():
            continue
        if error is None:
            wish.done.set_result(None)
        else:
            wish.done.set_exception(error)
