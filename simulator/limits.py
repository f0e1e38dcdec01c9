"""Telegram's sending limits, counted on the monotonic clock whatever the simulator's own clock does."""

import math
import time
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field


@dataclass
class Window:
    """At most so many in so many seconds; told how long to wait before one more."""

    most: int
    seconds: float
    times: deque[float] = field(default_factory=deque)

    def wait(self, now: float) -> float:
        while self.times and now - self.times[0] >= self.seconds:
            self.times.popleft()
        return 0.0 if len(self.times) < self.most else self.seconds - (now - self.times[0])


class Limits:
    """Off until enabled: 30 a second over all chats, 20 a minute in a group, one a second in a private chat.

    A private chat takes short bursts, so its limit is counted as three in three seconds.
    """

    def __init__(self, *, monotonic: Callable[[], float] = time.monotonic) -> None:
        self.enabled = False
        self.all_per_second = 30
        self.group_per_minute = 20
        self.private_burst = 3
        self._monotonic = monotonic
        self._all: dict[int, Window] = {}
        self._chats: dict[tuple[int, int], Window] = {}

    def retry_after(self, *, bot_id: int, chat_id: int, messages: int = 1) -> int:
        """0 if the messages of a call may go, which counts them; otherwise the seconds to wait."""
        if not self.enabled:
            return 0
        now = self._monotonic()
        windows = (self._window_of_all(bot_id), self._window_of_chat(bot_id, chat_id))
        wait = max(window.wait(now) for window in windows)
        if wait > 0:
            return max(1, math.ceil(wait))
        for window in windows:
            window.times.extend([now] * messages)
        return 0

    def _window_of_all(self, bot_id: int) -> Window:
        return self._all.setdefault(bot_id, Window(self.all_per_second, 1.0))

    def _window_of_chat(self, bot_id: int, chat_id: int) -> Window:
        key = (bot_id, chat_id)
        if key not in self._chats:
            if chat_id < 0:
                self._chats[key] = Window(self.group_per_minute, 60.0)
            else:
                self._chats[key] = Window(self.private_burst, float(self.private_burst))
        return self._chats[key]
