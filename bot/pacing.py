"""How fast Telegram may be written to, and which call is next. Monotonic time only: clocks of the wall jump.

Telegram takes about 30 messages a second in all, one a second in a private chat with short bursts, and 20 a minute in
a group (Bot FAQ, "My bot is hitting limits"). It counts a message at a moment that we do not see: somewhere between the
start of the call and its answer. So a message counts here from its start until a whole window after its answer. Then no
window of Telegram's own holds too many, whatever the network does with the calls. The price is the time that answers
take: 30 messages each 1 s + 50 ms are 28.5 a second.
"""

import heapq
import math
from collections import deque
from dataclasses import dataclass, field

from models.events import Priority

MESSAGES = 30
WINDOW = 1.0
# Evenly, so that whoever is urgent waits for one slot and not for the rest of a second whose messages are used up.
INTERVAL = 1 / 29.5
PRIVATE_INTERVAL = 1.0
PRIVATE_BURST = 3
GROUP_MESSAGES = 20
GROUP_WINDOW = 60.0
# What is left of a group's messages for answers, which somebody waits for.
KEPT_FOR_ANSWERS = 5
# A chat about which nothing is left to remember is forgotten after so many calls.
SWEEP_EVERY = 1000


class Recent:
    """The messages that Telegram may still be counting: those under way, and those answered not long ago."""

    def __init__(self, most: int) -> None:
        self._under_way = 0
        self._answered: deque[float] = deque(maxlen=most)

    def begin(self) -> None:
        """One is on its way."""
        self._under_way += 1

    def end(self, at: float) -> None:
        """One was answered."""
        self._under_way -= 1
        self._answered.append(at)

    def free_at(self, most: int, window: float) -> float:
        """From when on one more makes no more than `most` in any window; without end while only an answer helps."""
        allowed = most - self._under_way
        if allowed <= 0:
            return math.inf
        return self._answered[-allowed] + window if len(self._answered) >= allowed else 0.0

    def is_over(self, now: float, window: float) -> bool:
        """Whether none of them counts any more."""
        return not self._under_way and (not self._answered or self._answered[-1] + window < now)


@dataclass
class ChatPace:
    """The last messages to a chat, and until when Telegram wants none."""

    recent: Recent = field(default_factory=lambda: Recent(GROUP_MESSAGES))
    held_until: float = 0.0


class Pace:
    """When the next message may go, over all chats and to each."""

    def __init__(self) -> None:
        self._next = 0.0
        self._all = Recent(MESSAGES)
        self._chats: dict[int, ChatPace] = {}
        self._touched: set[int] = set()
        self._noted = 0

    def free_at(self, chat_id: int, *, awaited: bool = True) -> float:
        """From when on this chat takes a message; short bursts, and the last of a group's minute, are for answers."""
        chat = self._chats.get(chat_id)
        if chat is None:
            return 0.0
        if chat_id > 0:
            # Telegram's own measure of a burst nobody knows; so many in as many seconds keep its one a second.
            free = chat.recent.free_at(PRIVATE_BURST, PRIVATE_BURST * PRIVATE_INTERVAL)
            even = 0.0 if awaited else chat.recent.free_at(1, PRIVATE_INTERVAL)
            return max(chat.held_until, free, even)
        most = GROUP_MESSAGES - (0 if awaited else KEPT_FOR_ANSWERS)
        return max(chat.held_until, chat.recent.free_at(most, GROUP_WINDOW))

    def next_slot(self) -> float:
        """From when on any message may go; without end while only an answer can tell."""
        return max(self._next, self._all.free_at(MESSAGES, WINDOW))

    def closed(self, now: float) -> dict[int, float]:
        """The chats that take nothing for which nobody waits, and from when on each does again."""
        moments = {chat_id: self.free_at(chat_id, awaited=False) for chat_id in self._touched}
        closed = {chat_id: moment for chat_id, moment in moments.items() if moment > now}
        self._touched = set(closed)
        return closed

    def begin(self, chat_id: int, *, at: float) -> None:
        """A message goes to the chat at `at`."""
        # A timer that wakes late must not slow the pace down, so a slot follows the one before and not the waking.
        self._next = max(self._next, at - INTERVAL) + INTERVAL
        self._all.begin()
        self._chat(chat_id).recent.begin()
        self._noted += 1
        if self._noted % SWEEP_EVERY == 0:
            self._sweep(at)

    def end(self, chat_id: int, *, at: float) -> None:
        """The call that began is over, whatever came of it."""
        self._all.end(at)
        self._chat(chat_id).recent.end(at)

    def hold(self, chat_id: int, *, until: float) -> None:
        """Telegram wants a pause for this chat."""
        chat = self._chat(chat_id)
        chat.held_until = max(chat.held_until, until)

    def _chat(self, chat_id: int) -> ChatPace:
        self._touched.add(chat_id)
        return self._chats.setdefault(chat_id, ChatPace())

    def _sweep(self, now: float) -> None:
        idle = [
            chat_id
            for chat_id, chat in self._chats.items()
            if chat.held_until < now and chat.recent.is_over(now, GROUP_WINDOW)
        ]
        for chat_id in idle:
            del self._chats[chat_id]


@dataclass(order=True)
class Place:
    """A waiting call's place in the queue."""

    priority: int
    number: int
    chat_id: int = field(compare=False)

    @property
    def is_awaited(self) -> bool:
        """Whether somebody waits for it."""
        return self.priority <= Priority.AWAITED


class Queue:
    """Waiting calls, the most urgent first; a chat that is held or busy lets the others pass."""

    def __init__(self) -> None:
        self._waiting: list[Place] = []
        self._busy: set[int] = set()

    def __len__(self) -> int:
        return len(self._waiting)

    def add(self, place: Place) -> None:
        """A call waits."""
        heapq.heappush(self._waiting, place)

    def clear(self) -> list[Place]:
        """Let nobody wait any more; returns who did."""
        gone, self._waiting = self._waiting, []
        return gone

    def take(self, pace: Pace, *, now: float) -> Place | float | None:
        """The call that goes now; else the moment at which one could; nothing if only an answer can change that."""
        soonest = math.inf
        passed: list[Place] = []
        found: Place | None = None
        while self._waiting and found is None:
            place = heapq.heappop(self._waiting)
            free = math.inf if place.chat_id in self._busy else pace.free_at(place.chat_id, awaited=place.is_awaited)
            if free <= now:
                found = place
            else:
                passed.append(place)
                soonest = min(soonest, free)
        for place in passed:
            heapq.heappush(self._waiting, place)
        if found is None:
            return None if math.isinf(soonest) else soonest
        self._busy.add(found.chat_id)
        return found

    def answered(self, chat_id: int) -> None:
        """The call to this chat is over; the next may go."""
        self._busy.discard(chat_id)
