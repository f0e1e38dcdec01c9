"""The daily topic in a whole town: chosen, posted, answered, liked, closed, and the bank kept in private."""

from collections.abc import Awaitable, Callable
from datetime import timedelta

import pytest
from sqlalchemy.ext.asyncio import AsyncSession

from models import replanning
from models.occurrences import Place
from models.rules.kits import Kit, topics_of
from models.rules.topics import POST
from models.topics import TopicBank, TopicDays
from simulator import posting
from simulator.chats import Chat
from simulator.messages import Message
from simulator.people import Person
from tests.living import Living

# It is Monday, 09:00; the topic comes at ten and is closed at noon.
DAILY = {"KITH_TOPICS__ON": "true", "KITH_TOPICS__HOUR": "10", "KITH_TOPICS__OPEN_HOURS": "2"}
QUESTION = "What did you learn this week?"
# What else earns is not what these tests are about.
NOTHING_ELSE = {
    "KITH_MESSAGES__POINTS": "0",
    "KITH_REPLIES__POINTS": "0",
    "KITH_REACTIONS__GIVEN_POINTS": "0",
    "KITH_REACTIONS__RECEIVED_POINTS": "0",
}


@pytest.fixture
async def town(live: Callable[..., Awaitable[Living]]) -> Living:
    """A Kith with a topic a day in a simulated Telegram."""
    return await live(settings={**DAILY, **NOTHING_ELSE})


def last(town: Living, person: Person) -> Message:
    return town.said(town.world.private(person, town.bot))[-1]


async def press(town: Living, person: Person, *labels: str) -> str:
    for label in labels:
        person.taps(last(town, person), label)
        await town.settle()
    return last(town, person).text or ""


async def write(town: Living, person: Person, words: str) -> str:
    person.writes(town.world.private(person, town.bot), words)
    await town.settle()
    return last(town, person).text or ""


async def founded(town: Living, *questions: str) -> tuple[Chat, Person]:
    """A group, and its owner, who has put questions into the bank."""
    lin = town.world.person("Lin", language_code="en")
    lin.starts(town.bot)
    await town.settle()
    group = town.group(lin)
    await town.settle()
    for question in questions:
        await write(town, lin, "/topic")
        await press(town, lin, "Add a topic")
        await write(town, lin, question)
    return group, lin


async def points(town: Living) -> dict[str, int]:
    rows = await town.rows("SELECT action, sum(points) FROM ledger GROUP BY action HAVING sum(points) <> 0")
    return dict(rows)


async def people(town: Living, group: Chat, *names: str) -> list[Person]:
    found = [town.world.person(name, language_code="en") for name in names]
    for person in found:
        person.joins(group)
    await town.settle()
    return found


