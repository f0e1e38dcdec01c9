"""The one sender: every call to Telegram passes here, in its turn, and comes back with what it means."""

import asyncio
import contextlib
import math
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from itertools import count
from typing import Any

import structlog
from telegram.error import TelegramError
from telegram.ext import ExtBot

from bot import metrics
from bot.pacing import Pace, Place, Queue
from bot.telegram import STAYED_BEHIND, Moved, NotDone, Rejected, TooMany, meaning
from handlers.outgoing import Call, Turn

log = structlog.get_logger()

# A pause that Telegram asks for is obeyed this often for one call; after that the caller decides.
MOST_PAUSES = 20
STOPPING = "Kith is stopping"
# For a chat that is closed no longer than this a call of the outbox waits here, ready to go.
CLOSED_SECONDS = 1.0
# What a call has among its arguments that is about a message there is already.
_OF_A_MESSAGE = frozenset({"message_id", "message_ids"})
# So many seconds an answer waits for a group whose messages of the minute are used up.
GROUP_ANSWERS_KEEP = 60.0


class Recalled(NotDone):
    """The call has not left and its caller gets it back: the chat is closed, or the sending is another's now."""


class Paused(NotDone):
    """Telegram asked for a pause of `seconds`, and the caller gets the call back for that long."""

    def __init__(self, seconds: float) -> None:
        super().__init__(f"Telegram asked for a pause of {seconds:g} s")
        self.seconds = seconds


class TooLate(Exception):
    """The group took so long to become free again that the answer would be news of yesterday."""


@dataclass
class Job:
    """A call and who waits for its answer.

    A recallable one is given back rather than kept while its chat is closed: the outbox keeps it better than memory
    does. `on_start` is called when it leaves.
    """

    call: Call
    place: Place
    answer: asyncio.Future[Any]
    recallable: bool
    on_start: Callable[[], None]
    asked_at: float
    pauses: int = 0

    def is_stale(self, now: float) -> bool:
        """Whether an answer has waited so long for a group to become free that nobody expects it any more."""
        return not self.recallable and not self.call.is_private and now - self.asked_at > GROUP_ANSWERS_KEEP


def _nothing() -> None:
    pass


