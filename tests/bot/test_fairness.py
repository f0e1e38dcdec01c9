"""What a whole Kith counts and what it does not, when people are clever, hasty, or new."""

from collections import Counter
from collections.abc import Awaitable, Callable
from datetime import timedelta
from typing import Any

from models.fairness import UncountedDays
from models.points import Ledger
from simulator.people import Person
from tests.living import Living

# The numbers that a group has by itself: what the other tests turn off is on.
AS_IT_COMES = {
    "KITH_FAIRNESS__BASIC_DAILY_CAP_POINTS": "15",
    "KITH_LIKENESS__DAYS": "14",
    "KITH_MESSAGES__COOL_DOWN_SECONDS": "10",
    "KITH_MESSAGES__LEAST_LETTERS": "7",
    "KITH_NEWCOMERS__GATE_HOURS": "24",
    "KITH_NEWCOMERS__GATE_MESSAGES": "1",
    "KITH_REACTIONS__GIVEN_COOL_DOWN_SECONDS": "2",
    "KITH_REACTIONS__MUTUAL_IN_FULL": "3",
    "KITH_REPLIES__COOL_DOWN_SECONDS": "10",
}


async def earned(town: Living, person: Person) -> Counter[str]:
    """What somebody has earned, by action."""
    sums: Counter[str] = Counter()
    for entry in await town.all(Ledger):
        if entry.user_id == person.id:
            sums[entry.action] += entry.points
    return sums


async def why(town: Living, person: Person) -> dict[str, int]:
    """What of somebody's did not count, by reason."""
    return {row.reason: row.times for row in await town.all(UncountedDays) if row.user_id == person.id}


async def test_what_says_nothing_or_the_same_again_earns_nothing(
    live: Callable[..., Awaitable[Living]], database_url: str
) -> None:
    town = await live(database_url, settings=AS_IT_COMES)
    group = town.group(town.world.person("Owner"))
    lin = town.world.person("Lin")
    lin.joins(group)
    told: list[dict[str, Any]] = [
        {"text": "ok"},
        {"text": "👍👍👍👍👍👍👍👍👍👍👍👍"},
        {"media": "sticker"},
        {"text": "Good morning everybody"},
        {"text": "g o o d  morning, EVERYBODY!!!"},
        {"text": "今天我们一起读这本书吧"},
        {"text": "今天我們一起讀這本書吧！"},
        {"media": "photo"},
    ]
    for content in told:
        await town.later(timedelta(minutes=1))
        lin.writes(group, **content)
    await town.settle()
    assert await earned(town, lin) == {"message": 60}
    assert await why(town, lin) == {"too_short": 3, "same_again": 2}


async def test_a_newcomers_like_counts_a_day_later(live: Callable[..., Awaitable[Living]], database_url: str) -> None:
    town = await live(database_url, settings=AS_IT_COMES)
    owner, lin = town.world.person("Owner"), town.world.person("Lin")
    group = town.group(owner)
    lin.joins(group)
    said = owner.writes(group, "Welcome to all of you")
    lin.reacts(said, ["👍"])
    lin.writes(group, "Thank you, good to be here")
    await town.settle()
    assert (await earned(town, owner), await earned(town, lin)) == ({"message": 20}, {"message": 20})
    await town.later(timedelta(hours=23))
    assert await earned(town, owner) == {"message": 20}
    await town.later(timedelta(hours=2))
    assert await earned(town, owner) == {"message": 20, "reaction_received": 10}
    assert await earned(town, lin) == {"message": 20, "reaction_given": 5}
