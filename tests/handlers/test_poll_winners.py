"""What a weekly poll promises: its winners come on the days that were told, whatever an administrator does meanwhile."""

from collections.abc import Awaitable, Callable
from datetime import timedelta

import pytest

from models import calendar, communities, topics
from models.occurrences import Place
from models.rules.topics import POST, NewTopic
from simulator.chats import Chat
from simulator.people import Person
from tests.handlers.asking_in import asked_privately, labels
from tests.handlers.test_polls import BOOKS, DAILY, DAY, NOTHING_ELSE, TOOLS, WEEKLY, open_poll, results
from tests.living import Living


@pytest.fixture
async def town(live: Callable[..., Awaitable[Living]]) -> Living:
    """A Kith with weekly polls and a topic a day, of which there are some."""
    return await live(settings={**WEEKLY, **NOTHING_ELSE, **DAILY})


async def voted(town: Living) -> tuple[Chat, Person]:
    """A group whose poll the first proposal wins, and the second comes next."""
    group, lin, (wei, ana), poll = await open_poll(town, "Wei", "Ana")
    bank = [NewTopic(f"Which {word} is the best?") for word in ("tea", "city", "song", "tree", "shoe", "game")]
    here = (await town.community(group)).community_id
    async with town.kith.database.writing() as session:
        await topics.add(session, community_id=here, topics=bank, user_id=lin.id, now=town.kith.clock.now())
    wei.votes(poll, [0, 1])
    ana.votes(poll, [0])
    await town.settle()
    return group, lin


def posted(town: Living, group: Chat) -> list[str]:
    """The topics of the days, in their order."""
    found = [m for m in town.said(group) if "oes my answer count?" in " ".join(labels(m))]
    return [next(line for line in (m.text or "").splitlines() if line.endswith("?")) for m in found]


async def test_no_winner_is_promised_for_a_day_that_had_its_topic_early(town: Living) -> None:
    group, lin = await voted(town)
    here = (await town.community(group)).community_id
    place, now = Place(here, POST.name, 2026_11_23), town.kith.clock.now()
    async with town.kith.database.writing() as session:
        held = await communities.held(session, community_id=here)
        assert held is not None
        await calendar.hurry(session, community=held, place=place, user_id=lin.id, now=now)
    await town.later(timedelta(minutes=1))
    await town.later(DAY)
    assert results(town, group) == [
        f"Next week's topics, chosen by you:\n• Tue, 24 Nov: {BOOKS} (Wei)\n• Wed, 25 Nov: {TOOLS} (Lin)"
    ]
    shown = (await asked_privately(town, lin, "/calendar")).text or ""
    assert f"Tue, 24 Nov 08:00 · Topic of the day: “{BOOKS}”" in shown
    assert f"Wed, 25 Nov 08:00 · Topic of the day: “{TOOLS}”" in shown
    for _ in range(8):
        await town.later(DAY)
    assert posted(town, group)[-2:] == [BOOKS, TOOLS]
