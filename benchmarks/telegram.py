"""A simulated Telegram in this process, and the bots that are measured beside it in processes of their own."""

import asyncio
import os
import sys
import tempfile
import time
from collections.abc import AsyncIterator, Callable, Iterable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import psutil

from benchmarks.load import CHAT, FIRST_MEMBER
from models.rules.features import FEATURE_SETTINGS
from simulator import buttons, posting
from simulator.bots import Bot
from simulator.chats import Chat
from simulator.people import Person
from simulator.presses import Press
from simulator.server import serve
from simulator.world import World

ROOT = Path(__file__).resolve().parents[1]
TOKEN = "100:SIM"
LONGEST_SECONDS = 600.0


@dataclass(frozen=True)
class Program:
    """A bot, by the arguments that have Python run it, and what its environment tells it of its settings."""

    name: str
    arguments: tuple[str, ...]
    settings: Mapping[str, str] = field(default_factory=dict)


# As its owner has it: what only the checks bring along, structlog, httpx and Mako would load for the sake of colours.
_AS_INSTALLED = "import sys; sys.modules['rich'] = sys.modules['pygments'] = None; from bot.cli import main; main()"
KITH = Program("Kith", ("-c", _AS_INSTALLED, "run"))
# Every feature that a group may choose is chosen, and those that watch what is said watch.
_ALL_ON = {f"KITH_{name.upper()}__ON": "true" for name, kind in FEATURE_SETTINGS.items() if hasattr(kind, "on")}
KITH_ALL_ON = Program("Kith with every feature on", KITH.arguments, _ALL_ON)
IDLE = Program("idle bot", ("-m", "benchmarks.idle_bot"))
USUAL = Program("usual bot", ("-m", "benchmarks.usual_bot"))
BUTTON = Program("button bot", ("-m", "benchmarks.button_bot"))


async def begin(program: Program, environment: Mapping[str, str], folder: str) -> asyncio.subprocess.Process:
    """Have a bot begin in a process of its own."""
    return await asyncio.create_subprocess_exec(sys.executable, *program.arguments, env=environment, cwd=folder)


@dataclass
class Telegram:
    """The simulated Telegram with one bot, an administrator of the group that the load fills."""

    world: World
    bot: Bot
    group: Chat
    url: str

    def member(self, number: int) -> Person:
        """The load's member of that number, who has opened the private chat."""
        person = self.world.people.get(FIRST_MEMBER + number)
        if person is None:
            person = self.world.person(f"Member {number}", id=FIRST_MEMBER + number, language_code="en")
            person.started[self.bot.id] = self.world.clock.now()
            self.world.private(person, self.bot).bots[self.bot.id] = self.bot
        return person

    def taps(self, number: int, data: str) -> Press:
        """A member presses a button of the bot's in private."""
        person = self.member(number)
        chat = self.world.private(person, self.bot)
        keyboard = {"inline_keyboard": [[{"text": "Press", "callback_data": data}]]}
        message = posting.post(self.world, chat, {"text": "Well?"}, author=self.bot, markup=keyboard)
        return person.taps(message, data)

    async def takes_in(self, updates: Iterable[dict[str, Any]]) -> float:
        """Push updates and wait until the bot is through with them; returns the seconds.

        A bot may confirm what it has only put aside in its memory. So a button is pressed after them all, whose answer
        shows that their turn is over, and that the bot has confirmed is asked for as well.
        """
        self.bot.push_many(updates)
        press = self.taps(0, "end:0")
        began = time.perf_counter()
        await answered(press)
        await until(lambda: self.bot.pending == 0)
        return time.perf_counter() - began

    @property
    def _is_asked(self) -> bool:
        """Whether the bot polls; one that finds much waiting is answered at once for a long time."""
        return self.bot.polling or any(call.method == "getUpdates" for call in self.bot.calls)

    @asynccontextmanager
    async def running(self, program: Program, *, database: str = "") -> AsyncIterator[psutil.Process]:
        """A bot in a process of its own, once it polls; it runs in an empty folder, where it finds no settings."""
        kept = {name: value for name, value in os.environ.items() if not name.startswith("KITH_")}
        environment = {
            **kept,
            **program.settings,
            "PYTHONPATH": str(ROOT),
            "KITH_TELEGRAM__TOKEN": TOKEN,
            "KITH_TELEGRAM__API_URL": self.url,
            "KITH_DATABASE__URL": database,
            "KITH_LOG__LEVEL": "error",
        }
        # What a program before it asked for says nothing of this one.
        self.bot.calls.clear()
        with tempfile.TemporaryDirectory(prefix="kith-") as folder:
            child = await begin(program, environment, folder)
            try:
                await until(lambda: self._is_asked or child.returncode is not None, seconds=60)
                yield psutil.Process(child.pid)
            finally:
                if child.returncode is None:
                    child.terminate()
                await child.wait()


@asynccontextmanager
async def telegram() -> AsyncIterator[Telegram]:
    """A new simulated Telegram."""
    world = World(seed=1, keep_calls=50_000)
    bot = world.add_bot(token=TOKEN, username="kith_bot", name="Kith")
    owner = world.person("Owner")
    group = world.group(CHAT["title"], owner=owner, id=CHAT["id"])
    owner.adds(bot, to=group, administrator=True)
    async with serve(world, port=0) as server:
        yield Telegram(world, bot, group, server.url)


async def answered(press: Press) -> None:
    """Wait until the bot has answered a press."""
    await buttons.until_answered(press, timeout=LONGEST_SECONDS)
    if not press.answered:
        raise TimeoutError("a button was not answered")


async def until(told: Callable[[], bool], *, seconds: float = LONGEST_SECONDS) -> None:
    """Wait until `told` is so."""
    async with asyncio.timeout(seconds):
        while not told():  # noqa: ASYNC110 - the simulated Telegram has no bell for it
            await asyncio.sleep(0.002)


def processor_seconds(process: psutil.Process) -> float:
    """What a process has used of the processor so far: other programs disturb this less than they do the clock."""
    times = process.cpu_times()
    return float(times.user + times.system)


def resident(process: psutil.Process) -> float:
    """The resident memory of a process in megabytes."""
    return float(process.memory_info().rss / 1e6)
