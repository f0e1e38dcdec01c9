"""Killed under load again and again: what the members did is counted exactly once."""

import asyncio
import random
import signal
import time
from collections import Counter, defaultdict
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from simulator.bots import Bot
from simulator.chats import Chat
from simulator.messages import Message
from simulator.people import Person
from simulator.server import serve
from simulator.world import World
from tests.bot.programs import TOKEN, exported, running
from tests.living import UNFETTERED

PER_SECOND = 300
MEMBERS = 200
TALK, COMMAND = "well said", "/me"


@dataclass
class Town:
    """A group in which much happens, and a count of all of it."""

    world: World
    bot: Bot
    group: Chat
    members: list[Person]
    settings: dict[str, str]
    folder: Path
    chance: random.Random
    done: defaultdict[int, Counter[str]] = field(default_factory=lambda: defaultdict(Counter))
    # Who liked whose message, and which of these likes were taken back at least once; nobody likes themselves here.
    liked: dict[tuple[int, int], int] = field(default_factory=dict)
    taken_back: set[tuple[int, int]] = field(default_factory=set)
    answers: Counter[int] = field(default_factory=Counter)
    sent: int = 0

    def something_happens(self) -> None:
        """One update: somebody writes, answers, reacts, or takes a reaction back."""
        person = self.chance.choice(self.members)
        recent = [m for m in self.group.messages[-40:] if m.text in (TALK, COMMAND)]
        what = self.chance.random()
        if not recent or what < 0.55:
            self.group_hears(person, None)
        elif what < 0.75:
            self.group_hears(person, self.chance.choice(recent))
        else:
            self.reacts(person, self.chance.choice(recent))

    def group_hears(self, person: Person, answered: Message | None) -> None:
        text = COMMAND if self.chance.random() < 0.01 else TALK
        person.writes(self.group, text, reply_to=answered)
        to_another = answered is not None and answered.author is not None and answered.author.id != person.id
        self.answers[person.id] += int(text == TALK and to_another)
        self.done[person.id] += Counter(messages=1, replies=int(answered is not None))
        self.sent += 1

    def reacts(self, person: Person, message: Message) -> None:
        assert message.author is not None
        key, counts = (person.id, message.id), message.author.id != person.id
        if message.reactions.get(person.id):
            person.reacts(message, [])
            self.done[person.id]["reactions_withdrawn"] += 1
            self.taken_back |= {key} if counts else set()
        else:
            person.reacts(message, ["👍"])
            self.done[person.id]["reactions_given"] += 1
            self.done[message.author.id]["reactions_received"] += 1
            self.liked |= {key: message.author.id} if counts else {}
        self.sent += 1

    async def lives(self, until: asyncio.Event) -> None:
        """Happen at the rate of the test, however late a timer wakes."""
        begun, happened = time.monotonic(), 0
        while not until.is_set():
            while happened < (time.monotonic() - begun) * PER_SECOND:
                self.something_happens()
                happened += 1
            await asyncio.sleep(0.01)

    async def until_taken_in(self, seconds: float = 30) -> None:
        deadline = time.monotonic() + seconds
        while self.bot.pending:
            assert time.monotonic() < deadline, f"{self.bot.pending} updates are pending"
            await asyncio.sleep(0.05)

    @property
    def taken_in(self) -> int:
        """How many updates were confirmed."""
        return self.sent - self.bot.pending

    async def until_taken(self, count: int) -> None:
        deadline = time.monotonic() + 20
        while self.taken_in < count:
            assert time.monotonic() < deadline, "nothing is taken in"
            await asyncio.sleep(0.01)

    async def counted(self) -> dict[int, Counter[str]]:
        rows = await exported("activity", chat_id=self.group.id, folder=self.folder, **self.settings)
        return {row["user_id"]: Counter({k: v for k, v in row.items() if k != "user_id" and v}) for row in rows}


@pytest.fixture
async def town(tmp_path: Path) -> AsyncIterator[Town]:
    async with town_at(tmp_path) as town:
        yield town


