"""The one sender: every call to Telegram passes here, in its turn, and comes back with what it means."""

import asyncio
import contextlib
import time
from collections.abc import Mapping
from dataclasses import dataclass, replace
from itertools import count
from typing import Any

import structlog
from telegram.error import TelegramError
from telegram.ext import ExtBot

from bot import metrics
from bot.pacing import Pace, Place, Queue
from bot.telegram import Moved, NotDone, TooMany, meaning
from handlers.outgoing import Call, Turn

log = structlog.get_logger()

# A pause that Telegram asks for is obeyed this often for one call; after that the caller decides.
MOST_PAUSES = 20
STOPPING = "Kith is stopping"


class Recalled(NotDone):
    """Another worker sends now; the call is left to it."""

    def __init__(self) -> None:
        super().__init__("another worker sends now")


@dataclass
class Job:
    """A call and who waits for its answer."""

    call: Call
    place: Place
    answer: asyncio.Future[Any]
    pauses: int = 0
    recallable: bool = False


class Sender:
    """Makes calls at the pace that Telegram allows. A pause for one chat does not stop the others."""

    def __init__(self, bot: ExtBot[None]) -> None:
        self._bot = bot
        self._pace = Pace()
        self._queue = Queue()
        self._jobs: dict[int, Job] = {}
        self._numbers = count()
        self._woken = asyncio.Event()
        self._running: set[asyncio.Task[None]] = set()
        self._direct = 0
        self._withdrawn = False

    @property
    def is_idle(self) -> bool:
        """Whether nothing waits and nothing is under way."""
        return not self._jobs and not self._direct

    async def send(self, call: Call, *, recallable: bool = False) -> Any:
        """What Telegram answers; raises what the error means (see `bot.telegram`)."""
        if self._withdrawn:
            raise NotDone(STOPPING)
        if call.turn is Turn.AT_ONCE:
            return await self._at_once(call)
        number = next(self._numbers)
        place = Place(int(call.priority), number, call.chat_id)
        job = Job(call, place, asyncio.get_running_loop().create_future(), recallable=recallable)
        self._jobs[number] = job
        self._queue.add(place)
        self._woken.set()
        return await job.answer

    def withdraw(self) -> None:
        """Send nothing more: what still waits for its turn has surely not been done, and its callers hear so."""
        self._withdrawn = True
        for place in self._queue.clear():
            self._finish(self._jobs[place.number], error=NotDone(STOPPING))

    def recall(self) -> None:
        """Give back what is recallable and still waits for its turn: another worker has taken over the sending."""
        for place in self._queue.clear():
            if self._jobs[place.number].recallable:
                self._finish(self._jobs[place.number], error=Recalled())
            else:
                self._queue.add(place)

    async def _at_once(self, call: Call) -> Any:
        self._direct += 1
        try:
            while True:
                try:
                    return await self._made(call)
                except TooMany as pause:
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
            now = time.monotonic()
            slot = self._pace.next_slot()
            if slot > now and len(self._queue):
                await asyncio.sleep(slot - now)
                continue
            self._woken.clear()
            taken = self._queue.take(self._pace, now=now)
            if isinstance(taken, Place):
                self._pace.note(taken.chat_id, at=now)
                task = asyncio.create_task(self._carry_out(self._jobs[taken.number]))
                self._running.add(task)
                task.add_done_callback(self._running.discard)
            else:
                await self._sleep_until(taken)

    async def _sleep_until(self, moment: float | None) -> None:
        timeout = None if moment is None else max(0.0, moment - time.monotonic())
        # Not `wait_for`: Python 3.11's loses a cancellation that comes in the moment of waking.
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(timeout):
                await self._woken.wait()

    async def _carry_out(self, job: Job) -> None:
        try:
            result = await self._made(job.call)
        except TooMany as pause:
            self._pause(job, pause)
        except Exception as error:  # noqa: BLE001 - it is the caller's, who waits for the answer
            self._finish(job, error=error)
        else:
            self._finish(job, result=result)
        finally:
            self._queue.answered(job.call.chat_id)
            self._woken.set()

    def _pause(self, job: Job, pause: TooMany) -> None:
        log.warning("telegram asks for a pause", chat_id=job.call.chat_id, seconds=pause.seconds)
        self._pace.hold(job.call.chat_id, until=time.monotonic() + pause.seconds)
        job.pauses += 1
        if self._withdrawn or job.pauses > MOST_PAUSES:
            self._finish(job, error=NotDone(STOPPING if self._withdrawn else "Telegram keeps asking for pauses"))
        else:
            self._queue.add(job.place)

    def _finish(self, job: Job, *, result: Any = None, error: Exception | None = None) -> None:
        del self._jobs[job.place.number]
        if job.answer.done():
            return
        if error is None:
            job.answer.set_result(result)
        else:
            job.answer.set_exception(error)


def moved(call: Call, moved: Moved) -> Call:
    """The same call for the supergroup that the group has become."""
    arguments: Mapping[str, Any] = {**call.arguments, "chat_id": moved.new_chat_id}
    return replace(call, chat_id=moved.new_chat_id, arguments=arguments)
