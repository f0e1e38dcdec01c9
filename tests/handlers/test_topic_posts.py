"""The day's topic on its way into the group: refused, late, pinned, and what becomes of what was promised."""

from collections.abc import Awaitable, Callable
from datetime import date, timedelta

import pytest

from models import topics
from models.topics import TopicBank, TopicDays
from simulator.chats import Chat
from tests.handlers import test_polls
from tests.handlers.asking_in import asked_privately, labels, pressed, toasts
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


async def outage(town: Living, group: Chat, *, hours: int, method: str = "sendMessage") -> None:
    """Telegram takes nothing for the group for some hours, and something again a while later."""
    town.world.faults.add(method=method, chat_id=group.id, status=502, times=None)
    for _ in range(hours):
        await town.later(HOUR)
    town.world.faults.clear()
    for _ in range(3):
        await town.later(10 * MINUTE)


async def settled(town: Living, kind: str) -> list[tuple[str, str | None]]:
    """What became of the occurrences of a kind that are over."""
    return [
        tuple(row)
        for row in await town.rows(
            f"SELECT state, why FROM occurrences WHERE kind = '{kind}' AND state <> 'planned' ORDER BY due_at"
        )
    ]


async def test_a_topic_that_could_not_leave_in_time_is_skipped_and_its_promise_kept(
    live: Callable[..., Awaitable[Living]], database_url: str
) -> None:
    town = await live(database_url, settings={**DAILY, **NOTHING_ELSE, "KITH_TOPICS__OPEN_HOURS": "12"})
    group, lin = await founded(town, *FOUR)
    await promise(town, group, FOUR[3], MONDAY)
    lin.promotes(town.bot, chat=group, rights={"can_pin_messages": True, "can_delete_messages": True})
    await write(town, lin, "/settings")
    await press(town, lin, "Topics", "Pins: off")
    await outage(town, group, hours=9)
    assert town.said(group) == []
    assert await town.all(TopicDays) == []
    assert await settled(town, "topics.post") == [("skipped", "late")]
    await town.later(HOUR * 6)
    assert await town.rows("SELECT * FROM occurrences WHERE kind = 'topics.close'") == []
    assert (group.pinned, town.told(lin)[-1].startswith("Readers: nobody answered")) == ([], False)
    await town.later(10 * HOUR)
    assert [(message.text or "").endswith(FOUR[3]) for message in town.said(group) if message.keyboard] == [True]


async def test_a_topic_that_leaves_late_and_is_fresh_still_comes(town: Living) -> None:
    group, _ = await founded(town, QUESTION)
    await outage(town, group, hours=2)
    assert [(message.text or "").endswith(QUESTION) for message in town.said(group)] == [True]
    assert await settled(town, "topics.post") == [("done", None)]


async def test_a_weekly_poll_that_could_not_leave_in_time_is_skipped_and_its_proposals_wait(
    live: Callable[..., Awaitable[Living]], database_url: str
) -> None:
    town = await live(
        database_url, settings={**test_polls.WEEKLY, **NOTHING_ELSE, **test_polls.DAILY, "KITH_POLLS__OPEN_DAYS": "2"}
    )
    group, lin, (wei, ana) = await test_polls.founded(town, "Wei", "Ana")
    await test_polls.admitted(town, group, lin, {test_polls.BOOKS: wei, test_polls.TOOLS: ana})
    await outage(town, group, hours=14, method="sendPoll")
    assert test_polls.polls(town, group) == []
    assert await settled(town, "polls.open") == [("skipped", "late")]
    assert await town.rows("SELECT * FROM occurrences WHERE kind = 'polls.close'") == []
    told = town.told(lin)
    for _ in range(6):
        await town.later(DAY)
    assert town.told(lin) == told
    await town.later(11 * HOUR)
    (poll,) = test_polls.polls(town, group)
    assert poll.poll is not None
    assert list(poll.poll.options) == [test_polls.BOOKS, test_polls.TOOLS]


