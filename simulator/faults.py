"""Faults on demand: refusals, dropped connections, silence, rubbish, lost answers."""

import asyncio
import contextlib
from dataclasses import asdict, dataclass
from typing import Any, Literal, get_args

Kind = Literal["answer", "drop", "hang", "garbage", "lost_answer", "late_answer"]
WORDS = {
    400: "Bad Request: refused by the simulator",
    403: "Forbidden: bot was blocked by the user",
    500: "Internal Server Error",
    502: "Bad Gateway",
}


@dataclass(eq=False)
class Fault:
    """What happens to the next calls that match.

    'answer' refuses without doing anything (with no status it only answers later); 'drop' closes the connection
    undone; 'hang' is silent for its seconds, then drops; 'garbage' answers what is no JSON, undone; 'lost_answer' does
    what was asked and then closes the connection; 'late_answer' does it and says so only after its seconds.
    """

    method: str
    status: int | None
    retry_after: int
    description: str | None
    times: int | None
    chat_id: int | None
    kind: Kind
    seconds: float
    bot: str | None
    met: int = 0

    def __post_init__(self) -> None:
        self._over = asyncio.Event()

    async def lasts(self, seconds: float) -> None:
        """Let its seconds pass, or less if somebody ends it."""
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                await self._over.wait()

    def end(self) -> None:
        """Those who wait for it wait no longer."""
        self._over.set()

    def matches(self, *, method: str, chat_id: int | None, bot: str) -> bool:
        return (
            self.times != 0
            and self.method in ("*", method)
            and self.chat_id in (None, chat_id)
            and self.bot in (None, bot)
        )

    def json(self) -> dict[str, Any]:
        return asdict(self)

    def answer(self, status: int) -> dict[str, Any]:
        if status == 429:
            return {
                "ok": False,
                "error_code": 429,
                "description": self.description or f"Too Many Requests: retry after {self.retry_after}",
                "parameters": {"retry_after": self.retry_after},
            }
        description = self.description or WORDS.get(status, "Internal Server Error")
        return {"ok": False, "error_code": status, "description": description}


class Faults:
    def __init__(self) -> None:
        self._waiting: list[Fault] = []

    def add(
        self,
        *,
        method: str = "*",
        status: int | None = None,
        retry_after: int = 3,
        description: str | None = None,
        times: int | None = 1,
        chat_id: int | None = None,
        kind: Kind = "answer",
        seconds: float = 0,
        bot: str | None = None,
    ) -> Fault:
        """times=None stays until it is cleared; bot is a username."""
        if kind not in get_args(Kind):
            raise ValueError(f"a fault's kind is one of {', '.join(get_args(Kind))}, not {kind!r}")
        if status is not None and not 400 <= status <= 599:
            raise ValueError("a fault's status is between 400 and 599")
        fault = Fault(
            method=method,
            status=status,
            retry_after=retry_after,
            description=description,
            times=times,
            chat_id=chat_id,
            kind=kind,
            seconds=seconds,
            bot=bot,
        )
        self._waiting.append(fault)
        return fault

    def pending(self) -> list[Fault]:
        return list(self._waiting)

    def clear(self) -> None:
        self._waiting.clear()

    def take(self, *, method: str, chat_id: int | None, bot: str) -> Fault | None:
        """The first that matches, used up by one."""
        if not self._waiting:
            return None
        fault = next((f for f in self._waiting if f.matches(method=method, chat_id=chat_id, bot=bot)), None)
        if fault is None:
            return None
        fault.met += 1
        if fault.times is not None:
            fault.times -= 1
            if fault.times == 0:
                self._waiting.remove(fault)
        return fault
