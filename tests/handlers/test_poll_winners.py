"""What a weekly poll promises: its winners come on the days that were told, whatever administrators do meanwhile."""

from collections.abc import Awaitable, Callable
from datetime import date, timedelta

import pytest

from models import calendar, communities, topics
from models import settings as own_settings
from models.occurrences import Place
from models.rules.topics import POST, NewTopic
from simulator.chats import Chat
from simulator.people import Person
from tests.handlers.asking_in import asked_in, asked_privately, labels
from tests.handlers.test_polls import (
    BOOKS,
    DAILY,
    DAY,
    FOOD,
    NOTHING_ELSE,
    TOOLS,
    WEEKLY,
    admitted,
    founded,
    open_poll,
    polls,
    results,
)
from tests.living import Living


@pytest.fixture
async def town(live: Callable[..., Awaitable[Living]]) -> Living:
    """A Kith with weekly polls and a topic a day, of which there are some."""
    return await live(settings={**WEEKLY, **NOTHING_ELSE, **DAILY})


async def voted(town: Living) -> tuple[Chat, Person]:
    """A group whose poll the first proposal wins, and the second comes next."""
    group, lin, (wei, ana), poll = await open_poll(town, "Wei", "Ana", third=FOOD)
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


async def test_a_winner_comes_also_where_the_bank_is_full(
    live: Callable[..., Awaitable[Living]], database_url: str
) -> None:
    town = await live(database_url, settings={**WEEKLY, **NOTHING_ELSE, **DAILY})
    group, lin = await voted(town)
    here, room = (await town.community(group)).community_id, topics.MOST_TOPICS - len(await town.all(topics.TopicBank))
    more = [NewTopic(f"Number {number}?") for number in range(room)]
    async with town.kith.database.writing() as session:
        await topics.add(session, community_id=here, topics=more, user_id=lin.id, now=town.kith.clock.now())
    await town.later(DAY)
    assert results(town, group) == [
        f"Next week's topics, chosen by you:\n• Mon, 23 Nov: {BOOKS} (Wei)\n• Tue, 24 Nov: {TOOLS} (Lin)"
    ]
    # An administrator's own still have no room, and the file with all of them leaves none out.
    about = {"community_id": here, "topics": [NewTopic("One more?")], "user_id": lin.id, "now": town.kith.clock.now()}
    async with town.kith.database.writing() as session:
        with pytest.raises(topics.TooManyTopics):
            await topics.add(session, **about)  # type: ignore[arg-type]
        assert len(await topics.everything(session, community_id=here)) == topics.MOST_TOPICS + 2
    for _ in range(7):
        await town.later(DAY)
    assert posted(town, group)[-2:] == [BOOKS, TOOLS]


async def switched(town: Living, group: Chat, *, on: bool) -> None:
    """An administrator switches the daily topic on or off."""
    here, now = (await town.community(group)).community_id, town.kith.clock.now()
    async with town.kith.database.writing() as session:
        await own_settings.change(session, community_id=here, values={"topics": {"on": on}}, user_id=1, now=now)


async def test_without_a_topic_a_day_there_is_no_poll_and_administrators_hear_it_once(
    live: Callable[..., Awaitable[Living]], database_url: str
) -> None:
    town = await live(database_url, settings={**WEEKLY, **NOTHING_ELSE, **DAILY})
    group, lin, (wei, ana) = await founded(town, "Wei", "Ana")
    await admitted(town, group, lin, {BOOKS: wei, TOOLS: ana})
    await switched(town, group, on=False)
    assert "poll" not in ((await asked_privately(town, lin, "/calendar")).text or "")
    for _ in range(3):
        await town.later(timedelta(hours=1))
        await town.later(7 * DAY - timedelta(hours=1))
    assert polls(town, group) == []
    (told,) = [text for text in town.told(lin) if "no weekly poll" in text]
    assert told == (
        "Readers: no weekly poll while the topic of the day is off, for that is what it chooses.\n\n"
        "What members have proposed stays. /settings switches the topic on, or the weekly poll off."
    )
    wei.starts(town.bot)
    refused = "Nothing can be proposed while there is no topic of the day here."
    assert ((await asked_in(town, group, wei, f"/propose {FOOD}"))[0].text or "").startswith(refused)
    assert ((await asked_privately(town, wei, "/propose")).text or "").startswith(refused)
    await switched(town, group, on=True)
    assert "poll" in ((await asked_privately(town, lin, "/calendar")).text or "")
    await town.later(timedelta(hours=1))
    (poll,) = polls(town, group)
    assert poll.poll is not None
    assert poll.poll.options == [BOOKS, TOOLS]