# The longest way through what is kept of topics and answers, so it is the one that meets both kinds of database.
async def test_a_day_with_its_topic(live: Callable[..., Awaitable[Living]], database_url: str) -> None:
    town = await live(database_url, settings={**DAILY, **NOTHING_ELSE})
    group, lin = await founded(town, QUESTION)
    wei, ana, bo, cy, di = await people(town, group, "Wei", "Ana", "Bo", "Cy", "Di")
    assert town.said(group) == []
    await town.later(timedelta(hours=1))
    (topic,) = town.said(group)
    assert (topic.text or "").endswith(QUESTION)

    # Short words are no answer; the first that says something is; what is said down the chain is one too.
    wei.writes(group, "same", reply_to=topic)
    first = wei.writes(group, "That I ask too late, every time", reply_to=topic)
    wei.writes(group, "And that lists do not help me at all", reply_to=topic)
    ana.writes(group, "So do I, and then I pretend that I knew it", reply_to=first)
    bo.writes(group, "This is about something else entirely")
    await town.settle()
    assert await points(town) == {"topic_answer": 200}
    assert await town.rows("SELECT reason FROM uncounted_days WHERE action = 'topic_answer'") == [("too_short",)]

    # Three different people make it worth more, one fewer takes that back, and it is given once.
    for person in (ana, bo):
        person.reacts(first, ["👍"])
    wei.reacts(first, ["👍"])  # oneself is nobody
    await town.settle()
    assert await points(town) == {"topic_answer": 200}
    cy.reacts(first, ["👍"])
    await town.settle()
    assert await points(town) == {"topic_answer": 200, "topic_answer_liked": 100}
    cy.reacts(first, [])
    await town.settle()
    assert await points(town) == {"topic_answer": 200}
    for person in (cy, di):
        person.reacts(first, ["🔥"])
        await town.settle()
    assert await points(town) == {"topic_answer": 200}

    # The button says to each their own.
    for person, said in ((wei, "It counts, and 4 people have reacted to it."), (bo, "Not yet. Reply to the topic")):
        pressed = person.taps(topic, "Does my answer count?")
        await town.settle()
        assert (pressed.text or "").startswith(said)

    await town.later(timedelta(hours=2))
    recap = town.said(group)[-1]
    assert (recap.text or "") == "2 answers today.\nLiked most: Wei (liked by 4)"
    assert recap.reply_to is topic
    assert await points(town) == {"topic_answer": 200, "topic_answer_featured": 100}
    bo.writes(group, "I come too late with a long answer", reply_to=topic)
    await town.settle()
    assert (await points(town))["topic_answer"] == 200
    (day,) = await town.all(TopicDays)
    assert (day.answered, day.active) == (2, 5)
    lin.writes(group, "/topic why")
    await town.settle()
    told = town.said(group)[-1].text or ""
    assert "It was the turn of: what members need. Effort: easy" in told
    assert told.endswith("Of the topics left, this one came closest.")

    # The only topic rests now: the next day has none, its owner is told once, and the group nothing.
    before = len(town.said(group))
    for _ in range(3):
        await town.later(timedelta(days=1))
    assert len(town.said(group)) <= before
    assert [text for text in town.told(lin) if "no topic for today" in text] == [
        "Readers: no topic for today. Each rests 60 days after its turn.\n/topic adds some, or a starter kit."
    ]


async def test_the_recap_does_not_name_who_has_left_the_boards(town: Living) -> None:
    group, _ = await founded(town, QUESTION)
    wei, ana = await people(town, group, "Wei", "Ana")
    await town.later(timedelta(hours=1))
    (topic,) = town.said(group)
    answers = [
        person.writes(group, f"That I ask too late, says {person.name}", reply_to=topic) for person in (wei, ana)
    ]
    await town.settle()
    wei.reacts(answers[1], ["👍"])
    ana.reacts(answers[0], ["👍"])
    await town.settle()
    wei.starts(town.bot)
    await write(town, wei, "/privacy")
    await press(town, wei, "Take me off the boards")
    await town.later(timedelta(hours=2))
    recap = town.said(group)[-1]
    assert recap.text == "2 answers today.\nLiked most: an answer (liked by 1), Ana (liked by 1)"
    # It is the answer itself that stays, and leads to where it stands.
    said = [str(call.params.get("text")) for call in town.bot.calls]
    assert any(f'/{answers[0].id}">an answer</a>' in text for text in said)


async def test_where_nobody_answers_the_group_is_told_nothing(town: Living) -> None:
    group, lin = await founded(town, QUESTION)
    await town.later(timedelta(hours=1))
    await town.later(timedelta(hours=2))
    assert len(town.said(group)) == 1
    assert town.told(lin)[-1].startswith(f"Readers: nobody answered “{QUESTION}”\n")


async def test_of_topics_that_nobody_answers_their_owner_hears_the_first_and_then_a_count(
    live: Callable[..., Awaitable[Living]], database_url: str
) -> None:
    town = await live(database_url, settings={**DAILY, **NOTHING_ELSE})
    _, lin = await founded(town, *[f"Question number {number}, and why?" for number in range(1, 5)])
    heard = []
    for _ in range(4):
        before = len(town.told(lin))
        await town.later(timedelta(hours=1))
        await town.later(timedelta(hours=2))
        heard.append([words for words in town.told(lin)[before:] if "answer" in words])
        await town.later(timedelta(hours=21))
    assert [len(each) for each in heard] == [1, 0, 1, 0]
    assert "An easier question" in heard[0][0]
    assert heard[2][0].startswith("Readers: the last 3 topics have no answer that counts.\n")


