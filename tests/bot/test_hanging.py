"""A PostgreSQL that hangs: it lets everybody in and answers nobody. It is given up, and the same work is done again."""

import asyncio
from collections.abc import Awaitable, Callable
from pathlib import Path

import pytest

import bot.kith
import simulator.webhook
from bot import patience, webhook
from simulator.server import serve
from simulator.world import World
from tests.bot import forked
from tests.bot.programs import TOKEN
from tests.bot.servers import Server, wire
from tests.bot.test_trouble import all_counted, under_load, village
from tests.bot.test_webhook import hook
from tests.living import Living, living
from tests.ports import free_port

Live = Callable[..., Awaitable[Living]]


@pytest.fixture(autouse=True)
def _short_waits(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(patience, "LONGEST_WAIT_SECONDS", 0.4)
    monkeypatch.setattr(bot.kith, "ANSWER_SECONDS", 1.0)
    monkeypatch.setattr(webhook, "PATIENCE_SECONDS", 0.5)
    monkeypatch.setattr(simulator.webhook, "LONGEST_PAUSE", 0.3)


@pytest.mark.parametrize("mode", ["polling", "webhook"])
async def test_the_server_hangs_in_the_middle_and_comes_to_itself(
    live: Live, url: str, server: Server, mode: str
) -> None:
    town = await live(url, settings=hook(free_port()) if mode == "webhook" else {})
    group, lin = await village(town)
    writing = asyncio.create_task(under_load(town, group, lin, count=120, every=0.02))
    await asyncio.sleep(0.5)
    with server.frozen():
        await asyncio.sleep(4)
        assert town.bot.pending > 0
        assert "database" in await town.kith.health()
    await writing
    await all_counted(town, group, lin, count=120)
    assert await town.kith.health() == {}


@pytest.mark.parametrize("mode", ["polling", "webhook"])
async def test_the_network_is_cut_and_nobody_tells_us(url: str, mode: str) -> None:
    """Every connection there is stays silent for ever; only new ones get through."""
    settings = hook(free_port()) if mode == "webhook" else {}
    async with wire(url) as (line, through), living(through, settings=settings) as town:
        group, lin = await village(town)
        writing = asyncio.create_task(under_load(town, group, lin, count=120, every=0.015))
        for _ in range(2):
            await asyncio.sleep(0.4)
            await line.cut(noticed_after=0.5)
        await writing
        await all_counted(town, group, lin, count=120)
        assert await town.kith.health() == {}


async def test_whoever_starts_on_a_server_that_hangs_is_told_so(tmp_path: Path, url: str, server: Server) -> None:
    world = World(seed=1)
    world.add_bot(token=TOKEN, username="kith_bot", name="Kith")
    async with serve(world) as telegram:
        settings = {
            "KITH_TELEGRAM__TOKEN": TOKEN,
            "KITH_TELEGRAM__API_URL": telegram.url,
            "KITH_DATABASE__URL": url.replace("postgresql://postgres:@/", "postgresql://postgres@localhost/"),
        }
        with server.frozen():
            done = await asyncio.wait_for(forked.kith("run", folder=tmp_path, **settings), 90)
    assert done.code == 3
    assert "it does not answer" in done.said
