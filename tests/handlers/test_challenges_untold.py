"""Challenges of which Telegram does not let the group be told, and results of such."""

from collections.abc import Awaitable, Callable
from datetime import UTC, datetime

import pytest

from models.challenges import Challenges
from models.occurrences import Occurrences
from simulator.chats import Chat
from simulator.people import Person
from tests.databases import on_sqlite_alone
from tests.handlers.asking_in import asked_in, labels, pressed, toasts
from tests.handlers.test_challenges import led, until
from tests.handlers.test_checkins import ON, started
from tests.living import Living

OVER = datetime(2026, 11, 18, 0, 1, tzinfo=UTC)  # of a challenge of two days that begins at once; 08:01 in Taipei
RESULT = "Early birds is over: 0 of 1 completed it."


@pytest.fixture
async def town(live: Callable[..., Awaitable[Living]], database_url: str) -> Living:
    """A Kith whose groups check in, once on each kind of database; it is Monday, 17:00 in Taipei."""
    return await live(database_url, settings=ON)


def refuses(town: Living, group: Chat, description: str, *, status: int = 400, times: int | None = 1) -> None:
    """Telegram takes none of what Kith sends to the group next."""
    town.world.faults.add(method="sendMessage", chat_id=group.id, status=status, description=description, times=times)


async def begun(town: Living) -> tuple[Chat, Person]:
    """A challenge in a topic of a forum, with Lin in it."""
    lin = town.world.person("Lin", language_code="en")
    group = town.group(lin, forum=True)
    lin.starts(town.bot)
    await asked_in(town, group, lin, "/challenge 2 0 today Early birds", topic=lin.creates_topic(group, "Daily"))
    (post,) = town.said(group)
    await pressed(town, lin, post, "Check in")
    return group, lin


@pytest.mark.parametrize(
    ("status", "description", "why"),
    [
        (400, "Bad Request: TOPIC_CLOSED", "That topic of the forum is closed. Open it, or choose another"),
        (400, "Bad Request: message thread not found", "That topic of the forum is gone. Send /challenge again in"),
        (400, "Bad Request: not enough rights to send text messages to the chat", "I may not write there. Once I may"),
        (403, "Forbidden: bot is not a member of the supergroup chat", "I may not write there. Once I may"),
    ],
)
async def test_one_that_telegram_refuses_is_called_off_and_whoever_runs_the_group_is_told_why(
    live: Callable[..., Awaitable[Living]], status: int, description: str, why: str
) -> None:
    town = await live(settings=ON)
    group, lin, _ = await led(town)
    before = len(town.said(group))
    refuses(town, group, description, status=status)
    lin.writes(group, "/challenge 3 10 Early birds")
    await town.settle()
    first, second = town.told(lin)[-1].split("\n")
    assert first == "Readers: I could not post “Early birds”, so it is called off."
    assert second.startswith(why)
    assert len(town.said(group)) == before
    assert [row.state for row in await town.all(Challenges)] == ["stopped"]


async def test_after_one_was_called_off_nothing_of_it_is_left_and_another_can_be_started(town: Living) -> None:
    group, lin, _ = await led(town)
    refuses(town, group, "Bad Request: TOPIC_CLOSED")
    lin.writes(group, "/challenge 3 10 Early birds")
    await town.settle()
    assert [row.state for row in await town.all(Occurrences)] == []
    post = await started(town, group, lin, "/challenge 3 10 Late birds")
    assert (post.text or "").startswith("Late birds: check in on 3 days")


@on_sqlite_alone
async def test_one_that_stands_there_and_was_joined_goes_on_though_its_second_post_is_refused(town: Living) -> None:
    group, lin, wei = await led(town)
    town.world.faults.add(method="sendMessage", chat_id=group.id, kind="lost_answer")
    lin.writes(group, "/challenge 3 10 Early birds")
    await town.until(lambda: any("Join, then" in (one.text or "") for one in town.said(group)))
    refuses(town, group, "Bad Request: TOPIC_CLOSED")
    (post,) = [one for one in town.said(group) if "Join" in labels(one)]
    await pressed(town, wei, post, "Join")
    assert toasts(town)[-1].startswith("You are in.")
    await town.later(OVER - town.kith.clock.now())
    assert [row.state for row in await town.all(Challenges)] == ["open"]
    assert not [words for words in town.told(lin) if "called off" in words]


async def test_a_result_whose_topic_is_gone_is_told_outside_of_it(town: Living) -> None:
    group, lin = await begun(town)
    refuses(town, group, "Bad Request: message thread not found")
    await until(town, OVER)
    (over,) = [one for one in town.said(group) if one.text == RESULT]
    assert "message_thread_id" not in over.raw
    assert not [words for words in town.told(lin) if "Early birds" in words]


@on_sqlite_alone
@pytest.mark.parametrize(
    ("description", "why"),
    [
        ("Bad Request: TOPIC_CLOSED", "The topic General is closed."),
        ("Bad Request: not enough rights to send text messages to the chat", "I may not write there."),
    ],
)
async def test_a_result_that_the_group_cannot_be_told_is_told_to_whoever_runs_it(
    town: Living, description: str, why: str
) -> None:
    group, lin = await begun(town)
    refuses(town, group, description, times=None)
    await until(town, OVER)
    assert town.told(lin)[-1] == f"Readers: I could not tell the group this result:\n{RESULT}\n{why}"
