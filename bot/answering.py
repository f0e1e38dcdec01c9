"""An update that asks something: answered in a transaction of its own; what is to be said leaves after the commit."""

import asyncio
from collections.abc import Coroutine, Sequence
from dataclasses import dataclass, field
from typing import Any

import structlog
from telegram import Update
from telegram.ext import ExtBot

from bot.clock import Clock
from bot.fetching import Fetching
from bot.pictures import Pictures
from bot.rejecting import came_too_late, keep_rejected
from bot.sending import Sender, TooLate, moved
from bot.telegram import (
    IN_TRANSACTION,
    CalledInsideTransaction,
    Doubtful,
    Moved,
    NotDone,
    Rejected,
    Transaction,
    Unreachable,
)
from bot.trouble import Unrelated
from handlers.asking import CURRENT, Asking, FileIsUnread, refusal_to
from handlers.identity import Identity
from handlers.masking import masked_reason
from handlers.outgoing import Call, message, toast
from handlers.raw import Raw
from handlers.registry import COMMANDS, App, refused
from handlers.texts import help as texts
from handlers.texts.reader import Reader, language_for
from models import answers, failures, people, updates
from models.database import Database
from models.events import Priority
from models.people import Door
from models.refusals import Refused
from models.staff import StaffIsUnknown
from models.updates import Part

log = structlog.get_logger()

# How often, and how far apart in seconds, an answer is tried again that surely did not leave.
RETRY_AFTER = (0.5, 2.0, 8.0)


# A handler may lack who runs the group, and then a file.
MOST_FETCHES = 3


@dataclass
class Known:
    """What is known of a question from one run of its handler to the next."""

    files: dict[str, bytes] = field(default_factory=dict)
    reader: Reader | None = None


