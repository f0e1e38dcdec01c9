"""Several workers on one PostgreSQL: nothing lost, nothing double, caps hold, whoever dies and whatever collides."""

from collections.abc import Awaitable, Callable
from pathlib import Path

import asyncpg

from tests.bot.crews import Storm, crew

MakeDatabase = Callable[[], Awaitable[str]]


async def test_three_workers_under_load_count_each_update_once_and_caps_hold(
    tmp_path: Path, make_postgresql: MakeDatabase
) -> None:
    async with crew(tmp_path, await make_postgresql()) as workers:
        storm = Storm(workers, members=12)
        await storm.rages(storm.updates(1200))
        assert min(storm.talk.values()) > 50, "the cap must be reached"
        await storm.is_counted_once()
        assert workers.logs().count("this worker sends") == 1


async def test_with_the_strictest_isolation_transactions_that_fail_are_repeated(
    tmp_path: Path, make_house: MakeDatabase
) -> None:
    url = await make_house()
    connection = await asyncpg.connect(url)
    name = await connection.fetchval("SELECT current_database()")
    await connection.execute(f"ALTER DATABASE {name} SET default_transaction_isolation = 'serializable'")
    await connection.close()
    async with crew(tmp_path, url, workers=2) as workers:
        storm = Storm(workers)
        await storm.rages(storm.updates(300), at_once=8)
        await storm.is_counted_once()
        assert "waiting for the database" in workers.logs(), "nothing collided"
