"""What a question lacks of Telegram's: fetched between two transactions, before its handler runs again."""

import asyncio
import time
from dataclasses import dataclass
from typing import Any

from bot.clock import Clock
from bot.sending import Sender, moved
from bot.telegram import Doubtful, Moved, NotDone, Rejected, Unreachable
from handlers.asking import FileIsUnreadable
from handlers.outgoing import Call, Turn
from handlers.staff import list_asked_for, write_list
from models.database import Database
from models.refusals import Refused
from models.staff import StaffIsUnknown

# The road waits meanwhile, so not for long: whoever asked can ask again.
FETCH_SECONDS = 5.0
# What Telegram did not tell of a chat is not asked for again at once, however often somebody wants it.
FIRST_SILENCE_SECONDS, LONGEST_SILENCE_SECONDS = 60.0, 480.0


@dataclass
class Silence:
    """For how long a chat is not asked about, in seconds, and until when, by a clock that only runs forward."""

    seconds: float
    until: float


class Fetching:
    """Asks Telegram, and has what is known for longer than a moment written down."""

    def __init__(self, *, database: Database, clock: Clock, sender: Sender) -> None:
        self._database = database
        self._clock = clock
        self._sender = sender
        # By chat, those alone about which the last question was not answered.
        self._silences: dict[int, Silence] = {}

    async def staff(self, lack: StaffIsUnknown) -> None:
        """Have Telegram's list of administrators written down.

        Raises the lack itself if Telegram does not tell it; it is then asked again after a minute, and after longer
        each time that it stays silent.
        """
        silence = self._silences.get(lack.chat_id)
        if silence is not None and time.monotonic() < silence.until:
            lack.again_in_seconds = silence.until - time.monotonic()
            raise lack
        try:
            found = await self._asked(list_asked_for(lack.chat_id), otherwise=lack)
        except StaffIsUnknown:
            wait = FIRST_SILENCE_SECONDS if silence is None else min(silence.seconds * 2, LONGEST_SILENCE_SECONDS)
            self._silences[lack.chat_id] = Silence(wait, time.monotonic() + wait)
            lack.again_in_seconds = wait
            raise
        self._silences.pop(lack.chat_id, None)
        now = self._clock.now()
        async with self._database.writing() as session:
            await write_list(session, community_id=lack.community_id, members=found, now=now)

    async def file(self, file_id: str) -> bytes:
        """What a small file holds."""
        silent = FileIsUnreadable()
        told = await self._asked(Call("get_file", 0, {"file_id": file_id}, turn=Turn.AT_ONCE), otherwise=silent)
        try:
            async with asyncio.timeout(FETCH_SECONDS):
                return bytes(await told.download_as_bytearray())
        except Exception as error:
            raise silent from error

    async def _asked(self, call: Call, *, otherwise: Refused) -> Any:
        try:
            async with asyncio.timeout(FETCH_SECONDS):
                try:
                    return await self._sender.send(call)
                except Moved as news:
                    return await self._sender.send(moved(call, news))
        except (Doubtful, Moved, NotDone, Rejected, Unreachable, TimeoutError) as error:
            raise otherwise from error
