"""How long a member waits for `/me` while much happens: from the push of the command until the answer arrives.

Updates are pushed at an even pace; commands come by chance, about ten a second, each in the private chat of somebody
else, and a few in the group, where Telegram takes no more than twenty messages a minute. Kith's own pace (one message
each 1/29 s) is part of the wait. What the simulated Telegram in this process is late by counts against Kith.
"""

import asyncio
import random
import statistics
import time
from collections.abc import Sequence
from dataclasses import dataclass, field

from benchmarks import databases
from benchmarks.figures import Figure
from benchmarks.load import PEOPLE, Group
from benchmarks.telegram import KITH, Telegram, telegram, until
from simulator.messages import Message

SECONDS = 60.0
PER_SECOND = 500
COMMANDS_PER_SECOND = 10.0
GROUP_EVERY_SECONDS = 5.0
STEP = 0.01
FACTS = 5_000


@dataclass
class Waits:
    """Who waits for an answer since when, and how long the others waited. Answers reach a chat in order."""

    town: Telegram
    asked: dict[int, list[float]] = field(default_factory=dict)
    waited: dict[int, list[float]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.town.world.watchers.append(self._on_message)

    def ask(self, chat_id: int) -> None:
        """Somebody asks now."""
        self.asked.setdefault(chat_id, []).append(time.perf_counter())

    def _on_message(self, message: Message, new: bool) -> None:
        if new and message.author is self.town.bot and self.asked.get(message.chat.id):
            seconds = time.perf_counter() - self.asked[message.chat.id].pop(0)
            self.waited.setdefault(message.chat.id, []).append(seconds)

    @property
    def open(self) -> int:
        """How many still wait."""
        return sum(map(len, self.asked.values()))

    @property
    def answers(self) -> int:
        """How many were answered."""
        return sum(map(len, self.waited.values()))

    def median(self) -> float:
        """How long those who asked in private waited, in the middle."""
        return statistics.median(self.in_private())

    def in_private(self) -> list[float]:
        """How long those waited who asked in private, the shortest first."""
        return sorted(seconds for chat_id, waited in self.waited.items() if chat_id > 0 for seconds in waited)

    def in_groups(self) -> list[float]:
        """The same in groups."""
        return sorted(seconds for chat_id, waited in self.waited.items() if chat_id < 0 for seconds in waited)


def percentile(ordered: Sequence[float], share: float) -> float:
    """The value below which `share` of the ordered values lie."""
    return ordered[min(len(ordered) - 1, int(share * len(ordered)))]


def asks_in_private(town: Telegram, waits: Waits, number: int) -> None:
    """A member asks for their card in private."""
    person = town.member(number)
    waits.ask(person.id)
    person.writes(town.world.private(person, town.bot), "/me")


def asks_in_group(town: Telegram, waits: Waits, group: Group, number: int) -> None:
    """A member asks for their card in the group, with a message as the load's are."""
    waits.ask(town.group.id)
    command = {"text": "/me", "entities": [{"type": "bot_command", "offset": 0, "length": 3}]}
    town.bot.push_many([group.message(number, command)])


async def _happen(town: Telegram, waits: Waits, group: Group, *, seconds: float) -> None:
    chance = random.Random(7)
    began = time.perf_counter()
    pushed, people, next_private, next_group = 0, list(range(PEOPLE)), 0.0, 1.0
    chance.shuffle(people)
    while (now := time.perf_counter() - began) < seconds:
        due = int(now * PER_SECOND) - pushed
        town.bot.push_many(group.updates(due))
        pushed += due
        if now >= next_private:
            asks_in_private(town, waits, people[len(people) - 1])
            people.insert(0, people.pop())
            next_private = now + chance.expovariate(COMMANDS_PER_SECOND)
        if now >= next_group:
            asks_in_group(town, waits, group, chance.randrange(PEOPLE))
            next_group = now + GROUP_EVERY_SECONDS
        await asyncio.sleep(STEP)


async def measure(*, seconds: float = SECONDS, facts: int = FACTS) -> list[Figure]:
    """Ask while updates flow."""
    with databases.sqlite() as url:
        async with telegram() as town, town.running(KITH, database=url):
            group = Group(date=int(time.time()))
            await town.takes_in(group.updates(facts))
            waits = Waits(town)
            await _happen(town, waits, group, seconds=seconds)
            await until(lambda: waits.open == 0, seconds=60)
    private, public = waits.in_private(), waits.in_groups()
    print(f"{len(private)} commands in private, {len(public)} in the group, while {PER_SECOND} updates a second flow")
    figures = [
        Figure("a command's answer, median", waits.median() * 1000, "ms", bar=50),
        Figure("a command's answer, 99th percentile", percentile(private, 0.99) * 1000, "ms", bar=250),
        Figure("a command's answer, the longest", private[-1] * 1000, "ms"),
    ]
    if public:
        figures.append(Figure("the same in the group, median", statistics.median(public) * 1000, "ms", bar=50))
    return figures
