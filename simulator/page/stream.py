"""What happens, told to the open pages as it happens: gathered for a moment and sent together."""

import asyncio
import contextlib
from collections.abc import AsyncGenerator, Callable
from datetime import UTC, datetime
from typing import Any

import httpx

from simulator.bots import ApiCall
from simulator.messages import Message
from simulator.page.showing import shown_call, shown_message, shown_world, the_bot
from simulator.queue import encode
from simulator.world import World

GATHER_SECONDS = 0.06
LOOK_SECONDS = 0.25
ASK_SECONDS = 0.8
QUIET_SECONDS = 15.0
# More than this at once is not sent: the page loads anew what it shows, which is little.
MOST_AT_ONCE = 400
MOST_CALLS = 60
# A page that does not listen is cut off, and comes again by itself.
MOST_WAITING = 200
UNTOLD = frozenset({"getupdates"})


class Stream:
    """One for all pages. It watches the world only while somebody looks."""

    def __init__(
        self, world: World, *, more: Callable[[], dict[str, Any]], companion: Callable[[], str | None]
    ) -> None:
        self.world = world
        self._more = more
        self._companion = companion
        self._pages: set[asyncio.Queue[bytes | None]] = set()
        self._changed: dict[tuple[int, int], Message] = {}
        self._something = asyncio.Event()
        self._work: list[asyncio.Task[None]] = []
        self._state: dict[str, Any] = {}
        self._ahead: float | None = None
        self._last_call: ApiCall | None = None
        self._stored: Any = None

    async def listen(self) -> AsyncGenerator[bytes, None]:
        """Server-sent events, beginning with how things stand."""
        page: asyncio.Queue[bytes | None] = asyncio.Queue()
        self._enter(page)
        try:
            yield _event("hello", self.whole())
            while True:
                try:
                    # Python 3.11's `wait_for` overhears being cancelled where news comes in the same moment.
                    async with asyncio.timeout(QUIET_SECONDS):
                        told = await page.get()
                except TimeoutError:
                    told = b": still here\n\n"
                if told is None:
                    return
                yield told
        finally:
            self._leave(page)

    def whole(self) -> dict[str, Any]:
        """Everything a page needs to begin, but for the messages of the chats it opens."""
        return {
            "world": shown_world(self.world),
            "more": self._more(),
            "clock": self._clock(),
            "last": [shown_message(message, files=self.world.files) for message in self._latest()],
            "calls": [shown_call(call) for call in self._recent(None)],
            "stored": self._stored,
        }

    def _latest(self) -> list[Message]:
        """The last message of each chat, for the list of chats."""
        bot = the_bot(self.world)
        chats = list(self.world.chats.values())
        chats += [chat for (_, of), chat in self.world.privates().items() if bot is not None and of == bot.id]
        found = [next((m for m in reversed(chat.messages[-50:]) if not m.deleted), None) for chat in chats]
        return [message for message in found if message is not None]

    def _enter(self, page: asyncio.Queue[bytes | None]) -> None:
        self._pages.add(page)
        if len(self._pages) == 1:
            self.world.watchers.append(self._note)
            self._state = self._current()
            self._ahead = self._clock_ahead()
            bot = the_bot(self.world)
            self._last_call = bot.calls[-1] if bot is not None and bot.calls else None
            loop = asyncio.get_running_loop()
            self._work = [
                loop.create_task(self._gather()),
                loop.create_task(self._look()),
                loop.create_task(self._ask()),
            ]

    def _leave(self, page: asyncio.Queue[bytes | None]) -> None:
        self._pages.discard(page)
        if not self._pages:
            with contextlib.suppress(ValueError):
                self.world.watchers.remove(self._note)
            for task in self._work:
                task.cancel()
            self._work = []

    def _note(self, message: Message, _is_new: bool) -> None:
        # A private chat has the person's id, and the page shows the first bot's alone.
        bot = the_bot(self.world)
        if message.chat.private and bot is not None and bot.id not in message.chat.bots:
            return
        self._changed[message.chat.id, message.id] = message
        self._something.set()

    async def _gather(self) -> None:
        while True:
            await self._something.wait()
            await asyncio.sleep(GATHER_SECONDS)
            self._something.clear()
            changed, self._changed = list(self._changed.values()), {}
            told: dict[str, Any] = {"missed": True} if len(changed) > MOST_AT_ONCE else {}
            shown = [shown_message(message, files=self.world.files) for message in changed[-MOST_AT_ONCE:]]
            self._tell("news", {**told, "messages": shown, **self._what_else()})

    async def _look(self) -> None:
        """What no message tells: standings, calls, the clock."""
        while True:
            await asyncio.sleep(LOOK_SECONDS)
            if told := self._what_else():
                self._tell("news", told)

    def _what_else(self) -> dict[str, Any]:
        told: dict[str, Any] = {}
        state = self._current()
        if state != self._state:
            self._state = state
            told |= state
        ahead = self._clock_ahead()
        if self._ahead is None or ahead is None or abs(ahead - self._ahead) > 0.5:
            self._ahead = ahead
            told["clock"] = self._clock()
        calls = self._recent(self._last_call)
        if calls:
            self._last_call = calls[-1]
            shown = [shown_call(call) for call in calls if call.method.lower() not in UNTOLD]
            if shown:
                told["calls"] = shown
        return told

    def _current(self) -> dict[str, Any]:
        return {"world": shown_world(self.world), "more": self._more()}

    def _clock(self) -> dict[str, Any]:
        return {"now": self.world.clock.now().isoformat(), "stands": self.world.clock.stands}

    def _clock_ahead(self) -> float | None:
        """By how much the clock is ahead of the real one; nothing while it stands, when every look tells it anew."""
        if self.world.clock.stands:
            return None
        return (self.world.clock.now() - datetime.now(UTC)).total_seconds()

    def _recent(self, after: ApiCall | None) -> list[ApiCall]:
        bot = the_bot(self.world)
        found: list[ApiCall] = []
        for call in reversed(bot.calls if bot is not None else ()):
            if call is after or len(found) == MOST_CALLS:
                break
            if after is not None or call.method.lower() not in UNTOLD:
                found.append(call)
        return found[::-1]

    async def _ask(self) -> None:
        """What the bot itself says it has stored, if it says anything."""
        async with httpx.AsyncClient(timeout=10, trust_env=False) as client:
            while True:
                companion = self._companion()
                if companion is not None:
                    with contextlib.suppress(httpx.HTTPError, ValueError):
                        answer = await client.get(f"{companion.rstrip('/')}/tryout/stored")
                        stored = answer.json() if answer.status_code == 200 else None
                        if stored != self._stored:
                            self._stored = stored
                            self._tell("news", {"stored": stored})
                await asyncio.sleep(ASK_SECONDS)

    def _tell(self, kind: str, told: dict[str, Any]) -> None:
        event = _event(kind, told)
        for page in list(self._pages):
            if page.qsize() >= MOST_WAITING:
                page.put_nowait(None)
                self._leave(page)
            else:
                page.put_nowait(event)


def _event(kind: str, told: dict[str, Any]) -> bytes:
    return f"event: {kind}\ndata: {encode(told)}\n\n".encode()
