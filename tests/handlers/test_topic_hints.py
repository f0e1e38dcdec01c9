"""What a recap says of the next topic: only what will be so, by its words where members have voted for it."""

from collections.abc import Awaitable, Callable
from datetime import date, timedelta
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import update

from handlers.feature import Outside
from handlers.identity import Identity
from handlers.topic_posts import post_recap
from models import calendar, topics
from models.occurrences import Occurrences, Place
from models.rules.clock import Beat, key_of
from models.rules.topics import POST, Dimension, NewTopic
from models.topics import TopicBank, TopicClosed, TopicDays
from simulator.chats import Chat
from simulator.people import Person
from tests.databases import on_sqlite_alone
from tests.handlers.asking_in import pressed
from tests.handlers.test_topics import DAILY, NOTHING_ELSE, QUESTION, founded, people, press, write
from tests.living import Living

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
TOMORROW = date(2026, 11, 17)
HOT = "Which word did everybody use this week?"
VOTED = "Which <book> would you lend, and to whom?"


@pytest.fixture
async def town(live: Callable[..., Awaitable[Living]]) -> Living:
    """A Kith with a topic a day, at ten, which is closed at noon."""
    return await live(settings={**DAILY, **NOTHING_ELSE})


async def fill(town: Living, group: Chat, *found: NewTopic, wanted_on: date | None = None) -> None:
    """Put topics into the bank, promised for a day where there is one."""
    here = (await town.community(group)).community_id
    async with town.kith.database.writing() as session:
        connection = await session.connection()
        await connection.run_sync(lambda sync: topics.put(sync, community_id=here, topics=found, wanted_on=wanted_on))


async def begun(town: Living, *found: NewTopic, wanted_on: date | None = None) -> tuple[Chat, Person]:
    """A group whose topic stands since this morning, with what else is in its bank."""
    group, lin = await founded(town, QUESTION)
    await people(town, group, "Ana")
    await fill(town, group, *found, wanted_on=wanted_on)
    await town.later(HOUR)
    return group, lin


async def answered(town: Living, group: Chat) -> None:
    """Ana answers what was posted last."""
    topic = [message for message in town.said(group) if (message.text or "").startswith("💬")][-1]
    ana = next(person for person in town.world.people.values() if person.name == "Ana")
    ana.writes(group, "That I ask too late, every time", reply_to=topic)
    await town.settle()


async def recap(town: Living, group: Chat, *, after: timedelta = 2 * HOUR) -> list[str]:
    """The lines of the recap, once somebody has answered."""
    await answered(town, group)
    await town.later(after)
    return (town.said(group)[-1].text or "").splitlines()


async def decide(town: Living, group: Chat, lin: Person, day: date, *, to: timedelta | None = None) -> None:
    """Lin has a day's topic left out, or moved to so much later than now."""
    community, now = await town.community(group), town.kith.clock.now()
    place = Place(community.community_id, POST.name, key_of(Beat.DAY, day))
    about = {"community": community, "place": place, "user_id": lin.id, "now": now}
    async with town.kith.database.writing() as session:
        if to is None:
            await calendar.skip(session, **about)  # type: ignore[arg-type]
        else:
            await calendar.move(session, **about, to=now + to)  # type: ignore[arg-type]


@on_sqlite_alone
async def test_what_members_have_voted_for_is_named_by_its_words_and_comes(
    live: Callable[..., Awaitable[Living]], database_url: str
) -> None:
    town = await live(database_url, settings={**DAILY, **NOTHING_ELSE})
    group, _ = await begun(town, NewTopic(VOTED, Dimension.HOT), wanted_on=TOMORROW)
    assert await recap(town, group) == ["1 answer today.", f"Tomorrow, as you voted: “{VOTED}”"]
    await town.later(DAY - 2 * HOUR)
    assert (town.said(group)[-1].text or "").endswith(VOTED)


