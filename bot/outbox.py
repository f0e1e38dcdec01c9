"""The outbox's way out: rows that are due are claimed just before they go, one at a time for each chat.

A row waits in the table and not in memory. It is claimed when its chat takes a message and the sender is nearly there,
so that a chat that is paused or busy keeps nobody else waiting, and a crash leaves few rows in doubt. A chat's rows go
one after the other: what the one before changes, the next must know.
"""

import asyncio
import contextlib
import math
import time
from collections.abc import Collection, Mapping, Sequence
from datetime import datetime

import structlog

from bot.carrying import Carrier, Way
from bot.clock import Clock
from bot.crew import Alone, Crew
from bot.patience import patiently
from bot.sending import Sender
from handlers.feature import Post
from handlers.identity import Identity
from handlers.outgoing import Call
from handlers.registry import POSTS
from models import outbox
from models.database import Database
from models.events import Event
from models.outbox import NO_LANE, Outbox
from models.turns import OUTGOING

log = structlog.get_logger()

# So many rows are claimed ahead of the sender: with one each 1/30 s, time enough to compose and claim some more.
AHEAD_ROWS = 8
CLAIMED_AT_LEAST = 3
MOST_UNDER_WAY = 40
LOOK_ROWS = 20
# News is called out; this is for what was not heard.
LONGEST_SLEEP_SECONDS = 2.0
# While all that is due waits for chats that are closed, it is looked at no more often than this.
SHORTEST_SLEEP_SECONDS = 0.05
DOUBTS_EVERY_SECONDS = 1.0


