"""Several `kith run` on one PostgreSQL, and updates that reach them as a balancer in front might bring them."""

import asyncio
import json
import random
import signal
import time
from collections import Counter, defaultdict
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Mapping, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from bot.http import served
from simulator.bots import Bot
from simulator.server import serve
from simulator.world import World
from tests.bot.calling import Caller
from tests.bot.forked import Forked, exported, running
from tests.bot.programs import TOKEN
from tests.living import PATIENCE_SECONDS, UNFETTERED
from tests.ports import free_ports

SECRET = "a-word-of-our-own"
CHAT = -1001234567890
NOON = 1_800_000_000  # a moment in the middle of a day in UTC


@dataclass
class Crew:
    """The workers' processes, by port."""

    world: World
    bot: Bot
    folder: Path
    settings: dict[str, str]
    stack: AsyncExitStack
    ports: list[int]
    shared_port: int | None = None
    alive: dict[int, Forked] = field(default_factory=dict)

    async def begin(self, port: int) -> None:
        """Start the worker at a port and wait until it listens."""
        starts = self.log(port).count(LISTENS)
        await self.spawn(port)
        process = self.alive[port]
        await until(lambda: process.returncode is not None or self.log(port).count(LISTENS) > starts, seconds=90)
        assert process.returncode is None, self.log(port)
        if self.settings["KITH_TELEGRAM__MODE"] == "webhook":
            await until(lambda: process.returncode is not None or _is_well(self.shared_port or port))
            assert process.returncode is None, self.log(port)

    async def spawn(self, port: int) -> None:
        """Start the worker at a port and wait for nothing."""
        own = {"KITH_TELEGRAM__WEBHOOK__PORT": str(self.shared_port or port)}
        program = running("run", folder=self.folder, log=self._file(port), **self.settings, **own)
        self.alive[port] = await self.stack.enter_async_context(program)

    async def kill(self, port: int) -> None:
        """End a worker as a power cut would."""
        process = self.alive.pop(port)
        process.send_signal(signal.SIGKILL)
        await process.wait()

    def _file(self, port: int) -> Path:
        return self.folder / f"{port}.log"

    def log(self, port: int) -> str:
        """What one of them has said."""
        return self._file(port).read_text() if self._file(port).exists() else ""

    def logs(self) -> str:
        """What all of them have said."""
        return "".join(self.log(port) for port in self.ports)


async def _is_well(port: int) -> bool:
    try:
        async with httpx.AsyncClient(timeout=5) as client:
            return (await client.get(f"http://127.0.0.1:{port}/health")).status_code == 200
    except httpx.HTTPError:
        return False


async def until(told: Callable[[], Awaitable[object] | object], *, seconds: float = PATIENCE_SECONDS) -> None:
    """Wait until `told` is so."""
    deadline = time.monotonic() + seconds
    while True:
        so = told()
        if (await so) if isinstance(so, Awaitable) else so:
            return
        assert time.monotonic() < deadline, "it did not come about"
        await asyncio.sleep(0.02)


LISTENS = "kith is listening"
# Nobody listens there: where it stands, the updates come from the test itself.
NOWHERE = "http://127.0.0.1:9/hook"


@asynccontextmanager
async def crew(
    folder: Path,
    url: str,
    *,
    workers: int = 3,
    world: World | None = None,
    hook: str | None = NOWHERE,
    shared_port: int | None = None,
    settings: Mapping[str, str] | None = None,
) -> AsyncIterator[Crew]:
    """Workers that run, each at a port of its own, or all at one. Without a hook, Telegram calls the first of them."""
    here = world or World(seed=9)
    bot = here.bots.get(TOKEN) or here.add_bot(token=TOKEN, username="kith_bot", name="Kith")
    async with serve(here) as server, AsyncExitStack() as stack:
        ports = free_ports(workers)
        chosen = {
            **UNFETTERED,
            "KITH_TELEGRAM__TOKEN": TOKEN,
            "KITH_TELEGRAM__API_URL": server.url,
            "KITH_TELEGRAM__MODE": "webhook",
            "KITH_TELEGRAM__WEBHOOK__URL": hook or f"http://127.0.0.1:{ports[0]}/hook",
            "KITH_TELEGRAM__WEBHOOK__SHARE_PORT": str(shared_port is not None).lower(),
            "KITH_TELEGRAM__WEBHOOK__SECRET": SECRET,
            "KITH_DATABASE__URL": url.replace("postgresql://postgres:@/", "postgresql://postgres@localhost/"),
            **(settings or {}),
        }
        made = Crew(here, bot, folder, chosen, stack, ports, shared_port)
        await asyncio.gather(*[made.begin(port) for port in ports])
        yield made


