"""Killed under load again and again, in every way Kith can be run: what people did is counted exactly once.

Every test run kills a few times in each way. The whole proof is `--kills 10 --rounds 10`.
"""

import asyncio
import random
import signal
import time
from bisect import bisect_left
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from sqlalchemy import Connection, select, text
from typing_extensions import override

import simulator.webhook
from models.database import Database
from models.inbox import Inbox
from models.polls import Polls
from models.votes import EarlyVotes
from simulator.chats import Chat
from simulator.people import Person
from simulator.world import World
from tests.bot.crews import Crew, balancer, crew, until
from tests.bot.programs import TOKEN
from tests.ports import free_ports
from tests.reckoning import PLAIN, Reckoning, held
from tests.traffic import Raw, Traffic

PER_SECOND = 100
GROUPS = 8
# A slow machine must not be buried: so many updates wait at most.
MOST_WAITING = 400
# Whether reactions and votes may overtake the message that they are about, as Telegram's lanes let them.
OVERTAKING = True


@dataclass(frozen=True)
class Way:
    """One of the ways in which Kith is run."""

    database: str
    mode: str
    workers: int = 1

    @override
    def __str__(self) -> str:
        return f"{self.database}-{self.mode}-{self.workers}"


WAYS = (
    Way("sqlite", "polling"),
    Way("sqlite", "webhook"),
    Way("postgresql", "polling"),
    Way("postgresql", "webhook"),
    Way("postgresql", "webhook", workers=3),
)


@dataclass
class Town:
    """Groups in which much happens, workers that take it in, and all that was sent to them."""

    crew: Crew
    url: str
    groups: list[Chat]
    asker: Person
    traffic: Traffic
    chance: random.Random
    sent: list[Raw] = field(default_factory=list)
    asked: int = 0
    repeating: float = 0.01
    _ids: list[int] = field(default_factory=list)

    def something_happens(self) -> None:
        """One update, now and then a question, and now and then some of the old updates once more."""
        if self.chance.random() < 0.01:
            self.asked += 1
            raw = self.asker.writes(self.groups[0], "/me").raw
            self.sent.append({"update_id": -self.asked, "message": raw})
        else:
            raw = self.traffic.update()
            self._ids += self.crew.bot.push_many([raw])
            self.sent.append({"update_id": self._ids[-1], **raw})
        if self.chance.random() < self.repeating:
            self.crew.bot.repeat(self.chance.randrange(40))

    async def lives(self, until: asyncio.Event) -> None:
        """Happen at the rate of the test, however late a timer wakes."""
        begun, happened = time.monotonic(), 0
        while not until.is_set():
            if not OVERTAKING:
                waiting = min((queued.id for queued in self.crew.bot.updates.look(1_000_000)), default=None)
                self.traffic.known = len(self._ids) if waiting is None else bisect_left(self._ids, waiting)
            while happened < (time.monotonic() - begun) * PER_SECOND:
                if self.crew.bot.pending < MOST_WAITING:
                    self.something_happens()
                happened += 1
            await asyncio.sleep(0.01)

    @property
    def taken_in(self) -> int:
        """How many updates were confirmed."""
        return len(self.sent) - self.crew.bot.pending

    async def progresses(self) -> None:
        """Wait until something more is confirmed."""
        before = self.taken_in
        await until(lambda: self.taken_in > before, seconds=90)

    async def settles(self) -> None:
        """Wait for what is confirmed and not counted yet.

        It may lie in the inbox; or be a vote that two workers let slip: one had the poll and the other the vote.
        Neither saw what the other wrote, and the tick that looks every minute sees both.
        """
        database = Database(self.url)
        slipped = select(EarlyVotes.poll_id).join(Polls, Polls.poll_id == EarlyVotes.poll_id).limit(1)

        def lying(connection: Connection) -> bool:
            return connection.execute(select(Inbox.batch_id).limit(1)).first() is not None

        async def is_over() -> bool:
            async with database.reading() as session:
                if (await session.execute(slipped)).first() is not None:
                    return False
            return not await database.is_aside() or not await database.put_aside(lying)

        try:
            await until(is_over, seconds=90)
        finally:
            await database.close()

    async def is_counted_once(self) -> None:
        """What was sent is in the database, and nothing else: activity, members and entries."""
        expected = Reckoning()
        expected.take_all(self.sent)
        database = Database(self.url)
        try:
            found = await held(database)
            async with database.reading() as session:
                assert (await session.execute(text("SELECT count(*) FROM failures"))).scalar_one() == 0
        finally:
            await database.close()
        assert found.done() == expected.done()
        assert found.entries == +expected.entries
        # The owner and the bot's own arrival tell of people who have done nothing.
        assert expected.members.items() <= found.members.items()
        assert not {key for key in found.members.keys() - expected.members.keys() if found.activity[key].total()}
        answers = [m for m in self.groups[0].messages if (m.text or "").startswith("Owner · ")]
        assert len(answers) <= self.asked, "an answer may be lost and is never given twice"


