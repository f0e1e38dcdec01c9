"""The try-out as its users have it: the real command, its simulated Telegram in a process of its own, and its clock."""

import asyncio
import contextlib
import json
import os
import re
import signal
import sys
from collections.abc import AsyncIterator
from pathlib import Path

import httpx
import psutil

KITH = (sys.executable, "-m", "bot.cli")
SECONDS = 40


@contextlib.asynccontextmanager
async def tried_out(*arguments: str) -> AsyncIterator[tuple[asyncio.subprocess.Process, str, list[str]]]:
    """A running `kith try`: its process, the simulator's address, and the lines it printed so far."""
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
    assert process.stdout is not None

    async def read() -> None:
        assert process.stdout is not None
        async for line in process.stdout:
            lines.append(line.decode().rstrip())  # noqa: PERF401 - each line is there for others at once

    reading = asyncio.create_task(read())
    try:
        async with asyncio.timeout(SECONDS):
            while not any("1st this week" in line for line in lines):  # noqa: ASYNC110 - a process has no event
                await asyncio.sleep(0.05)
        address = re.search(r"http://\S+?(?=;)", "\n".join(lines))
        assert address is not None
        yield process, address.group(0), lines
    finally:
        if process.returncode is None:
            process.send_signal(signal.SIGINT)
        async with asyncio.timeout(SECONDS):
            await process.wait()
        await reading


async def test_it_starts_plays_its_scene_and_ends_with_everything_it_started() -> None:
    async with tried_out() as (process, _, lines):
        children = psutil.Process(process.pid).children(recursive=True)
        assert children
    assert process.returncode == 0
    assert "The try-out is over." in lines
    assert any("Kith: Ada · 0.3 points · 1st this week" in line for line in lines)
    assert psutil.wait_procs(children, timeout=5)[1] == []


async def test_killed_outright_it_leaves_no_simulator_behind() -> None:
    async with tried_out() as (process, _, _):
        children = psutil.Process(process.pid).children(recursive=True)
        process.kill()
    assert psutil.wait_procs(children, timeout=5)[1] == []


async def test_an_hour_passes_in_step_and_what_was_due_happens() -> None:
    async with tried_out() as (_, address, _), httpx.AsyncClient(base_url=address, timeout=SECONDS) as client:
        state = (await client.get("/sim/state")).json()["result"]
        group = next(chat for chat in state["chats"] if chat["title"] == "Readers' corner")["id"]

        async def vanished() -> list[bool]:
            told = (await client.get(f"/sim/chats/{group}/messages")).json()["result"]
            return [one["deleted"] for one in told if "1st this week" in (one["text"] or "")]

        assert await vanished() == [False]
        walked = (await client.post("/sim/time", json={"by_seconds": 3600})).json()
        assert walked["ok"], walked
        assert walked["result"]["walk"]["stops"] >= 2
        assert await vanished() == [True]


async def test_an_export_that_is_none_is_told_in_one_line(tmp_path: Path) -> None:
    broken = tmp_path / "result.json"
    broken.write_text(json.dumps({"hello": "world"}))
    process = await asyncio.create_subprocess_exec(
        *KITH, "try", "--port", "0", "--history", str(broken), stdout=-1, stderr=-1
    )
    _, told = await process.communicate()
    assert process.returncode == 1
    assert "Traceback" not in told.decode()
    assert told.decode().strip().splitlines()[-1].startswith("Error: ")