async def test_who_wrote_too_little_is_not_called_nobody(
    live: Callable[..., Awaitable[Living]], database_url: str
) -> None:
    town = await live(database_url, settings={**DAILY, **NOTHING_ELSE})
    group, lin = await founded(town, QUESTION)
    wei, ana = await people(town, group, "Wei", "Ana")
    await town.later(timedelta(hours=1))
    (topic,) = town.said(group)
    for person, words in ((wei, "same"), (wei, "yes"), (ana, "no"), (lin, "/topic")):
        person.writes(group, words, reply_to=topic)
    await town.settle()
    await town.later(timedelta(hours=2))
    assert town.told(lin)[-1] == (
        f"Readers: no answer to “{QUESTION}” counted.\n"
        "2 people wrote too little for it, under 12 letters. /settings sets the length."
    )


async def test_it_is_pinned_silently_until_its_recap_where_the_group_wants_it(town: Living) -> None:
    group, lin = await founded(town, QUESTION)
    lin.promotes(town.bot, chat=group, rights={"can_pin_messages": True, "can_delete_messages": True})
    await write(town, lin, "/settings")
    await press(town, lin, "Topics", "Pins: off")
    await town.later(timedelta(hours=1))
    (topic,) = [message for message in town.said(group) if message.keyboard]
    assert group.pinned == [topic.id]
    assert [message.deleted for message in group.messages if "pinned_message" in message.raw] == [True]
    await town.later(timedelta(hours=2))
    assert group.pinned == []


async def test_who_runs_the_group_hears_once_that_few_topics_are_left(town: Living) -> None:
    _, lin = await founded(town, *(f"Which of the {number} would you take?" for number in ("two", "three", "four")))
    await write(town, lin, "/topic")
    await press(town, lin, "Add a topic")
    await write(town, lin, "Which of the five would you take?")
    told = []
    for wait in (timedelta(hours=1), timedelta(days=1)):
        await town.later(wait)
        told.append([text for text in town.told(lin) if "are left" in text])
    low = "Readers: 3 topics are left; each rests 60 days after its turn.\n/topic adds some, or a starter kit."
    assert told == [[low], [low]]


async def test_only_our_own_word_of_a_pin_is_tidied_up_and_only_with_the_right_to(town: Living) -> None:
    group, lin = await founded(town, QUESTION)
    rights = {"can_pin_messages": True, "can_delete_messages": True}
    lin.promotes(town.bot, chat=group, rights=rights)
    lin.pins(lin.writes(group, "Rules of the house"))
    await write(town, lin, "/settings")
    await press(town, lin, "Topics", "Pins: off")
    lin.promotes(town.bot, chat=group, rights=rights | {"can_delete_messages": False})
    await town.later(timedelta(hours=1))
    assert [message.deleted for message in group.messages if "pinned_message" in message.raw] == [False, False]


async def test_the_bank_is_kept_in_private_by_who_may(town: Living) -> None:
    group, lin = await founded(town)
    assert "0 topics in the bank" in await write(town, lin, "/topic")
    assert "10 topics added." in await press(town, lin, "Kit: developers")
    assert "Nothing was added" in await press(town, lin, "Kit: developers")
    assert await press(town, lin, "All topics", "After ›", "10") != ""
    assert "hot now" in (last(town, lin).text or "")
    await press(town, lin, "what we stand for", "easy", "Retire")
    retired = [topic for topic in await town.all(TopicBank) if topic.is_retired]
    assert [(topic.dimension, topic.depth) for topic in retired] == [("brand", "easy")]
    assert {topic.text for topic in await town.all(TopicBank)} == {
        topic.text for topic in topics_of(Kit.DEVELOPERS, language="en")
    }
    await write(town, lin, "/topic")
    await press(town, lin, "Load a file")
    assert "1 topic added." in await write(town, lin, "text,dimension\nWhich book would you lend?,brand")
    await press(town, lin, "Load a file")
    assert "its dimension is need, brand or hot." in await write(town, lin, "text,dimension\nWhich?,cold")
    (wei,) = await people(town, group, "Wei")
    wei.starts(town.bot)
    wei.writes(group, "/topic")
    await town.settle()
    assert town.said(group)[-1].text == "Only the group's administrators can do that."
    # In private a member is shown what is theirs to see, and who is nowhere is told the way.
    assert await write(town, wei, "/topic") == "There has been no topic of the day yet."
    eve = town.world.person("Eve", language_code="en")
    eve.starts(town.bot)
    assert "You run no group that I know of." in await write(town, eve, "/topic")


