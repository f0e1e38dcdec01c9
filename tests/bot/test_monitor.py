"""/health and /metrics, as a service manager and Prometheus call them."""

import sqlite3

import httpx
import pytest

from bot.http import served
from bot.monitor import application
from bot.ports import PortIsTaken
from tests.living import Living


async def test_a_running_kith_is_well_and_counts(town: Living) -> None:
    lin = town.world.person("Lin", language_code="en")
    lin.writes(town.group(lin), "hello")
    await town.settle()
    async with served(application(town.kith.health), host="127.0.0.1", port=0) as port, httpx.AsyncClient() as client:
        health = await client.get(f"http://127.0.0.1:{port}/health")
        metrics = await client.get(f"http://127.0.0.1:{port}/metrics")
    assert (health.status_code, health.json()) == (200, {"status": "well"})
    assert 'kith_updates_total{part="told"}' in metrics.text
    assert "Lin" not in metrics.text


async def test_a_silent_telegram_and_a_broken_database_are_told(town: Living, monkeypatch: pytest.MonkeyPatch) -> None:
    import bot.health

    monkeypatch.setattr(bot.health, "SILENCE_SECONDS", -1.0)
    file = town.url.removeprefix("sqlite:///")
    with sqlite3.connect(file) as other:
        other.execute("PRAGMA journal_mode")
    await town.kith.database.close()
    async with served(application(town.kith.health), host="127.0.0.1", port=0) as port, httpx.AsyncClient() as client:
        health = await client.get(f"http://127.0.0.1:{port}/health")
    assert health.status_code == 503
    assert health.json()["status"] == "ill"
    assert "has not answered" in health.json()["telegram"]


async def test_a_port_that_is_taken_is_told_in_words(town: Living) -> None:
    site = application(town.kith.health)
    async with served(site, host="127.0.0.1", port=0) as port:
        with pytest.raises(PortIsTaken, match=f"127.0.0.1:{port}"):
            async with served(site, host="127.0.0.1", port=port):
                pass
