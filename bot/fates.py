"""What becomes of a row of the outbox, written down."""

from datetime import datetime, timedelta

from bot.clock import Clock
from bot.patience import patiently
from handlers.feature import InDoubt, Post
from models import outbox
from models.database import Database
from models.events import Event, read
from models.outbox import NO_LANE, Outbox, RowState

FIRST_RETRY = timedelta(seconds=2)
LONGEST_RETRY = timedelta(minutes=10)
MOST_ATTEMPTS = 60


class Fates:
    """Settles rows, puts them off, or treats them as their kind says when they are in doubt."""

    def __init__(self, *, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock

    async def settle(self, row: Outbox, state: RowState, error: str) -> None:
        """The row has come to its end."""

        async def settled() -> None:
            async with self._database.writing() as session:
                await outbox.settle(session, row=row, state=state, now=self._clock.now(), error=error)

        await patiently(settled)

    async def put_off(self, row: Outbox, until: datetime, reason: str) -> None:
        """The row is taken up again at `until`."""

        async def later() -> None:
            async with self._database.writing() as session:
                await outbox.put_off(session, row=row, until=until, now=self._clock.now(), error=reason)

        await patiently(later)

    async def try_later(self, row: Outbox, reason: str) -> None:
        """The row has surely not been sent: it is tried again, later each time, and at last no more."""
        if row.attempts >= MOST_ATTEMPTS:
            await self.settle(row, RowState.FAILED, reason)
            return
        wait = min(FIRST_RETRY * 2 ** min(row.attempts, 16), LONGEST_RETRY)
        await self.put_off(row, self._clock.now() + wait, reason)

    async def give_back(self, row: Outbox) -> None:
        """The row did not leave, for a reason that is not its own: it waits in its old place."""

        async def given_back() -> None:
            async with self._database.writing() as session:
                await outbox.give_back(session, row=row, now=self._clock.now())

        await patiently(given_back)

    async def pause(self, row: Outbox, seconds: float, reason: str) -> None:
        """Telegram asked for a pause: its chat is closed that long, and the row keeps its place there."""
        if row.attempts >= MOST_ATTEMPTS:
            await self.settle(row, RowState.FAILED, reason)
            return
        waits_for_chat = row.lane not in (None, NO_LANE)
        until = row.due_at if waits_for_chat else self._clock.now() + timedelta(seconds=seconds)
        await self.put_off(row, until, reason)

    async def in_doubt(self, row: Outbox, post: Post | None, reason: str) -> None:
        """Whether the row was sent nobody can say; its kind says what then."""
        if post is not None and post.in_doubt is InDoubt.AGAIN:
            await self._have_told(row, post)
            await self.try_later(row, reason)
        elif post is not None and post.in_doubt is InDoubt.ASK:
            await self._have_asked(row, post, reason)
        else:
            await self.settle(row, RowState.DROPPED, reason)

    async def _have_told(self, row: Outbox, post: Post) -> None:
        """The row goes once more; where it may have done harm to go twice, somebody is told to look."""
        on_doubt = post.on_doubt
        if on_doubt is None:
            return

        async def told() -> None:
            async with self._database.writing() as session:
                await on_doubt(session, _event(row), self._clock.now())

        await patiently(told)

    async def _have_asked(self, row: Outbox, post: Post, reason: str) -> None:
        """Somebody has to say what becomes of the row: it stays in doubt, and they are asked."""

        async def asked() -> None:
            async with self._database.writing() as session:
                now = self._clock.now()
                await outbox.settle(session, row=row, state=RowState.IN_DOUBT, now=now, error=reason)
                if post.on_doubt is not None:
                    await post.on_doubt(session, _event(row), now)

        await patiently(asked)


def _event(row: Outbox) -> Event:
    return read(name=row.name, version=row.version, community_id=row.community_id, payload=row.payload)
