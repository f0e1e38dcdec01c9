"""What becomes of an answer to the day's topic in a whole town: liked, undone, and what it keeps."""

from collections.abc import Awaitable, Callable
from datetime import timedelta
from typing import Any

import pytest

from models import communities, replanning
from models.points import Ledger
from models.topics import TopicDays
from simulator.chats import Chat
from simulator.messages import Message
from simulator.people import Person
from tests.databases import on_sqlite_alone
from tests.handlers.asking_in import asked_in
from tests.handlers.test_cocreation_news import pace as held_as_active
from tests.handlers.test_topics import DAILY, NOTHING_ELSE, QUESTION, founded, people, points
from tests.living import Living

ANSWER = "That I ask too late, every time"
HOUR, MINUTE = timedelta(hours=1), timedelta(minutes=1)


@pytest.fixture
async def town(live: Callable[..., Awaitable[Living]]) -> Living:
    """A Kith with a topic a day in a simulated Telegram."""
    return await live(settings={**DAILY, **NOTHING_ELSE})


async def answered(town: Living, *names: str) -> tuple[Chat, Person, list[Person], Message, Message]:
    """A group with its topic, its owner, members of whom the first has answered, the topic and the answer."""
    group, lin = await founded(town, QUESTION)
    known = await people(town, group, *names)
    await town.later(HOUR)
    (topic,) = town.said(group)
    answer = known[0].writes(group, ANSWER, reply_to=topic)
    await town.settle()
    return group, lin, known, topic, answer


async def liked(town: Living, answer: Message, *likers: Person, emoji: tuple[str, ...] = ("👍",)) -> None:
    for person in likers:
        person.reacts(answer, list(emoji))
    await town.settle()


async def turn_topics(town: Living, group: Chat, **values: Any) -> None:
    here = (await town.community(group)).community_id
    async with town.kith.database.writing() as session:
        held = await communities.held(session, community_id=here)
        assert held is not None
        held.settings = {**held.settings, "topics": {**held.settings.get("topics", {}), **values}}
        await session.flush()
        await replanning.replan_of(session, community=held, now=town.kith.clock.now())


@on_sqlite_alone
async def test_what_newcomers_have_reacted_to_counts_once_they_are_through(
    live: Callable[..., Awaitable[Living]], database_url: str
) -> None:
    gated = {"KITH_NEWCOMERS__GATE_HOURS": "3", "KITH_TOPICS__OPEN_HOURS": "8"}
    town = await live(database_url, settings={**DAILY, **NOTHING_ELSE, **gated})
    group, _, (_, ana, bo, cy, di), _, answer = await answered(town, "Wei", "Ana", "Bo", "Cy", "Di")
    await liked(town, answer, ana, bo, cy, di)
    await liked(town, answer, di, emoji=())
    assert await points(town) == {"topic_answer": 100}
    for wait in (3 * HOUR, 6 * MINUTE):
        await town.later(wait)
    assert await points(town) == {"topic_answer": 100, "topic_answer_liked": 100}
    await town.later(5 * HOUR)
    assert town.said(group)[-1].text == "1 answer today.\nFrom: Wei (liked by 3)"


async def test_what_has_lost_its_cause_goes_also_while_topics_are_off(
    live: Callable[..., Awaitable[Living]], database_url: str
) -> None:
    town = await live(database_url, settings={**DAILY, **NOTHING_ELSE})
    group, _, (_, ana, bo, cy), _, answer = await answered(town, "Wei", "Ana", "Bo", "Cy")
    await liked(town, answer, ana, bo, cy)
    await town.later(3 * HOUR)
    assert (await points(town))["topic_answer_liked"] == 100
    await turn_topics(town, group, on=False)
    await liked(town, answer, cy, emoji=("🔥",))
    assert (await points(town))["topic_answer_liked"] == 100
    await liked(town, answer, cy, emoji=())
    assert "topic_answer_liked" not in await points(town)


async def test_while_topics_are_off_nothing_is_earned(town: Living) -> None:
    group, _, (_, ana, bo, cy, di), _, answer = await answered(town, "Wei", "Ana", "Bo", "Cy", "Di")
    await liked(town, answer, ana, bo)
    await turn_topics(town, group, on=False)
    await liked(town, answer, cy, di)
    await liked(town, answer, di, emoji=())
    assert await points(town) == {"topic_answer": 100}


async def test_who_makes_a_short_answer_longer_by_an_edit_is_told_to_write_another(town: Living) -> None:
    group, _, (_, bo), topic, _ = await answered(town, "Wei", "Bo")
    short = bo.writes(group, "Same", reply_to=topic)
    await town.settle()
    bo.edits(short, "Same: I ask too late, every time")
    await town.settle()
    pressed = bo.taps(topic, "Does my answer count?")
    await town.settle()
    assert pressed.text == (
        "Not yet. Reply to the topic with a sentence of 12 letters or more; “same”, “good” and edits don't count."
    )
    bo.writes(group, "Same: I ask too late, every time", reply_to=topic)
    await town.settle()
    assert await points(town) == {"topic_answer": 200}