async def test_winners_wait_for_topics_that_were_switched_off_and_promise_no_day(town: Living) -> None:
    group, _ = await voted(town)
    await switched(town, group, on=False)
    await town.later(DAY)
    assert results(town, group) == [
        f"Chosen by you, for when there is a topic a day again:\n• {BOOKS} (Wei)\n• {TOOLS} (Lin)"
    ]
    await town.later(9 * DAY)
    assert posted(town, group) == []
    await switched(town, group, on=True)
    for _ in range(3):
        await town.later(DAY)
    assert posted(town, group)[:2] == [BOOKS, TOOLS]
    assert len(posted(town, group)) == 3


async def test_the_end_of_a_poll_that_telegram_refused_stands_in_no_calendar(town: Living) -> None:
    group, lin, (wei, ana) = await founded(town, "Wei", "Ana")
    await admitted(town, group, lin, {BOOKS: wei, TOOLS: ana})
    town.world.faults.add(method="sendPoll", chat_id=group.id, status=400, times=1)
    await town.later(timedelta(hours=1))
    for person in (lin, wei):
        shown = (await asked_privately(town, person, "/calendar")).text or ""
        assert ("The weekly poll" in shown, "A poll's end" in shown) == (True, False)
    # The next one has an end again.
    await asked_in(town, group, lin, "/poll 1 Where do we meet?\nThe café\nThe library")
    assert "A poll's end" in ((await asked_privately(town, lin, "/calendar")).text or "")


async def test_what_a_skipped_day_hands_on_into_the_next_week_comes_before_the_winners(town: Living) -> None:
    group, lin = await voted(town)
    here, now = (await town.community(group)).community_id, town.kith.clock.now()
    late = "Which tea is the best?"
    (topic_id,) = [one.topic_id for one in await town.all(topics.TopicBank) if one.text == late]
    async with town.kith.database.writing() as session:
        community = await communities.find(session, community_id=here)
        assert community is not None
        await topics.promise(session, community_id=here, topic_id=topic_id, day=date(2026, 11, 22))
        place = Place(here, POST.name, 2026_11_22)
        await calendar.skip(session, community=community, place=place, user_id=lin.id, now=now)
    await town.later(DAY)
    (said,) = results(town, group)
    told = [line.split(" (")[0] for line in said.splitlines()[1:]]
    assert told == [f"• Tue, 24 Nov: {BOOKS}", f"• Wed, 25 Nov: {TOOLS}"]
    for _ in range(8):
        await town.later(DAY)
    assert posted(town, group)[-3:] == [late, BOOKS, TOOLS]


async def test_where_a_polls_place_in_the_forum_is_gone_administrators_are_told_where_to_look(
    town: Living,
) -> None:
    group, lin, _ = await founded(town)
    here, now = (await town.community(group)).community_id, town.kith.clock.now()
    async with town.kith.database.writing() as session:
        values = {"polls": {"forum_topic": 77}}
        await own_settings.change(session, community_id=here, values=values, user_id=lin.id, now=now)
    await asked_in(town, group, lin, "/poll 1 Where do we meet?\nThe café\nThe library")
    await town.later(timedelta(minutes=1))
    assert town.told(lin)[-1] == (
        "Readers: Telegram did not take the poll “Where do we meet?” Its place in the forum may be closed or gone; "
        "choose another one in /settings. If it is open: may members send polls there?"
    )
