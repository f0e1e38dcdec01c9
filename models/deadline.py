"""A limit of time that is insisted upon.

`asyncio.timeout` asks once. SQLAlchemy, closing a connection that has gone silent, takes that for the end of its own
waiting and goes on with the next connection, which may be as silent, and nobody would ask any more.
"""

import asyncio
from types import TracebackType
from typing import Self

ASKED_AGAIN_AFTER_SECONDS = 1.0


class Deadline:
    """An asynchronous context that is cancelled after so many seconds, and again each second while it goes on.

    It then raises `TimeoutError`. Without `seconds` there is no limit.
    """

    def __init__(self, seconds: float | None) -> None:
        self._seconds = seconds
        self._asked = 0

    @property
    def has_passed(self) -> bool:
        """Whether the time was over before the block was."""
        return self._asked > 0

    async def __aenter__(self) -> Self:
        task = asyncio.current_task()
        if self._seconds is not None and task is not None:
            self._task = task
            self._others = task.cancelling()
            self._timer = asyncio.get_running_loop().call_later(self._seconds, self._ask)
        return self

    def _ask(self) -> None:
        self._asked += 1
        self._task.cancel()
        self._timer = asyncio.get_running_loop().call_later(ASKED_AGAIN_AFTER_SECONDS, self._ask)

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, _traceback: TracebackType | None
    ) -> None:
        if self._seconds is None:
            return
        self._timer.cancel()
        left = self._task.cancelling()
        for _ in range(self._asked):
            left = self._task.uncancel()
        # Somebody else's cancellation goes before ours.
        if self._asked and kind is asyncio.CancelledError and left <= self._others:
            raise TimeoutError from error