@asynccontextmanager
async def town_at(way: Way, url: str, folder: Path, *, seed: int) -> AsyncIterator[Town]:
    """A town whose bot has settled in its groups."""
    world = World(seed=seed, keep_messages=50_000, keep_updates=100_000)
    bot = world.add_bot(token=TOKEN, username="kith_bot", name="Kith")
    (port,) = free_ports(1)
    hook = f"http://127.0.0.1:{port}/hook" if way.workers > 1 else None
    settings = {**PLAIN, "KITH_TELEGRAM__MODE": way.mode}
    async with AsyncExitStack() as stack:
        workers = crew(folder, url, workers=way.workers, world=world, hook=hook, settings=settings)
        made = await stack.enter_async_context(workers)
        if hook is not None:
            await stack.enter_async_context(balancer(port, to=made.ports))
        owner = world.person("Owner", language_code="en")
        groups = [world.group(f"Readers {number}", owner=owner) for number in range(GROUPS)]
        for group in groups:
            owner.adds(bot, to=group, administrator=True)
        await until(lambda: bot.pending == 0, seconds=90)
        traffic = Traffic(groups, date=int(time.time()) - 600, seed=seed)
        yield Town(made, url, groups, owner, traffic, random.Random(seed))


@pytest.fixture
async def make_url(request: pytest.FixtureRequest, sqlite_url: str) -> Callable[[Way], Awaitable[str]]:
    """Makes a database of a way's kind that has all tables."""

    async def make(way: Way) -> str:
        if way.database == "sqlite":
            return sqlite_url
        url: str = await request.getfixturevalue("make_house")()
        return url

    return make


@pytest.fixture(autouse=True)
def _impatient_telegram(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(simulator.webhook, "LONGEST_PAUSE", 0.3)


@pytest.mark.parametrize("way", WAYS, ids=str)
async def test_killed_at_any_instant_nothing_is_lost_and_nothing_double(
    way: Way,
    make_url: Callable[[Way], Awaitable[str]],
    tmp_path: Path,
    round_number: int,
    pytestconfig: pytest.Config,
) -> None:
    async with town_at(way, await make_url(way), tmp_path, seed=round_number) as town:
        workers, ended = town.crew, asyncio.Event()
        life = asyncio.create_task(town.lives(ended))
        for _ in range(pytestconfig.getoption("kills")):
            await town.progresses()
            await asyncio.sleep(town.chance.uniform(0, 0.4))
            port = town.chance.choice(workers.ports)
            await workers.kill(port)
            await workers.spawn(port)
        await town.progresses()
        ended.set()
        await life
        await until(lambda: workers.bot.pending == 0, seconds=90)
        await town.settles()
        await town.is_counted_once()
        assert "Traceback" not in workers.logs()


async def test_asked_to_stop_under_load_it_leaves_in_time_with_everything_confirmed(
    make_url: Callable[[Way], Awaitable[str]], tmp_path: Path
) -> None:
    way = Way("sqlite", "polling")
    async with town_at(way, await make_url(way), tmp_path, seed=1) as town:
        ended, town.repeating = asyncio.Event(), 0
        life = asyncio.create_task(town.lives(ended))
        await until(lambda: town.taken_in > 100)
        (process,) = town.crew.alive.values()
        begun = time.monotonic()
        process.send_signal(signal.SIGTERM)
        await process.wait()
        assert time.monotonic() - begun < 10
        ended.set()
        await life
        assert process.returncode == 0, town.crew.logs()
        assert "Traceback" not in town.crew.logs()
        town.sent = town.sent[: town.taken_in]
        await town.is_counted_once()