async def test_a_long_one_is_shortened(town: Living) -> None:
    group, _ = await begun(town, NewTopic("And why?\n" * 30), wanted_on=TOMORROW)
    *_, hint = await recap(town, group)
    assert hint.startswith("Tomorrow, as you voted: “And why? And why?")
    assert hint.endswith("…”")
    assert len(hint) < 160


async def test_otherwise_it_is_told_when_it_comes(town: Living) -> None:
    group, _ = await begun(town, NewTopic(HOT, Dimension.HOT))
    assert await recap(town, group) == ["1 answer today.", "The next topic: Tue, 17 Nov 10:00"]


async def test_nothing_is_promised_where_the_bank_is_empty(town: Living) -> None:
    group, _ = await begun(town)
    assert await recap(town, group) == ["1 answer today."]


async def test_nothing_is_promised_for_a_day_that_is_skipped_and_what_was_voted_for_comes_a_day_later(
    town: Living,
) -> None:
    group, lin = await begun(town, NewTopic(VOTED), wanted_on=TOMORROW)
    await decide(town, group, lin, TOMORROW)
    assert await recap(town, group) == ["1 answer today."]
    await town.later(2 * DAY - 2 * HOUR)
    assert (town.said(group)[-1].text or "").endswith(VOTED)


async def test_what_is_moved_is_promised_for_the_day_on_which_it_comes(town: Living) -> None:
    group, lin = await begun(town, NewTopic(VOTED, Dimension.HOT), NewTopic(HOT, Dimension.HOT), wanted_on=TOMORROW)
    # To this evening: it is tomorrow's, and comes today.
    await decide(town, group, lin, TOMORROW, to=8 * HOUR)
    assert (await recap(town, group))[1:] == [f"Later today, as you voted: “{VOTED}”"]
    await town.later(6 * HOUR)
    assert (town.said(group)[-1].text or "").endswith(VOTED)


async def test_what_is_moved_far_away_is_not_promised(town: Living) -> None:
    group, lin = await begun(town, NewTopic(HOT, Dimension.HOT))
    await decide(town, group, lin, TOMORROW, to=5 * DAY)
    assert await recap(town, group) == ["1 answer today."]


async def test_where_a_topic_is_open_over_night_the_next_one_is_that_of_the_same_day(
    live: Callable[..., Awaitable[Living]],
) -> None:
    town = await live(settings={**DAILY, **NOTHING_ELSE, "KITH_TOPICS__OPEN_HOURS": "20"})
    group, _ = await begun(town, NewTopic(HOT, Dimension.HOT))
    hint = "The next topic: Tue, 17 Nov 10:00"
    assert (await recap(town, group, after=20 * HOUR))[1:] == [hint]


async def test_nothing_is_promised_where_the_daily_topic_was_switched_off(town: Living) -> None:
    group, _ = await begun(town, NewTopic(HOT, Dimension.HOT))
    await answered(town, group)
    async with town.kith.database.writing() as session:
        (await session.merge(await town.community(group))).settings = {"topics": {"on": False}}
    await town.later(2 * HOUR)
    assert town.said(group)[-1].text == "1 answer today."


async def test_after_an_outage_nothing_is_promised_for_a_time_that_has_come(town: Living) -> None:
    group, _ = await begun(town, NewTopic(VOTED, Dimension.HOT), wanted_on=TOMORROW)
    await recap(town, group, after=DAY)
    recaps = [m.text for m in town.said(group) if "answer" in (m.text or "") and "💬" not in (m.text or "")]
    assert recaps == ["1 answer in all."]
    assert any((message.text or "").endswith(VOTED) for message in town.said(group))
    assert len(await town.all(TopicDays)) == 2


