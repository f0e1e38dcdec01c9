"""Updates repeated, late and shuffled between lanes, while workers are killed: counted as if they came once, in order.

Here the test itself is Telegram: each lane keeps its order and sends its next after an answer, and some lanes stall.
"""

import asyncio
import json
import random
import time
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from models.database import Database
from simulator.webhook import lane
from simulator.world import World
from tests.bot.calling import Caller
from tests.bot.crews import SECRET, Crew, crew, until
from tests.bot.programs import TOKEN
from tests.bot.test_killed import GROUPS, OVERTAKING
from tests.reckoning import PLAIN, Reckoning, held
from tests.traffic import Raw, Traffic

FIRST_ID = 800_000_000


def lane_of(update: Raw) -> str:
    """What goes one by one at Telegram."""
    kind = next(key for key in update if key != "update_id")
    return lane(kind, update[kind])


@dataclass
class Lanes:
    """Brings updates to the workers, lane by lane."""

    crew: Crew
    chance: random.Random
    taken: int = 0
    _said: dict[object, asyncio.Event] = field(default_factory=lambda: defaultdict(asyncio.Event))

    async def bring(self, updates: Sequence[Raw]) -> None:
        """Bring them all, side by side; returns when each was taken."""
        lanes: dict[str, list[Raw]] = defaultdict(list)
        for update in updates:
            lanes[lane_of(update)].append(update)
        caller = Caller(SECRET)
        await asyncio.gather(*[self._serve(caller, queue) for queue in lanes.values()])
        await caller.hang_up()

    async def go_on(self, *, by: int) -> None:
        """Wait until so many more are taken."""
        wanted = self.taken + by
        await until(lambda: self.taken >= wanted, seconds=90)

    async def _serve(self, caller: Caller, queue: Sequence[Raw]) -> None:
        if self.chance.random() < 0.3:
            await asyncio.sleep(self.chance.uniform(0, 1))
        for place, update in enumerate(queue):
            if not OVERTAKING:
                await self._what_it_is_about(update)
            # Some come twice at once, some once more when they are long over.
            copies = [update] * self.chance.choice((1, 1, 1, 1, 2))
            if place and self.chance.random() < 0.1:
                copies.append(self.chance.choice(queue[:place]))
            await asyncio.gather(*[self._post(caller, json.dumps(copy).encode()) for copy in copies])
            self.taken += 1
            self._has_come(update)

    async def _post(self, caller: Caller, body: bytes) -> None:
        async def is_taken() -> bool:
            return await caller.post(self.chance.choice(self.crew.ports), body) == 200

        await until(is_taken, seconds=90)

    def _has_come(self, update: Raw) -> None:
        if "message" in update:
            self._said[update["message"]["message_id"]].set()
            self._said[update["message"].get("poll", {}).get("id")].set()

    async def _what_it_is_about(self, update: Raw) -> None:
        """Until a reaction waits for its message inside Kith, it waits for it here."""
        if "message_reaction" in update:
            await self._said[update["message_reaction"]["message_id"]].wait()
        elif "poll_answer" in update:
            await self._said[update["poll_answer"]["poll_id"]].wait()


async def test_repeated_late_and_shuffled_updates_count_once(
    tmp_path: Path, database_url: str, round_number: int
) -> None:
    world, chance = World(seed=round_number), random.Random(round_number)
    bot = world.add_bot(token=TOKEN, username="kith_bot", name="Kith")
    bot.updates.allow(["message", "my_chat_member"])
    owner = world.person("Owner")
    groups = [world.group(f"Readers {number}", owner=owner) for number in range(GROUPS)]
    for group in groups:
        owner.adds(bot, to=group, administrator=True)
    arrivals = [json.loads(queued.text) for queued in bot.updates.look(1000)]
    bot.updates.drop_all()
    traffic = Traffic(groups, date=int(time.time()) - 600, seed=round_number)
    updates: list[Raw] = []
    ended = asyncio.Event()

    async def keep_coming(lanes: Lanes) -> None:
        while not ended.is_set():
            some = [{"update_id": FIRST_ID + len(updates) + number, **traffic.update()} for number in range(300)]
            updates.extend(some)
            await lanes.bring(some)

    count = 1 if database_url.startswith("sqlite") else 3
    async with crew(tmp_path, database_url, workers=count, world=world, settings=PLAIN) as workers:
        lanes = Lanes(workers, chance)
        await lanes.bring(arrivals)
        coming = asyncio.create_task(keep_coming(lanes))
        for _ in range(2):
            await lanes.go_on(by=20)
            await asyncio.sleep(chance.uniform(0, 0.3))
            port = chance.choice(workers.ports)
            await workers.kill(port)
            if len(workers.ports) > 1:
                await lanes.go_on(by=1)
            await workers.begin(port)
        ended.set()
        await coming
        expected = Reckoning()
        expected.take_all(updates)
        database = Database(database_url)
        found = await held(database)
        await database.close()
        assert found.done() == expected.done()
        assert found.entries == +expected.entries
        assert expected.members.items() <= found.members.items()
        assert "Traceback" not in workers.logs()
