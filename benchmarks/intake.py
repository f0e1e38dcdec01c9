"""How many updates a second are taken in by long polling over loopback HTTP, everything on, against an idle bot."""

import asyncio
import os
import statistics
import sys
import tempfile
import time
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from pathlib import Path

from benchmarks.load import CHAT, updates
from simulator.bots import Bot
from simulator.server import serve
from simulator.world import World

TOKEN = "100:SIM"
WARM_UP = 2_000
COUNT = 20_000
ROUNDS = 3
KITH = ("-m", "bot.cli", "run")
IDLE = ("-m", "benchmarks.idle_bot")


@asynccontextmanager
async def running(arguments: Sequence[str], *, bot: Bot, api_url: str, database: str) -> AsyncIterator[int]:
    """A bot in a process of its own, once it has begun to poll; yields its process id."""
    environment = {
        **os.environ,
        "KITH_TELEGRAM__TOKEN": TOKEN,
        "KITH_TELEGRAM__API_URL": api_url,
        "KITH_DATABASE__URL": database,
        "KITH_LOG__LEVEL": "error",
    }
    child = await asyncio.create_subprocess_exec(sys.executable, *arguments, env=environment)
    try:
        async with asyncio.timeout(30):
            while not bot.polling:  # noqa: ASYNC110 - the simulated Telegram has no bell for it
                await asyncio.sleep(0.005)
        yield child.pid
    finally:
        child.terminate()
        await child.wait()


async def rate(arguments: Sequence[str], *, database: str, count: int = COUNT) -> float:
    """Updates a second that a bot confirms when more wait than it can take."""
    world = World(seed=1)
    bot = world.add_bot(token=TOKEN, username="kith_bot", name="Kith")
    owner = world.person("Owner")
    owner.adds(bot, to=world.group(CHAT["title"], owner=owner, id=CHAT["id"]), administrator=True)
    async with serve(world, port=0) as server, running(arguments, bot=bot, api_url=server.url, database=database):
        load = list(updates(WARM_UP + count, first_message=1, date=int(time.time()), seed=1))
        bot.push_many(load[:WARM_UP])
        await _until_empty(bot)
        before = time.perf_counter()
        bot.push_many(load[WARM_UP:])
        await _until_empty(bot)
        return count / (time.perf_counter() - before)


async def _until_empty(bot: Bot) -> None:
    async with asyncio.timeout(60):
        while bot.pending:  # noqa: ASYNC110 - the simulated Telegram has no bell for it
            await asyncio.sleep(0.002)


async def measure() -> None:
    """Print both rates and their ratio, round by round."""
    ratios = []
    for turn in range(1, ROUNDS + 1):
        with tempfile.TemporaryDirectory(prefix="kith-") as folder:
            idle = await rate(IDLE, database="")
            kith = await rate(KITH, database=f"sqlite:///{Path(folder) / 'kith.db'}")
        ratios.append(kith / idle)
        print(f"round {turn}: idle bot {idle:,.0f}/s, Kith on SQLite {kith:,.0f}/s, ratio {kith / idle:.2f}")
    print(f"ratio to the idle bot: {statistics.median(ratios):.2f} (median); bar: 1.0")
