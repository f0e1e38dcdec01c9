"""How fast Telegram may be written to, and which call is next. Monotonic time only: clocks of the wall jump.

Telegram takes about 30 messages a second in all, one a second in a private chat and 20 a minute in a group (Bot FAQ,
"My bot is hitting limits"). An even pace of one each 1/29 s met no refusal where bursts of 30 met some.
"""

import heapq
from collections import deque
from dataclasses import dataclass, field

INTERVAL = 1 / 29
PRIVATE_INTERVAL = 1.0
GROUP_MESSAGES = 20
GROUP_WINDOW = 60.0
# A chat about which nothing is left to remember is forgotten after so many calls.
SWEEP_EVERY = 1000


@dataclass
class ChatPace:
    """When the last messages went to a chat, and until when Telegram wants none."""

    sent: deque[float] = field(default_factory=lambda: deque(maxlen=GROUP_MESSAGES))
    held_until: float = 0.0


class Pace:
    """When the next message may go, over all chats and to each."""

    def __init__(self) -> None:
        self._next = 0.0
        self._chats: dict[int, ChatPace] = {}
        self._noted = 0

    def free_at(self, chat_id: int) -> float:
        """From when on this chat takes a message."""
        chat = self._chats.get(chat_id)
        if chat is None:
            return 0.0
        if not chat.sent:
            return chat.held_until
        if chat_id > 0:
            return max(chat.held_until, chat.sent[-1] + PRIVATE_INTERVAL)
        full = len(chat.sent) == GROUP_MESSAGES
        return max(chat.held_until, chat.sent[0] + GROUP_WINDOW if full else 0.0)

    def next_slot(self) -> float:
        """From when on any message may go."""
        return self._next

    def note(self, chat_id: int, *, at: float) -> None:
        """A message goes to the chat at `at`."""
        # A timer that wakes late must not slow the pace down, so a slot follows the one before and not the waking.
        self._next = max(self._next, at - INTERVAL) + INTERVAL
        self._chats.setdefault(chat_id, ChatPace()).sent.append(at)
        self._noted += 1
        if self._noted % SWEEP_EVERY == 0:
            self._sweep(at)

    def hold(self, chat_id: int, *, until: float) -> None:
        """Telegram wants a pause for this chat."""
        chat = self._chats.setdefault(chat_id, ChatPace())
        chat.held_until = max(chat.held_until, until)

    def _sweep(self, now: float) -> None:
        idle = [
            chat_id
            for chat_id, chat in self._chats.items()
            if self.free_at(chat_id) < now and (not chat.sent or chat.sent[-1] < now - GROUP_WINDOW)
        ]
        for chat_id in idle:
            del self._chats[chat_id]


@dataclass(order=True)
class Place:
    """A waiting call's place in the queue."""

    priority: int
    number: int
    chat_id: int = field(compare=False)


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
        soonest: float | None = None
        passed: list[Place] = []
        found: Place | None = None
        while self._waiting and found is None:
            place = heapq.heappop(self._waiting)
            free = pace.free_at(place.chat_id)
            if place.chat_id in self._busy or free > now:
                passed.append(place)
                if place.chat_id not in self._busy:
                    soonest = free if soonest is None else min(soonest, free)
            else:
                found = place
        for place in passed:
            heapq.heappush(self._waiting, place)
        if found is None:
            return soonest
        self._busy.add(found.chat_id)
        return found

    def answered(self, chat_id: int) -> None:
        """The call to this chat is over; the next may go."""
        self._busy.discard(chat_id)
