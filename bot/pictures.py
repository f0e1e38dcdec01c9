"""Pictures: drawn by a process of its own, one after the other, and sent again by Telegram's own id while they stay."""

import asyncio
import hashlib
import sys
from collections import OrderedDict
from dataclasses import replace
from pathlib import Path
from typing import Any

import structlog

import handlers
from handlers.outgoing import Call, message
from handlers.texts.reader import Html

log = structlog.get_logger()

_DRAWING = Path(handlers.__file__).with_name("drawing.py")
# Half a second is usual.
DRAWN_WITHIN_SECONDS = 30.0
# So many pictures are known by Telegram's id, a hundred bytes each. A restart forgets them, and they are drawn anew.
MOST_KNOWN = 1000
# More do not wait: whoever comes then is told so, instead of keeping a row of others waiting for minutes.
MOST_WAITING = 20


class Pictures:
    """Puts a picture into a call that wants one."""

    def __init__(self) -> None:
        self._known: OrderedDict[str, str] = OrderedDict()
        self._one_by_one = asyncio.Lock()
        self._waiting = 0

    async def drawn(self, call: Call) -> Call:
        """The call with its picture; or, where that could not be drawn, the words that say so."""
        if call.draws is None:
            return call
        known = self._known.get(_name(call.draws))
        picture = known if known is not None else await self._draw(call.draws)
        if picture is None:
            return message(call.chat_id, Html(call.memo or ""), priority=call.priority)
        return replace(call, arguments={**call.arguments, "photo": picture})

    def sent(self, call: Call, result: Any) -> None:
        """Telegram has taken a picture: the same one need not be drawn again."""
        if call.draws is None or "photo" not in call.arguments:
            return
        self._known[_name(call.draws)] = result.photo[-1].file_id
        self._known.move_to_end(_name(call.draws))
        if len(self._known) > MOST_KNOWN:
            self._known.popitem(last=False)

    async def _draw(self, told: str) -> bytes | None:
        if self._waiting >= MOST_WAITING:
            return None
        self._waiting += 1
        try:
            async with self._one_by_one:
                return await _drawn(told)
        finally:
            self._waiting -= 1


def _name(told: str) -> str:
    return hashlib.sha256(told.encode()).hexdigest()


async def _drawn(told: str) -> bytes | None:
    # Isolated, so that neither this folder nor what the environment adds stands before the libraries.
    pipe = asyncio.subprocess.PIPE
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-I", str(_DRAWING), stdin=pipe, stdout=pipe, stderr=pipe
    )
    try:
        async with asyncio.timeout(DRAWN_WITHIN_SECONDS):
            picture, problem = await process.communicate(told.encode())
    except TimeoutError:
        process.kill()
        await process.wait()
        log.warning("a picture took too long to draw")
        return None
    if process.returncode or not picture:
        # The last line alone names the error; what was to be drawn holds names, and stays out of the log.
        log.warning("a picture could not be drawn", error=problem.decode(errors="replace").strip().split(":")[0][-80:])
        return None
    return picture
