"""Statements sent ahead: PostgreSQL carries them out while Python makes the rows of those that follow.

The facts of many updates are some forty statements, which take its server about as long as Python takes for their rows.
One after the other, each side would be idle for half of the time. So within `sending_ahead` a statement that returns
nothing is not waited for: it joins a short queue, and is done before the commit. Whoever looks something up in a table
that none of those writes need not wait for them either, but only for the one that is under way.
"""

import asyncio
import contextlib
from collections import deque
from collections.abc import Iterator
from typing import Any, NamedTuple

from sqlalchemy import Connection, event
from sqlalchemy.engine import Engine
from sqlalchemy.util import await_, greenlet_spawn

_PLACE = "ahead"

# What waits holds its rows in memory.
MOST_WAITING = 4


class _Statement(NamedTuple):
    """A statement that returns nothing, and the table that it writes."""

    table: str
    text: str
    given: tuple[Any, ...]


class _Ahead:
    """The statements that wait for their turn on a connection; the first of them is under way."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._waiting: deque[_Statement] = deque()
        self._worker: asyncio.Task[None] | None = None
        self._turn = asyncio.Lock()
        self._is_passing = False

    def send(self, statement: _Statement) -> None:
        """Give the server a statement as soon as it is through with those before."""
        if len(self._waiting) >= MOST_WAITING:
            self.settle()
        self._hear()
        self._waiting.append(statement)
        if self._worker is None:
            self._worker = asyncio.ensure_future(self._work())
        # It leaves when the loop next turns, and without this that would be when something is waited for.
        await_(asyncio.sleep(0))

    async def _work(self) -> None:
        while self._waiting:
            async with self._turn:
                _, text, given = self._waiting[0]
                await greenlet_spawn(self._connection.exec_driver_sql, text, given)
                self._waiting.popleft()

    def _hear(self) -> None:
        """Forget a worker that is done, and raise what it raised."""
        if self._worker is not None and self._worker.done():
            worker, self._worker = self._worker, None
            worker.result()

    def settle(self) -> None:
        """Wait until nothing is under way, and raise what has failed; not for who has been let pass."""
        if self._is_passing or self._worker is asyncio.current_task():
            return
        worker, self._worker = self._worker, None
        if worker is not None:
            await_(worker)

    @contextlib.contextmanager
    def passing(self, table: str | None) -> Iterator[None]:
        """Let the block's statement, which reads one table, pass those that wait, unless they write that table."""
        self._hear()
        if table is None or self._worker is None or any(statement.table == table for statement in self._waiting):
            yield
            return
        await_(self._turn.acquire())
        try:
            self._hear()
            self._is_passing = True
            yield
        finally:
            self._is_passing = False
            self._turn.release()

    def drop(self, *, waiting: bool) -> None:
        """Have done with what is under way, whatever becomes of it: the transaction is rolled back."""
        worker, self._worker = self._worker, None
        while len(self._waiting) > 1:
            self._waiting.pop()
        if worker is not None:
            if not waiting:
                worker.cancel()
            await_(asyncio.gather(worker, return_exceptions=True))


@contextlib.contextmanager
def sending_ahead(connection: Connection) -> Iterator[None]:
    """Within the block statements are sent ahead; at its end all of them are done, or what one has raised is raised."""
    if connection.dialect.name == "sqlite":
        yield
        return
    info = connection.info
    info[_PLACE] = ahead = _Ahead(connection)
    try:
        yield
        ahead.settle()
    except BaseException as error:
        ahead.drop(waiting=isinstance(error, Exception))
        raise
    finally:
        del info[_PLACE]


def send(connection: Connection, table: str, text: str, given: tuple[Any, ...]) -> None:
    """Have a statement done that writes a table and returns nothing, before the commit at the latest."""
    ahead: _Ahead | None = connection.info.get(_PLACE)
    if ahead is None:
        connection.exec_driver_sql(text, given)
    else:
        ahead.send(_Statement(table, text, given))


@contextlib.contextmanager
def passing(connection: Connection, table: str | None) -> Iterator[None]:
    """Within the block a statement that only reads this one table need not wait for those that write others."""
    ahead: _Ahead | None = connection.info.get(_PLACE)
    with contextlib.nullcontext() if ahead is None else ahead.passing(table):
        yield


def _in_order(connection: Connection, *_about: object) -> None:
    ahead: _Ahead | None = connection.info.get(_PLACE)
    if ahead is not None:
        ahead.settle()


def keep_order(engine: Engine) -> None:
    """Have every statement on the engine's connections wait for those that were sent ahead of it."""
    event.listen(engine, "before_cursor_execute", _in_order)
