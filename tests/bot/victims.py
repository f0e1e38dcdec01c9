"""Groups that live up to the post in question, the process that is killed there, and how their stories must end."""

from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from pathlib import Path

from simulator.server import serve
from simulator.world import World
from tests.bot.clocked import become_clocked
from tests.bot.forked import at_work
from tests.bot.places import Act, Place, lives_on
from tests.living import START, TOKEN, UNFETTERED, Living

LOG = "victim.log"
# What else earns is not what these tests are about.
SETTINGS = {
    "KITH_MESSAGES__POINTS": "0",
    "KITH_REPLIES__POINTS": "0",
    "KITH_REACTIONS__GIVEN_POINTS": "0",
    "KITH_REACTIONS__RECEIVED_POINTS": "0",
}


async def prepared(town: Living, places: Sequence[Place]) -> None:
    """Every group lives up to the post in question."""
    await lives_on(town, places, lambda place: (Place.settled_down,))
    for place in places:
        await place.chooses(place.story.settings)
    await lives_on(town, places, lambda place: place.story.before)
    for level in range(max(place.number for place in places)):
        await lives_on(town, [place for place in places if place.number > level], told(level))


def told(level: int) -> Callable[[Place], Sequence[Act]]:
    """What happens in a stage: its cause, and what people do after it."""
    return lambda place: (place.story.stages[level].cause, *place.story.stages[level].after)


@asynccontextmanager
async def victim(world: World, url: str, folder: Path) -> AsyncIterator[None]:
    """A process that posts; it is killed at the end."""
    async with serve(world) as server:
        settings = {
            **UNFETTERED,
            **SETTINGS,
            "KITH_TELEGRAM__TOKEN": TOKEN,
            "KITH_TELEGRAM__API_URL": server.url,
            "KITH_DATABASE__URL": url.replace("postgresql://postgres:@/", "postgresql://postgres@localhost/"),
        }
        moment, log = START.isoformat(), folder / LOG
        async with at_work(become_clocked, moment, folder=folder, log=log, changes=settings):
            yield


async def what_is_left(place: Place) -> str:
    """Why a story has not come to its end, with nothing left over and everything paid once."""
    left = await place.rows(
        "SELECT name FROM outbox WHERE community_id = :here AND state IN ('waiting', 'sending') "
        "AND name <> 'answers.expired'"
    )
    paid = {
        (row[0], row[1]): int(row[2])
        for row in await place.rows(
            "SELECT action, user_id, sum(points) FROM ledger WHERE community_id = :here GROUP BY action, user_id"
        )
    }
    wanted = {(action, getattr(place, who).id): amount for (action, who), amount in place.story.paid.items()}
    differing = {key: paid.get(key, 0) for key, amount in wanted.items() if paid.get(key, 0) != amount}
    try:
        if place.story.at_the_end is not None:
            await place.story.at_the_end(place)
    except AssertionError as error:
        return f"{left} {differing} {error}"
    return f"{left} {differing}" if left or differing else ""