@on_sqlite_alone
async def test_an_answer_that_was_undone_is_none_any_more(
    live: Callable[..., Awaitable[Living]], database_url: str
) -> None:
    town = await live(database_url, settings={**DAILY, **NOTHING_ELSE})
    group, lin, (wei, ana, bo, cy), topic, answer = await answered(town, "Wei", "Ana", "Bo", "Cy")
    other = ana.writes(group, "So do I, and then I pretend that I knew it", reply_to=topic)
    await town.settle()
    await asked_in(town, group, lin, "/reverse advert", reply_to=answer)
    await liked(town, answer, ana, bo, cy)
    await liked(town, other, bo)
    assert await points(town) == {"topic_answer": 100}
    pressed = wei.taps(topic, "Does my answer count?")
    await town.settle()
    assert pressed.text == "It doesn't count: an administrator took its points back. /why shows it."
    await town.later(2 * HOUR)
    assert town.said(group)[-1].text == "1 answer today.\nFrom: Ana (liked by 1)"
    assert await points(town) == {"topic_answer": 100, "topic_answer_featured": 100}
    (day,) = await town.all(TopicDays)
    assert day.answered == 1


async def test_a_topic_whose_only_answer_was_undone_had_none(town: Living) -> None:
    group, lin, _, _, answer = await answered(town, "Wei")
    await asked_in(town, group, lin, "/reverse advert", reply_to=answer)
    before = len(town.said(group))
    await town.later(2 * HOUR)
    assert len(town.said(group)) <= before
    assert town.told(lin)[-1].startswith(f"Readers: nobody answered “{QUESTION}”\n")


@on_sqlite_alone
async def test_an_answer_that_counts_bears_a_sign_until_it_is_undone(
    live: Callable[..., Awaitable[Living]], database_url: str
) -> None:
    town = await live(database_url, settings={**DAILY, **NOTHING_ELSE})
    group, lin, (wei, ana, bo), topic, answer = await answered(town, "Wei", "Ana", "Bo")
    again = wei.writes(group, "And that lists do not help me at all", reply_to=topic)
    short = ana.writes(group, "same", reply_to=topic)
    second = ana.writes(group, "So do I, and then I pretend that I knew it", reply_to=answer)
    third = bo.writes(group, "That a question a day is a good habit", reply_to=topic)
    await town.settle()
    mine = town.bot.id
    # One after the other, so that a lively group leaves room for what is said there.
    assert [message.reactions.get(mine) for message in (answer, second, third)] == [["✍"], None, None]
    await asked_in(town, group, lin, "/reverse copied", reply_to=third)
    await town.later(MINUTE)
    assert [message.reactions.get(mine) for message in (answer, second, third)] == [["✍"], ["✍"], None]
    assert mine not in again.reactions
    assert mine not in short.reactions
    await asked_in(town, group, lin, "/reverse advert", reply_to=answer)
    assert mine not in answer.reactions


async def test_where_telegram_refuses_the_sign_it_is_not_tried_again_at_once(town: Living) -> None:
    group, _ = await founded(town, QUESTION)
    known = await people(town, group, "Wei", "Ana", "Bo")
    await town.later(HOUR)
    (topic,) = town.said(group)
    town.world.faults.add(
        method="setMessageReaction",
        chat_id=group.id,
        status=400,
        description="Bad Request: REACTION_INVALID",
        times=None,
    )
    for number, person in enumerate(known):
        person.writes(group, f"{ANSWER}, said {number} times", reply_to=topic)
        await town.settle()
        await town.later(MINUTE)
    assert [call.method for call in town.bot.calls].count("setMessageReaction") == 1


async def test_a_sign_that_was_given_by_hand_stands(town: Living) -> None:
    group, lin = await founded(town, QUESTION)
    wei, ana = await people(town, group, "Wei", "Ana")
    await town.later(HOUR)
    (topic,) = town.said(group)
    for person in (wei, ana):
        answer = person.writes(group, f"{ANSWER}, as {person.name} says", reply_to=topic)
    await town.settle()
    await asked_in(town, group, lin, "/feature", reply_to=answer)
    await town.later(MINUTE)
    assert answer.reactions[town.bot.id] == ["🏆"]


async def test_the_recap_pays_by_how_active_somebody_was_as_who_features_by_hand_does(
    live: Callable[..., Awaitable[Living]], database_url: str
) -> None:
    town = await live(database_url, settings={**DAILY, **NOTHING_ELSE, "KITH_DIFFICULTY__ON": "true"})
    group, _, (wei, ana, bo), topic, answer = await answered(town, "Wei", "Ana", "Bo")
    quiet, talkative = 0, 60
    for person, pace in ((wei, quiet), (ana, talkative)):
        await held_as_active(town, group, person, pace)
    other = ana.writes(group, "That I never ask anybody at all", reply_to=topic)
    await town.settle()
    await liked(town, answer, bo)
    await liked(town, other, bo)
    await town.later(timedelta(hours=2))
    featured = [entry for entry in await town.all(Ledger) if entry.action == "topic_answer_featured"]
    assert {(entry.user_id, entry.points, entry.factor) for entry in featured} == {
        (wei.id, 125, 125),
        (ana.id, 100, None),
    }
