"""Moves time for the simulated Telegram and the bot together: from due moment to due moment, when both are done."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx

from simulator.bots import Bot
from simulator.errors import NotPossible
from simulator.script import moment
from simulator.world import World

# Most moments are done at once; who needs longer is asked less often.
LOOK_AFTER = 0.002
LOOK_SELDOM = 0.1
REQUEST_TERM = 30.0


class OutOfStep(Exception):
    """Time could not go on; its text says what it waited for."""


@dataclass
class Walk:
    """Where time stopped on its way; the last moment is where it was to go."""

    began: datetime
    now: datetime
    moments: list[datetime] = field(default_factory=list)

    def json(self) -> dict[str, Any]:
        stops = [when.isoformat() for when in self.moments[-1000:]]
        return {"began": self.began.isoformat(), "now": self.now.isoformat(), "stops": len(self.moments), "last": stops}


@dataclass(frozen=True)
class State:
    now: datetime
    idle: bool
    next_due: datetime | None


class Companion:
    """The bot's own endpoint: its clock, whether it has anything left to do, and when it will have."""

    def __init__(self, url: str, *, client: httpx.AsyncClient) -> None:
        self.url = url.rstrip("/")
        self._client = client

    async def state(self) -> State:
        told = await self._ask("GET", "/tryout", None)
        try:
            due = told.get("next_due")
            return State(_time(told["now"]), told["idle"] is True, _time(due) if due is not None else None)
        except (KeyError, TypeError, ValueError) as error:
            raise OutOfStep(f"the bot at {self.url} answers what cannot be understood: {error!r}") from None

    async def set_clock(self, when: datetime, *, stands: bool = True) -> datetime:
        """Between two steps the bot's clock must stand, or it would run ahead of Telegram's; gives what it shows."""
        told = await self._ask("POST", "/tryout/clock", {"now": when.isoformat(), "stands": stands})
        try:
            return _time(told["now"]) if "now" in told else when
        except (TypeError, ValueError):
            return when

    async def _ask(self, method: str, path: str, content: dict[str, Any] | None) -> dict[str, Any]:
        try:
            answer = await self._client.request(method, f"{self.url}{path}", json=content)
            answer.raise_for_status()
            told = answer.json() if answer.content else {}
        except (httpx.HTTPError, ValueError) as error:
            raise OutOfStep(
                f"the bot does not answer at {self.url}{path}: {str(error) or type(error).__name__}"
            ) from None
        if not isinstance(told, dict):
            raise OutOfStep(f"the bot at {self.url}{path} answers no JSON object")
        return told


async def advance(world: World, companion_url: str, *, until: datetime, patience: float = 60.0) -> Walk:
    """Raises OutOfStep if the bot is not done within `patience` seconds, or cannot be asked.

    The world's clock stands meanwhile, or it would run over due moments by itself. Telegram's clock goes first: for a
    moment the bot may hear of something that is dated a step ahead of its own clock, as it does of a server whose
    clock is a little fast; the other way round it could act at a time that Telegram has not reached.
    """
    if until.tzinfo is None:
        raise ValueError("time goes to a moment with a time zone")
    ran = not world.clock.stands
    async with httpx.AsyncClient(timeout=REQUEST_TERM, trust_env=False) as client:
        companion = Companion(companion_url, client=client)
        try:
            walk = await _together(world, companion)
            await _walk(world, companion, walk, until=until, patience=patience)
        except BaseException:
            if ran:
                world.clock.run_on()
            raise
        if ran:
            world.clock.run_on()
            await companion.set_clock(world.clock.now(), stands=False)
    return walk


async def _walk(world: World, companion: Companion, walk: Walk, *, until: datetime, patience: float) -> None:
    while True:
        state = await _done(world, companion, walk, patience=patience)
        if walk.now >= until:
            return
        when = _next(world, state, until=until, now=walk.now)
        world.clock.move_to(when)
        await companion.set_clock(when)
        walk.now = when
        walk.moments.append(when)


async def _together(world: World, companion: Companion) -> Walk:
    """Both clocks stand at the later of their two times."""
    # Stopped first: while the other is asked, a clock that runs would pass the time that is then agreed on.
    world.clock.stand_at(world.clock.now())
    now = max(world.clock.now(), (await companion.state()).now)
    world.clock.move_to(now)
    # The bot's clock ran until it heard this, and does not go back.
    now = max(now, await companion.set_clock(now))
    world.clock.move_to(now)
    return Walk(began=now, now=now)


