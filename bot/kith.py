"""One running Kith: its parts wired together, started, and stopped so that nothing is lost."""

import asyncio
import contextlib
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

import structlog
from telegram.error import InvalidToken, TelegramError

from bot.answering import Answering
from bot.clock import Clock
from bot.config import Configuration
from bot.crew import crew_for
from bot.health import Wrong, health
from bot.intake import Polling
from bot.outbox import OutboxWorker
from bot.patience import patiently
from bot.road import Road
from bot.sending import Sender
from bot.telegram import identity, make_bot
from handlers.identity import Identity
from handlers.menu import know_defaults, version_of
from handlers.registry import COMMANDS, build
from models import likeness, menu
from models.communities import NewCommunities
from models.database import ANSWER_SECONDS, Database
from models.turns import TIMED_WORK
from scheduler.alarm import Alarm
from scheduler.ticks import Tick, ticks

if TYPE_CHECKING:
    from bot.webhook import Webhook

log = structlog.get_logger()

# Together these stay under the ten seconds that a service manager waits before it kills.
FINISH_SECONDS = 6.0
DRAIN_SECONDS = 1.5
PUT_BACK_SECONDS = 1.0
LOOK_SECONDS = 5.0
# Timed work may have years to clear away, in one transaction.
TICK_SECONDS = 600.0
# So long the clock waits at the start for what members did meanwhile to be counted: a day of it in many busy groups
# takes less, and where they never stop, or Telegram cannot be reached, it goes on by itself.
HELD_SECONDS = 180.0
CONNECT_WAITS = (0.5, 1.0, 2.0, 5.0, 10.0)


class TokenRefused(RuntimeError):
    """Telegram does not know the token."""


@dataclass(frozen=True)
class Options:
    """How this run differs from the usual one: it may say nothing at all, or have its ticks called from outside."""

    clock: Clock
    posting: bool = True
    self_waking: bool = True


def new_communities(configuration: Configuration) -> NewCommunities:
    """What the configuration says of groups that come later."""
    return NewCommunities(
        need_approval=configuration.telegram.communities == "approved",
        owners=frozenset(configuration.telegram.owners),
        language=configuration.communities.language,
        time_zone=configuration.communities.time_zone,
        settings={name: asdict(settings) for name, settings in configuration.features.items()},  # type: ignore[call-overload]
    )


