"""What a question lacks of Telegram's: fetched between two transactions, before its handler runs again."""

import asyncio
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


class Fetching:
    """Asks Telegram, and has what is known for longer than a moment written down."""

    def __init__(self, *, database: Database, clock: Clock, sender: Sender) -> None:
        self._database = database
        self._clock = clock
        self._sender = sender

    async def staff(self, lack: StaffIsUnknown) -> None:
        """Have Telegram's list of administrators written down; raises the lack itself if Telegram does not tell it."""
        found = await self._asked(list_asked_for(lack.chat_id), otherwise=lack)
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
