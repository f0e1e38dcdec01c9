"""Of questions without an answer it is told when there is news of them, and once a week lest they be forgotten."""

from collections.abc import Awaitable, Callable, Sequence
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.occurrences import Occurrences, Stage
from models.rules.occasions import Why
from models.rules.questions import REMIND
from models.rules.reminding import is_news
from simulator.chats import Chat
from simulator.messages import Message
from simulator.people import Person
from tests.handlers.asking_in import labels, pressed
from tests.living import Living

EVENING = datetime(2026, 11, 16, 18, 0, 7, tzinfo=UTC)
DAY, HOUR = timedelta(days=1), timedelta(hours=1)
ON = {"KITH_QUESTIONS__ON": "true", "KITH_QUESTIONS__REMINDER": "true", "KITH_QUESTIONS__REMINDER_HOUR": "18"}


@given(st.lists(st.none() | st.integers(-30, 23 * 3600), max_size=60))
def test_what_is_new_is_told_the_same_day_and_what_is_not_a_week_after_the_last_word(
    asked: Sequence[int | None],
) -> None:
    told_at, newest_at = EVENING, EVENING - HOUR
    for number, seconds in enumerate(asked, start=1):
        now = EVENING + number * DAY
        if seconds is not None:
            # Also what was asked just before the last word, and noted after it.
            newest_at = now - DAY + timedelta(seconds=seconds)
        is_told = is_news(newest_at=newest_at, told_at=told_at, now=now, time_zone="Asia/Taipei")
        assert is_told == (newest_at > told_at - HOUR / 2 or now - told_at == 7 * DAY)
        told_at = now if is_told else told_at
        assert now - told_at < 7 * DAY


def test_the_first_word_waits_for_nothing_and_a_week_is_one_of_days_whatever_the_hour() -> None:
    def found(told_at: datetime | None) -> bool:
        return is_news(newest_at=EVENING - 10 * DAY, told_at=told_at, now=EVENING, time_zone="UTC")

    late = EVENING + 3 * HOUR
    assert found(None)
    assert not found(late - 6 * DAY)
    assert found(late - 7 * DAY)


@pytest.fixture
async def town(live: Callable[..., Awaitable[Living]], database_url: str) -> Living:
    """A Kith whose administrators are reminded of questions, once on each kind of database."""
    return await live(database_url, settings=ON)


async def readers(town: Living) -> tuple[Chat, Person, Person]:
    """A group of Lin's, who can be written to, with Wei, after the hour at which nothing was to be told."""
    lin, wei = town.world.person("Lin", language_code="en"), town.world.person("Wei", language_code="en")
    group = town.group(lin)
    group.settle(wei)
    lin.starts(town.bot)
    wei.writes(group, "Good morning all")
    await town.settle()
    await town.later(timedelta(hours=10))
    return group, lin, wei


def reminders(town: Living, place: Chat) -> list[Message]:
    """What was told of questions without an answer."""
    return [message for message in town.said(place) if "no answer yet" in (message.text or "")]


async def test_administrators_are_told_of_a_new_question_once_and_of_all_that_are_left_a_week_later(
    town: Living,
) -> None:
    group, lin, wei = await readers(town)
    private = town.world.private(lin, town.bot)
    first = wei.writes(group, "Which edition should I start with? #question")
    await town.settle()
    await town.later(DAY)
    (told,) = reminders(town, private)
    assert told.text == "Readers: 1 question has no answer yet.\n• Wei, Mon, 16 Nov 19:00"
    assert [one["url"] for one in told.raw["entities"] if one["type"] == "text_link"] == [
        f"https://t.me/c/{-1000000000000 - group.id}/{first.id}"
    ]
    assert labels(told) == []
    for _ in range(6):
        await town.later(DAY)
    assert len(reminders(town, private)) == 1
    await town.later(DAY)
    assert [message.text for message in reminders(town, private)] == [told.text] * 2
    # Something new comes in between, and the week begins anew with it.
    second = wei.writes(group, "And which translation? #question")
    await town.settle()
    for _ in range(3):
        await town.later(DAY)
    assert [(message.text or "").splitlines()[0] for message in reminders(town, private)][2:] == [
        "Readers: 2 questions have no answer yet."
    ]
    for question in (first, second):
        lin.writes(group, "The second one", reply_to=question)
    await town.settle()
    for _ in range(8):
        await town.later(DAY)
    assert len(reminders(town, private)) == 3


async def test_in_private_the_oldest_few_are_listed_and_a_button_shows_the_others(town: Living) -> None:
    group, lin, wei = await readers(town)
    asked = [wei.writes(group, f"Question {number}? #question") for number in range(7)]
    await town.settle()
    await town.later(DAY)
    (told,) = reminders(town, town.world.private(lin, town.bot))
    links = [one["url"] for one in told.raw["entities"] if one["type"] == "text_link"]
    assert links == [f"https://t.me/c/{-1000000000000 - group.id}/{one.id}" for one in asked[:5]]
    assert (told.text or "").splitlines()[-1] == "and 2 more questions"
    assert labels(told) == ["All open questions"]
    await pressed(town, lin, told, "All open questions")
    assert (told.text or "").startswith("Readers · open questions")
    assert len([one for one in told.raw["entities"] if one["type"] == "text_link"]) == 7


async def test_an_admin_chat_is_told_how_many_and_led_to_the_private_chat(town: Living) -> None:
    group, lin, wei = await readers(town)
    office = town.group(lin, "Office")
    await town.settle()
    lin.writes(office, "/adminchat@kith_bot")
    await town.settle()
    await pressed(town, lin, town.said(office)[-1], "Readers")
    wei.writes(group, "Which edition should I start with? #question")
    await town.settle()
    await town.later(DAY)
    (told,) = reminders(town, office)
    assert (told.text, labels(told)) == ("Readers: 1 question has no answer yet.", ["More in private"])
    assert reminders(town, town.world.private(lin, town.bot)) == []


async def test_what_is_open_no_longer_is_no_news_either(live: Callable[..., Awaitable[Living]]) -> None:
    town = await live(settings={**ON, "KITH_QUESTIONS__OPEN_DAYS": "3"})
    group, lin, wei = await readers(town)
    wei.writes(group, "Which edition should I start with? #question")
    await town.settle()
    for _ in range(9):
        await town.later(DAY)
    assert len(reminders(town, town.world.private(lin, town.bot))) == 1
    done = [row for row in await town.all(Occurrences) if row.kind == REMIND.name and row.state == Stage.DONE]
    assert len(done) == 1


async def test_where_nobody_could_be_told_it_is_still_new_the_next_day(town: Living) -> None:
    lin, wei = town.world.person("Lin", language_code="en"), town.world.person("Wei", language_code="en")
    group = town.group(lin)
    group.settle(wei)
    wei.writes(group, "Which edition should I start with? #question")
    await town.settle()
    await town.later(timedelta(hours=10))
    done = [row for row in await town.all(Occurrences) if row.kind == REMIND.name and row.state != Stage.PLANNED]
    assert [(row.state, row.why) for row in done] == [(Stage.SKIPPED, Why.NOTHING)]
    lin.starts(town.bot)
    await town.settle()
    await town.later(DAY)
    assert len(reminders(town, town.world.private(lin, town.bot))) == 1