async def test_a_topic_that_is_retired_before_the_recap_is_sent_is_not_named_nor_is_a_day_that_has_come(
    town: Living,
) -> None:
    group, _ = await begun(town, NewTopic(VOTED, Dimension.HOT), wanted_on=TOMORROW)
    await recap(town, group)
    (topic,) = [each for each in await town.all(TopicBank) if each.text == VOTED]
    now = town.kith.clock.now()
    here = (topic.community_id, key_of(Beat.DAY, now.date()), "hot", topic.topic_id)
    event = TopicClosed(*here, int((now + 22 * HOUR).timestamp()))

    async def told(*, after: timedelta) -> str:
        outside = Outside(Identity(town.bot.id, "kith_bot", reads_all=True), now + after)
        call = await town.read(lambda session: post_recap(session, event, outside))
        return str(call.arguments["text"])

    assert "Tomorrow, as you voted" in await told(after=timedelta())
    assert "Later today, as you voted" in await told(after=21 * HOUR)
    assert "as you voted" not in await told(after=22 * HOUR)
    async with town.kith.database.writing() as session:
        await session.execute(update(TopicBank).where(TopicBank.text == VOTED).values(is_retired=True))
    assert "as you voted" not in await told(after=timedelta())


async def late(town: Living, group: Chat) -> str | None:
    """What Bo, who has not answered, is told under a topic that is closed."""
    topic = next(message for message in town.said(group) if (message.text or "").startswith("💬"))
    (bo,) = await people(town, group, "Bo")
    return (await pressed(town, bo, topic, "Does my answer count?")).text


async def test_who_is_too_late_is_told_when_the_next_topic_comes(
    live: Callable[..., Awaitable[Living]], database_url: str
) -> None:
    town = await live(database_url, settings={**DAILY, **NOTHING_ELSE})
    group, _ = await begun(town, NewTopic(HOT))
    community = await town.community(group)
    async with town.kith.database.writing() as session:
        (await session.merge(community)).time_zone = "Asia/Taipei"
    await town.later(3 * HOUR)
    told = await late(town, group)
    assert told is not None
    assert told.startswith("This topic is closed. The next one: Tue, 17 Nov ")
    # By the group's clock: that of the plan.
    (planned,) = [one for one in await town.all(Occurrences) if one.kind == POST.name and one.state == "planned"]
    assert told.endswith(f"{planned.due_at.astimezone(ZoneInfo('Asia/Taipei')):%H:%M}.")


async def test_who_is_too_late_is_promised_nothing_where_nothing_is_planned_or_left(town: Living) -> None:
    group, _ = await begun(town)
    await town.later(3 * HOUR)
    assert await late(town, group) == "This topic is closed: answers don't count any more."


async def test_who_is_too_late_is_promised_nothing_where_topics_are_off(town: Living) -> None:
    group, _ = await begun(town, NewTopic(HOT))
    await town.later(3 * HOUR)
    async with town.kith.database.writing() as session:
        (await session.merge(await town.community(group))).settings = {"topics": {"on": False}}
    assert await late(town, group) == "This topic is closed: answers don't count any more."


async def test_a_topic_that_comes_late_in_the_day_closes_in_the_morning_and_its_recap_names_what_is_next(
    live: Callable[..., Awaitable[Living]], database_url: str
) -> None:
    town = await live(database_url, settings={**DAILY, **NOTHING_ELSE, "KITH_TOPICS__OPEN_HOURS": "12"})
    group, lin = await founded(town, QUESTION, "What comes next, and why?")
    (wei,) = await people(town, group, "Wei")
    await write(town, lin, "/calendar")
    await press(town, lin, "1", "Move", "Mon, 16 Nov", "15:00")
    await town.later(timedelta(hours=6, minutes=1))
    (topic,) = town.said(group)
    # By its hours it would close at three at night.
    await town.later(timedelta(hours=13))
    assert len(town.said(group)) == 1
    wei.writes(group, "That I ask too late, and sleep too little", reply_to=topic)
    await town.settle()
    await town.later(timedelta(hours=4))
    assert town.said(group)[-1].text == "1 answer in all.\nThe next topic: Tue, 17 Nov 10:00"
