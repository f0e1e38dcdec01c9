"""Each kind of fault, and the sending limits."""

import time

import httpx
import pytest
from telegram import Bot as Client
from telegram.error import BadRequest, Forbidden, NetworkError, RetryAfter, TelegramError, TimedOut

from simulator.bots import Bot
from simulator.chats import Chat
from simulator.limits import Limits
from simulator.people import Person
from simulator.world import World


@pytest.fixture(autouse=True)
def inside(bot: Bot, group: Chat, lin: Person, monkeypatch: pytest.MonkeyPatch) -> None:
    # Otherwise the library warns that RetryAfter will carry a timedelta.
    monkeypatch.setenv("PTB_TIMEDELTA", "1")
    lin.adds(bot, to=group, administrator=True)


@pytest.mark.parametrize(
    ("status", "error"),
    [(429, RetryAfter), (500, NetworkError), (502, NetworkError), (403, Forbidden), (400, BadRequest)],
)
async def test_a_refusal_happens_as_often_as_asked_and_does_nothing(
    world: World, client: Client, group: Chat, status: int, error: type[TelegramError]
) -> None:
    before = len(group.messages)
    world.faults.add(method="sendMessage", status=status, retry_after=2, times=2)
    for _ in range(2):
        with pytest.raises(error):
            await client.send_message(group.id, "hello")
    assert len(group.messages) == before
    await client.get_me()
    await client.send_message(group.id, "hello")
    assert len(group.messages) == before + 1


async def test_429_carries_retry_after(world: World, web: httpx.AsyncClient, group: Chat) -> None:
    world.faults.add(method="*", status=429, retry_after=7)
    answer = await web.post("/bot100:SIM/sendMessage", json={"chat_id": group.id, "text": "x"})
    assert answer.status_code == 429
    assert answer.json() == {
        "ok": False,
        "error_code": 429,
        "description": "Too Many Requests: retry after 7",
        "parameters": {"retry_after": 7},
    }


async def test_a_fault_can_be_meant_for_one_chat(world: World, client: Client, group: Chat, wei: Person) -> None:
    wei.starts(next(iter(group.bots.values())))
    world.faults.add(chat_id=wei.id, status=403, description="Forbidden: user is deactivated", times=None)
    await client.send_message(group.id, "hello")
    for _ in range(3):
        with pytest.raises(Forbidden, match="user is deactivated"):
            await client.send_message(wei.id, "hello")
    world.faults.clear()
    await client.send_message(wei.id, "hello")


async def test_a_dropped_call_is_not_done(world: World, client: Client, group: Chat) -> None:
    before = len(group.messages)
    world.faults.add(method="sendMessage", kind="drop")
    with pytest.raises(NetworkError):
        await client.send_message(group.id, "hello")
    assert len(group.messages) == before


async def test_a_lost_answer_was_done(world: World, client: Client, group: Chat, bot: Bot) -> None:
    world.faults.add(method="sendMessage", kind="lost_answer")
    with pytest.raises(NetworkError):
        await client.send_message(group.id, "hello")
    assert group.messages[-1].text == "hello"
    assert bot.calls[-1].status == 200


async def test_a_lost_batch_comes_again(world: World, client: Client, bot: Bot) -> None:
    bot.updates.drop_all()
    bot.push({"message": {"message_id": 1, "date": 1, "chat": {"id": 1, "type": "private"}}})
    world.faults.add(method="getUpdates", kind="lost_answer")
    with pytest.raises(NetworkError):
        await client.get_updates()
    assert len(await client.get_updates()) == 1


async def test_silence_and_slowness(world: World, client: Client, group: Chat) -> None:
    world.faults.add(method="sendMessage", kind="hang", seconds=5)
    with pytest.raises(TimedOut):
        await client.send_message(group.id, "hello", read_timeout=0.1)
    world.faults.add(method="sendMessage", seconds=0.2)
    started = time.monotonic()
    await client.send_message(group.id, "slow")
    assert time.monotonic() - started >= 0.2


async def test_garbage_is_no_json(world: World, client: Client, group: Chat) -> None:
    world.faults.add(method="sendMessage", kind="garbage")
    with pytest.raises(TelegramError):
        await client.send_message(group.id, "hello")


def test_a_fault_that_cannot_be_is_refused(world: World) -> None:
    with pytest.raises(ValueError, match="kind"):
        world.faults.add(kind="tired")  # type: ignore[arg-type]
    with pytest.raises(ValueError, match="status"):
        world.faults.add(status=200)


class Stopwatch:
    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now


def test_a_group_takes_twenty_a_minute() -> None:
    watch = Stopwatch()
    limits = Limits(monotonic=watch)
    limits.enabled = True
    waits = []
    for _ in range(25):
        waits.append(limits.retry_after(bot_id=1, chat_id=-5))
        watch.now += 1
    assert waits[:20] == [0] * 20
    assert waits[20] == 40
    watch.now = 61
    assert limits.retry_after(bot_id=1, chat_id=-5) == 0


def test_all_chats_together_take_thirty_a_second_and_a_private_one_short_bursts() -> None:
    watch = Stopwatch()
    limits = Limits(monotonic=watch)
    limits.enabled = True
    assert [limits.retry_after(bot_id=1, chat_id=n) for n in range(1, 32)] == [0] * 30 + [1]
    watch.now = 2
    assert [limits.retry_after(bot_id=1, chat_id=77) for _ in range(4)] == [0, 0, 0, 3]
    assert limits.retry_after(bot_id=2, chat_id=77) == 0


async def test_limits_answer_429_once_they_are_on(world: World, client: Client, group: Chat) -> None:
    for _ in range(25):
        await client.send_message(group.id, "free")
    world.limits.enabled = True
    for _ in range(20):
        await client.send_message(group.id, "counted")
    with pytest.raises(RetryAfter):
        await client.send_message(group.id, "too much")