async def test_an_answer_counts_whether_or_not_kith_heard_which_message_its_topic_is(town: Living) -> None:
    group, lin = await founded(town, QUESTION)
    (ana,) = await people(town, group, "Ana")
    # The message is there, and Telegram's answer is lost: nobody can say so, and it is sent again.
    town.world.faults.add(method="sendMessage", chat_id=group.id, kind="lost_answer", times=1)
    await town.later(timedelta(hours=1))
    await town.later(timedelta(minutes=1))
    first, *again = [message for message in town.said(group) if (message.text or "").endswith(QUESTION)]
    assert len(again) == 1
    answer = ana.writes(group, "That I ask too late, every time", reply_to=first)
    lin.writes(group, "And what came of it in the end, then?", reply_to=answer)
    await town.settle()
    assert await points(town) == {"topic_answer": 200}
    await town.later(timedelta(hours=2))
    assert (town.said(group)[-1].text or "").startswith("2 answers")


async def test_a_button_of_another_bot_makes_no_topic(town: Living) -> None:
    group, _ = await founded(town, QUESTION)
    (ana,) = await people(town, group, "Ana")
    await town.later(timedelta(hours=1))
    (topic,) = town.said(group)
    other = town.world.add_bot(token="777:other", username="other_bot", name="Other")
    forged = posting.post(
        town.world, group, {"text": "Answer me!"}, author=other, markup=dict(topic.raw["reply_markup"])
    )
    ana.writes(group, "That I ask too late, every time", reply_to=forged)
    await town.settle()
    assert await points(town) == {}


async def test_a_group_that_moves_keeps_its_topic_of_the_day(town: Living) -> None:
    lin = town.world.person("Lin", language_code="en")
    lin.starts(town.bot)
    old = town.group(lin, kind="group")
    await town.settle()
    await write(town, lin, "/topic")
    await press(town, lin, "Add a topic")
    await write(town, lin, QUESTION)
    (ana, bo) = await people(town, old, "Ana", "Bo")
    await town.later(timedelta(hours=1))
    (topic,) = town.said(old)
    before = ana.writes(old, "That I ask too late, every time", reply_to=topic)
    bo.reacts(before, ["👍"])
    await town.settle()
    new = lin.migrates(old)
    await town.settle()
    await town.later(timedelta(hours=2))
    (recap,) = town.said(new)
    assert (recap.text or "").startswith("1 answer")
    # What bears the topic's number here is something else.
    assert "reply_to_message" not in recap.raw
    assert await points(town) == {"topic_answer": 100, "topic_answer_featured": 100}


async def test_a_topic_that_telegram_does_not_take_is_told_to_who_runs_the_group_once(town: Living) -> None:
    group, lin = await founded(town, QUESTION, "And the week before?", "And what comes next?")
    town.world.faults.add(method="sendMessage", chat_id=group.id, status=400, times=None)
    refused = "could not post today's topic"
    await town.later(timedelta(hours=1))
    await town.later(timedelta(days=1))
    assert town.said(group) == []
    assert sum(refused in words for words in town.told(lin)) == 1
    town.world.faults.clear()
    await town.later(timedelta(days=1))
    assert len(town.said(group)) == 1
    town.world.faults.add(method="sendMessage", chat_id=group.id, status=400, times=None)
    await town.later(timedelta(days=1))
    assert sum(refused in words for words in town.told(lin)) == 2


async def test_answers_count_on_whichever_day_the_topic_was_moved_to(town: Living) -> None:
    group, _ = await founded(town, QUESTION, "And the week before?", "And what comes next?")
    (ana,) = await people(town, group, "Ana")
    await town.later(timedelta(hours=4))
    for times, ahead in enumerate((1, 5), start=1):

        async def posted_now(session: AsyncSession, ahead: int = ahead) -> None:
            here = (await town.community(group)).community_id
            key = int(f"{town.kith.clock.now() + timedelta(days=ahead):%Y%m%d}")
            now = town.kith.clock.now()
            await replanning.move(session, place=Place(here, POST.name, key), due_at=now, now=now)

        async with town.kith.database.writing() as session:
            await posted_now(session)
        await town.later(timedelta(minutes=1))
        topic = town.said(group)[-1]
        ana.writes(group, f"That I ask too late, every time, said {times} times", reply_to=topic)
        await town.settle()
        assert await points(town) == {"topic_answer": 100 * times}
