"""The day's topic on its way into the group: refused, late, pinned, and what becomes of what was promised."""

from collections.abc import Awaitable, Callable
from datetime import date, timedelta

import pytest

from models import topics
from models.topics import TopicBank, TopicDays
from simulator.chats import Chat
from tests.handlers.test_topics import DAILY, NOTHING_ELSE, QUESTION, founded, press, write
from tests.living import Living

HOUR, DAY, MINUTE = timedelta(hours=1), timedelta(days=1), timedelta(minutes=1)
MONDAY = date(2026, 11, 16)
REFUSED = "could not post today's topic"
FOUR = ("First of all, what is new?", "Second of all, what is old?", "Third of all, who?", "Fourth of all, why?")


@pytest.fixture
async def town(live: Callable[..., Awaitable[Living]]) -> Living:
    """A Kith with a topic a day in a simulated Telegram."""
    return await live(settings={**DAILY, **NOTHING_ELSE})


async def promise(town: Living, group: Chat, question: str, day: date) -> None:
    here = (await town.community(group)).community_id
    (topic_id,) = [one.topic_id for one in await town.all(TopicBank) if one.text == question]
    async with town.kith.database.writing() as session:
        await topics.promise(session, community_id=here, topic_id=topic_id, day=day)


async def test_a_promised_topic_that_telegram_refused_comes_the_day_after(
    live: Callable[..., Awaitable[Living]], database_url: str
) -> None:
    town = await live(database_url, settings={**DAILY, **NOTHING_ELSE})
    group, lin = await founded(town, *FOUR)
    await promise(town, group, FOUR[3], MONDAY)
    await promise(town, group, FOUR[2], MONDAY + DAY)
    town.world.faults.add(method="sendMessage", chat_id=group.id, status=400, times=1)
    await town.later(HOUR)
    assert town.said(group) == []
    assert sum(REFUSED in words for words in town.told(lin)) == 1
    topic = next(one for one in await town.all(TopicBank) if one.text == FOUR[3])
    assert (topic.wanted_on, topic.posted_on) == (MONDAY, None)
    lin.writes(group, "/topic why")
    await town.settle()
    assert (town.said(group)[-1].text or "") == "There has been no topic of the day yet."
    for _ in range(2):
        await town.later(DAY)
    asked = [text for message in town.said(group) for text in FOUR if (message.text or "").endswith(text)]
    assert asked == [FOUR[3], FOUR[2]]


async def test_a_day_whose_topic_never_came_was_nobodys_fault_and_no_dimensions_turn(town: Living) -> None:
    group, lin = await founded(town, *FOUR[:2])
    await write(town, lin, "/topic")
    await press(town, lin, "Add a topic")
    await write(town, lin, FOUR[2])
    await press(town, lin, "what is hot now")
    town.world.faults.add(method="sendMessage", chat_id=group.id, status=400, times=1)
    await town.later(HOUR)
    lin.writes(group, "Hello to all of you in here")
    await town.settle()
    await town.later(2 * HOUR)
    (day,) = await town.all(TopicDays)
    assert (day.message_id, day.answered, day.active) == (None, None, None)
    await town.later(DAY - 3 * HOUR)
    await town.later(HOUR)
    *_, day = await town.all(TopicDays)
    assert (day.message_id is None, day.dimension) == (False, "need")


async def test_what_we_pinned_we_unpin_whatever_is_chosen_by_then(town: Living) -> None:
    group, lin = await founded(town, QUESTION)
    lin.promotes(town.bot, chat=group, rights={"can_pin_messages": True, "can_delete_messages": True})
    await write(town, lin, "/settings")
    await press(town, lin, "Topics", "Pins: off")
    await town.later(HOUR)
    assert len(group.pinned) == 1
    await write(town, lin, "/settings")
    await press(town, lin, "Topics", "Pins: on")
    await town.later(2 * HOUR)
    assert group.pinned == []


async def test_what_somebody_else_pinned_stays_pinned_though_pins_are_on_by_then(town: Living) -> None:
    group, lin = await founded(town, QUESTION)
    lin.promotes(town.bot, chat=group, rights={"can_pin_messages": True, "can_delete_messages": True})
    await town.later(HOUR)
    (topic,) = [message for message in town.said(group) if message.keyboard]
    lin.pins(topic)
    await write(town, lin, "/settings")
    await press(town, lin, "Topics", "Pins: off")
    await town.later(2 * HOUR)
    assert group.pinned == [topic.id]
