"""The third point of an answer: once, by whichever has featured it, an administrator or the recap, in every order."""

from collections.abc import Awaitable, Callable
from datetime import timedelta
from functools import partial

import pytest
from sqlalchemy import Connection

from models import featuring, topics
from models.corrections import Target
from models.featuring import FeaturedBefore
from models.refusals import NoSuchThing
from models.rules.kits import Kit, topics_of
from simulator.messages import Message
from simulator.people import Person
from tests.handlers.asking_in import asked_in
from tests.handlers.test_topics import DAILY, NOTHING_ELSE, founded
from tests.living import Living

# What happens to an answer before the recap and after it, and what it has in the end: an administrator features it (F),
# takes that back (T), or reverses what the message has brought (R); in lower case it is refused, or has no effect.
NAMED = {
    ("", ""): 100,
    ("F", "f"): 100,
    ("Ff", ""): 100,
    ("FTt", ""): 100,
    ("FTF", ""): 100,
    ("FTFT", "f"): 100,
    # The one cause is gone, and the other stands.
    ("F", "T"): 100,
    ("FTF", "T"): 100,
    ("FR", ""): 0,
    ("FR", "F"): 100,
    # What was reversed is no answer for the recap; whoever features it all the same says so by their own word.
    ("FRFT", ""): 0,
    ("", "R"): 0,
    ("", "RF"): 100,
    ("", "RFT"): 0,
    ("F", "RFTF"): 100,
    ("F", "Tt"): 100,
    # What was reversed by hand can be taken back, too; that does not make the recap pay for it.
    ("FRTt", ""): 0,
    ("FRTF", "T"): 0,
}
UNNAMED = {("F", ""): 100, ("FT", ""): 0, ("FTF", ""): 100, ("FTF", "T"): 0, ("FRTF", "T"): 0, ("", "FTFTF"): 100}
Story = tuple[str, str]


async def befall(town: Living, lin: Person, answers: dict[Message, Story], *, part: int) -> None:
    """What an administrator does about each answer, before the recap or after it."""
    for answer, story in answers.items():
        group, now = town.world.chats[answer.chat.id], town.kith.clock.now()
        community = await town.community(group)
        about = {"community": community, "user_id": lin.id, "now": now}
        for act in story[part]:
            if act == "R":
                await asked_in(town, group, lin, "/reverse copied", reply_to=answer)
                continue
            async with town.kith.database.writing() as session:
                target = Target(chat_id=group.id, message_id=answer.id)
                if act == "F":
                    await featuring.feature(session, told=target, **about)  # type: ignore[arg-type]
                elif act == "T":
                    await featuring.undo(session, message_id=answer.id, **about)  # type: ignore[arg-type]
                elif act == "f":
                    with pytest.raises(FeaturedBefore):
                        await featuring.feature(session, told=target, **about)  # type: ignore[arg-type]
                else:
                    with pytest.raises(NoSuchThing):
                        await featuring.undo(session, message_id=answer.id, **about)  # type: ignore[arg-type]


async def test_it_is_paid_once_and_goes_with_the_last_of_its_causes(live: Callable[..., Awaitable[Living]]) -> None:
    town = await live(settings={**DAILY, **NOTHING_ELSE})
    _, lin = await founded(town)
    stories = [*NAMED, *UNNAMED]
    groups = [town.group(lin, f"Readers {number}") for number in range(len(NAMED) // 3)]
    people = [town.world.person(f"Reader {number}", language_code="en") for number in range(len(stories))]
    fan = town.world.person("Fan")
    for group in groups:
        for person in (fan, *people):
            person.joins(group)
    await town.settle()
    await fill(town)
    await town.later(timedelta(hours=1))
    answers: dict[Message, Story] = {}
    for number, (person, story) in enumerate(zip(people, stories, strict=True)):
        # Three of each group's are liked, and those its recap names.
        group = groups[number % len(groups)]
        topic = next(message for message in town.said(group) if "Topic of the day" in (message.text or ""))
        answer = person.writes(group, f"That I learn too late, said {number} times", reply_to=topic)
        answers[answer] = story
        if number < len(NAMED):
            fan.reacts(answer, ["👍"])
    await town.settle()
    await befall(town, lin, answers, part=0)
    await town.later(timedelta(hours=2))
    await befall(town, lin, answers, part=1)
    statement = "SELECT user_id, sum(points) FROM ledger WHERE action = 'topic_answer_featured' GROUP BY user_id"
    earned = {user_id: int(points) for user_id, points in await town.rows(statement)}
    found = {story: earned.get(person.id, 0) for person, story in zip(people, stories[: len(NAMED)], strict=False)}
    assert found == NAMED
    rest = {story: earned.get(person.id, 0) for person, story in zip(people[len(NAMED) :], UNNAMED, strict=True)}
    assert rest == UNNAMED


async def fill(town: Living) -> None:
    """Each group has a topic to post."""
    numbers = [row[0] for row in await town.rows("SELECT community_id FROM communities")]
    for number in numbers:
        await town.kith.database.tell(partial(_put, number=number))


def _put(connection: Connection, *, number: int) -> None:
    topics.put(connection, community_id=number, topics=topics_of(Kit.LEARNING, language="en"))
