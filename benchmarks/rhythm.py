"""The morning of a whole house: ten thousand topics written and going out, while updates flow and members ask.

The running bot, a simulated Telegram with all its limits, and ten thousand groups whose topic falls due in the same
second. From then on it is measured how long writing them takes, how near the messages come to what Telegram takes, and
how long members wait for `/me` meanwhile. All the topics would be out after six minutes; one of these is enough.
"""

import asyncio
import contextlib
import random
import sqlite3
import time
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import partial

from sqlalchemy import String, cast, insert, select, update
from sqlalchemy.engine import make_url

from benchmarks import databases
from benchmarks.clock import found
from benchmarks.figures import Figure
from benchmarks.latency import PER_SECOND, STEP, Waits, asks_in_private, percentile
from benchmarks.load import PEOPLE, Group
from benchmarks.sending import LIMIT_PER_SECOND, TOO_MANY
from benchmarks.telegram import KITH, Telegram, telegram, until
from bot import schema
from handlers.menu import version_of
from handlers.registry import COMMANDS
from models.communities import Communities
from models.database import Database
from models.menu import Menus
from models.occurrences import Occurrences
from simulator.messages import Message
from simulator.rights import administrator

GROUPS = 10_000
SECONDS = 60.0
# Those who ask count among the messages that leave; more of them would be the benchmark of latency.
ASK_PER_SECOND = 2.0
FACTS = 5_000
LEAD = timedelta(seconds=12)
# Nothing else is to be judged for the first time in ten thousand groups at that moment.
SETTINGS = {"topics": {"on": True, "hour": 9}}


@dataclass
class Posts:
    """When the bot's messages left, and how many of them were topics."""

    town: Telegram
    left_at: list[float] = field(default_factory=list)
    topics: int = 0

    def __post_init__(self) -> None:
        self.town.world.watchers.append(self._on_message)

    def _on_message(self, message: Message, new: bool) -> None:
        if new and message.author is self.town.bot:
            self.topics += message.chat.id != self.town.group.id and message.chat.id < 0
            if self.topics:
                self.left_at.append(time.perf_counter())

    def per_second(self) -> float:
        """How fast they left, from the first topic on."""
        return (len(self.left_at) - 1) / (self.left_at[-1] - self.left_at[0])


async def measure(
    *, groups: int = GROUPS, seconds: float = SECONDS, facts: int = FACTS, per_second: int = PER_SECOND
) -> list[Figure]:
    """Let it become nine o'clock in all groups, and watch."""
    with databases.sqlite() as url:
        await schema.make_ready(url)
        await _found_all(url, groups)
        async with telegram() as town, town.running(KITH, database=url):
            _settle(town, groups)
            group = Group(date=int(time.time()))
            await town.takes_in(group.updates(facts))
            await _fall_due(url, datetime.now(UTC) + LEAD)
            waits, posts = Waits(town), Posts(town)
            town.world.limits.enabled = True
            flowing = asyncio.create_task(_flow(town, waits, group, per_second))
            try:
                writing = await _written(url, groups)
                await until(lambda: posts.topics >= groups or _span(posts) >= seconds)
                waiting = town.bot.pending
            finally:
                flowing.cancel()
                await asyncio.gather(flowing, return_exceptions=True)
            await until(lambda: waits.open == 0, seconds=60)
            refused = sum(1 for call in town.bot.calls if call.status == TOO_MANY)
    print(f"{posts.topics:,} topics of {groups:,} left in {_span(posts):.0f} s; {waits.answers} were asked for /me")
    private, share = waits.in_private(), posts.per_second() / LIMIT_PER_SECOND
    return [
        Figure(f"{groups:,} topics written by the running bot, all its parts at work", writing, "s", bar=10),
        Figure("topics going out, share of Telegram's limit", share, bar=0.95, at_least=True),
        Figure("topics going out, refusals (429)", refused, bar=0),
        Figure("a command's answer meanwhile, median", waits.median() * 1000, "ms", bar=50),
        Figure("a command's answer meanwhile, 99th percentile", percentile(private, 0.99) * 1000, "ms", bar=250),
        Figure("updates that wait after that minute", waiting, bar=per_second),
    ]


def _span(posts: Posts) -> float:
    return posts.left_at[-1] - posts.left_at[0] if posts.left_at else 0.0


async def _found_all(url: str, groups: int) -> None:
    """The groups, whose menus Telegram knows since long."""
    database = Database(url)
    # Planned from today on: what was planned for days that are over would all be skipped first.
    now = datetime.now(UTC)
    for first in range(0, groups, 500):
        some = range(first, min(first + 500, groups))
        await database.tell(partial(found, numbers=some, settings=SETTINGS, now=now))
    told = cast(Communities.chat_id, String) + ":" + Communities.language + ":" + version_of(COMMANDS)
    known = insert(Menus).from_select(["community_id", "told"], select(Communities.community_id, told))
    await database.tell(lambda connection: connection.execute(known))
    await database.close()


async def _fall_due(url: str, moment: datetime) -> None:
    database = Database(url)
    await database.tell(lambda connection: connection.execute(update(Occurrences).values(due_at=moment)))
    await database.close()


def _settle(town: Telegram, groups: int) -> None:
    """Telegram knows the groups, and that the bot leads there."""
    owner = town.world.person("Another owner")
    for number in range(groups):
        chat = town.world.group(f"Group {number}", owner=owner, id=-1_000_000_000_000 - number)
        chat.stand(town.bot, administrator(None, by=owner.id))
        chat.bots[town.bot.id] = town.bot


async def _written(url: str, groups: int) -> float:
    """How long it takes from the first topic's day until the last one's is there, in seconds."""
    began = 0.0
    with contextlib.closing(sqlite3.connect(make_url(url).database or "", timeout=5)) as connection:
        async with asyncio.timeout(300):
            while True:
                done = connection.execute("SELECT count(*) FROM topic_days").fetchone()[0]
                if done and not began:
                    began = time.perf_counter()
                if done >= groups:
                    return time.perf_counter() - began
                await asyncio.sleep(0.05)


async def _flow(town: Telegram, waits: Waits, group: Group, per_second: int) -> None:
    """Push updates at an even pace, and have members ask, each in their own private chat."""
    chance, began, pushed, next_ask, asked = random.Random(7), time.perf_counter(), 0, 0.0, 0
    while True:
        now = time.perf_counter() - began
        due = int(now * per_second) - pushed
        town.bot.push_many(group.updates(due))
        pushed += due
        if now >= next_ask:
            asks_in_private(town, waits, asked % PEOPLE)
            asked += 1
            next_ask = now + chance.expovariate(ASK_PER_SECOND)
        await asyncio.sleep(STEP)