async def test_in_private_everybody_is_told_why_it_was_chosen_in_which_of_their_groups(town: Living) -> None:
    group, lin = await founded(town, QUESTION)
    wei = town.world.person("Wei", language_code="en")
    wei.joins(group)
    await town.settle()
    none = "There has been no topic of the day yet."
    assert (await asked_privately(town, wei, "/topic why")).text == none
    await town.later(HOUR)
    reason = "It was the turn of: what members need."
    for person in (wei, lin):
        told = await asked_privately(town, person, "/topic why")
        assert reason in (told.text or "")
    other = town.group(lin, "Writers")
    wei.joins(other)
    await town.settle()
    for person in (wei, lin):
        which = await asked_privately(town, person, "/topic Why")
        assert sorted(labels(which)) == ["Readers", "Writers"]
        await pressed(town, person, which, "Writers")
        assert which.text == none
        which = await asked_privately(town, person, "/topic why")
        await pressed(town, person, which, "Readers")
        assert reason in (which.text or "")
    stranger = town.world.person("Zed", language_code="en")
    assert reason not in ((await asked_privately(town, stranger, "/topic why")).text or "")
    assert "1 topic in the bank" in (await write(town, lin, "/topic") + await press(town, lin, "Readers"))


async def test_why_speaks_of_earlier_answers_only_where_there_were_any(town: Living) -> None:
    group, lin = await founded(town, *FOUR[:2])
    await town.later(HOUR)
    lin.writes(group, "Good morning to all of you")
    lin.writes(group, "/topic why")
    await town.settle()
    assert "no earlier answers to go by yet" in (town.said(group)[-1].text or "")
    await town.later(DAY)
    lin.writes(group, "/topic why")
    await town.settle()
    assert "going by how many answered lately" in (town.said(group)[-1].text or "")


async def test_of_a_topic_that_may_stand_there_though_it_was_too_late_who_runs_the_group_is_told(
    live: Callable[..., Awaitable[Living]], database_url: str
) -> None:
    town = await live(database_url, settings={**DAILY, **NOTHING_ELSE, "KITH_TOPICS__OPEN_HOURS": "12"})
    group, lin = await founded(town, QUESTION)
    town.world.faults.add(method="sendMessage", chat_id=group.id, kind="lost_answer", times=1)
    await outage(town, group, hours=9)
    assert [(message.text or "").endswith(QUESTION) for message in town.said(group)] == [True]
    assert (await town.all(TopicDays), await settled(town, "topics.post")) == ([], [("skipped", "late")])
    assert town.told(lin)[-1] == (
        f"Readers: I was cut off while posting the topic “{QUESTION}”, and then it was too late for it.\n"
        "If it stands in the group, delete it: answers to it do not count, and it comes another day."
    )


async def test_a_topic_that_was_in_doubt_and_came_again_is_told_of_to_nobody(town: Living) -> None:
    group, lin = await founded(town, QUESTION)
    town.world.faults.add(method="sendMessage", chat_id=group.id, kind="lost_answer", times=1)
    await outage(town, group, hours=2)
    assert len(town.said(group)) == 2
    assert not any("cut off" in words for words in town.told(lin))


async def test_of_a_weekly_poll_that_may_stand_there_though_it_was_too_late_administrators_are_told(
    live: Callable[..., Awaitable[Living]],
) -> None:
    town = await live(settings={**test_polls.WEEKLY, **NOTHING_ELSE, **test_polls.DAILY, "KITH_POLLS__OPEN_DAYS": "2"})
    group, lin, (wei, ana) = await test_polls.founded(town, "Wei", "Ana")
    await test_polls.admitted(town, group, lin, {test_polls.BOOKS: wei, test_polls.TOOLS: ana})
    town.world.faults.add(method="sendPoll", chat_id=group.id, kind="lost_answer", times=1)
    await outage(town, group, hours=14, method="sendPoll")
    await town.later(9 * HOUR)
    assert len(test_polls.polls(town, group)) == 1
    assert test_polls.told_of_the_poll(town, lin)[-1] == (
        "Readers: I was cut off while posting the weekly poll, and could not post it once more. "
        "If it stands in the group, delete it: votes in it do not count.\n\nIts proposals stand in the next one."
    )


