"""A bot's updates on Telegram's side: numbered, kept until confirmed or too old, ready-made as JSON text."""

import asyncio
import json
from collections import deque
from collections.abc import Iterable
from itertools import islice
from typing import Any, Literal, NamedTuple

from simulator.clock import Clock
from simulator.ids import Ids

DAY = 24 * 3600
WEEK = 7 * DAY
# Telegram forgets these on its server after about this long, whether fetched or not.
QUERY_LIFETIME = 150
QUERIES = frozenset({"callback_query", "pre_checkout_query", "shipping_query"})
# Left out unless they are asked for by name.
ON_REQUEST = frozenset({"chat_member", "message_reaction", "message_reaction_count"})

Outcome = Literal["found", "over", "conflict", "closed"]

encode = json.JSONEncoder(separators=(",", ":")).encode


class Queued(NamedTuple):
    id: int
    kind: str
    text: bytes
    at: float


class UpdateQueue:
    def __init__(self, *, clock: Clock, ids: Ids, keep: int) -> None:
        self._clock = clock
        self._ids = ids
        self._waiting: deque[Queued] = deque()
        self._again: deque[Queued] = deque()
        self._confirmed: deque[Queued] = deque(maxlen=keep)
        self._next_id = ids.first_update()
        self._last_at: float | None = None
        self._waiter: asyncio.Future[Outcome] | None = None
        self._newcomer = asyncio.Event()
        self.allowed: frozenset[str] | None = None
        # Off while a history is played: years pass in seconds then, and what waits must not grow old by it.
        self.ages = True

    @property
    def pending(self) -> int:
        self._forget_old()
        return len(self._waiting) + len(self._again)

    @property
    def polling(self) -> bool:
        return self._waiter is not None

    def wants(self, kind: str) -> bool:
        return kind not in ON_REQUEST if self.allowed is None else kind in self.allowed

    def allow(self, kinds: list[str] | None) -> None:
        """None leaves the list as it was; an empty one goes back to the default. Queued updates stay."""
        if kinds is not None:
            self.allowed = frozenset(kinds) or None

    def put(self, kind: str, payload: str) -> int:
        """Queues one update whose content is ready-made JSON text, and wakes whoever waits."""
        at = self._clock.now().timestamp()
        number = self._number(at)
        text = f'{{"update_id":{number},"{kind}":{payload}}}'.encode("ascii")
        self._waiting.append(Queued(number, kind, text, at))
        self._wake()
        return number

    def push_many(self, updates: Iterable[dict[str, Any]]) -> list[int]:
        """Queues whole updates as they are, asked for or not."""
        at = self._clock.now().timestamp()
        numbers = []
        for update in updates:
            if "update_id" in update:
                raise ValueError("an update is pushed without its update_id: the simulator numbers it")
            number = self._number(at)
            kind = next(iter(update), "")
            rest = encode(update)[1:] if update else "}"
            comma = "," if update else ""
            text = f'{{"update_id":{number}{comma}{rest}'.encode("ascii")
            self._waiting.append(Queued(number, kind, text, at))
            numbers.append(number)
        if numbers:
            self._wake()
        return numbers

    def repeat(self, which: Iterable[int] | int) -> list[int]:
        """Delivers confirmed updates once more, by their ids or the last n of them."""
        if isinstance(which, int):
            chosen = list(self._confirmed)[-which:] if which > 0 else []
        else:
            wanted = set(which)
            chosen = [queued for queued in self._confirmed if queued.id in wanted]
        self._again.extend(chosen)
        if chosen:
            self._wake()
        return [queued.id for queued in chosen]

    def confirm(self, offset: int) -> None:
        if offset < 0:
            while len(self._waiting) > -offset:
                self._confirmed.append(self._waiting.popleft())
            return
        # After the numbers restarted, an offset from before is taken for a mistake and confirms nothing.
        if offset > self._next_id + 10:
            return
        while self._waiting and self._waiting[0].id < offset:
            self._confirmed.append(self._waiting.popleft())

    def confirm_one(self, number: int) -> None:
        """Takes a single update out, as a webhook confirms them."""
        for place, queued in enumerate(self._waiting):
            if queued.id == number:
                self._confirmed.append(queued)
                del self._waiting[place]
                return
        self._again = deque(queued for queued in self._again if queued.id != number)

    def drop_all(self) -> None:
        self._confirmed.extend(self._waiting)
        self._waiting.clear()
        self._again.clear()

    def look(self, limit: int) -> list[Queued]:
        """The oldest un-confirmed updates; they stay."""
        self._forget_old()
        return list(islice((*islice(self._again, limit), *islice(self._waiting, limit)), limit))

    def take(self, limit: int) -> list[Queued]:
        """What the next getUpdates answers: repeated ones go once, the others stay until confirmed."""
        batch = self.look(limit)
        for _ in range(min(limit, len(self._again))):
            self._again.popleft()
        return batch

    async def wait(self, seconds: float) -> Outcome:
        if self.pending:
            return "found"
        waiter: asyncio.Future[Outcome] = asyncio.get_running_loop().create_future()
        self._waiter = waiter
        try:
            return await asyncio.wait_for(waiter, seconds)
        except TimeoutError:
            return "over"
        finally:
            if self._waiter is waiter:
                self._waiter = None

    async def wait_for_new(self) -> None:
        """Until the next update comes, however many wait already."""
        self._newcomer.clear()
        await self._newcomer.wait()

    def nudge(self) -> None:
        """Lets the webhook look again although nothing new came."""
        self._newcomer.set()

    def interrupt(self, outcome: Outcome) -> None:
        """Sends whoever waits away."""
        self._wake(outcome)

    def _wake(self, outcome: Outcome = "found") -> None:
        self._newcomer.set()
        waiter, self._waiter = self._waiter, None
        if waiter is not None and not waiter.done():
            waiter.set_result(outcome)

    def _number(self, at: float) -> int:
        # After a week without updates Telegram goes on at a random number.
        if self.ages and self._last_at is not None and at - self._last_at > WEEK:
            self._next_id = self._ids.first_update()
        self._last_at = at
        number = self._next_id
        self._next_id += 1
        return number

    def _forget_old(self) -> None:
        if not self.ages:
            return
        now = self._clock.now().timestamp()
        waiting = self._waiting
        while waiting and now - waiting[0].at > DAY:
            waiting.popleft()
        if waiting and now - waiting[0].at > QUERY_LIFETIME:
            self._waiting = deque(
                queued for queued in waiting if queued.kind not in QUERIES or now - queued.at <= QUERY_LIFETIME
            )
