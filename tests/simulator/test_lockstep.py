"""Time moves for both together: to each due moment, never past one, and only when everything is done."""

import asyncio
import contextlib
import heapq
import socket
from collections.abc import AsyncIterator, Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import pytest
import uvicorn
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.routing import Route
from typing_extensions import override

from simulator.lockstep import OutOfStep, advance
from simulator.server import serve
from simulator.world import World
from tests.simulator.conftest import NOON, TOKEN

WEEK = timedelta(days=7)


class Bot:
    """A bot's side in small: a clock, due moments, and the work each of them is."""

    def __init__(self, *due: datetime, work_seconds: float = 0.0) -> None:
        self.now = NOON
        self.due = list(due)
        heapq.heapify(self.due)
        self.done: list[datetime] = []
        self.jumps: list[tuple[datetime, bool]] = []
        self.busy = 0
        self.stuck = False
        self.work_seconds = work_seconds
        self.telegram: Callable[[], datetime] | None = None
        self.ahead = False
        self._tasks: set[asyncio.Task[None]] = set()

    async def state(self, request: Request) -> JSONResponse:
        due = self.due[0].isoformat() if self.due else None
        idle = not self.busy and not self.stuck
        return JSONResponse({"now": self.now.isoformat(), "idle": idle, "next_due": due, "stored": {}})

    async def clock(self, request: Request) -> JSONResponse:
        told = await request.json()
        self.now = datetime.fromisoformat(told["now"])
        self.jumps.append((self.now, told["stands"]))
        self.ahead |= self.telegram is not None and self.now > self.telegram()
        self.busy += 1
        task = asyncio.get_running_loop().create_task(self._work())
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        return JSONResponse({})

    async def _work(self) -> None:
        await asyncio.sleep(self.work_seconds)
        while self.due and self.due[0] <= self.now:
            due = heapq.heappop(self.due)
            assert due == self.now, f"what was due at {due} came at {self.now}"
            self.done.append(due)
        self.busy -= 1


@contextlib.asynccontextmanager
async def served(bot: Bot) -> AsyncIterator[str]:
    app = Starlette(routes=[Route("/tryout", bot.state), Route("/tryout/clock", bot.clock, methods=["POST"])])
    # Only a socket that says TCP by name is written to without Nagle's 40 ms.
    listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    listener.bind(("127.0.0.1", 0))
    server = uvicorn.Server(uvicorn.Config(app, log_config=None, access_log=False, lifespan="off", ws="none"))
    task = asyncio.get_running_loop().create_task(server.serve(sockets=[listener]))
    try:
        yield f"http://127.0.0.1:{listener.getsockname()[1]}"
    finally:
        server.should_exit = True
        await task


seconds = st.integers(min_value=1, max_value=int(WEEK.total_seconds()))


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(bot_due=st.lists(seconds, max_size=12), world_due=st.lists(seconds, max_size=6))
def test_a_week_visits_every_due_moment_once_and_in_order(bot_due: list[int], world_due: list[int]) -> None:
    async def live() -> None:
        world = World(NOON)
        bot = Bot(*(NOON + timedelta(seconds=n) for n in bot_due))
        bot.telegram = world.clock.now
        happened: list[datetime] = []
        for n in world_due:
            world.clock.when(NOON + timedelta(seconds=n), lambda: happened.append(world.clock.now()))
        async with served(bot) as url:
            walk = await advance(world, url, until=NOON + WEEK)
        assert bot.done == [NOON + timedelta(seconds=n) for n in sorted(bot_due)]
        assert happened == [NOON + timedelta(seconds=n) for n in sorted(world_due)]
        stops = sorted({*bot_due, *world_due, int(WEEK.total_seconds())})
        assert walk.moments == [NOON + timedelta(seconds=n) for n in stops]
        assert world.clock.now() == bot.now == NOON + WEEK
        assert not bot.ahead, "the bot was never ahead of Telegram"

    asyncio.run(live())


