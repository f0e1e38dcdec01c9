"""The one sender: what is urgent passes, a pause holds one chat only, and a stop loses nothing that waits."""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator, Iterator
from datetime import timedelta

import pytest

from bot import pacing, sending
from bot.outbox import AHEAD_ROWS
from bot.sending import TooLate, moved
from bot.telegram import Moved, NotDone
from handlers.outgoing import Call, Turn, message
from handlers.texts.reader import Html
from models.events import Priority
from models.outbox import Outbox, RowState
from simulator.chats import Chat
from simulator.people import Person
from tests.bot.offices import Bulletin, Errand, Nudge, Office, Receipt, events_of_the_tests, office
from tests.living import Living, living

COMMUNITY = 7


@pytest.fixture(autouse=True)
def _events() -> Iterator[None]:
    with events_of_the_tests():
        yield


@pytest.fixture
async def here(sqlite_url: str) -> AsyncIterator[Office]:
    async with office(sqlite_url) as place:
        yield place


def readers(place: Office, count: int) -> list[Person]:
    people = [place.world.person(f"Reader {number}", language_code="en") for number in range(count)]
    for person in people:
        person.starts(place.account)
    return people


def group_of(place: Office) -> Chat:
    lin = place.world.person("Lin")
    group = place.world.group("Readers", owner=lin)
    lin.adds(place.account, to=group)
    return group


def hello(chat_id: int, text: str = "hello", priority: Priority = Priority.NOTICE) -> Call:
    return message(chat_id, Html(text), priority=priority)


async def test_a_commands_answer_passes_two_hundred_waiting_broadcasts(here: Office) -> None:
    people = readers(here, 201)
    await here.put(*[Bulletin(COMMUNITY, person.id) for person in people[:200]])
    await asyncio.sleep(0.3)
    before = len(here.texts())
    await here.sender.send(hello(people[200].id, "the answer", Priority.AWAITED))
    assert here.texts().index("the answer") <= before + 2
    assert len(here.texts()) < 100


async def test_notices_go_before_broadcasts(here: Office) -> None:
    people = readers(here, 40)
    half = [Bulletin(COMMUNITY, person.id, f"bulletin {person.id}") for person in people[:20]]
    urgent = [Receipt(COMMUNITY, person.id, f"receipt {number}") for number, person in enumerate(people[20:])]
    await here.put(*half, *urgent)
    await here.become(dict.fromkeys([news.text for news in half] + [news.text for news in urgent], "sent"))
    assert {text.split()[0] for text in here.texts()[:20]} == {"receipt"}


async def test_messages_for_one_chat_keep_their_order(database_url: str) -> None:
    async with office(database_url) as here:
        group = group_of(here)
        await here.put(*[Receipt(COMMUNITY, group.id, f"line {number}") for number in range(15)])
        await here.become({f"line {number}": "sent" for number in range(15)})
        assert here.texts() == [f"line {number}" for number in range(15)]


async def test_a_pause_holds_its_own_chat_and_no_other(here: Office) -> None:
    lin, wei = readers(here, 2)
    here.world.faults.add(method="sendMessage", status=429, retry_after=4, chat_id=lin.id)
    held = asyncio.create_task(here.sender.send(hello(lin.id, "held")))
    await asyncio.sleep(0.1)
    for number in range(2):
        await here.sender.send(hello(wei.id, f"free {number}"))
    assert not held.done()
    assert (await held).text == "held"
    assert here.texts() == ["free 0", "free 1", "held"]
    assert [call.status for call in here.calls() if int(call.params["chat_id"]) == lin.id] == [429, 200]


async def test_a_pause_is_obeyed_in_full(here: Office) -> None:
    (lin,) = readers(here, 1)
    here.world.faults.add(method="sendMessage", status=429, retry_after=1, times=2)
    begun = asyncio.get_running_loop().time()
    await here.sender.send(hello(lin.id))
    assert asyncio.get_running_loop().time() - begun >= 2


async def test_a_pause_for_a_question_is_obeyed_too(here: Office) -> None:
    group = group_of(here)
    here.world.faults.add(method="getChat", status=429, retry_after=1)
    answer = await here.sender.send(Call("get_chat", group.id, {"chat_id": group.id}, turn=Turn.AT_ONCE))
    assert answer.title == "Readers"


