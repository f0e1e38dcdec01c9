"""From the start of `kith run` on an existing database to its first request for updates, and its memory then."""

import asyncio
import os
import statistics
import sys
import tempfile
import time
from pathlib import Path

import psutil

from bot import schema
from simulator.bots import Bot
from simulator.server import serve
from simulator.world import World

TOKEN = "100:SIM"
RUNS = 7
LONGEST_SECONDS = 30.0


async def measure() -> None:
    """Print the median and the worst of several starts."""
    with tempfile.TemporaryDirectory(prefix="kith-") as folder:
        url = f"sqlite:///{Path(folder) / 'kith.db'}"
        await schema.make_ready(url)
        world = World(seed=1)
        bot = world.add_bot(token=TOKEN, username="kith_bot", name="Kith")
        async with serve(world, port=0) as server:
            runs = [await _once(bot, api_url=server.url, database=url) for _ in range(RUNS)]
    seconds = sorted(run[0] for run in runs)
    megabytes = sorted(run[1] for run in runs)
    print(f"start to first poll: {statistics.median(seconds):.2f} s (worst {seconds[-1]:.2f}) of {RUNS}; bar: 2 s")
    print(f"resident memory:     {statistics.median(megabytes):.0f} MB (worst {megabytes[-1]:.0f}); bar: 100 MB")


async def _once(bot: Bot, *, api_url: str, database: str) -> tuple[float, float]:
    environment = {
        **os.environ,
        "KITH_TELEGRAM__TOKEN": TOKEN,
        "KITH_TELEGRAM__API_URL": api_url,
        "KITH_DATABASE__URL": database,
        "KITH_LOG__LEVEL": "error",
    }
    before = time.perf_counter()
    child = await asyncio.create_subprocess_exec(sys.executable, "-m", "bot.cli", "run", env=environment)
    try:
        async with asyncio.timeout(LONGEST_SECONDS):
            while not bot.polling:  # noqa: ASYNC110 - the simulated Telegram has no bell for it
                await asyncio.sleep(0.001)
        seconds = time.perf_counter() - before
        # Until the first poll is out the ticks of the start may still be under way.
        await asyncio.sleep(1.0)
        return seconds, psutil.Process(child.pid).memory_info().rss / 1e6
    finally:
        child.terminate()
        await child.wait()
