"""How many buttons a second are pressed and answered, against a bot that only answers them.

All presses wait at Telegram when the clock starts; it stops when the last is answered. Beside the button that no
feature owns (Kith looks up who presses, notes the press and answers with a short word, in a transaction of its own) a
real one is measured, which reads a member's card as well; the edit that follows it is paced and comes later.
"""

import statistics
import time

from benchmarks import databases
from benchmarks.figures import Figure
from benchmarks.load import CHAT, PEOPLE, Group
from benchmarks.reading import community_of
from benchmarks.telegram import BUTTON, KITH, Telegram, answered, telegram
from models.database import Database

COUNT = 2_000
WARM_UP = 200
FACTS = 3_000
ROUNDS = 3
DEAD = "old:1"


async def measure(
    *, count: int = COUNT, warm_up: int = WARM_UP, facts: int = FACTS, rounds: int = ROUNDS
) -> list[Figure]:
    """Have both bots take turns."""
    dead, real = [], []
    for turn in range(1, rounds + 1):
        async with telegram() as town, town.running(BUTTON):
            yardstick = await _rate(town, DEAD, count=count, warm_up=warm_up)
        ours, card = await _kith(count=count, warm_up=warm_up, facts=facts)
        dead.append(ours / yardstick)
        real.append(card / yardstick)
        print(f"round {turn}: button bot {yardstick:,.0f}/s, Kith {ours:,.0f}/s, with a card {card:,.0f}/s")
    return [
        Figure("buttons answered, to a bot that only answers", statistics.median(dead), bar=0.5, at_least=True),
        Figure("buttons that show a card, to the same", statistics.median(real)),
    ]


async def _kith(*, count: int, warm_up: int, facts: int) -> tuple[float, float]:
    with databases.sqlite() as url:
        async with telegram() as town, town.running(KITH, database=url):
            await town.takes_in(Group(date=int(time.time())).updates(facts))
            database = Database(url)
            community_id = await community_of(database, chat_id=CHAT["id"])
            await database.close()
            dead = await _rate(town, DEAD, count=count, warm_up=warm_up)
            return dead, await _rate(town, f"me:{community_id}", count=count, warm_up=warm_up)


async def _rate(town: Telegram, data: str, *, count: int, warm_up: int) -> float:
    for press in [town.taps(number % PEOPLE, data) for number in range(warm_up)]:
        await answered(press)
    presses = [town.taps(number % PEOPLE, data) for number in range(count)]
    began = time.perf_counter()
    for press in presses:
        await answered(press)
    return count / (time.perf_counter() - began)
