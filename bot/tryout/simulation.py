"""The simulated Telegram: started in a process of its own, spoken to over HTTP, ended with us."""

import asyncio
import contextlib
import re
import sys
from collections.abc import AsyncIterator
from datetime import datetime
from typing import Any

import httpx

# The simulated Telegram's own, of no use anywhere else; a number that no member of a real group has.
TOKEN = "7000000001:SIM"  # noqa: S105
START_SECONDS = 20.0
END_SECONDS = 5.0


class SimulationFailed(RuntimeError):
    """The simulated Telegram did not start, or did not do what it was told; the message says why."""


class Simulation:
    """The control interface of a running simulator."""

    def __init__(self, url: str) -> None:
        self.url = url
        self._client = httpx.AsyncClient(base_url=url, timeout=httpx.Timeout(30.0, read=None))

    async def close(self) -> None:
        """Give the connection back."""
        await self._client.aclose()

    async def get(self, place: str, **query: Any) -> Any:
        """What the simulator shows at /sim/`place`."""
        return self._result(await self._client.get(f"/sim/{place}", params=query))

    async def post(self, place: str, content: dict[str, Any]) -> Any:
        """What the simulator answers to `content` at /sim/`place`."""
        return self._result(await self._client.post(f"/sim/{place}", json=content))

    async def act(self, **act: Any) -> Any:
        """Have somebody in the simulated world do something."""
        return await self.post("act", act)

    @staticmethod
    def _result(answer: httpx.Response) -> Any:
        told = answer.json()
        if not told.get("ok"):
            raise SimulationFailed(str(told.get("error") or told.get("description") or answer.status_code))
        return told["result"]


@contextlib.asynccontextmanager
async def simulation(*, port: int, seed: int, begins: datetime | None = None) -> AsyncIterator[Simulation]:
    """A simulator that listens on this machine at `port` (0: at a free one), until the block ends.

    Its clock runs on from `begins`, or is the real one.
    """
    command = [sys.executable, "-m", "simulator", "--port", str(port), "--seed", str(seed)]
    command += [] if begins is None else ["--begins", begins.isoformat()]
    command += ["--token", TOKEN, "--name", "Kith", "--while-stdin-is-open"]
    # Its standard input is a pipe of ours: however we end, the pipe closes and it ends too.
    # A session of its own keeps the terminal's Ctrl-C for us, who end it when Kith has finished.
    child = await asyncio.create_subprocess_exec(
        *command,
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
        start_new_session=True,
    )
    opened = None
    try:
        opened = Simulation(await _address(child))
        yield opened
    finally:
        if opened is not None:
            await opened.close()
        await _end(child)


async def _address(child: asyncio.subprocess.Process) -> str:
    assert child.stdout is not None  # noqa: S101 - it was asked for
    assert child.stderr is not None  # noqa: S101 - it was asked for
    try:
        async with asyncio.timeout(START_SECONDS):
            line = (await child.stdout.readline()).decode()
    except TimeoutError:
        raise SimulationFailed("the simulated Telegram did not start in time") from None
    found = re.search(r"http://\S+", line)
    if found is None:
        told = (await child.stderr.read()).decode().strip().splitlines()
        raise SimulationFailed(told[-1] if told else "the simulated Telegram did not start")
    return found.group(0)


async def _end(child: asyncio.subprocess.Process) -> None:
    if child.returncode is None:
        with contextlib.suppress(ProcessLookupError):
            child.terminate()
        try:
            async with asyncio.timeout(END_SECONDS):
                await child.wait()
        except TimeoutError:
            child.kill()
            await child.wait()
