"""An outbox with its sender and a Telegram behind them, and some events that only tests know."""

import asyncio
import time
from collections.abc import AsyncIterator, Callable, Iterator, Mapping
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from bot.clock import MovableClock
from bot.crew import Crew
from bot.outbox import OutboxWorker
from bot.sending import Sender
from bot.telegram import identity, make_bot
from handlers.feature import InDoubt, Outside, Post, Sent
from handlers.outgoing import Call, Turn, message
from handlers.texts.reader import Html
from models import outbox
from models.database import Database
from models.events import KINDS, NAMES, Event, Priority, event
from models.outbox import Outbox
from models.rules.reach import Kind
from simulator.bots import ApiCall, Bot
from simulator.server import serve
from simulator.world import World
from tests.living import START, TOKEN


@dataclass(frozen=True)
class Receipt(Event):
    """News that is sent again when in doubt."""

    chat_id: int
    text: str = "a receipt"


@dataclass(frozen=True)
class Nudge(Event):
    """News that is better missing than double; it comes unasked."""

    chat_id: int
    text: str = "a nudge"


@dataclass(frozen=True)
class Feature(Event):
    """News of which an administrator decides when in doubt."""

    chat_id: int
    text: str = "a featured post"


@dataclass(frozen=True)
class Bulletin(Event):
    """News for many, for which nobody waits."""

    chat_id: int
    text: str = "a bulletin"


@dataclass(frozen=True)
class Silent(Event):
    """News of which there is nothing to say any more."""

    chat_id: int


@dataclass(frozen=True)
class Errand(Event):
    """Something to ask of Telegram, which waits for no chat."""

    chat_id: int


PRIORITIES = {Receipt: Priority.NOTICE, Nudge: Priority.NOTICE, Feature: Priority.NOTICE, Bulletin: Priority.BROADCAST}


@contextmanager
def events_of_the_tests() -> Iterator[None]:
    """The events above, known for a while: the house's own list of events stays complete without them."""
    classes: list[Any] = [Receipt, Nudge, Feature, Bulletin, Silent, Errand]
    for cls in classes:
        event(f"tests.{cls.__name__.lower()}", version=1, priority=PRIORITIES.get(cls, Priority.NOTICE))(cls)
    try:
        yield
    finally:
        for cls in classes:
            kind = KINDS.pop(cls)
            del NAMES[kind.name, kind.version]


async def said(_session: AsyncSession, news: Any, _outside: Outside) -> Call | None:
    """The text of the event as a message."""
    return message(news.chat_id, Html(news.text))


async def asked(_session: AsyncSession, _news: Any, _outside: Outside) -> Call | None:
    """A question to Telegram."""
    return Call("get_me", 0, turn=Turn.AT_ONCE)


async def nothing(_session: AsyncSession, _news: Any, _outside: Outside) -> Call | None:
    """What is left to say of something that is over."""
    return None


@dataclass
class Office:
    """The outbox of one process, and what its features were told."""

    world: World
    account: Bot
    database: Database
    clock: MovableClock
    sender: Sender
    worker: OutboxWorker
    arrived: list[tuple[Event, Any]] = field(default_factory=list)
    lost: list[Event] = field(default_factory=list)

    async def put(self, *news: Event, due_at: datetime = START) -> None:
        """Write events down, as models do."""
        async with self.database.writing() as session:
            await outbox.put(session, news, due_at=due_at)

    async def rows(self) -> dict[str, str]:
        """The texts (or names) of the rows with their states."""
        async with self.database.reading() as session:
            rows = list((await session.execute(select(Outbox))).scalars())
        return {str(row.payload.get("text", row.name)): row.state for row in rows}

    async def become(self, expected: Mapping[str, str], *, seconds: float = 30.0) -> None:
        """Wait until the rows have these states."""
        deadline = time.monotonic() + seconds
        while (rows := await self.rows()) != dict(expected):
            if time.monotonic() > deadline:
                raise AssertionError(f"{rows} did not become {expected}")
            await asyncio.sleep(0.01)

    async def until(self, told: Callable[[], bool], *, seconds: float = 30.0) -> None:
        """Wait until `told` is so."""
        deadline = time.monotonic() + seconds
        while not told():
            if time.monotonic() > deadline:
                raise AssertionError("it did not come about")
            await asyncio.sleep(0.01)

    async def come_to_rest(self, *, seconds: float = 30.0) -> None:
        """Wait until no row is on its way any more."""
        deadline = time.monotonic() + seconds
        while {"waiting", "sending"} & set((await self.rows()).values()):
            if time.monotonic() > deadline:
                raise AssertionError(f"{await self.rows()} does not come to rest")
            await asyncio.sleep(0.02)

    def later(self, by: timedelta) -> None:
        """Let time pass."""
        self.clock.move_to(self.clock.now() + by)
        self.world.clock.move_to(self.clock.now())
        self.worker.wake()

    def calls(self, method: str = "sendMessage") -> list[ApiCall]:
        """What Telegram was asked to do, in order."""
        return [call for call in self.account.calls if call.method == method]

    def texts(self) -> list[str]:
        """What arrived at Telegram, in order."""
        return [call.params["text"] for call in self.calls() if call.status == 200]


@asynccontextmanager
async def office(
    url: str, *, world: World | None = None, running: bool = True, crew: Crew | None = None
) -> AsyncIterator[Office]:
    """An outbox at work on the database at `url`; ended without ceremony, as a process is that dies."""
    here = world or World(START, seed=5)
    account = here.bots.get(TOKEN) or here.add_bot(token=TOKEN, username="kith_bot", name="Kith")
    async with serve(here) as server, make_bot(token=TOKEN, api_url=server.url) as bot:
        database, clock, sender = Database(url), MovableClock(here.clock.now()), Sender(bot)
        place = Office(here, account, database, clock, sender, None)  # type: ignore[arg-type]
        place.worker = OutboxWorker(
            database=database, clock=clock, me=identity(bot), sender=sender, posts=_posts(place), crew=crew
        )
        if crew is not None:
            await crew.start()
        tasks = [asyncio.create_task(work) for work in (sender.run(), place.worker.run()) if running or work.close()]
        try:
            yield place
        finally:
            for task in (*tasks, *place.worker._under_way):
                task.cancel()
            await asyncio.gather(*tasks, *place.worker._under_way, return_exceptions=True)
            if crew is not None:
                await crew.stop()
            await database.close()


def _posts(place: Office) -> dict[type[Event], Post]:
    async def on_sent(_session: AsyncSession, news: Event, sent: Sent) -> None:
        place.arrived.append((news, sent.result))

    async def on_unreachable(_session: AsyncSession, news: Event, _now: datetime) -> None:
        place.lost.append(news)

    def post(in_doubt: InDoubt, kind: Kind = Kind.NOTICE) -> Post:
        return Post(said, kind=kind, in_doubt=in_doubt, on_sent=on_sent, on_unreachable=on_unreachable)

    return {
        Receipt: post(InDoubt.AGAIN),
        Nudge: post(InDoubt.LEAVE, Kind.PING),
        Feature: post(InDoubt.ASK),
        Bulletin: post(InDoubt.LEAVE),
        Silent: Post(nothing),
        Errand: Post(asked, in_doubt=InDoubt.AGAIN),
    }