async def test_work_that_takes_its_time_is_waited_for() -> None:
    world = World(NOON)
    bot = Bot(NOON + timedelta(hours=1), NOON + timedelta(hours=2), work_seconds=0.1)
    async with served(bot) as url:
        await advance(world, url, until=NOON + timedelta(hours=3))
    assert len(bot.done) == 2


async def test_new_work_found_on_the_way_is_visited_too() -> None:
    class Weekly(Bot):
        @override
        async def _work(self) -> None:
            before = len(self.done)
            await super()._work()
            if len(self.done) > before:
                heapq.heappush(self.due, self.now + timedelta(days=1))

    bot = Weekly(NOON + timedelta(days=1))
    async with served(bot) as url:
        await advance(World(NOON), url, until=NOON + WEEK)
    assert bot.done == [NOON + timedelta(days=n) for n in range(1, 8)]


async def test_an_idle_that_never_comes_is_a_clear_error() -> None:
    world, bot = World(NOON), Bot(NOON + timedelta(hours=1))
    bot.stuck = True
    async with served(bot) as url:
        with pytest.raises(OutOfStep, match=r"not done within 0\.2 s; it is not idle"):
            await advance(world, url, until=NOON + WEEK, patience=0.2)
    assert world.clock.now() == NOON, "time did not pass"


async def test_what_is_due_and_never_done_is_a_clear_error() -> None:
    class Lazy(Bot):
        @override
        async def _work(self) -> None:
            self.busy -= 1

    world = World(NOON)
    async with served(Lazy(NOON + timedelta(hours=1))) as url:
        with pytest.raises(OutOfStep, match=r"what was due at 2026-03-02T13:00:00.* is not done"):
            await advance(world, url, until=NOON + WEEK, patience=0.2)
    assert world.clock.now() == NOON + timedelta(hours=1)


async def test_un_confirmed_updates_hold_the_time() -> None:
    world, bot = World(NOON), Bot()
    kith = world.add_bot(token=TOKEN, username="kith_bot")
    async with served(bot) as url, serve(world) as server, httpx.AsyncClient() as client:
        await client.post(f"{server.url}/bot{TOKEN}/getUpdates")
        kith.push({"message": {}})
        with pytest.raises(OutOfStep, match="1 updates are un-confirmed"):
            await advance(world, url, until=NOON + WEEK, patience=0.2)
        kith.updates.confirm(2**40)
        kith.updates.drop_all()
        await advance(world, url, until=NOON + WEEK, patience=5)
    assert world.clock.now() == NOON + WEEK


async def test_what_the_world_does_on_the_way_is_taken_before_time_goes_on() -> None:
    world, bot = World(NOON), Bot()
    kith = world.add_bot(token=TOKEN, username="kith_bot")
    taken: list[datetime] = []

    def write() -> None:
        kith.push({"message": {}})

    world.clock.when(NOON + timedelta(hours=1), write)

    async def take(server_url: str) -> None:
        offset = 0
        async with httpx.AsyncClient() as client:
            while True:
                asked = {"offset": offset, "timeout": 1}
                answer = await client.post(f"{server_url}/bot{TOKEN}/getUpdates", json=asked)
                for update in answer.json()["result"]:
                    taken.append(world.clock.now())
                    offset = update["update_id"] + 1

    async with served(bot) as url, serve(world) as server:
        task = asyncio.get_running_loop().create_task(take(server.url))
        await asyncio.sleep(0.05)
        await advance(world, url, until=NOON + WEEK)
        task.cancel()
    assert taken == [NOON + timedelta(hours=1)]


async def test_a_running_clock_stands_on_the_way_and_runs_again_after() -> None:
    world, bot = World(), Bot()
    bot.now = datetime.now(UTC)
    until = bot.now + WEEK
    async with served(bot) as url:
        await advance(world, url, until=until)
    assert not world.clock.stands
    assert until <= world.clock.now() < until + timedelta(minutes=1)
    assert [stands for _, stands in bot.jumps] == [True, True, False]
    assert bot.jumps[1][0] == until <= bot.jumps[2][0]


