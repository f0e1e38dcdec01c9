"""`kith` as a process of its own that need not load itself: copies of a process that has loaded it already.

Loading takes most of a start's work, and the tests start it some two hundred times. How it is really called, and what
it then loads, is seen by tests/bot/test_running.py and test_cli.py, and by every test that runs `programs.kith`.
"""

import asyncio
import contextlib
import json
import multiprocessing
import os
import signal
import sys
import tempfile
import time
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from multiprocessing.process import BaseProcess
from pathlib import Path
from typing import Any

from bot.cli import COMMANDS
from tests.bot.programs import Done, environment

LOADED = [*[module for module, _ in COMMANDS.values()], "bot.kith", "bot.schema", "alembic.command", "asyncpg"]


class Forked:
    """A copy at work."""

    def __init__(self, process: BaseProcess) -> None:
        self._process = process

    @property
    def pid(self) -> int:
        """Its number."""
        assert self._process.pid is not None
        return self._process.pid

    @property
    def returncode(self) -> int | None:
        """How it ended; a signal is a number below zero."""
        return self._process.exitcode

    def send_signal(self, number: signal.Signals) -> None:
        """Send it a signal, if it is still there."""
        if self.returncode is None and self._process.pid is not None:
            with contextlib.suppress(ProcessLookupError):
                os.kill(self._process.pid, number)

    def terminate(self) -> None:
        """Ask it to end."""
        self.send_signal(signal.SIGTERM)

    async def wait(self) -> int:
        """Wait for its end."""
        while (code := self.returncode) is None:  # noqa: ASYNC110 - asking twice at once would lose the answer
            await asyncio.sleep(0.01)
        return code


def moved_in(folder: Path, changes: Mapping[str, str], log: Path) -> None:
    """Be at home in a folder and an environment, and tell `log` what is said."""
    os.chdir(folder)
    os.environ.clear()
    os.environ.update(changes)
    time.tzset()
    with log.open("ab") as told:
        os.dup2(told.fileno(), sys.stdout.fileno())
        os.dup2(told.fileno(), sys.stderr.fileno())


Become = Callable[[tuple[str, ...], Path, Mapping[str, str], Path], None]


def _become_kith(arguments: tuple[str, ...], folder: Path, changes: Mapping[str, str], log: Path) -> None:
    moved_in(folder, changes, log)
    sys.argv = ["kith", *arguments]
    from bot.cli import main

    main()


@asynccontextmanager
async def at_work(
    become: Become, *arguments: str, folder: Path, log: Path, changes: Mapping[str, str]
) -> AsyncIterator[Forked]:
    """A copy that becomes what is wanted and tells `log` what it says; killed if it is still there at the end."""
    await asyncio.to_thread(log.touch)
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(LOADED)
    process = context.Process(target=become, args=(arguments, folder, environment(**changes), log))
    await asyncio.to_thread(process.start)
    forked = Forked(process)
    try:
        yield forked
    finally:
        forked.send_signal(signal.SIGKILL)
        await forked.wait()
        process.close()


@asynccontextmanager
async def running(*arguments: str, folder: Path, log: Path, **changes: str) -> AsyncIterator[Forked]:
    """A `kith` at work that tells `log` what it says; killed if it is still there at the end."""
    async with at_work(_become_kith, *arguments, folder=folder, log=log, changes=changes) as process:
        yield process


async def kith(*arguments: str, folder: Path, **changes: str) -> Done:
    """Run `kith` to its end."""
    with tempfile.TemporaryDirectory() as place:
        log = Path(place) / "told"
        async with running(*arguments, folder=folder, log=log, **changes) as process:
            code = await process.wait()
        return Done(code, log.read_text(encoding="utf-8"))


async def exported(what: str, *, chat_id: int, folder: Path, **changes: str) -> list[dict[str, Any]]:
    """What `kith export` writes, as JSON."""
    done = await kith("export", what, "--chat", str(chat_id), "--format", "json", folder=folder, **changes)
    assert done.code == 0, done.said
    rows: list[dict[str, Any]] = json.loads(done.said)
    return rows