def _next(world: World, state: State, *, until: datetime, now: datetime) -> datetime:
    due = (until, state.next_due, world.clock.next_due)
    return min(when for when in due if when is not None and when > now)


async def _done(world: World, companion: Companion, walk: Walk, *, patience: float) -> State:
    """Until the bot is idle, nothing due by now is left, and it has confirmed every update."""
    loop = asyncio.get_running_loop()
    term, pause = loop.time() + patience, LOOK_AFTER
    while True:
        # Looked at before and after: what the bot did meanwhile may have made new updates.
        waiting = _waiting(world)
        state = await companion.state()
        overdue = state.next_due is not None and state.next_due <= walk.now
        if state.idle and not overdue and not waiting and not _waiting(world):
            return state
        if loop.time() > term:
            raise OutOfStep(_why(state, walk, waiting=_waiting(world), overdue=overdue, patience=patience))
        await asyncio.sleep(pause)
        pause = min(pause * 2, LOOK_SELDOM)


def _waiting(world: World) -> int:
    return sum(bot.pending for bot in world.bots.values() if _runs(bot))


def _runs(bot: Bot) -> bool:
    """Nobody fetches the updates of a bot that never called."""
    return bool(bot.calls) or bot.webhook is not None


def _why(state: State, walk: Walk, *, waiting: int, overdue: bool, patience: float) -> str:
    reasons = []
    if not state.idle:
        reasons.append("it is not idle")
    if overdue and state.next_due is not None:
        reasons.append(f"what was due at {state.next_due.isoformat()} is not done")
    if waiting:
        reasons.append(f"{waiting} updates are un-confirmed")
    told = " and ".join(reasons) or "it had new work again and again"
    return f"time stands at {walk.now.isoformat()}: the bot was not done within {patience:g} s; {told}"


def _time(text: str) -> datetime:
    when = datetime.fromisoformat(text)
    return when if when.tzinfo is not None else when.replace(tzinfo=UTC)


class TimeRoutes:
    """POST /sim/time moves time, GET /sim/time tells it. Without a companion only the world's clock moves."""

    def __init__(self, world: World, *, companion: str | None = None, held: Callable[[], bool]) -> None:
        self.world = world
        self.companion = companion
        self._held = held
        self.moving_to: datetime | None = None

    async def tell(self, given: dict[str, Any]) -> Any:  # noqa: ARG002 — every route has this shape
        return {
            "now": self.world.clock.now().isoformat(),
            "stands": self.world.clock.stands,
            "companion": self.companion,
            "moving_to": self.moving_to.isoformat() if self.moving_to is not None else None,
        }

    async def move(self, given: dict[str, Any]) -> Any:
        """Takes 'to', an ISO time, or 'by_seconds'; 'companion' names the bot's endpoint, now and from now on."""
        self.must_be_free()
        if given.get("companion") is not None:
            self.companion = str(given["companion"])
        until, patience = self._goal(given), float(given.get("patience", 60))
        if until is None:
            return await self.tell({})
        if until < self.world.clock.now():
            raise NotPossible("time goes forward only")
        self.moving_to = until
        try:
            walk = await self._walk(until, patience=patience)
        except OutOfStep as error:
            raise NotPossible(str(error)) from None
        finally:
            self.moving_to = None
        return {**await self.tell({}), "walk": walk.json() if walk is not None else None}

    def must_be_free(self) -> None:
        """Raises NotPossible while somebody else moves the clock."""
        if self.moving_to is not None:
            raise NotPossible(f"time is on its way to {self.moving_to.isoformat()} already")
        if self._held():
            raise NotPossible("a history is being played: its dates move the clock")

    async def _walk(self, until: datetime, *, patience: float) -> Walk | None:
        if self.companion is not None:
            return await advance(self.world, self.companion, until=until, patience=patience)
        self.world.clock.move_to(until)
        return None

    def _goal(self, given: dict[str, Any]) -> datetime | None:
        seconds = given.get("by_seconds")
        if "to" in given:
            return moment(given["to"])
        if isinstance(seconds, int | float) and not isinstance(seconds, bool):
            return self.world.clock.now() + timedelta(seconds=seconds)
        if "companion" in given:
            return None
        raise NotPossible("time takes 'to', an ISO time, or 'by_seconds', a number")