async def test_a_bot_that_was_ahead_is_caught_up_with() -> None:
    world, bot = World(NOON - timedelta(minutes=1)), Bot()
    async with served(bot) as url:
        walk = await advance(world, url, until=NOON + timedelta(hours=1))
    assert walk.began == NOON


async def test_a_bot_whose_clock_ran_on_until_it_was_stopped_is_not_left_ahead() -> None:
    class Running(Bot):
        @override
        async def clock(self, request: Request) -> JSONResponse:
            await super().clock(request)
            if len(self.jumps) == 1:
                self.now += timedelta(milliseconds=5)
            return JSONResponse({"now": self.now.isoformat()})

    world = World(NOON)
    async with served(Running()) as url:
        walk = await advance(world, url, until=NOON + timedelta(hours=1))
    assert walk.began == NOON + timedelta(milliseconds=5)


@pytest.mark.parametrize("answer", [{"idle": True}, {"now": "noon", "idle": True}, {"now": 5}, [], None])
async def test_an_answer_that_makes_no_sense_is_a_clear_error(answer: Any) -> None:
    class Odd(Bot):
        @override
        async def state(self, request: Request) -> JSONResponse:
            return JSONResponse(answer)

    async with served(Odd()) as url:
        with pytest.raises(OutOfStep, match=r"cannot be understood|no JSON object"):
            await advance(World(NOON), url, until=NOON + WEEK)


async def test_a_bot_that_is_not_there_is_a_clear_error() -> None:
    with pytest.raises(OutOfStep, match=r"does not answer at http://127.0.0.1:9/tryout"):
        await advance(World(NOON), "http://127.0.0.1:9", until=NOON + WEEK)


# Over HTTP


async def test_without_a_companion_only_the_worlds_clock_moves(web: httpx.AsyncClient, world: World) -> None:
    told = (await web.post("/sim/time", json={"by_seconds": 3600})).json()["result"]
    assert told["now"] == (NOON + timedelta(hours=1)).isoformat()
    assert (await web.get("/sim/time")).json()["result"] == {
        "now": told["now"],
        "stands": True,
        "companion": None,
        "moving_to": None,
    }


async def test_with_a_companion_over_http(world: World) -> None:
    bot = Bot(NOON + timedelta(hours=1))
    async with served(bot) as url, serve(world, companion=url) as server, httpx.AsyncClient() as client:
        answer = await client.post(f"{server.url}/sim/time", json={"to": (NOON + WEEK).isoformat()})
        assert answer.json()["result"]["walk"]["stops"] == 2
        assert bot.now == NOON + WEEK
        bot.stuck = True
        asked = client.post(f"{server.url}/sim/time", json={"by_seconds": 5, "patience": 0.3})
        first = asyncio.ensure_future(asked)
        await asyncio.sleep(0.1)
        second = await client.post(f"{server.url}/sim/time", json={"by_seconds": 5})
        assert "on its way" in second.json()["error"]
        history = await client.post(f"{server.url}/sim/history", json={"path": "result.json"})
        assert "time is moving" in history.json()["error"]
        assert "it is not idle" in (await first).json()["error"]


@pytest.mark.parametrize(
    ("given", "reason"),
    [
        ({}, "time takes 'to'"),
        ({"to": "soon"}, "is no ISO time"),
        ({"by_seconds": -5}, "forward only"),
        ({"by_seconds": True}, "time takes 'to'"),
    ],
)
async def test_a_goal_that_makes_no_sense(web: httpx.AsyncClient, given: dict[str, Any], reason: str) -> None:
    answer = await web.post("/sim/time", json=given)
    assert answer.status_code == 400
    assert reason in answer.json()["error"]


async def test_the_companion_can_be_named_later(web: httpx.AsyncClient, world: World) -> None:
    bot = Bot()
    async with served(bot) as url:
        assert (await web.post("/sim/time", json={"companion": url})).json()["result"]["companion"] == url
        await web.post("/sim/time", json={"by_seconds": 60})
    assert bot.now == world.clock.now() == NOON + timedelta(minutes=1)
