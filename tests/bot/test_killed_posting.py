"""Killed while a post is on its way, before Telegram took it or after: sent once, or as its kind says of a doubt."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import Connection, select, text, update

from models import replanning, topics
from models.communities import Communities
from models.database import Database
from models.occurrences import Occurrences
from models.rules.kits import Kit, topics_of
from models.rules.topics import CLOSE, POST
from simulator.messages import Message
from simulator.world import World
from tests.bot.crews import Crew, crew, until
from tests.bot.programs import TOKEN

RIGHTS = {"can_pin_messages": True, "can_delete_messages": True}
SETTINGS = {"topics": {"on": True, "hour": 9, "pins": True}}
LONG = 3600.0


class Morning:
    """A group with a topic a day and one worker, which is killed while it posts."""

    def __init__(self, workers: Crew, url: str, world: World) -> None:
        self.workers, self.world = workers, world
        self.database = Database(url)
        (self.port,) = workers.ports
        self.owner = world.person("Owner", language_code="en")
        self.group = world.group("Readers", owner=self.owner)

    async def begins(self) -> None:
        """The worker meets the group, which then has topics."""
        self.owner.starts(self.workers.bot)
        self.owner.adds(self.workers.bot, to=self.group, administrator=True, rights=RIGHTS)
        await until(lambda: self.workers.bot.pending == 0)

        def prepare(connection: Connection) -> None:
            chosen = select(Communities.community_id, Communities.settings)
            community_id, before = connection.execute(chosen).one()
            connection.execute(update(Communities).values(settings={**before, **SETTINGS}))
            topics.put(connection, community_id=community_id, topics=topics_of(Kit.LEARNING, language="en"))
            about = {"community_id": community_id, "time_zone": "UTC", "settings": SETTINGS}
            replanning.replan(connection, **about, now=datetime.now(UTC))

        await self.database.tell(prepare)

    async def killed_in(self, method: str, *, due: str | None, is_done: bool) -> None:
        """Something falls due while nobody is there; who comes is killed in the call, not done yet or done.

        The next one finds its row in doubt.
        """
        if self.port in self.workers.alive:
            await self.workers.kill(self.port)
        if due is not None:
            moment = update(Occurrences).where(Occurrences.kind == due, Occurrences.state == "planned")
            await self.database.tell(lambda connection: connection.execute(moment.values(due_at=datetime.now(UTC))))
        before = self._calls(method)
        about = {"method": method, "chat_id": self.group.id, "seconds": LONG}
        fault = self.world.faults.add(kind="late_answer" if is_done else "hang", **about)  # type: ignore[arg-type]
        await self.workers.spawn(self.port)
        await until(lambda: fault.met == 1 and self._calls(method) == before + is_done, seconds=60)
        await self.workers.kill(self.port)
        await self.workers.spawn(self.port)
        await until(self._all_settled, seconds=60)

    def _calls(self, method: str) -> int:
        """How many of these calls to the group were carried out."""
        calls = [call for call in self.workers.bot.calls if str(call.params.get("chat_id")) == str(self.group.id)]
        return sum(call.method == method for call in calls)

    async def _all_settled(self) -> bool:
        states = await self.states()
        return not {"waiting", "sending"} & {state for _, state in states}

    async def states(self) -> list[tuple[str, str]]:
        """What became of the rows about topics."""
        chosen = text("SELECT name, state FROM outbox WHERE name LIKE 'topics.%' ORDER BY outbox_id")
        async with self.database.reading() as session:
            return [(row[0], row[1]) for row in await session.execute(chosen)]

    async def has_an_answer(self) -> bool:
        """Whether somebody's answer counts."""
        async with self.database.reading() as session:
            return bool((await session.execute(text("SELECT count(*) FROM topic_answers"))).scalar_one())

    def said(self, beginning: str) -> list[Message]:
        """What the bot has said in the group that begins so."""
        mine = [m for m in self.group.messages if m.author is self.workers.bot]
        return [message for message in mine if (message.text or "").startswith(beginning)]


@asynccontextmanager
async def a_morning(url: str, folder: Path) -> AsyncIterator[Morning]:
    """A group that has a topic a day, with one worker to be killed."""
    world = World(seed=3)
    world.add_bot(token=TOKEN, username="kith_bot", name="Kith")
    polling = {"KITH_TELEGRAM__MODE": "polling"}
    async with crew(folder, url, workers=1, world=world, settings=polling) as workers:
        morning = Morning(workers, url, world)
        await morning.begins()
        yield morning
        await morning.database.close()


@pytest.mark.parametrize("is_done", [False, True])
async def test_killed_during_each_post_of_a_topics_day(sqlite_url: str, tmp_path: Path, is_done: bool) -> None:
    async with a_morning(sqlite_url, tmp_path) as morning:
        # A day without its topic is worse than one that has it twice.
        await morning.killed_in("sendMessage", due=POST.name, is_done=is_done)
        posted = morning.said("💬 Topic of the day")
        assert len(posted) == (2 if is_done else 1)
        assert await morning.states() == [("topics.came", "sent"), ("topics.pinned", "sent")]
        assert morning.group.pinned == [posted[-1].id]
        # Whichever of them somebody answers, it counts.
        ana = morning.world.person("Ana", language_code="en")
        ana.joins(morning.group)
        ana.writes(morning.group, "That I ask too late, every time", reply_to=posted[0])
        await until(morning.has_an_answer, seconds=60)
        # A recap that comes twice is worse than none.
        await morning.killed_in("sendMessage", due=CLOSE.name, is_done=is_done)
        assert len(morning.said("1 answer")) == (1 if is_done else 0)
        states = dict(await morning.states())
        assert states["topics.closed"] == "dropped"
        assert morning.group.pinned == []


@pytest.mark.parametrize("is_done", [False, True])
async def test_killed_while_it_pins(sqlite_url: str, tmp_path: Path, is_done: bool) -> None:
    async with a_morning(sqlite_url, tmp_path) as morning:
        await morning.killed_in("pinChatMessage", due=POST.name, is_done=is_done)
        (posted,) = morning.said("💬 Topic of the day")
        assert await morning.states() == [("topics.came", "sent"), ("topics.pinned", "sent")]
        assert morning.group.pinned == [posted.id]
