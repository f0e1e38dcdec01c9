"""A whole Kith and a whole simulated Telegram in one event loop, for tests that use both as they are."""

import asyncio
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import select, text
from sqlalchemy.ext.asyncio import AsyncSession

from bot.clock import Clock, MovableClock
from bot.config.loading import load
from bot.kith import Kith, Options
from models import activity, communities
from models.communities import Communities
from simulator.bots import Bot
from simulator.chats import Chat
from simulator.messages import Message
from simulator.people import Person
from simulator.server import serve
from simulator.world import World

TOKEN = "100:SIM"
# Long enough for a busy machine, and less than the minute that the tests let a pause or a sleep last.
PATIENCE_SECONDS = 50.0
START = datetime(2026, 11, 16, 9, 0, tzinfo=UTC)  # a Monday


@dataclass
class Living:
    """A running Kith and the world around it."""

    world: World
    bot: Bot
    kith: Kith
    url: str
    ticked: dict[str, datetime] = field(default_factory=dict)

    async def settle(self, seconds: float = PATIENCE_SECONDS) -> None:
        """Wait until Kith has taken in all there is and has nothing left to do now; it may stand still for so long."""
        deadline = time.monotonic() + seconds
        quiet, before = 0, self.bot.pending
        while quiet < 3:
            await asyncio.sleep(0.002)
            quiet = quiet + 1 if self.bot.pending == 0 and self.kith.is_idle else 0
            if self.bot.pending != before:
                before, deadline = self.bot.pending, time.monotonic() + seconds
            if time.monotonic() > deadline:
                raise TimeoutError(f"{self.bot.pending} updates are pending; idle: {self.kith.is_idle}")

    async def until(self, told: Callable[[], Awaitable[bool] | bool], seconds: float = PATIENCE_SECONDS) -> None:
        """Wait until `told` is so."""
        deadline = time.monotonic() + seconds
        while True:
            so = told()
            if (await so) if isinstance(so, Awaitable) else so:
                return
            if time.monotonic() > deadline:
                raise TimeoutError("it did not come about")
            await asyncio.sleep(0.01)

    async def later(self, by: timedelta) -> None:
        """Let time pass, for both, and what is due then happen: a tick is woken if its interval has passed."""
        clock = self.kith.clock
        assert isinstance(clock, MovableClock)
        moment = clock.now() + by
        self.world.clock.move_to(moment)
        clock.move_to(moment)
        for tick in self.kith.ticks:
            if moment - self.ticked.get(tick.name, datetime.min.replace(tzinfo=UTC)) >= tick.every:
                self.ticked[tick.name] = moment
                await self.kith.tick(tick)
        self.kith.outbox.wake()
        await self.settle()

    def group(self, owner: Person, title: str = "Readers", *, administrator: bool = True, **about: Any) -> Chat:
        """A group with the bot in it."""
        chat = self.world.group(title, owner=owner, **about)
        owner.adds(self.bot, to=chat, administrator=administrator)
        return chat

    def said(self, chat: Chat) -> list[Message]:
        """What the bot has written in a chat and is still there."""
        return [m for m in chat.messages if m.author is not None and m.author.id == self.bot.id and not m.deleted]

    def told(self, person: Person) -> list[str]:
        """What the bot has written to somebody in private."""
        return [message.text or "" for message in self.said(self.world.private(person, self.bot))]

    async def read(self, work: Callable[[AsyncSession], Awaitable[Any]]) -> Any:
        """What `work` reads from the database."""
        async with self.kith.database.reading() as session:
            return await work(session)

    async def community(self, chat: Chat) -> Communities:
        """The community of a chat."""
        found = await self.read(lambda session: communities.of_chat(session, chat_id=chat.id))
        assert isinstance(found, Communities)
        return found

    async def activity(self, chat: Chat) -> dict[int, dict[str, int]]:
        """What everybody did in a chat's community, by id; zeros are left out."""
        community = await self.community(chat)
        rows = await self.read(lambda s: activity.totals(s, community_id=community.community_id))
        return {row[0]: {k: v for k, v in zip(activity.COUNTS, row[1:], strict=True) if v} for row in rows}

    async def rows(self, statement: str) -> Any:
        """The rows of a statement."""

        async def found(session: AsyncSession) -> list[Any]:
            return [tuple(row) for row in await session.execute(text(statement))]

        return await self.read(found)

    async def all(self, model: type) -> Any:
        """All rows of a table."""

        async def found(session: AsyncSession) -> list[Any]:
            return list((await session.execute(select(model))).scalars())

        return await self.read(found)


# What a test is not about must not decide its outcome: people of a test write short words, and many at once.
UNFETTERED = {
    "KITH_FAIRNESS__BASIC_DAILY_CAP_POINTS": "10000",
    "KITH_LIKENESS__DAYS": "0",
    "KITH_MESSAGES__COOL_DOWN_SECONDS": "0",
    "KITH_MESSAGES__LEAST_LETTERS": "0",
    "KITH_NEWCOMERS__GATE_HOURS": "0",
    "KITH_NEWCOMERS__GATE_MESSAGES": "0",
    "KITH_REACTIONS__GIVEN_COOL_DOWN_SECONDS": "0",
    "KITH_REACTIONS__MUTUAL_IN_FULL": "1000",
    "KITH_REPLIES__COOL_DOWN_SECONDS": "0",
}


@asynccontextmanager
async def living(
    url: str,
    *,
    world: World | None = None,
    clock: Clock | None = None,
    settings: dict[str, str] | None = None,
    port: int = 0,
    self_waking: bool = False,
) -> AsyncIterator[Living]:
    """A Kith on the database at `url` and the world it lives in, both stopped at the end.

    Its ticks are called when time is moved, unless it is `self_waking`.
    """
    here = world or World(now=START, seed=1)
    bot = next(iter(here.bots.values()), None) or here.add_bot(token=TOKEN, username="kith_bot", name="Kith")
    async with serve(here, port=port) as server:
        environment = {
            "KITH_TELEGRAM__TOKEN": TOKEN,
            "KITH_TELEGRAM__API_URL": server.url,
            "KITH_DATABASE__URL": url.replace("postgresql://postgres:@/", "postgresql://postgres@localhost/"),
            **UNFETTERED,
            **(settings or {}),
        }
        configuration = load(None, environment=environment)
        kith = Kith(configuration, options=Options(clock or MovableClock(START), self_waking=self_waking))
        await kith.start()
        stop = asyncio.Event()
        running = asyncio.create_task(kith.run(stop))
        town = Living(here, bot, kith, url)
        try:
            # Telegram tells of reactions and joins only from the moment on at which a bot has asked for them.
            await town.until(lambda: bot.polling or bot.webhook is not None or running.done())
            yield town
        finally:
            stop.set()
            await running
            await kith.close()