@pytest.mark.parametrize("is_refused", [True, False])
async def test_of_an_own_poll_that_may_stand_there_though_it_could_not_go_again_administrators_are_told(
    live: Callable[..., Awaitable[Living]], database_url: str, *, is_refused: bool
) -> None:
    town = await live(database_url, settings={**test_polls.WEEKLY, **NOTHING_ELSE, "KITH_POLLS__WEEKLY": "false"})
    group, lin, _ = await test_polls.founded(town, "Wei")
    town.world.faults.add(method="sendPoll", chat_id=group.id, kind="lost_answer", times=1)
    if is_refused:
        town.world.faults.add(method="sendPoll", chat_id=group.id, status=400, description="Bad Request: no rights")
    else:
        town.world.faults.add(method="sendPoll", chat_id=group.id, status=502, times=None)
    lin.writes(group, "/poll 1 Where do we meet?\nThe café\nThe library")
    await town.settle()
    for _ in range(26):
        await town.later(HOUR)
    assert len(test_polls.polls(town, group)) == 1
    (told,) = [words for words in town.told(lin) if "Where do we meet" in words]
    assert told == (
        "Readers: I was cut off while posting the poll “Where do we meet?”, and could not post it once more. "
        "If it stands in the group, delete it: votes in it do not count."
    )


async def test_where_the_owner_never_opened_a_chat_with_kith_an_administrator_hears_of_its_topics(
    live: Callable[..., Awaitable[Living]], database_url: str
) -> None:
    town = await live(database_url, settings={**DAILY, **NOTHING_ELSE})
    lin, bo, ana = (town.world.person(name, language_code="en") for name in ("Lin", "Bo", "Ana"))
    for person in (bo, ana):
        person.starts(town.bot)
    group = town.world.group("Readers", owner=lin)
    for person in (ana, bo):
        person.joins(group)
        lin.promotes(person, chat=group, rights={"can_change_info": True, "can_promote_members": True})
    bo.adds(town.bot, to=group, administrator=True)
    await town.settle()
    await write(town, bo, "/topic")
    await press(town, bo, "Add a topic")
    await write(town, bo, QUESTION)
    await town.later(HOUR)
    await town.later(3 * HOUR)
    told = [[words.split("\n")[0] for words in town.told(person)] for person in (lin, bo, ana)]
    assert [f"Readers: nobody answered “{QUESTION}”" in words for words in told] == [False, True, False]


async def test_why_tells_of_the_topic_that_came_last_though_it_was_moved_behind_others(town: Living) -> None:
    group, lin = await founded(town, *FOUR)
    await write(town, lin, "/calendar")
    await press(town, lin, "1", "Move", "Wed, 18 Nov", "15:00", "Move it all the same")
    await town.later(HOUR)
    for _ in range(2):
        await town.later(DAY)
    await town.later(5 * HOUR)
    (*_, last_one) = [message.text or "" for message in town.said(group) if message.keyboard]
    lin.writes(group, "/topic why")
    await town.settle()
    assert last_one.split("\n")[-1] in (town.said(group)[-1].text or "")


async def test_where_topics_are_switched_off_under_an_open_one_nobody_is_told_that_it_wants_an_answer(
    town: Living,
) -> None:
    group, lin = await founded(town, QUESTION)
    await town.later(HOUR)
    (topic,) = [message for message in town.said(group) if message.keyboard]
    await write(town, lin, "/settings")
    await press(town, lin, "Topics", "Topics: on")
    lin.writes(group, "That I ask too late, every time", reply_to=topic)
    await pressed(town, lin, topic, labels(topic)[0])
    assert toasts(town)[-1] == "This topic is closed: answers don't count any more."
    await town.later(3 * HOUR)
    assert not any("nobody answered" in words for words in town.told(lin))