class Kith:
    """The parts of one bot, from the moment it is known to Telegram until it has left."""

    def __init__(self, configuration: Configuration, *, options: Options | None = None) -> None:
        self.configuration = configuration
        self.options = options or Options(Clock())
        self.clock = self.options.clock
        self.database = Database(configuration.database.url.get_secret_value(), answer_within=ANSWER_SECONDS)
        token = configuration.telegram.token
        if token is None:
            raise ValueError("a token is needed")
        self.bot = make_bot(token=token.get_secret_value(), api_url=configuration.telegram.api_url)
        self.application = build(self.bot)
        self.sender = Sender(self.bot)
        self.crew = crew_for(self.database.url, is_sqlite=self.database.is_sqlite)
        self._ticking = 0
        self._may_tick = asyncio.Event()
        self._retrying = 0

    async def start(self) -> None:
        """Get to know who we are at Telegram, and put the parts together."""
        await self._introduce()
        await self.crew.start()
        self.me: Identity = identity(self.bot)
        owners = frozenset(self.configuration.telegram.owners)
        self.answering = Answering(
            database=self.database,
            clock=self.clock,
            me=self.me,
            application=self.application,
            sender=self.sender,
            owners=owners,
            default_language=self.configuration.communities.language,
        )
        new = new_communities(self.configuration)
        self.road = Road(
            database=self.database,
            clock=self.clock,
            me=self.me,
            answering=self.answering,
            new=new,
            key=await patiently(lambda: self.database.tell(likeness.key)),
            speaking=self.options.posting,
            waits=self.configuration.telegram.mode == "polling",
        )
        await patiently(self._know_offers)
        self.outbox = OutboxWorker(
            database=self.database,
            clock=self.clock,
            me=self.me,
            sender=self.sender,
            posting=self.options.posting,
            crew=self.crew,
        )
        self.intake = self._make_intake()
        self.ticks = ticks()
        self.alarm = Alarm(self.ticks, self.tick)

    async def _know_offers(self) -> None:
        async with self.database.writing() as session:
            await menu.know_offers(session, version=version_of(COMMANDS))
            language = self.configuration.communities.language
            await know_defaults(session, offers=COMMANDS, language=language, now=self.clock.now())

    def _make_intake(self) -> "Polling | Webhook":
        telegram = self.configuration.telegram
        if telegram.mode == "polling":
            return Polling(bot=self.bot, road=self.road)
        from bot.webhook import Address, Webhook

        hook = telegram.webhook
        if hook.url is None or hook.secret is None:
            raise ValueError("a webhook needs an address and a secret")
        address = Address(hook.url, hook.secret.get_secret_value(), hook.listen, hook.port, hook.share_port)
        return Webhook(bot=self.bot, road=self.road, address=address, health=self.health)

    async def _introduce(self) -> None:
        for wait in (*CONNECT_WAITS, None):
            try:
                await self.application.initialize()
            except InvalidToken:
                raise TokenRefused from None
            except TelegramError as error:
                if wait is None:
                    raise
                log.warning("telegram cannot be reached yet", reason=str(error), seconds=wait)
                await asyncio.sleep(wait)
            else:
                return

    async def run(self, stop: asyncio.Event) -> None:
        """Work until `stop` is set; then finish the batch, confirm it, and let what is said leave."""
        sending = asyncio.create_task(self.sender.run())
        posting = asyncio.create_task(self.outbox.run())
        taking = asyncio.create_task(self._take_in())
        looking = asyncio.create_task(self._look_beside())
        waking = asyncio.create_task(self._wake())
        stopped = asyncio.create_task(stop.wait())
        log.info("kith is listening", bot=self.me.username)
        try:
            await asyncio.wait([stopped, taking, posting, sending], return_when=asyncio.FIRST_COMPLETED)
        finally:
            self.alarm.stop()
            looking.cancel()
            waking.cancel()
            await self._finish(taking, posting)
            for task in (sending, looking, stopped):
                task.cancel()
            await asyncio.gather(sending, looking, stopped, waking, return_exceptions=True)
        for task in (taking, posting, sending):
            if not task.cancelled() and task.done():
                task.result()

    async def _take_in(self) -> None:
        """Whatever an end in the middle has left is counted before anything new, also where the database is away."""
        await patiently(self.road.recover)
        await patiently(self.road.learn_words)
        await self.intake.run()

    async def _finish(self, taking: "asyncio.Task[None]", posting: "asyncio.Task[None]") -> None:
        self.intake.stop()
        await _within(FINISH_SECONDS, taking)
        self.outbox.stop()
        drained = asyncio.create_task(self.answering.drain())
        await asyncio.wait([posting, drained], timeout=DRAIN_SECONDS)
        # What still waits for its turn has not left: its rows go back to the outbox, and are not in doubt at the start.
        self.sender.withdraw()
        await _within(PUT_BACK_SECONDS, posting, drained)

    async def close(self) -> None:
        """Give everything back."""
        with contextlib.suppress(TelegramError):
            await self.application.shutdown()
        await self.crew.stop()
        await self.database.close()

    async def _wake(self) -> None:
        if self.options.self_waking:
            self.alarm.start()
            await self.tick_all()

    async def _caught_up(self) -> None:
        """Wait until what waited at Telegram is counted: a recap or a result is of what members did before it."""
        if not self._may_tick.is_set():
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(HELD_SECONDS):
                    await self.intake.caught_up.wait()
            self._may_tick.set()

    async def tick(self, tick: Tick) -> None:
        """Let a tick do what is due."""
        await self._caught_up()
        self._ticking += 1
        try:
            while await patiently(lambda: self._ticked(tick)):
                pass
        except Exception:
            log.exception("timed work failed", tick=tick.name)
        finally:
            self._ticking -= 1

    async def _ticked(self, tick: Tick) -> bool:
        if tick.write is not None:
            write = tick.write
            within = TICK_SECONDS if tick.takes_long else None
            return await self.database.tell(
                lambda connection: write(connection, self.clock.now()), within=within, patience=TIMED_WORK
            )
        if tick.work is None:
            return False
        async with self.database.writing(within=TICK_SECONDS, patience=TIMED_WORK) as session:
            return bool(await tick.work(session, self.clock.now()))

    async def tick_all(self) -> None:
        """Let every tick do what is due: at the start, and when the clock was moved."""
        for tick in self.ticks:
            await self.tick(tick)
        self.outbox.wake()

    async def _look_beside(self) -> None:
        """What others write into the database for us to see: failures to be tried again, words that were changed."""
        while True:
            await asyncio.sleep(LOOK_SECONDS)
            self._retrying += 1
            try:
                await patiently(self.road.retry_wanted)
                await patiently(self.road.learn_words)
            except Exception:
                log.exception("what was changed beside us could not be looked at")
            finally:
                self._retrying -= 1

    async def health(self) -> Wrong:
        """What is wrong, by part; empty if nothing is."""
        return await health(database=self.database, silent_seconds=self.intake.silent_seconds())

    @property
    def is_idle(self) -> bool:
        """Whether nothing is under way anywhere."""
        busy = self._ticking or self._retrying
        parts = (self.intake, self.road, self.answering, self.outbox, self.sender)
        return not busy and all(part.is_idle for part in parts)


async def _within(seconds: float, *tasks: "asyncio.Task[Any]") -> None:
    _, late = await asyncio.wait(tasks, timeout=seconds)
    for task in late:
        log.warning("stopped in the middle; what was not committed comes again")
        task.cancel()
    await asyncio.gather(*late, return_exceptions=True)