class Sender:
    """Makes calls at the pace that Telegram allows. A pause for one chat does not stop the others."""

    def __init__(self, bot: ExtBot[None]) -> None:
        self._bot = bot
        self._pace = Pace()
        self._queue = Queue()
        self._jobs: dict[int, Job] = {}
        self._recallable: set[int] = set()
        self._numbers = count()
        self._woken = asyncio.Event()
        self._running: set[asyncio.Task[None]] = set()
        self._direct = 0
        self._withdrawn = False

    @property
    def is_idle(self) -> bool:
        """Whether nothing waits and nothing is under way."""
        return not self._jobs and not self._direct

    def closed(self) -> dict[int, float]:
        """The chats to which nothing of the outbox can go now, with the seconds until each takes something again.

        The time is endless where only the answer to a call under way can tell.
        """
        now = time.monotonic()
        return {chat_id: moment - now for chat_id, moment in self._pace.closed(now).items()}

    async def send(self, call: Call, *, recallable: bool = False, on_start: Callable[[], None] = _nothing) -> Any:
        """What Telegram answers; raises what the error means (see `bot.telegram`).

        A recallable call comes back with `Recalled` or `Paused` when its chat turns out to be closed for long.
        """
        if self._withdrawn:
            raise Recalled(STOPPING) if recallable else NotDone(STOPPING)
        if call.turn is Turn.AT_ONCE:
            on_start()
            return await self._at_once(call, recallable=recallable)
        number = next(self._numbers)
        place = Place(int(call.priority), number, call.chat_id)
        answer = asyncio.get_running_loop().create_future()
        self._jobs[number] = Job(call, place, answer, recallable, on_start, asked_at=time.monotonic())
        self._queue.add(place)
        if recallable:
            self._recallable.add(number)
            self._give_back(call.chat_id)
        self._woken.set()
        return await answer

    def withdraw(self) -> None:
        """Send nothing more: what still waits for its turn has surely not been done, and its callers hear so."""
        self._withdrawn = True
        for place in self._queue.clear():
            job = self._jobs[place.number]
            self._finish(job, error=Recalled(STOPPING) if job.recallable else NotDone(STOPPING))

    def recall(self) -> None:
        """Give back what is recallable and still waits for its turn: another worker has taken over the sending."""
        self._recall(lambda _job: True, "another worker sends now")

    def _recall(self, chosen: Callable[[Job], bool], why: str) -> None:
        for place in self._queue.clear():
            job = self._jobs[place.number]
            if job.recallable and chosen(job):
                self._finish(job, error=Recalled(why))
            else:
                self._queue.add(place)

    def _give_back(self, chat_id: int) -> None:
        """What is recallable does not wait here for a chat that stays closed for longer than a moment."""
        if not any(self._jobs[number].call.chat_id == chat_id for number in self._recallable):
            return
        closed = self._pace.free_at(chat_id, awaited=False) - time.monotonic()
        if CLOSED_SECONDS < closed < math.inf:
            self._recall(lambda job: job.call.chat_id == chat_id, "the chat takes nothing now")

    async def _at_once(self, call: Call, *, recallable: bool) -> Any:
        self._direct += 1
        try:
            while True:
                try:
                    return await self._made(call)
                except TooMany as pause:
                    if recallable:
                        raise Paused(pause.seconds) from None
                    await asyncio.sleep(pause.seconds)
        finally:
            self._direct -= 1

    async def _made(self, call: Call) -> Any:
        try:
            result = await getattr(self._bot, call.method)(**call.arguments)
        except TelegramError as error:
            told = meaning(error)
            metrics.CALLS.labels(call.method, type(told).__name__).inc()
            raise told from None
        metrics.CALLS.labels(call.method, "done").inc()
        return result

    async def run(self) -> None:
        """Send what waits, until cancelled."""
        while True:
            self._woken.clear()
            now = time.monotonic()
            slot = self._pace.next_slot()
            if slot > now:
                await self._sleep_until(slot if len(self._queue) else math.inf)
                continue
            taken = self._queue.take(self._pace, now=now)
            if isinstance(taken, Place):
                self._begin(self._jobs[taken.number], now)
            else:
                await self._sleep_until(math.inf if taken is None else taken)

    def _begin(self, job: Job, now: float) -> None:
        if job.is_stale(now):
            self._queue.answered(job.call.chat_id)
            self._finish(job, error=TooLate(f"after {now - job.asked_at:.0f} s"))
            return
        self._pace.begin(job.call.chat_id, at=now)
        job.on_start()
        task = asyncio.create_task(self._carry_out(job))
        self._running.add(task)
        task.add_done_callback(self._running.discard)

    async def _sleep_until(self, moment: float) -> None:
        timeout = None if math.isinf(moment) else max(0.0, moment - time.monotonic())
        # Not `wait_for`: Python 3.11's loses a cancellation that comes in the moment of waking.
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(timeout):
                await self._woken.wait()

    async def _carry_out(self, job: Job) -> None:
        chat_id = job.call.chat_id
        try:
            result = await self._made(job.call)
        except TooMany as pause:
            self._pause(job, pause)
        except Exception as error:  # noqa: BLE001 - it is the caller's, who waits for the answer
            self._finish(job, error=error)
        else:
            self._finish(job, result=result)
        finally:
            self._pace.end(chat_id, at=time.monotonic())
            self._queue.answered(chat_id)
            self._give_back(chat_id)
            self._woken.set()

    def _pause(self, job: Job, pause: TooMany) -> None:
        log.warning("telegram asks for a pause", chat_id=job.call.chat_id, seconds=pause.seconds)
        self._pace.hold(job.call.chat_id, until=time.monotonic() + pause.seconds)
        job.pauses += 1
        if job.recallable:
            self._finish(job, error=Paused(pause.seconds))
        elif self._withdrawn or job.pauses > MOST_PAUSES:
            self._finish(job, error=NotDone(STOPPING if self._withdrawn else "Telegram keeps asking for pauses"))
        else:
            self._queue.add(job.place)

    def _finish(self, job: Job, *, result: Any = None, error: Exception | None = None) -> None:
        del self._jobs[job.place.number]
        self._recallable.discard(job.place.number)
        if job.answer.done():
            return
        if error is None:
            job.answer.set_result(result)
        else:
            job.answer.set_exception(error)


def moved(call: Call, moved: Moved) -> Call:
    """The same call for the supergroup that the group has become; it answers no message any more.

    There messages are counted anew: under the number that a call names stands what somebody else has written. So what
    was to be done with a message raises `Rejected`.
    """
    if not _OF_A_MESSAGE.isdisjoint(call.arguments):
        raise Rejected(STAYED_BEHIND)
    kept = {name: value for name, value in call.arguments.items() if name != "reply_parameters"}
    arguments: Mapping[str, Any] = {**kept, "chat_id": moved.new_chat_id}
    return replace(call, chat_id=moved.new_chat_id, arguments=arguments, answers_to=None)
