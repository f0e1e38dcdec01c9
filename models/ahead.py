"""Statements sent ahead: PostgreSQL carries one out while the rows of the next are made.

The facts of many updates are some forty statements, which take its server about as long as Python takes for their rows.
One after the other, each side would be idle for half of the time. So within `sending_ahead` a statement that returns
nothing is not waited for: whatever comes next on the connection waits for it, and hears there what has failed.
"""

import asyncio
import contextlib
from collections.abc import Iterator
from typing import Any

from sqlalchemy import Connection, event
from sqlalchemy.engine import Engine
from sqlalchemy.util import await_, greenlet_spawn

_PLACE = "ahead"


class _Ahead:
    """The statement that is under way on a connection, if there is one."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._under_way: asyncio.Task[object] | None = None

    def send(self, text: str, given: tuple[Any, ...]) -> None:
        """Give the server a statement as soon as it is through with the one before."""
        self.settle()
        self._under_way = asyncio.ensure_future(greenlet_spawn(self._connection.exec_driver_sql, text, given))
        # It leaves when the loop next turns, and without this that would be when something is waited for.
        await_(asyncio.sleep(0))

    def settle(self) -> None:
        """Wait for the statement under way, and raise what it raised."""
        if self._under_way is not asyncio.current_task():
            task, self._under_way = self._under_way, None
            if task is not None:
                await_(task)

    def drop(self, *, waiting: bool) -> None:
        """Have done with the statement under way, whatever becomes of it: the transaction is rolled back."""
        task, self._under_way = self._under_way, None
        if task is not None:
            if not waiting:
                task.cancel()
            await_(asyncio.gather(task, return_exceptions=True))


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


def send(connection: Connection, text: str, given: tuple[Any, ...]) -> None:
    """Have a statement done that returns nothing, before the next one at the latest."""
    ahead: _Ahead | None = connection.info.get(_PLACE)
    if ahead is None:
        connection.exec_driver_sql(text, given)
    else:
        ahead.send(text, given)


def _in_order(connection: Connection, *_about: object) -> None:
    ahead: _Ahead | None = connection.info.get(_PLACE)
    if ahead is not None:
        ahead.settle()


def keep_order(engine: Engine) -> None:
    """Have every statement on the engine's connections wait for the one that was sent ahead of it."""
    event.listen(engine, "before_cursor_execute", _in_order)
