"""One row of the outbox on its way: composed, judged, sent, and its fate written down."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any

import structlog
from sqlalchemy.ext.asyncio import AsyncSession

from bot import metrics
from bot.clock import Clock
from bot.crew import Alone, Crew
from bot.fates import Fates
from bot.group_commit import GroupCommit
from bot.patience import patiently
from bot.rejecting import keep_rejected
from bot.sending import Paused, Recalled, Sender, moved
from bot.telegram import Doubtful, Moved, NotDone, Rejected, Unreachable
from handlers.feature import Outside, Post, Sent
from handlers.identity import Identity
from handlers.masking import masked_reason
from handlers.outgoing import Call, Turn, without_sound
from handlers.registry import COMMANDS
from models import communities, outbox, people, reach
from models.database import Database
from models.events import KINDS, Event, Priority, UnknownEvent, read
from models.outbox import NO_LANE, Outbox, RowState
from models.people import Door
from models.reach import Letter
from models.rules.reach import Verdict

log = structlog.get_logger()


@dataclass(frozen=True)
class Way:
    """What a row does on its way: it waits for those claimed before it to be handed over, and says when it leaves."""

    turn: Callable[[], Awaitable[None]]
    left: Callable[[], None]


@dataclass(frozen=True)
class Errand:
    """A row that was understood: its event, and who posts it."""

    row: Outbox
    event: Event
    post: Post


class Carrier:
    """Carries rows out, each by itself."""

    def __init__(
        self,
        *,
        database: Database,
        clock: Clock,
        me: Identity,
        sender: Sender,
        posts: Mapping[type[Event], Post],
        crew: Alone | Crew,
    ) -> None:
        self._database = database
        self._clock = clock
        self._me = me
        self._sender = sender
        self._posts = posts
        self._crew = crew
        self._fates = Fates(database=database, clock=clock)
        self._commits = GroupCommit(database)

    async def address(self, row: Outbox) -> tuple[int, Call | None]:
        """The lane in which a row goes, and what it says at this moment.

        A row that cannot be understood, or has nothing to say any more, waits for no chat: that is told when it is
        carried out.
        """
        try:
            call = await self._composed(self._errand(row))
        except Exception:  # noqa: BLE001 - it is told once the row is carried out, where it fails again
            return NO_LANE, None
        return (NO_LANE if call is None or call.turn is Turn.AT_ONCE else call.chat_id), call

    async def carry(self, row: Outbox, call: Call | None, way: Way) -> None:
        """Bring a claimed row to its end, or put it off. `call` is what it says, where that was just composed."""
        try:
            errand = self._errand(row)
            call = call or await self._composed(errand)
            if call is None:
                await patiently(lambda: self._unsaid(errand))
            elif (allowed := await self._allowed(errand, call)) is not None:
                await self._send(errand, replace(allowed, priority=Priority(row.priority)), way)
        except Exception as error:  # noqa: BLE001 - whatever it is, it is this row's alone and is told there
            await self._failed(row, error)
        metrics.OUTBOX_DONE.inc()

    async def settle_doubt(self, row: Outbox, reason: str) -> None:
        """Treat a row as its kind says of which nobody can say whether it was sent."""
        try:
            post = self._errand(row).post
        except UnknownEvent:
            post = None
        await self._fates.in_doubt(row, post, reason)

    def _errand(self, row: Outbox) -> Errand:
        event = read(name=row.name, version=row.version, community_id=row.community_id, payload=row.payload)
        post = self._posts.get(type(event))
        if post is None:
            raise UnknownEvent(f"nobody posts {row.name}")
        return Errand(row, event, post)

    async def _composed(self, errand: Errand) -> Call | None:
        async def composed() -> Call | None:
            async with self._database.reading() as session:
                return await errand.post.compose(session, errand.event, Outside(self._me, self._clock.now(), COMMANDS))

        return await patiently(composed)

    async def _failed(self, row: Outbox, error: Exception) -> None:
        if isinstance(error, UnknownEvent):
            await self._fates.settle(row, RowState.FAILED, f"unknown: {error}")
            return
        log.error("a row of the outbox failed", event_name=row.name, exc_info=error)
        await self._fates.settle(row, RowState.FAILED, type(error).__name__)

    async def _allowed(self, errand: Errand, call: Call) -> Call | None:
        """The call as it may go now; nothing if it is held back or put off."""
        if not call.is_private:
            return call
        verdict = await patiently(lambda: self._verdict(errand.row, _letter(errand, call)))
        if verdict.refusal is not None:
            await patiently(lambda: self._held_back(errand, str(verdict.refusal)))
            return None
        if verdict.not_before is not None:
            await self._fates.put_off(errand.row, verdict.not_before, "quiet hours")
            return None
        return without_sound(call) if verdict.is_silent else call

    async def _verdict(self, row: Outbox, letter: Letter) -> Verdict:
        async with self._database.reading() as session:
            community = await communities.find(session, community_id=row.community_id)
            return await reach.may_send(
                session,
                letter,
                now=self._clock.now(),
                time_zone=community.time_zone if community else "UTC",
                settings=community.settings if community else {},
            )

    async def _send(self, errand: Errand, call: Call, way: Way) -> None:
        row = errand.row
        try:
            try:
                result = await self._made(call, way)
            except Moved as news:
                call = moved(call, news)
                result = await self._made(call, way)
        except Unreachable as met:
            reason = met
            await patiently(lambda: self._unreachable(errand, call, reason))
        except Rejected as rejected:
            refused, reason_given = call, str(rejected)
            await patiently(lambda: self._rejected(errand, refused, reason_given))
        except Paused as pause:
            await self._fates.pause(row, pause.seconds, str(pause))
        except Recalled:
            await self._fates.give_back(row)
        except (NotDone, Moved) as failed:
            await self._fates.try_later(row, str(failed))
        except Doubtful as doubt:
            await self._fates.in_doubt(row, errand.post, str(doubt))
        else:
            sent = Sent(call, result, self._clock.now())
            await patiently(lambda: self._sent(errand, sent))

    async def _unsaid(self, errand: Errand) -> None:
        now = self._clock.now()
        async with self._database.writing() as session:
            if errand.post.on_unsaid is not None:
                await errand.post.on_unsaid(session, errand.event, now)
            reason = "nothing to say any more"
            await outbox.settle(session, row=errand.row, state=RowState.HELD_BACK, now=now, error=reason)

    async def _made(self, call: Call, way: Way) -> Any:
        if not self._crew.is_sender:
            raise Recalled("another worker sends now")
        await way.turn()
        return await self._sender.send(call, recallable=True, on_start=way.left)

    async def _sent(self, errand: Errand, sent: Sent) -> None:
        row = errand.row

        async def noted(session: AsyncSession) -> None:
            if not await outbox.settle_sent(session, row=row, now=sent.at):
                log.warning("a row went twice: its worker was cut off so long that it was held for dead", row=row.name)
                return
            if errand.post.on_sent is not None:
                await errand.post.on_sent(session, errand.event, sent)
            if sent.call.is_private:
                await reach.note_delivery(session, _letter(errand, sent.call), now=sent.at)

        await self._commits.write(noted)

    async def _unreachable(self, errand: Errand, call: Call, reason: Unreachable) -> None:
        if call.is_private:
            door = Door.NEVER_OPENED if reason.never_opened else Door.BLOCKED
            async with self._database.writing() as session:
                await people.set_door(session, user_id=call.chat_id, door=door)
        await self._held_back(errand, str(reason))

    async def _rejected(self, errand: Errand, call: Call, reason: str) -> None:
        row, now = errand.row, self._clock.now()
        async with self._database.writing() as session:
            if errand.post.on_rejected is not None:
                await errand.post.on_rejected(session, errand.event, reason, now)
            await outbox.settle(session, row=row, state=RowState.FAILED, now=now, error=masked_reason(reason))
            if not KINDS[type(errand.event)].is_fleeting:
                await keep_rejected(session, call, reason, event_name=row.name, now=now)

    async def _held_back(self, errand: Errand, reason: str) -> None:
        now = self._clock.now()
        async with self._database.writing() as session:
            if errand.post.on_unreachable is not None:
                await errand.post.on_unreachable(session, errand.event, now)
            await outbox.settle(session, row=errand.row, state=RowState.HELD_BACK, now=now, error=reason)


def _letter(errand: Errand, call: Call) -> Letter:
    return Letter(errand.row.community_id, call.chat_id, errand.post.kind, errand.row.name)
