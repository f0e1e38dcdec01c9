"""How near Kith comes to what Telegram takes: 2,000 private messages against a limit of thirty in any second.

The messages are real ones and go the whole way: rows of the outbox that ask owners to admit a group, each composed,
judged, sent and settled. Meanwhile members ask for their cards, each in their own private chat; answers go before
what waits in the outbox, and count among the messages that left.
"""

import asyncio
import time
from dataclasses import dataclass, field
from datetime import UTC, datetime

from benchmarks import databases
from benchmarks.figures import Figure
from benchmarks.latency import Waits, asks_in_private
from benchmarks.load import FIRST_MEMBER, PEOPLE, Group
from benchmarks.reading import community_of
from benchmarks.telegram import KITH, Telegram, processor_seconds, telegram, until
from bot import schema
from models import outbox
from models.communities import ApprovalNeeded, NewCommunities
from models.database import Database
from models.facts import ChatKind, Joined, Person, Place
from models.observing import observe
from simulator.messages import Message

COUNT = 2_000
LIMIT_PER_SECOND = 30
ASK_EVERY_SECONDS = 1.0
WAITING_CHAT = -1009876543210
# Those who get letters are others than those who ask.
FIRST_READER = 100_000
TOO_MANY = 429


@dataclass
class Post:
    """When messages left, and how many of them were letters."""

    town: Telegram
    left_at: list[float] = field(default_factory=list)
    letters: int = 0

    def __post_init__(self) -> None:
        self.town.world.watchers.append(self._on_message)

    def _on_message(self, message: Message, new: bool) -> None:
        if not new or message.author is not self.town.bot:
            return
        self.letters += message.chat.id >= FIRST_MEMBER + FIRST_READER
        if self.letters:
            self.left_at.append(time.perf_counter())

    def per_second(self) -> float:
        """How fast they left, from the first letter on."""
        return (len(self.left_at) - 1) / (self.left_at[-1] - self.left_at[0])


async def measure(*, count: int = COUNT) -> list[Figure]:
    """Send everything that waits, and ask meanwhile."""
    with databases.sqlite() as url:
        await schema.make_ready(url)
        database = Database(url)
        async with telegram() as town:
            town.world.limits.enabled = True
            async with town.running(KITH, database=url) as process:
                await town.takes_in(Group(date=int(time.time())).updates(2 * PEOPLE))
                waits, post = Waits(town), Post(town)
                await _write_letters(database, town, count)
                before = processor_seconds(process)
                await _ask_until_sent(town, waits, post, count)
                used = processor_seconds(process) - before
            refused = sum(1 for call in town.bot.calls if call.status == TOO_MANY)
        await database.close()
    left = len(post.left_at)
    print(f"{left:,} messages left, {post.per_second():.2f} a second; {waits.answers} were answers")
    print(f"{used / left * 1000:.1f} ms of the processor for each message")
    share = post.per_second() / LIMIT_PER_SECOND
    return [
        Figure("sending, share of Telegram's limit", share, bar=0.95, at_least=True),
        Figure("sending, refusals (429)", refused, bar=0),
        Figure("a command's answer meanwhile, median", waits.median() * 1000, "ms"),
        Figure("a command's answer meanwhile, the longest", waits.in_private()[-1] * 1000, "ms", bar=1000),
    ]


async def _write_letters(database: Database, town: Telegram, count: int) -> None:
    """A group waits for the word of as many owners as there are letters."""
    now = datetime.now(UTC)
    place = Place(WAITING_CHAT, ChatKind.SUPERGROUP, "Another group")
    joined = Joined(update_id=1, at=now, place=place, person=Person(1, "Somebody"))
    new = NewCommunities(need_approval=True)
    await database.tell(lambda connection: observe(connection, [joined], update_ids=[1], bot_id=1, now=now, new=new))
    community_id = await community_of(database, chat_id=WAITING_CHAT)
    readers = [town.member(FIRST_READER + number).id for number in range(count)]
    letters = [ApprovalNeeded(community_id, reader, WAITING_CHAT) for reader in readers]
    async with database.writing() as session:
        await outbox.put(session, letters, due_at=now)


async def _ask_until_sent(town: Telegram, waits: Waits, post: Post, count: int) -> None:
    asking = asyncio.create_task(_ask(town, waits))
    try:
        await until(lambda: post.letters >= count)
    finally:
        asking.cancel()
        await asyncio.gather(asking, return_exceptions=True)
    await until(lambda: waits.open == 0, seconds=60)


async def _ask(town: Telegram, waits: Waits) -> None:
    number = 0
    while True:
        asks_in_private(town, waits, number % PEOPLE)
        number += 1
        await asyncio.sleep(ASK_EVERY_SECONDS)