class OutboxWorker:
    """Claims rows and has them carried out."""

    def __init__(
        self,
        *,
        database: Database,
        clock: Clock,
        me: Identity,
        sender: Sender,
        posts: Mapping[type[Event], Post] = POSTS,
        posting: bool = True,
        crew: Alone | Crew | None = None,
    ) -> None:
        self._database = database
        self._clock = clock
        self._sender = sender
        self._posting = posting
        self._crew = crew or Alone()
        self._carrier = Carrier(database=database, clock=clock, me=me, sender=sender, posts=posts, crew=self._crew)
        self._doubts_at = 0.0
        self._woken = asyncio.Event()
        self._under_way: set[asyncio.Task[None]] = set()
        self._lanes: set[int] = set()
        # The rows that are claimed and have not left yet.
        self._ahead: set[int] = set()
        self._last_turn = asyncio.Event()
        self._last_turn.set()
        self._stopping = False
        self._looking = False
        self._owes = False
        database.on_news(self._woken.set)
        self._crew.on_call(self._woken.set)

    @property
    def is_idle(self) -> bool:
        """Whether no row is on its way, due and waiting for its chat, or may have become due unnoticed."""
        return not self._under_way and not self._looking and not self._owes and not self._woken.is_set()

    def wake(self) -> None:
        """Look for due rows now: the clock was moved."""
        self._woken.set()

    def stop(self) -> None:
        """Claim no more rows."""
        self._stopping = True
        self._woken.set()

    async def run(self) -> None:
        """Carry rows out until stopped; then the rows under way are finished."""
        while not self._stopping:
            try:
                seconds = await self._round()
            except Exception as error:
                log.warning("the outbox waits", exc_info=error)
                seconds = 1.0
            await self._sleep(seconds)
        if self._under_way:
            await asyncio.wait(self._under_way)

    async def _round(self) -> float:
        """Claim and start what can go now; returns after how many seconds to look again."""
        self._woken.clear()
        self._looking = True
        try:
            if not self._crew.is_sender:
                # What has not left is the next sender's.
                self._sender.recall()
                self._owes = False
                return LONGEST_SLEEP_SECONDS
            await self._settle_doubts()
            return await self._look() if self._posting else LONGEST_SLEEP_SECONDS
        finally:
            self._looking = False

    async def _sleep(self, seconds: float) -> None:
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(min(seconds, LONGEST_SLEEP_SECONDS)):
                await self._woken.wait()

    async def _look(self) -> float:
        if self._room() < CLAIMED_AT_LEAST:
            # Few at a time cost a transaction each; whoever leaves wakes us.
            return LONGEST_SLEEP_SECONDS
        waits = self._sender.closed()
        closed = {*waits, *self._lanes}
        now = self._clock.now()
        async with self._database.reading() as session:
            found = await outbox.due(session, now=now, without=closed, limit=LOOK_ROWS)
            due = None if found else await outbox.next_due(session)
        self._owes = bool(found) or (due is not None and due <= now)
        if found:
            await self._claim(found, closed, now)
            return 0.0
        if self._owes:
            return max(SHORTEST_SLEEP_SECONDS, min(waits.values(), default=math.inf))
        return LONGEST_SLEEP_SECONDS if due is None else (due - now).total_seconds()

    def _room(self) -> int:
        return min(AHEAD_ROWS - len(self._ahead), MOST_UNDER_WAY - len(self._under_way))

    async def _claim(self, found: Sequence[Outbox], closed: Collection[int], now: datetime) -> None:
        """Start the first row of each chat, as many as there is room for; write down where those passed over go.

        The chats `closed` were passed over when the rows were looked up: of these, others may come first. What comes
        after the last that is started is not even composed yet.
        """
        lanes: dict[tuple[int, int], int] = {}
        calls: dict[int, Call | None] = {}
        taken, chosen = set(closed), list[Outbox]()
        for row in found:
            if len(chosen) >= self._room():
                break
            lane = row.lane
            if lane is None:
                lane, calls[row.outbox_id] = await self._carrier.address(row)
                lanes[row.community_id, row.outbox_id] = lane
            if lane not in taken and lane not in self._lanes and lane not in self._sender.closed():
                chosen.append(row)
                taken |= {lane} - {NO_LANE}

        async def claimed() -> list[Outbox]:
            async with self._database.writing(patience=OUTGOING) as session:
                await outbox.set_lanes(session, lanes=lanes)
                return await outbox.claim(session, rows=chosen, now=now, worker_id=self._crew.worker_id)

        for row in await patiently(claimed):
            self._start(row, calls.get(row.outbox_id))

    def _start(self, row: Outbox, call: Call | None) -> None:
        self._ahead.add(row.outbox_id)
        if row.lane:
            self._lanes.add(row.lane)
        task = asyncio.create_task(self._carry(row, call))
        self._under_way.add(task)
        task.add_done_callback(self._done)

    async def _carry(self, row: Outbox, call: Call | None) -> None:
        # All are prepared at once, and handed to the sender in the order in which they were claimed.
        before, self._last_turn = self._last_turn, asyncio.Event()
        mine = self._last_turn

        async def turn() -> None:
            await before.wait()
            mine.set()

        try:
            await self._carrier.carry(row, call, Way(turn, lambda: self._left(row)))
        finally:
            mine.set()
            self._lanes.discard(row.lane or NO_LANE)
            self._left(row)

    def _done(self, task: asyncio.Task[None]) -> None:
        self._under_way.discard(task)
        self._woken.set()

    def _left(self, row: Outbox) -> None:
        self._ahead.discard(row.outbox_id)
        self._woken.set()

    async def _settle_doubts(self) -> None:
        """Rows that a worker was sending when it died are treated as their kind says."""
        if time.monotonic() < self._doubts_at:
            return
        self._doubts_at = time.monotonic() + DOUBTS_EVERY_SECONDS
        for row in await patiently(self._left_by_the_dead):
            await self._carrier.settle_doubt(row, "the process died while it was being sent")

    async def _left_by_the_dead(self) -> list[Outbox]:
        async with self._database.reading() as session:
            rows = await outbox.sent_by_others(session, worker_id=self._crew.worker_id)
            # Looked at after the rows: whoever is not there now, but has claimed one, was there before.
            dead = await self._crew.missing(session, {row.claimed_by for row in rows if row.claimed_by is not None})
        return [row for row in rows if row.claimed_by is None or row.claimed_by in dead]
