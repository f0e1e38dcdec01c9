"""Killed in the moment before what brought a post about is committed: nothing of it was, and then it is done, once.

The server holds back the commit of whatever writes news about one group, until the process is killed that waits for it;
the next process does it, and is killed in the same moment of another group's. Each test run does so with a few kinds of
posts, and with all of them by `--kills 50`. An SQLite database is a file, of which no commit can be held back; there
tests/bot/test_killed.py kills at random instants.
"""

from collections.abc import Awaitable, Callable
from datetime import timedelta
from pathlib import Path

import asyncpg
import pytest

from bot import pacing
from models.database import Database
from simulator.world import World
from tests.bot.crews import until
from tests.bot.places import PAUSE, Place, Step, lives_on
from tests.bot.stories import STORIES
from tests.bot.victims import SETTINGS, prepared, told, victim, what_is_left
from tests.living import START, TOKEN, living

MakeDatabase = Callable[[], Awaitable[str]]
STAGES = [
    (story, number, stage.targets[0])
    for story in STORIES
    for number, stage in enumerate(story.stages)
    if stage.targets and stage.is_direct
]
LOCK = 4711
# A deferred trigger fires when its transaction commits, after all that the transaction has written.
HOLDING_BACK = f"""
CREATE TABLE held_back (community_id bigint);
CREATE FUNCTION wait_with_the_commit() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (SELECT 1 FROM held_back WHERE held_back.community_id = NEW.community_id) THEN
        PERFORM pg_advisory_xact_lock_shared({LOCK});
    END IF;
    RETURN NULL;
END $$;
CREATE CONSTRAINT TRIGGER held_back AFTER INSERT ON outbox DEFERRABLE INITIALLY DEFERRED
    FOR EACH ROW EXECUTE FUNCTION wait_with_the_commit();
"""
WAITING = f"""
SELECT pid FROM pg_locks WHERE locktype = 'advisory' AND objid = {LOCK} AND NOT granted
AND database = (SELECT oid FROM pg_database WHERE datname = current_database())
"""
UNDER_WAY = """
SELECT count(*) FROM outbox WHERE state IN ('waiting', 'sending') AND name <> 'answers.expired'
"""


class Gate:
    """Lets no transaction be committed that has news about one group."""

    def __init__(self, connection: asyncpg.Connection) -> None:
        self._connection = connection

    async def build(self) -> None:
        """Have the server hold back."""
        await self._connection.execute(HOLDING_BACK)
        await self._connection.execute(f"SELECT pg_advisory_lock({LOCK})")

    async def close(self, place: Place) -> None:
        """Hold back what is about that group, and nothing else any more."""
        await self.open()
        await self._connection.execute("INSERT INTO held_back VALUES ($1)", place.community_id)

    async def open(self) -> None:
        """Hold back nothing."""
        await self._connection.execute("TRUNCATE held_back")

    async def somebody_waits(self) -> bool:
        """Whether a commit is held back, and everything else that was to be sent has been."""
        return bool(await self._connection.fetch(WAITING)) and not await self._connection.fetchval(UNDER_WAY)

    async def end_who_waits(self) -> None:
        """End what is left of a killed process at the server, which would commit once the lock is free."""
        for row in await self._connection.fetch(WAITING):
            await self._connection.execute("SELECT pg_terminate_backend($1)", row["pid"])
        await until(self._nobody_waits)

    async def _nobody_waits(self) -> bool:
        return not await self._connection.fetch(WAITING)


@pytest.fixture(autouse=True)
def _unhurried(monkeypatch: pytest.MonkeyPatch) -> None:
    """How fast messages leave is not what these tests are about."""
    monkeypatch.setattr(pacing, "GROUP_MESSAGES", 10_000)
    monkeypatch.setattr(pacing, "PRIVATE_INTERVAL", 0.001)


@pytest.mark.timeout(600)
async def test_killed_before_the_commit_nothing_of_it_was_and_the_next_does_it_once(
    make_house: MakeDatabase, tmp_path: Path, pytestconfig: pytest.Config
) -> None:
    url, world = await make_house(), World(now=START, seed=5)
    bot = world.add_bot(token=TOKEN, username="kith_bot", name="Kith")
    database, kills = Database(url), pytestconfig.getoption("kills")
    stages = STAGES[:: max(1, len(STAGES) // kills)][:kills] if kills < len(STAGES) else STAGES
    places = [Place(*stage, Step.STORED, world, bot, database, START) for stage in stages]
    async with living(url, world=world, settings=SETTINGS) as town:
        await prepared(town, places)
    gate = Gate(await asyncpg.connect(url))
    await gate.build()
    bot.calls.clear()
    for place in places:
        await place.begins()
        await gate.close(place)
        await place.stage.cause(place)
        async with victim(world, url, tmp_path):
            await until(gate.somebody_waits)
        await gate.end_who_waits()
        assert await place.news() == [], place
    await gate.open()
    async with living(url, world=world, settings=SETTINGS) as town:
        await town.later(timedelta(0))
        await town.later(timedelta(seconds=PAUSE + 1))
        came = {str(place): (place.done(), [state for *_, state, _ in await place.news()]) for place in places}
        await lives_on(town, places, lambda place: place.stage.after)
        for level in range(1, max(len(place.story.stages) for place in places)):
            rest = [place for place in places if place.number < level < len(place.story.stages)]
            await lives_on(town, rest, told(level))
        left = {str(place): await what_is_left(place) for place in places}
    await database.close()
    assert {place: done for place, (done, _) in came.items() if done != 1} == {}
    assert {state for _, states in came.values() for state in states} <= {"sent", "held_back", "waiting", "failed"}
    assert {place: reason for place, reason in left.items() if reason} == {}
