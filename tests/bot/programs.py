"""`kith` as a process of its own, beside a simulated Telegram in the test's own process."""

import asyncio
import contextlib
import os
import signal
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO

KITH = Path(sys.executable).with_name("kith")
TOKEN = "123456789:AAabcdefghijklmnopqrstuvwxyz0123456"


def environment(**changes: str) -> dict[str, str]:
    """This process's environment without its own Kith."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("KITH_")}
    return {**kept, **changes}


@dataclass
class Done:
    """How a program ended, and what it said."""

    code: int
    said: str


async def kith(*arguments: str, folder: Path, program: str | Path = KITH, **changes: str) -> Done:
    """Run `kith`, or a program that becomes it, to its end."""
    async with running(*arguments, folder=folder, program=program, **changes) as process:
        said, _ = await process.communicate()
    assert process.returncode is not None
    return Done(process.returncode, said.decode())


def _appended(log: str | Path) -> IO[bytes]:
    return Path(log).open("ab")


@asynccontextmanager
async def running(
    *arguments: str, folder: Path, program: str | Path = KITH, log: str | Path | None = None, **changes: str
) -> AsyncIterator[asyncio.subprocess.Process]:
    """A `kith` at work; killed if it is still there at the end. What it says is read by the caller, or goes to `log`.

    A pipe that nobody reads would stop the program once it is full.
    """
    with contextlib.ExitStack() as stack:
        told = asyncio.subprocess.PIPE if log is None else stack.enter_context(_appended(log))
        process = await asyncio.create_subprocess_exec(
            program,
            *arguments,
            cwd=folder,
            env=environment(**changes),
            stdout=told,
            stderr=asyncio.subprocess.STDOUT,
        )
    try:
        yield process
    finally:
        if process.returncode is None:
            with contextlib.suppress(ProcessLookupError):
                process.send_signal(signal.SIGKILL)
            await process.wait()