@asynccontextmanager
async def balancer(port: int, *, to: Sequence[int]) -> AsyncIterator[None]:
    """Passes each request to the next of the workers that answers, as a balancer in front of them does."""
    caller, turn = Caller(SECRET), 0

    async def pass_on(request: Request) -> Response:
        nonlocal turn
        body = await request.body()
        for _ in to:
            turn += 1
            status = await caller.post(to[turn % len(to)], body)
            if status is not None:
                return Response(status_code=status)
        return Response(status_code=502)

    site = Starlette(routes=[Route("/hook", pass_on, methods=["POST"])])
    async with served(site, host="127.0.0.1", port=port):
        yield
    await caller.hang_up()


@dataclass
class Storm:
    """Updates without any order or lane: each to any worker, some to several at once, again until one takes it."""

    crew: Crew
    members: int = 20
    chance: random.Random = field(default_factory=lambda: random.Random(3))
    done: defaultdict[int, Counter[str]] = field(default_factory=lambda: defaultdict(Counter))
    talk: Counter[int] = field(default_factory=Counter)
    refused: Counter[int | None] = field(default_factory=Counter)
    taken: int = 0

    def updates(self, count: int, *, first: int = 1) -> Iterator[dict[str, Any]]:
        """Messages, and reactions of those who never write, noted as what should be counted."""
        for number in range(first, first + count):
            user_id = 1000 + self.chance.randrange(self.members)
            person = {"id": user_id, "is_bot": False, "first_name": f"Member {user_id}"}
            chat = {"id": CHAT, "type": "supergroup", "title": "Readers"}
            head = {"chat": chat, "date": NOON + number // 50}
            if self.chance.random() < 0.25:
                changes = {"old_reaction": [], "new_reaction": [{"type": "emoji", "emoji": "👍"}]}
                # On a message from before Kith came: its author is nobody we know.
                told = {"message_reaction": {**head, "user": person, "message_id": 5, **changes}}
                self.done[user_id]["reactions_given"] += 1
            else:
                told = {"message": {**head, "from": person, "message_id": 1000 + number, "text": "well said"}}
                self.done[user_id]["messages"] += 1
                self.talk[user_id] += 1
            yield {"update_id": number, **told}

    async def rages(self, updates: Iterator[dict[str, Any]], *, at_once: int = 40, doubled: float = 0.2) -> None:
        """Bring all of them, many at a time; returns when each has been taken."""
        caller = Caller(SECRET)

        async def bring_next() -> None:
            for update in updates:
                body = json.dumps(update).encode()
                copies = 2 if self.chance.random() < doubled else 1
                await asyncio.gather(*[self._bring(caller, body) for _ in range(copies)])
                self.taken += 1

        await asyncio.gather(*[bring_next() for _ in range(at_once)])
        await caller.hang_up()

    async def _bring(self, caller: Caller, body: bytes) -> None:
        while (status := await caller.post(self.chance.choice(self.crew.ports), body)) != 200:
            self.refused[status] += 1
            await asyncio.sleep(0.05)

    async def is_counted_once(self, *, cap: int = 50) -> None:
        """All that was sent is in the activity, and in the ledger up to the day's cap; nothing was filed."""
        folder, settings = self.crew.folder, self.crew.settings
        rows = await exported("activity", chat_id=CHAT, folder=folder, **settings)
        told = {row["user_id"]: Counter({k: v for k, v in row.items() if k != "user_id" and v}) for row in rows}
        assert told == self.done, self.crew.logs()
        entries = await exported("points", chat_id=CHAT, folder=folder, **settings)
        earned = Counter(entry["user_id"] for entry in entries)
        assert earned == {user_id: min(cap, count) for user_id, count in self.talk.items()}
        assert len({entry["source"] for entry in entries}) == len(entries)
        assert {entry["points"] for entry in entries} == {0.2}
        assert "Traceback" not in self.crew.logs(), self.crew.logs()