class Answering:
    """Runs the handlers, and sends what they want said."""

    def __init__(
        self,
        *,
        database: Database,
        clock: Clock,
        me: Identity,
        application: App,
        sender: Sender,
        owners: frozenset[int],
        default_language: str,
    ) -> None:
        self._database = database
        self._clock = clock
        self._me = me
        self._application = application
        self._bot: ExtBot[None] = application.bot
        self._sender = sender
        self._owners = owners
        self._default_language = default_language
        self._fetching = Fetching(database=database, clock=clock, sender=sender)
        self._pictures = Pictures()
        self._deliveries: set[asyncio.Task[None]] = set()

    @property
    def is_idle(self) -> bool:
        """Whether everything that was to be said has left."""
        return not self._deliveries

    async def answer(self, raw: Raw, *, failure_id: int | None = None) -> None:
        """Let the handlers answer; whatever they raise but a refusal comes out, and nothing of theirs stays."""
        update = self._read(raw)
        known = Known()
        try:
            calls = await self._informed(update, failure_id, known)
        except Refused as refusal:
            log.info("refused", what=type(refusal).__name__, update_id=update.update_id)
            if await self._settled(update.update_id, failure_id):
                no = refusal_to(update, refused(known.reader or self._stranger(update), refusal))
                self.deliver([] if no is None else [no])
        else:
            self.deliver(calls)

    async def _informed(self, update: Update, failure_id: int | None, known: "Known") -> Sequence[Call]:
        """Let the handlers answer. What they lack of Telegram's is fetched after the rollback, and they run again.

        The update waits for it here, unconfirmed: so it is not lost when the process dies meanwhile.
        """
        for _ in range(MOST_FETCHES):
            try:
                return await self._handled(update, failure_id, known)
            except StaffIsUnknown as lack:
                await self._fetching.staff(lack)
            except FileIsUnread as lack:
                known.files[lack.file_id] = await self._fetching.file(lack.file_id)
        return await self._handled(update, failure_id, known)

    def _read(self, raw: Raw) -> Update:
        try:
            return Update.de_json(dict(raw), self._bot)
        except OSError as error:
            # So the system calls a date that it cannot tell. Taken for the database's trouble it would be waited for.
            raise Unrelated from error

    async def _handled(self, update: Update, failure_id: int | None, known: "Known") -> Sequence[Call]:
        async with self._database.writing() as session:
            asking = Asking(session, self._clock.now(), self._me, self._owners, COMMANDS, self._default_language)
            asking.files = known.files
            if not await self._first_time(asking, update.update_id, failure_id):
                return ()
            transaction = Transaction()
            inside, current = IN_TRANSACTION.set(transaction), CURRENT.set(asking)
            try:
                await self._application.process_update(update)
            finally:
                IN_TRANSACTION.reset(inside)
                CURRENT.reset(current)
                known.reader = asking.reader
            if transaction.was_spoken_in:
                raise CalledInsideTransaction
            if isinstance(asking.error, OSError):
                # The session reports the database's trouble in errors of its own; a missing file is not among them.
                raise Unrelated from asking.error
            if asking.error is not None:
                raise asking.error
            return asking.calls

    async def _first_time(self, asking: Asking, update_id: int, failure_id: int | None) -> bool:
        if failure_id is not None:
            return bool(await failures.drop(asking.session, failure_ids=[failure_id]))
        bot_id, now = self._me.bot_id, asking.now
        return await updates.claim(asking.session, bot_id=bot_id, update_id=update_id, part=Part.ASKED, now=now)

    async def _settled(self, update_id: int, failure_id: int | None) -> bool:
        """A refused question is answered too: whether that happens for the first time."""
        async with self._database.writing() as session:
            asking = Asking(session, self._clock.now(), self._me, self._owners, (), self._default_language)
            return await self._first_time(asking, update_id, failure_id)

    def _stranger(self, update: Update) -> Reader:
        user = update.effective_user
        return Reader(language_for(user.language_code if user else None, otherwise=self._default_language))

    async def apologise(self, raw: Raw) -> None:
        """Tell who waits in private or on a button that something broke, if that much can be made out."""
        press, told = raw.get("callback_query"), raw.get("message")
        asked = press if isinstance(press, dict) else told if isinstance(told, dict) else None
        user = asked.get("from") if asked else None
        if not isinstance(user, dict) or not isinstance(user.get("id"), int):
            return
        hint = user.get("language_code")
        reader = Reader(language_for(hint if isinstance(hint, str) else None, otherwise=self._default_language))
        text = texts.went_wrong(reader)
        if isinstance(press, dict) and isinstance(press.get("id"), str):
            self.deliver([toast(user["id"], press["id"], text)])
        elif isinstance(told, dict) and isinstance(told.get("chat"), dict) and told["chat"].get("type") == "private":
            self.deliver([message(user["id"], text, priority=Priority.AWAITED)])

    def deliver(self, calls: Sequence[Call]) -> None:
        """Send the calls one after the other, without keeping the road waiting."""
        if calls:
            self._start(self._deliver(calls))

    def _start(self, work: Coroutine[Any, Any, None]) -> None:
        task = asyncio.create_task(work)
        self._deliveries.add(task)
        task.add_done_callback(self._deliveries.discard)

    async def _deliver(self, calls: Sequence[Call]) -> None:
        for call in calls:
            following: Call | None = call
            while following is not None:
                following = await self._followed(following)

    async def _followed(self, call: Call) -> Call | None:
        """Send a call; returns what is to be said after it."""
        try:
            refused = await self._deliver_one(call)
        except Exception as error:
            log.warning("an answer was lost", method=call.method, exc_info=error)
            refused = None
        said = (refused or "").lower()
        return next((after for words, after in call.refused.items() if said and words in said), call.then)

    async def _deliver_one(self, call: Call) -> str | None:
        """Send a call, and note what came of it; returns why Telegram has refused it, if it has."""
        call = await self._pictures.drawn(call)
        try:
            result = await self._sent(call)
            self._pictures.sent(call, result)
        except Unreachable as reason:
            if call.is_private:
                door = Door.NEVER_OPENED if reason.never_opened else Door.BLOCKED
                async with self._database.writing() as session:
                    await people.set_door(session, user_id=call.chat_id, door=door)
            return None
        except Rejected as rejected:
            said = log.info if came_too_late(str(rejected)) else log.warning
            said("an answer was refused", method=call.method, reason=masked_reason(str(rejected)))
            async with self._database.writing() as session:
                await keep_rejected(session, call, str(rejected), now=self._clock.now())
            return str(rejected)
        except (Doubtful, NotDone, TooLate) as reason:
            log.info("an answer did not arrive", method=call.method, reason=str(reason))
            return None
        if call.expires and not call.is_private:
            async with self._database.writing() as session:
                await answers.let_expire(
                    session,
                    chat_id=result.chat_id,
                    answer_id=result.message_id,
                    command_id=call.answers_to,
                    now=self._clock.now(),
                )
        return None

    async def _sent(self, call: Call) -> Any:
        for pause in (*RETRY_AFTER, None):
            try:
                return await self._sender.send(call)
            except Moved as news:
                call = moved(call, news)
            except NotDone:
                if pause is None:
                    raise
                await asyncio.sleep(pause)
        raise NotDone("the group keeps moving")

    async def drain(self) -> None:
        """Wait until everything that was to be said has left."""
        while self._deliveries:
            await asyncio.wait(self._deliveries)