async def refusals_of_a_hundred_and_twenty(place: Office) -> int:
    people = readers(place, 120)
    before = len(place.calls())
    begun = asyncio.get_running_loop().time()
    await asyncio.gather(*[place.sender.send(hello(person.id)) for person in people])
    assert asyncio.get_running_loop().time() - begun < 10
    return sum(call.status == 429 for call in place.calls()[before:])


async def test_within_telegrams_limits_a_hundred_and_twenty_messages_meet_no_refusal(here: Office) -> None:
    here.world.limits.enabled = True
    # Sender and Telegram share this process: where the machine stalls, calls bunch up on the way through no fault of
    # the pace. It does not stall three times in a row.
    found: list[int] = []
    while len(found) < 3 and 0 not in found:
        found.append(await refusals_of_a_hundred_and_twenty(here))
    assert 0 in found, found
    assert here.sender.is_idle


async def test_a_call_that_is_wrong_in_itself_harms_nobody_else(here: Office) -> None:
    (lin,) = readers(here, 1)
    with pytest.raises(AttributeError):
        await here.sender.send(Call("no_such_method", lin.id))
    with pytest.raises(TypeError):
        await here.sender.send(Call("send_message", lin.id, {"nonsense": 1}))
    assert (await here.sender.send(hello(lin.id))).text == "hello"


def test_a_moved_call_is_the_same_for_the_new_chat() -> None:
    call = moved(hello(-5), Moved(-1009))
    assert (call.chat_id, call.arguments["chat_id"], call.arguments["text"]) == (-1009, -1009, "hello")


async def test_what_waits_at_a_stop_has_surely_not_been_done(here: Office) -> None:
    lin, wei = readers(here, 2)
    here.world.faults.add(method="sendMessage", status=429, retry_after=60, chat_id=lin.id)
    held = asyncio.create_task(here.sender.send(hello(lin.id)))
    await asyncio.sleep(0.1)
    here.sender.withdraw()
    with pytest.raises(NotDone):
        await held
    with pytest.raises(NotDone):
        await here.sender.send(hello(wei.id))
    assert here.sender.is_idle


async def test_an_orderly_stop_leaves_no_row_in_doubt(sqlite_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pacing, "PRIVATE_INTERVAL", 0.01)
    async with living(sqlite_url) as town:
        lin = town.world.person("Lin", language_code="en")
        lin.starts(town.bot)
        await town.settle()
        town.world.faults.add(method="sendMessage", status=429, retry_after=60, times=1, chat_id=lin.id)
        groups = [town.group(lin, f"Group {number}") for number in range(4)]
        await town.until(lambda: any(call.status == 429 for call in town.bot.calls))
        await town.until(lambda: town.bot.pending == 0)
    async with living(sqlite_url, world=town.world) as again:
        rows = await again.all(Outbox)
        assert RowState.DROPPED not in {row.state for row in rows}
        stopped = town.kith.crew.worker_id
        assert not [row for row in rows if row.state == RowState.SENDING and row.claimed_by == stopped]
        await again.later(timedelta(minutes=1))
        assert len([text for text in again.told(lin) if "All set in" in text]) == len(groups)


async def news_of_rights(town: Living, lin: Person) -> list[str]:
    return [text for text in town.told(lin) if "All set" in text or "not everything" in text]


async def test_two_changes_of_one_moment_are_told_once(town: Living, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pacing, "PRIVATE_INTERVAL", 0.01)
    for attempt in range(4):
        lin = town.world.person("Lin", language_code="en")
        lin.starts(town.bot)
        await town.settle()
        group = town.group(lin, f"Group {attempt}", administrator=False)
        lin.promotes(town.bot, chat=group)
        await town.settle()
        told = await news_of_rights(town, lin)
        assert len(told) <= 2
        assert len(set(told)) == len(told), told


async def test_a_paused_chat_with_many_rows_keeps_nobody_else_waiting(database_url: str) -> None:
    async with office(database_url) as here:
        lin, *others = readers(here, 7)
        pause = here.world.faults.add(method="sendMessage", status=429, retry_after=3, chat_id=lin.id, times=None)
        held = [Receipt(COMMUNITY, lin.id, f"held {number:02}") for number in range(60)]
        await here.put(*held)
        await here.until(lambda: bool(here.calls()))
        begun = asyncio.get_running_loop().time()
        await here.put(*[Receipt(COMMUNITY, other.id, f"free {other.id}") for other in others])
        await here.until(lambda: len(here.texts()) == 6)
        assert asyncio.get_running_loop().time() - begun < 2.5
        states = await here.rows()
        # What waits for a paused chat waits in the table: a crash now leaves nothing of it in doubt.
        assert {states[news.text] for news in held} == {"waiting"}
        pause.times = 0


