"""An administrator features answers and works by a command: once, and what it brought goes with it."""

from collections.abc import Awaitable, Callable
from datetime import timedelta

import pytest

from models import forgetting
from tests.handlers.asking_in import asked_in, asked_privately, labels, pressed
from tests.handlers.test_topics import DAILY, NOTHING_ELSE, founded, people, points
from tests.living import Living, living

QUESTION = "What did you learn this week?"


# Who has answered has had what a day leaves for contributions.
NOTHING_LEFT = {"KITH_FAIRNESS__ADVANCED_DAILY_CAP_POINTS": "1"}


@pytest.fixture
async def town(sqlite_url: str):  # type: ignore[no-untyped-def]
    """A Kith with a topic a day, and works."""
    async with living(sqlite_url, settings={**DAILY, **NOTHING_ELSE, "KITH_WORKS__ON": "true"}) as here:
        yield here


async def test_an_answer_is_featured_once_by_whom_ever_and_loses_it_with_its_cause(town: Living) -> None:
    group, lin = await founded(town, QUESTION)
    wei, ana, bo = await people(town, group, "Wei", "Ana", "Bo")
    await town.later(timedelta(hours=1))
    (topic,) = [message for message in town.said(group) if (message.text or "").endswith(QUESTION)]
    first = wei.writes(group, "That I ask too late, every time", reply_to=topic)
    second = ana.writes(group, "So do I, and then I pretend that I knew it", reply_to=first)
    other = bo.writes(group, "This is about something else entirely")
    own = lin.writes(group, "That a topic a day is a lot of work", reply_to=topic)
    await town.settle()
    (refused,) = await asked_in(town, group, wei, "/feature", reply_to=second)
    assert refused.text == "Only the group's administrators can do that."
    nothing = "Reply with /feature to an answer to the day's topic, or to an accepted work."
    for target in (None, other, topic):
        (told,) = await asked_in(town, group, lin, "/feature", reply_to=target)
        assert told.text == nothing
    short = bo.writes(group, "Yes!", reply_to=topic)
    await town.settle()
    (told,) = await asked_in(town, group, lin, "/feature", reply_to=short)
    assert told.text == "That doesn't count as an answer: too short."
    (told,) = await asked_in(town, group, lin, "/feature", reply_to=own)
    assert told.text == "It's your own work: another administrator decides."
    (told,) = await asked_in(town, group, lin, "/feature", reply_to=first)
    assert told.text == "+1 for Wei: featured."
    assert first.reactions[town.bot.id] == ["🏆"]
    assert (await points(town))["topic_answer_featured"] == 100
    (again,) = await asked_in(town, group, lin, "/feature", reply_to=first)
    assert again.text == "That is featured already."
    # Written as the group, it waits for who says that it was they.
    (asked,) = await asked_in(town, group, lin, "/feature", reply_to=second, sender_chat=group)
    assert (await pressed(town, wei, asked, "It was me, do it")).text == "Only the group's administrators can do that."
    await pressed(town, lin, asked, "It was me, do it")
    assert asked.text == "+1 for Ana: featured."
    assert "an answer that was featured" in ((await asked_privately(town, ana, "/why")).text or "")
    await pressed(town, wei, asked, "Take it back")
    assert (await points(town))["topic_answer_featured"] == 200
    await pressed(town, lin, asked, "Take it back")
    assert asked.text == "It is featured no longer."
    assert (await points(town))["topic_answer_featured"] == 100
    assert town.bot.id not in second.reactions
    # The recap names the first: it is paid for that already.
    for person in (ana, bo):
        person.reacts(first, ["👍"])
    await town.settle()
    await town.later(timedelta(hours=2))
    assert "Liked most: Wei (liked by 2)" in (town.said(group)[-1].text or "")
    assert (await points(town))["topic_answer_featured"] == 100
    await asked_in(town, group, lin, "/reverse copied", reply_to=first)
    assert "topic_answer_featured" not in await points(town)
    audited = (await asked_privately(town, lin, "/audit")).text or ""
    assert "Lin featured an answer by Wei (1 point)" in audited
    assert "Lin took back that an answer by Ana is featured" in audited


async def test_of_an_albums_pictures_each_is_told_why_it_is_no_answer(town: Living) -> None:
    group, lin = await founded(town, QUESTION)
    wei, bo = await people(town, group, "Wei", "Bo")
    await town.later(timedelta(hours=1))
    topic = town.said(group)[-1]
    drawn = [wei.writes(group, media="photo", album="drawn") for _ in range(2)]
    passed_on = [bo.writes(group, forward_of=one, album="passed on", reply_to=topic) for one in drawn]
    await town.settle()
    for picture in passed_on:
        (told,) = await asked_in(town, group, lin, "/feature", reply_to=picture)
        assert told.text == "That doesn't count as an answer: forwarded."


