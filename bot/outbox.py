"""The outbox's way out: rows that are due become messages, and each row's fate is written down."""

import asyncio
import contextlib
import time
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from weakref import WeakValueDictionary

import structlog

from bot import metrics
from bot.clock import Clock
from bot.crew import Alone, Crew
from bot.fates import Fates
from bot.patience import patiently
from bot.sending import Recalled, Sender, moved
from bot.telegram import Doubtful, Moved, NotDone, Rejected, Unreachable
from handlers.feature import Outside, Post, Sent
from handlers.identity import Identity
from handlers.outgoing import Call, Turn
from handlers.registry import POSTS
from models import communities, outbox, people, reach
from models.database import Database
from models.events import Event, UnknownEvent, read
from models.outbox import Outbox, RowState
from models.people import Door
from models.reach import Letter
from models.rules.reach import Verdict

log = structlog.get_logger()

AT_ONCE_ROWS = 20
# News is called out; this is for what was not heard.
LONGEST_SLEEP_SECONDS = 2.0
DOUBTS_EVERY_SECONDS = 1.0


@dataclass(frozen=True)
class Errand:
    """A row that was understood: its event, and who posts it."""

    row: Outbox
    event: Event
    post: Post


class OutboxWorker:
    """Claims rows and carries them out."""

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
        self._me = me
        self._sender = sender
        self._posts = posts
        self._posting = posting
        self._crew = crew or Alone()
        self._fates = Fates(database=database, clock=clock)
        self._doubts_at = 0.0
        self._woken = asyncio.Event()
        self._under_way: set[asyncio.Task[None]] = set()
        self._turns: WeakValueDictionary[int, asyncio.Lock] = WeakValueDictionary()
        self._stopping = False
        self._looking = False
        database.on_news(self._woken.set)
        self._crew.on_call(self._woken.set)

    @property
    def is_idle(self) -> bool:
        """Whether no row is on its way and none may have become due unnoticed."""
        return not self._under_way and not self._looking and not self._woken.is_set()

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
                due = await self._round()
            except Exception as error:
                log.warning("the outbox waits", exc_info=error)
                due = self._clock.now() + timedelta(seconds=1)
            await self._sleep(due)
        if self._under_way:
            await asyncio.wait(self._under_way)

    async def _round(self) -> datetime | None:
        """Claim and start what is due; returns when the next row will be."""
        self._woken.clear()
        self._looking = True
        try:
            if not self._crew.is_sender:
                # What has not left is the next sender's.
                self._sender.recall()
                return None
            await self._settle_doubts()
            if not self._posting:
                return None
            now = self._clock.now()
            async with self._database.reading() as session:
                due = await outbox.next_due(session)
            if due is None or due > now:
                return due
            async with self._database.writing() as session:
                rows = await outbox.claim(session, now=now, limit=AT_ONCE_ROWS, worker_id=self._crew.worker_id)
            for row in rows:
                await self._start(row)
            return now
        finally:
            self._looking = False

    async def _sleep(self, due: datetime | None) -> None:
        if len(self._under_way) >= 2 * AT_ONCE_ROWS:
            await asyncio.wait(self._under_way, return_when=asyncio.FIRST_COMPLETED)
            return
        seconds = LONGEST_SLEEP_SECONDS
        if due is not None:
            seconds = min(seconds, max(0.0, (due - self._clock.now()).total_seconds()))
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                await self._woken.wait()

    async def _start(self, row: Outbox) -> None:
        """Find out where the row goes, one row after the other, so that they keep their order in each chat."""
        try:
            errand = self._errand(row)
            call = await self._composed(errand)
        except Exception as error:  # noqa: BLE001 - whatever it is, it is this row's alone and is told there
            await self._failed(row, error)
            return
        task = asyncio.create_task(self._carry(errand, call))
        self._under_way.add(task)
        task.add_done_callback(self._under_way.discard)

    def _errand(self, row: Outbox) -> Errand:
        event = read(name=row.name, version=row.version, community_id=row.community_id, payload=row.payload)
        post = self._posts.get(type(event))
        if post is None:
            raise UnknownEvent(f"nobody posts {row.name}")
        return Errand(row, event, post)

    async def _composed(self, errand: Errand) -> Call | None:
        async def composed() -> Call | None:
            async with self._database.reading() as session:
                return await errand.post.compose(session, errand.event, Outside(self._me, self._clock.now()))

        return await patiently(composed)

    async def _carry(self, errand: Errand, call: Call | None) -> None:
        """One row after the other in each chat: what the one before changes, the next must know."""
        try:
            async with self._turn(call):
                await self._carried(errand)
        except Exception as error:  # noqa: BLE001 - as above
            await self._failed(errand.row, error)
        metrics.OUTBOX_DONE.inc()

    def _turn(self, call: Call | None) -> "contextlib.AbstractAsyncContextManager[None]":
        if call is None or call.turn is Turn.AT_ONCE:
            return contextlib.nullcontext()
        return self._turns.setdefault(call.chat_id, asyncio.Lock())

    async def _carried(self, errand: Errand) -> None:
        row, event, post = errand.row, errand.event, errand.post
        call = await self._composed(errand)
        if call is None:
            await self._fates.settle(row, RowState.HELD_BACK, "nothing to say any more")
        elif await self._may_go(row, post, event, call):
            await self._send(row, post, event, call)

    async def _failed(self, row: Outbox, error: Exception) -> None:
        if isinstance(error, UnknownEvent):
            await self._fates.settle(row, RowState.FAILED, f"unknown: {error}")
            return
        log.error("a row of the outbox failed", event_name=row.name, exc_info=error)
        await self._fates.settle(row, RowState.FAILED, type(error).__name__)

    async def _may_go(self, row: Outbox, post: Post, event: Event, call: Call) -> bool:
        if not call.is_private:
            return True
        verdict = await patiently(lambda: self._verdict(row, self._letter(row, post, call)))
        if verdict.refusal is not None:
            await patiently(lambda: self._held_back(row, post, event, str(verdict.refusal)))
            return False
        if verdict.not_before is not None:
            await self._fates.put_off(row, verdict.not_before, "quiet hours")
            return False
        return True

    async def _verdict(self, row: Outbox, letter: Letter) -> Verdict:
        async with self._database.reading() as session:
            community = await communities.find(session, community_id=row.community_id)
            return await reach.may_send(
                session,
                letter,
                now=self._clock.now(),
                time_zone=community.time_zone if community else "UTC",
                settings=community.settings if community else {},
            )

    def _letter(self, row: Outbox, post: Post, call: Call) -> Letter:
        return Letter(row.community_id, call.chat_id, post.kind, row.name)

    async def _send(self, row: Outbox, post: Post, event: Event, call: Call) -> None:
        try:
            try:
                result = await self._made(call)
            except Moved as news:
                call = moved(call, news)
                result = await self._made(call)
        except Unreachable as met:
            reason = met
            await patiently(lambda: self._unreachable(row, post, event, call, reason))
        except Rejected as rejected:
            await self._fates.settle(row, RowState.FAILED, str(rejected))
        except Recalled as recalled:
            await self._fates.put_off(row, row.due_at, str(recalled))
        except (NotDone, Moved) as failed:
            await self._fates.try_later(row, str(failed))
        except Doubtful as doubt:
            await self._fates.in_doubt(row, post, str(doubt))
        else:
            sent = Sent(call, result, self._clock.now())
            await patiently(lambda: self._sent(row, post, event, sent))

    async def _made(self, call: Call) -> Any:
        if not self._crew.is_sender:
            raise Recalled
        return await self._sender.send(call, recallable=True)

    async def _sent(self, row: Outbox, post: Post, event: Event, sent: Sent) -> None:
        async with self._database.writing() as session:
            if not await outbox.settle_sent(session, row=row, now=sent.at):
                log.warning("a row went twice: its worker was cut off so long that it was held for dead", row=row.name)
                return
            if post.on_sent is not None:
                await post.on_sent(session, event, sent)
            if sent.call.is_private:
                await reach.note_delivery(session, self._letter(row, post, sent.call), now=sent.at)

    async def _unreachable(self, row: Outbox, post: Post, event: Event, call: Call, reason: Unreachable) -> None:
        if call.is_private:
            door = Door.NEVER_OPENED if reason.never_opened else Door.BLOCKED
            async with self._database.writing() as session:
                await people.set_door(session, user_id=call.chat_id, door=door)
        await self._held_back(row, post, event, str(reason))

    async def _held_back(self, row: Outbox, post: Post, event: Event, reason: str) -> None:
        now = self._clock.now()
        async with self._database.writing() as session:
            if post.on_unreachable is not None:
                await post.on_unreachable(session, event, now)
            await outbox.settle(session, row=row, state=RowState.HELD_BACK, now=now, error=reason)

    async def _settle_doubts(self) -> None:
        """Rows that a worker was sending when it died are treated as their kind says."""
        if time.monotonic() < self._doubts_at:
            return
        self._doubts_at = time.monotonic() + DOUBTS_EVERY_SECONDS
        for row in await patiently(self._left_by_the_dead):
            try:
                post = self._errand(row).post
            except UnknownEvent:
                post = None
            await self._fates.in_doubt(row, post, "the process died while it was being sent")

    async def _left_by_the_dead(self) -> list[Outbox]:
        async with self._database.reading() as session:
            rows = await outbox.sent_by_others(session, worker_id=self._crew.worker_id)
            # Looked at after the rows: whoever is not there now, but has claimed one, was there before.
            dead = await self._crew.missing(session, {row.claimed_by for row in rows if row.claimed_by is not None})
        return [row for row in rows if row.claimed_by is None or row.claimed_by in dead]