async def test_a_full_group_keeps_its_order_and_nobody_waiting(here: Office) -> None:
    group = group_of(here)
    (lin,) = readers(here, 1)
    here.world.limits.enabled = True
    lines = [Receipt(COMMUNITY, group.id, f"line {number:02}") for number in range(60)]
    await here.put(*lines)
    await here.until(lambda: len(here.texts()) == 15)
    await here.put(Receipt(COMMUNITY, lin.id, "a word"))
    await here.until(lambda: "a word" in here.texts())
    await here.sender.send(hello(group.id, "an answer", Priority.AWAITED))
    assert here.texts() == [*[line.text for line in lines[:15]], "a word", "an answer"]
    assert {call.status for call in here.calls()} == {200}
    assert {(await here.rows())[line.text] for line in lines[15:]} == {"waiting"}


async def test_the_rows_of_a_chat_keep_their_order_over_a_pause(database_url: str) -> None:
    async with office(database_url) as here:
        group = group_of(here)
        here.world.faults.add(method="sendMessage", status=429, retry_after=1, chat_id=group.id)
        lines = [Receipt(COMMUNITY, group.id, f"line {number}") for number in range(10)]
        await here.put(*lines[:5])
        await here.put(*lines[5:])
        await here.become({line.text: "sent" for line in lines})
        assert here.texts() == [line.text for line in lines]


async def test_a_pause_for_an_errand_puts_it_off_and_nothing_else(here: Office) -> None:
    (lin,) = readers(here, 1)
    here.world.faults.add(method="getMe", status=429, retry_after=60)
    await here.put(Errand(COMMUNITY, 0), Receipt(COMMUNITY, lin.id))
    await here.become({"a receipt": "sent", "tests.errand": "waiting"})
    here.later(timedelta(seconds=61))
    await here.become({"a receipt": "sent", "tests.errand": "sent"})


async def test_little_is_in_doubt_when_the_process_dies_in_the_middle(database_url: str) -> None:
    async with office(database_url) as dead:
        people = readers(dead, 100)
        slow = dead.world.faults.add(method="sendMessage", seconds=0.3, times=None)
        letters = [Nudge(COMMUNITY, person.id, f"nudge {person.id}") for person in people]
        await dead.put(*letters)
        await dead.until(lambda: len(dead.calls()) >= 10)
    states = Counter((await dead_rows(database_url)).values())
    # Besides those that have come to Telegram a few are claimed ahead, and no more than that are on the way there.
    assert states["sending"] + states["sent"] <= slow.met + 2 * AHEAD_ROWS
    async with office(database_url, world=dead.world) as here:
        dead.world.faults.clear()
        await here.come_to_rest()
        told = Counter(int(call.params["chat_id"]) for call in here.calls())
        assert max(told.values()) == 1
        ended = Counter((await here.rows()).values())
        assert ended["dropped"] == states["sending"]
        assert ended.total() == ended["dropped"] + ended["sent"] == 100


async def dead_rows(url: str) -> dict[str, str]:
    async with office(url, running=False) as looked_at:
        return await looked_at.rows()


async def test_an_answer_that_a_full_group_kept_too_long_is_not_given_any_more(
    here: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sending, "GROUP_ANSWERS_KEEP", 0.2)
    group, (lin,) = group_of(here), readers(here, 1)
    here.world.faults.add(method="sendMessage", status=429, retry_after=1, times=1)
    first = asyncio.create_task(here.sender.send(hello(group.id, "first", Priority.AWAITED)))
    late = asyncio.create_task(here.sender.send(hello(group.id, "late", Priority.AWAITED)))
    done = await asyncio.gather(first, late, return_exceptions=True)
    assert [type(one) for one in done] == [TooLate, TooLate]
    await here.sender.send(hello(lin.id, "in private"))
    assert here.texts() == ["in private"]