async def test_an_accepted_work_is_featured_by_it_and_who_was_forgotten_gets_nothing(town: Living) -> None:
    group, lin = await founded(town, QUESTION)
    wei, ana = await people(town, group, "Wei", "Ana")
    album = [wei.writes(group, "#share" if number == 0 else None, media="photo", album="a") for number in range(2)]
    await town.later(timedelta(hours=1))
    topic = town.said(group)[-1]
    answer = ana.writes(group, "That I ask too late, every time", reply_to=topic)
    await town.settle()
    (told,) = await asked_in(town, group, lin, "/feature", reply_to=album[1])
    assert told.text == "Only accepted work can be featured. /queue lists what waits for a review."
    card = next(m for m in town.said(town.world.private(lin, town.bot)) if "shared work" in (m.text or ""))
    await pressed(town, lin, card, "• Good +2")
    (told,) = await asked_in(town, group, lin, "/feature", reply_to=album[1])
    assert told.text == "+5 for Wei: featured."
    assert "7 points in all" in (card.text or "")
    (told,) = await asked_in(town, group, lin, "/feature", reply_to=album[1])
    assert told.text == "That is featured already."
    number = (await town.community(group)).community_id
    async with town.kith.database.writing() as session:
        connection = await session.connection()
        await connection.run_sync(lambda sync: forgetting.forget(sync, community_id=number, user_id=ana.id))
    (told,) = await asked_in(town, group, lin, "/feature", reply_to=answer)
    assert told.text == "Featured: Somebody."
    assert "topic_answer_featured" not in await points(town)


async def test_what_was_featured_for_nothing_is_taken_back_like_any_other_and_earns_once_when_there_is_room(
    live: Callable[..., Awaitable[Living]], database_url: str
) -> None:
    town = await live(database_url, settings={**DAILY, **NOTHING_ELSE, **NOTHING_LEFT})
    group, lin = await founded(town, QUESTION)
    (wei,) = await people(town, group, "Wei")
    await town.later(timedelta(hours=1))
    answer = wei.writes(group, "That I ask too late, every time", reply_to=town.said(group)[-1])
    await town.settle()
    (told,) = await asked_in(town, group, lin, "/feature", reply_to=answer)
    assert (told.text, labels(told)) == ("Featured: Wei.", ["Take it back"])
    assert await _uncounted(town) == [("topic_answer_featured", "tier_cap")]
    # The answer with the button is gone by now; whoever asks again gets another.
    await town.later(timedelta(minutes=2))
    (again,) = await asked_in(town, group, lin, "/feature", reply_to=answer)
    assert (again.text, labels(again)) == ("That is featured already.", ["Take it back"])
    for _ in range(2):
        lin.taps(again, "Take it back")
    await town.settle()
    assert again.text == "It is featured no longer."
    assert town.bot.id not in answer.reactions
    assert await points(town) == {"topic_answer": 100}
    # On a day with room it earns, once, and gives the room back with it.
    await town.later(timedelta(days=1))
    for _ in range(3):
        (told,) = await asked_in(town, group, lin, "/feature", reply_to=answer)
        assert told.text == "+1 for Wei: featured."
        (again,) = await asked_in(town, group, lin, "/feature", reply_to=answer)
        assert again.text == "That is featured already."
        assert (await points(town))["topic_answer_featured"] == 100
        await pressed(town, lin, told, "Take it back")
        assert await points(town) == {"topic_answer": 100}
    audited = (await asked_privately(town, lin, "/audit")).text or ""
    assert audited.count("Lin took back that an answer by Wei is featured") == 4
    assert "Lin featured an answer by Wei (0 points)" in audited


async def _uncounted(town: Living) -> list[tuple[str, str]]:
    return [tuple(row) for row in await town.rows("SELECT action, reason FROM uncounted_lately")]


async def test_what_was_reversed_as_no_real_answer_is_not_among_the_best_of_the_recap(town: Living) -> None:
    group, lin = await founded(town, QUESTION)
    wei, ana, bo = await people(town, group, "Wei", "Ana", "Bo")
    await town.later(timedelta(hours=1))
    (topic,) = [message for message in town.said(group) if (message.text or "").endswith(QUESTION)]
    copied = wei.writes(group, "That all of this stands in a book already", reply_to=topic)
    second = ana.writes(group, "So do I, and then I pretend that I knew it", reply_to=topic)
    for person in (lin, bo):
        person.reacts(copied, ["👍"])
    bo.reacts(second, ["👍"])
    await town.settle()
    await asked_in(town, group, lin, "/reverse copied", reply_to=copied)
    await town.later(timedelta(hours=2))
    assert town.said(group)[-1].text == "1 answer today.\nFrom: Ana (liked by 1)"
    rows = await town.rows("SELECT user_id FROM ledger WHERE action = 'topic_answer_featured'")
    assert rows == [(ana.id,)]
    assert await town.rows("SELECT author_id FROM topic_answers WHERE best IS NOT NULL") == [(ana.id,)]
