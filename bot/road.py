"""The main road: a batch of raw updates goes in, and when it comes out each counts exactly once or is filed.

Facts are written first, all in one transaction; then each update that asks something gets a transaction of its own.
Trouble of the database is waited out and the same work done again; an update that cannot be taken in is filed under
failures and the rest goes on.
"""

import traceback
from collections.abc import Sequence
from functools import partial
from pathlib import Path
from typing import Any

import structlog

from bot import metrics
from bot.answering import Answering
from bot.backlog import Backlog
from bot.clock import Clock
from bot.patience import Away, patiently
from bot.taken import Retry, Taken, from_kept, id_of
from bot.trouble import Unrelated
from handlers.asking import asks, word_in
from handlers.identity import Identity
from handlers.listening import Reading, facts_of
from handlers.raw import Malformed
from handlers.registry import OFFERS
from models import failures, keywords, observing, updates
from models.communities import NewCommunities
from models.database import Database
from models.facts import Said
from models.inbox import UnknownFacts
from models.refusals import Refused
from models.updates import Part

log = structlog.get_logger()


class Road:
    """Takes updates in."""

    def __init__(
        self,
        *,
        database: Database,
        clock: Clock,
        me: Identity,
        answering: Answering,
        new: NewCommunities,
        key: bytes,
        speaking: bool = True,
        waits: bool = True,
    ) -> None:
        self._database = database
        self._clock = clock
        self._me = me
        self._answering = answering
        self._new = new
        self._key = key
        self._speaking = speaking
        self._patiently = partial(patiently, waits=waits)
        self._under_way = 0
        self._words: frozenset[str] = frozenset()
        self._backlog = Backlog(database=database, bot_id=me.bot_id, count=self._count)

    @property
    def is_idle(self) -> bool:
        """Whether no batch is being taken in."""
        return self._under_way == 0 and self._backlog.is_empty

    async def take(self, raws: Sequence[Any], *, more: bool = False) -> None:
        """Take a batch in; on return all of it is committed or filed, and may be confirmed.

        Where `more` is waiting to be fetched, what only tells something is put aside to be counted with what follows:
        it is committed in the inbox then. Whoever asks something hears an answer that knows all that went before.

        A road that does not wait raises `Away` when the database is: then nothing may be confirmed. What of the batch
        was done by then is known when it comes again.
        """
        self._under_way += 1
        try:
            with metrics.BATCH_SECONDS.time():
                reading = Reading(self._clock.now(), self._key)
                batch = [self._read(raw, reading) for raw in raws]
                if more and not any(taken.asks or taken.error for taken in batch):
                    await self._backlog.add([taken for taken in batch if taken.facts])
                else:
                    await self._backlog.empty()
                    await self._take(batch)
        finally:
            self._under_way -= 1

    async def recover(self) -> None:
        """Count what was confirmed and not counted when Kith was last ended in the middle of its work."""
        self._under_way += 1
        try:
            await self._backlog.recover()
        finally:
            self._under_way -= 1

    async def learn_words(self) -> None:
        """Look which words ask for something in any group: an administrator may have changed them, with any worker."""
        async with self._database.reading() as session:
            self._words = await keywords.known(session, at_first=self._new.settings)

    async def settle(self) -> None:
        """Wait until all that was taken in is counted."""
        await self._backlog.empty()

    async def abandon(self) -> None:
        """Leave what is not counted yet to the next start."""
        await self._backlog.abandon()

    async def _take(self, batch: list[Taken]) -> None:
        await self._count(batch)
        for taken in batch:
            if taken.error is None and taken.asks:
                await self._ask(taken)

    async def _count(self, batch: list[Taken]) -> None:
        """Write down what the updates tell; those that could not be read are filed."""
        for taken in batch:
            if taken.error is not None:
                await self._file(taken, Part.TOLD, taken.error)
        good = [taken for taken in batch if taken.error is None]
        for taken in good:
            for fact in taken.facts:
                self._clock.seen(fact.at)
        await self._tell([taken for taken in good if taken.facts])

    def _read(self, raw: Any, reading: Reading) -> Taken:
        taken = Taken(raw, id_of(raw))
        try:
            if not isinstance(raw, dict):
                raise TypeError("the update is no object")
            taken.facts = facts_of(raw, reading)
            taken.asks = self._speaking and asks(raw, me=self._me, offers=OFFERS, words=self._words)
            if taken.asks:
                _note_word(taken, self._words)
        except Exception as error:  # noqa: BLE001 - whatever a malformed update provokes is its own failure
            taken.error = error
        return taken

    async def _tell(self, batch: list[Taken]) -> None:
        """Write the facts of the batch; when the data is to blame, halve it until the culprit stands alone."""
        if not batch:
            return
        try:
            await self._patiently(lambda: self._write(batch))
        except Away:
            raise
        except Exception as error:
            if len(batch) == 1:
                log.warning("an update could not be taken in", update_id=batch[0].update_id, exc_info=error)
                await self._file(batch[0], Part.TOLD, error)
                batch[0].asks = False
                return
            middle = len(batch) // 2
            await self._tell(batch[:middle])
            await self._tell(batch[middle:])
        else:
            metrics.UPDATES.labels("told").inc(len(batch))

    async def _write(self, batch: list[Taken]) -> None:
        now = self._clock.now()
        facts = [fact for taken in batch for fact in taken.facts]
        ids = [taken.update_id for taken in batch if taken.update_id is not None]
        again = [taken.retry.failure_id for taken in batch if taken.retry is not None]
        await self._database.tell(
            lambda connection: observing.observe(
                connection, facts, update_ids=ids, bot_id=self._me.bot_id, now=now, new=self._new, again=again
            ),
            goes_on=any(taken.asks for taken in batch),
        )

    async def _ask(self, taken: Taken) -> None:
        try:
            failure_id = taken.retry.failure_id if taken.retry and taken.retry.part is Part.ASKED else None
            await self._patiently(lambda: self._answering.answer(taken.raw, failure_id=failure_id))
        except Away:
            raise
        except Exception as error:
            log.warning("a question could not be answered", update_id=taken.update_id, exc_info=error)
            await self._file(taken, Part.ASKED, error)
            await self._answering.apologise(taken.raw)
        else:
            metrics.UPDATES.labels("asked").inc()

    async def _file(self, taken: Taken, part: Part, error: Exception) -> None:
        metrics.FAILURES.labels(part.name.lower()).inc()
        await self._patiently(lambda: self._filed(taken, part, error))

    async def _filed(self, taken: Taken, part: Part, error: Exception) -> None:
        now, bot_id = self._clock.now(), self._me.bot_id
        async with self._database.writing() as session:
            if taken.retry is not None:
                # Somebody else may have tried it again at the same moment.
                if not await failures.drop(session, failure_ids=[taken.retry.failure_id]):
                    return
            elif taken.update_id is not None:
                first = await updates.claim(session, bot_id=bot_id, update_id=taken.update_id, part=part, now=now)
                if not first:
                    return
            await failures.file(
                session,
                bot_id=bot_id,
                update_id=taken.update_id,
                part=part.name.lower(),
                error=described(error),
                payload=taken.kept(),
                attempts=1 + (taken.retry.attempts if taken.retry else 0),
                now=now,
            )

    async def retry_wanted(self) -> int:
        """Take up the failures that somebody wants tried again; returns how many there were."""
        async with self._database.reading() as session:
            wanted = await failures.wanted_again(session, bot_id=self._me.bot_id)
        for failure in wanted:
            taken = self._read_again(failure.payload)
            taken.retry = Retry(failure.failure_id, Part[failure.part.upper()], failure.attempts)
            await self._take_again(taken)
        return len(wanted)

    def _read_again(self, kept: Any) -> Taken:
        try:
            taken = from_kept(kept)
        except UnknownFacts as error:
            return Taken(kept, id_of(kept), error=error)
        return taken or self._read(kept, Reading(self._clock.now(), self._key))

    async def _take_again(self, taken: Taken) -> None:
        if taken.error is None and taken.retry is not None and taken.retry.part is Part.ASKED:
            # Its facts were written when it came.
            await self._ask(taken)
        elif taken.error is None and not taken.facts:
            # It tells nothing any more, by the rules of a newer version.
            await self._patiently(lambda: self._write([taken]))
            if taken.asks:
                await self._ask(taken)
        else:
            await self._take([taken])


def _note_word(taken: Taken, words: frozenset[str]) -> None:
    """Write down the word by which a message asks; which groups have it is known where facts are gathered."""
    for fact in taken.facts:
        if isinstance(fact, Said):
            fact.word = word_in(taken.raw, words)


def described(error: Exception) -> str:
    """What went wrong in our own words, or as kind and place: other errors may quote what somebody wrote."""
    if isinstance(error, Unrelated) and isinstance(error.__cause__, Exception):
        error = error.__cause__
    if isinstance(error, Malformed | Refused):
        return f"{type(error).__name__}: {error}"[:500]
    frames = traceback.extract_tb(error.__traceback__)
    place = f" at {Path(frames[-1].filename).name}:{frames[-1].lineno}" if frames else ""
    return f"{type(error).__name__}{place}"
