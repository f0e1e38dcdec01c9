"""The clock at the start: what members did while Kith was away is counted before anything is made of it."""

import asyncio
from datetime import timedelta

import pytest

from bot import kith
from bot.clock import MovableClock
from models import topics
from models.points import Ledger
from models.rules.kits import Kit, topics_of
from models.topics import TopicDays
from simulator.world import World
from tests.bot.test_intake import OddServer, polling
from tests.bot.test_webhook import hook
from tests.living import START, Living, living
from tests.ports import free_port

DAILY = {"KITH_TOPICS__ON": "true", "KITH_TOPICS__HOUR": "10", "KITH_TOPICS__OPEN_HOURS": "4"}


async def asked(town: Living) -> None:
    """A group has its topic of the day."""
    lin = town.world.person("Lin", language_code="en")
    lin.starts(town.bot)
    group = town.group(lin)
    for name in ("Ada", "Wei", "Bo"):
        town.world.person(name).joins(group)
    await town.settle()
    number = (await town.community(group)).community_id
    kit = topics_of(Kit.LEARNING, language="en")
    await town.kith.database.tell(lambda connection: topics.put(connection, community_id=number, topics=kit))
    await town.later(timedelta(hours=1))


def answer(world: World) -> None:
    """Members answer, and react to an answer, while nobody listens."""
    (group,) = [chat for chat in world.chats.values() if chat.title == "Readers"]
    topic = group.messages[-1]
    ada, wei, bo = (next(one for one in world.people.values() if one.name == name) for name in ("Ada", "Wei", "Bo"))
    world.clock.move_to(START + timedelta(hours=3))
    # More than Telegram tells at once.
    for number in range(130):
        bo.writes(group, f"And what about number {number}?")
    words = ada.writes(group, "That I begin too late, every single time", reply_to=topic)
    wei.reacts(words, ["👍"])
    wei.writes(group, "Early in the morning, before anybody is up", reply_to=topic)


@pytest.mark.parametrize("mode", ["polling", "webhook"])
async def test_a_recap_names_whoever_answered_while_kith_was_away(sqlite_url: str, mode: str) -> None:
    settings = {**DAILY, **(hook(free_port()) if mode == "webhook" else {})}
    async with living(sqlite_url, settings=settings) as town:
        await asked(town)
        world = town.world
    answer(world)
    later = START + timedelta(hours=6)
    world.clock.move_to(later)
    if mode == "polling":
        world.faults.add(method="getUpdates", kind="answer", status=None, seconds=0.3, times=1)
    async with living(sqlite_url, world=world, clock=MovableClock(later), settings=settings, self_waking=True) as town:

        async def closed() -> bool:
            return [day.answered for day in await town.all(TopicDays)] != [None]

        await town.until(closed)
        await town.settle()
        assert [day.answered for day in await town.all(TopicDays)] == [2]
        assert [entry.action for entry in await town.all(Ledger)].count("topic_answer_featured") == 1
        (group,) = [chat for chat in world.chats.values() if chat.title == "Readers"]
        assert "2 answers today.\nLiked most: Ada" in (town.said(group)[-1].text or "")


async def test_where_telegram_tells_nothing_the_clock_goes_on_after_a_while(
    sqlite_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(kith, "HELD_SECONDS", 0.2)
    async with polling(OddServer([b"null"] * 1000), sqlite_url) as alone:
        await asyncio.wait_for(alone.tick_all(), 60)
        assert not alone.intake.caught_up.is_set()
