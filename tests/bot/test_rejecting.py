"""A call that Telegram refuses as wrong in itself is kept for the owner, with no word of anybody's in it."""

from collections.abc import AsyncIterator

import pytest

from handlers.masking import masked_call, masked_reason
from handlers.outgoing import Call, edit, message
from handlers.texts.reader import Html
from models import rejections
from models.failures import Failures
from models.forgetting import forget
from models.rejections import Rejections
from simulator.people import Person
from tests.bot.offices import Office, Receipt, events_of_the_tests, office
from tests.bot.test_commands import kith
from tests.living import Living, living

COMMUNITY = 7


@pytest.fixture
async def here(database_url: str) -> AsyncIterator[Office]:
    with events_of_the_tests():
        async with office(database_url) as place:
            yield place


def reader(place: Office) -> Person:
    lin = place.world.person("Lin", language_code="en")
    lin.starts(place.account)
    return lin


async def test_a_refused_row_is_kept_with_its_text_masked(here: Office) -> None:
    lin = reader(here)
    here.world.faults.add(method="sendMessage", status=400, description='Bad Request: unsupported tag "a secret"')
    await here.put(Receipt(COMMUNITY, lin.id, "Dear <b>Lin</b> &amp; all"), Receipt(COMMUNITY, lin.id, "the next"))
    await here.become({"Dear <b>Lin</b> &amp; all": "failed", "the next": "sent"})
    async with here.database.reading() as session:
        (kept,) = await rejections.listed(session)
    assert (kept.chat_id, kept.method, kept.event_name) == (lin.id, "send_message", "tests.receipt")
    assert kept.reason == 'Unsupported tag "…"'
    assert kept.arguments["text"] == "xxxx <b>xxx</b> &amp; xxx"
    assert kept.arguments["parse_mode"] == "HTML"


async def test_a_refused_answer_is_kept_too_listed_and_dropped(sqlite_url: str) -> None:
    async with living(sqlite_url) as town:
        lin = town.world.person("Lin", language_code="en")
        town.world.faults.add(method="sendMessage", status=400, description="Bad Request: message is too long")
        lin.starts(town.bot)
        await town.settle()
        assert await town.all(Failures) == []
    told = await kith("failures", "list", "--full", url=sqlite_url)
    line = told.splitlines()[0]
    assert f"said  send_message to {lin.id}: Message is too long" in line
    assert "Lin" not in told
    assert '"text": "xx' in told
    assert (await kith("failures", "drop", "--all", url=sqlite_url)) == "1 dropped.\n"
    assert (await kith("failures", "list", url=sqlite_url)) == "No failures.\n"


@pytest.mark.parametrize(
    "words", ["message is not modified: the same", "query is too old and response timeout expired"]
)
async def test_what_only_came_too_late_is_nothing_to_look_at(
    town: Living, words: str, capsys: pytest.CaptureFixture[str]
) -> None:
    lin = town.world.person("Lin", language_code="en")
    town.world.faults.add(method="sendMessage", status=400, description=f"Bad Request: {words}")
    lin.starts(town.bot)
    await town.settle()
    assert await town.all(Rejections) == []
    (line,) = [line for line in capsys.readouterr().out.splitlines() if "an answer was refused" in line]
    assert "[info" in line


async def test_who_is_forgotten_has_no_refused_messages_either(town: Living) -> None:
    lin = town.world.person("Lin", language_code="en")
    town.world.faults.add(method="sendMessage", status=400)
    lin.starts(town.bot)
    await town.settle()
    assert [kept.chat_id for kept in await town.all(Rejections)] == [lin.id]
    await town.kith.database.tell(lambda connection: forget(connection, community_id=None, user_id=lin.id))
    assert await town.all(Rejections) == []


def test_a_masked_call_keeps_its_marks_and_numbers_and_no_words() -> None:
    call: Call = message(-5, Html('<a href="tg://user?id=77">Ann</a>\nsaid <i>no</i> to 5 < 6'), topic=3, reply_to=4)
    told = masked_call(call)
    assert told["text"] == '<a xxxx="xxx//xxxxxxx=xx">xxx</a>\nxxxx <i>xx</i> xx x < x'
    assert (told["message_thread_id"], told["reply_parameters"]["message_id"]) == (3, 4)
    assert masked_call(edit(-5, 9, Html("secret")))["message_id"] == 9
    assert masked_reason('can\'t parse "some words" at 5') == 'can\'t parse "…" at 5'