@asynccontextmanager
async def town_at(folder: Path) -> AsyncIterator[Town]:
    world = World(seed=9, keep_messages=50_000)
    bot = world.add_bot(token=TOKEN, username="kith_bot", name="Kith")
    # What waits before the first Kith asks by name would lack the reactions.
    bot.updates.allow(["message", "message_reaction", "chat_member", "my_chat_member", "callback_query", "poll_answer"])
    async with serve(world) as server:
        settings = {
            **UNFETTERED,
            "KITH_TELEGRAM__TOKEN": TOKEN,
            "KITH_TELEGRAM__API_URL": server.url,
            "KITH_DATABASE__URL": f"sqlite:///{folder / 'kith.db'}",
            # The caps stay out of these tests.
            "KITH_MESSAGES__DAILY_CAP_POINTS": "1000",
            "KITH_REPLIES__DAILY_CAP_POINTS": "1000",
            "KITH_REACTIONS__GIVEN_DAILY_CAP_POINTS": "1000",
            "KITH_REACTIONS__RECEIVED_DAILY_CAP_POINTS": "1000",
        }
        owner = world.person("Owner")
        group = world.group("Readers", owner=owner)
        owner.adds(bot, to=group, administrator=True)
        members = [world.person(f"Member {number}") for number in range(MEMBERS)]
        town = Town(world, bot, group, members, settings, folder, random.Random(4))
        for member in members:
            member.joins(group)
            town.done[member.id]["joins"] += 1
        town.sent = bot.pending
        yield town


async def test_killed_five_times_at_any_instant_nothing_is_lost_and_nothing_double(town: Town) -> None:
    ended = asyncio.Event()
    life = asyncio.create_task(town.lives(ended))
    for _ in range(5):
        async with running("run", folder=town.folder, **town.settings) as process:
            await town.until_taken(town.taken_in + 1)
            await asyncio.sleep(town.chance.uniform(0, 0.5))
            process.send_signal(signal.SIGKILL)
            await process.wait()
    ended.set()
    await life
    async with running("run", folder=town.folder, **town.settings):
        await town.until_taken_in()
    assert await town.counted() == town.done
    await the_ledger_is_right(town)
    assert town.sent > 1000


async def the_ledger_is_right(town: Town) -> None:
    """Talk, answers and likes earn, each once; a like that was taken back is reversed, once."""
    expected: Counter[tuple[int, str, float]] = Counter()
    for message in town.group.messages:
        if message.author is not None and message.text == TALK:
            expected[message.author.id, "message", 0.2] += 1
    for user_id, number in town.answers.items():
        expected[user_id, "reply", 0.1] += number
    for key, author_id in town.liked.items():
        for sign in (1, -1) if key in town.taken_back else (1,):
            expected[key[0], "reaction_given", 0.05 * sign] += 1
            expected[author_id, "reaction_received", 0.1 * sign] += 1
    entries = await exported("points", chat_id=town.group.id, folder=town.folder, **town.settings)
    assert Counter((entry["user_id"], entry["action"], entry["points"]) for entry in entries) == +expected
    sources = {(entry["user_id"], entry["action"], entry["source"]) for entry in entries}
    assert len(sources) == len(entries)


async def test_asked_to_stop_under_load_it_leaves_in_time_with_everything_confirmed(town: Town) -> None:
    ended, arrivals = asyncio.Event(), town.sent
    life = asyncio.create_task(town.lives(ended))
    async with running("run", folder=town.folder, **town.settings) as process:
        # Past those who came: the service messages about them tell an administrator nothing and are not counted.
        await town.until_taken(arrivals + 100)
        begun = time.monotonic()
        process.send_signal(signal.SIGTERM)
        said, _ = await process.communicate()
        assert time.monotonic() - begun < 10
    ended.set()
    await life
    assert process.returncode == 0, said.decode()
    assert b"Traceback" not in said
    told, everything = updates_in(await town.counted()), updates_in(town.done)
    assert everything - told == town.bot.pending, "what was confirmed was counted, and what was counted confirmed"


def updates_in(counts: Mapping[int, Counter[str]]) -> int:
    """How many updates have told these counts: a reply is a message too, and who receives does nothing."""
    told = ("messages", "reactions_given", "reactions_withdrawn", "joins")
    return sum(count[name] for count in counts.values() for name in told)
