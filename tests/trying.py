"""A running `kith try`, as somebody has it who typed the command."""

import asyncio
import contextlib
import os
import re
import signal
import sys
from collections.abc import AsyncIterator
from dataclasses import dataclass

KITH = (sys.executable, "-m", "bot.cli")
SECONDS = 120


@dataclass
class Tried:
    """The command's process, the page's address without its last slash, and the lines printed so far."""

    process: asyncio.subprocess.Process
    address: str
    lines: list[str]


@contextlib.asynccontextmanager
async def tried_out(*arguments: str) -> AsyncIterator[Tried]:
    """A `kith try` that has printed its address; ended by Ctrl-C when the block ends."""
    process = await asyncio.create_subprocess_exec(
        *KITH,
        "try",
        "--port",
        "0",
        *arguments,
        stdin=asyncio.subprocess.DEVNULL,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
        env={**os.environ, "PYTHONUNBUFFERED": "1"},
    )
    lines: list[str] = []
    address: asyncio.Future[str] = asyncio.get_running_loop().create_future()

    async def read() -> None:
        assert process.stdout is not None
        async for line in process.stdout:
            lines.append(line.decode().rstrip())
            found = re.search(r"(http://\S+)/$", lines[-1])
            if found and not address.done():
                address.set_result(found.group(1))
        if not address.done():
            address.set_exception(AssertionError(f"it ended without an address: {lines}"))

    reading = asyncio.create_task(read())
    try:
        async with asyncio.timeout(SECONDS):
            printed = await address
        yield Tried(process, printed, lines)
    finally:
        if process.returncode is None:
            process.send_signal(signal.SIGINT)
        async with asyncio.timeout(SECONDS):
            await process.wait()
        await reading
