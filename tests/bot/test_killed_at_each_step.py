"""Killed during each kind of post at each step: it comes once, or as its kind says of a doubt, and all goes on.

A town has a group for every kind of post, and in each of them that post is under way when the process is killed: it
waits, or Telegram has been asked and has done nothing, or has done it and said nothing, or its answer is stored and
what follows is not done. Each test run takes some of the kinds, each at one of the steps. `--rounds 4` takes all of
them at all steps; `--rounds 8` does so on PostgreSQL as well, where Kith then comes back two hours later, when a topic
is not too late yet.
"""

from collections.abc import Awaitable, Callable, Sequence
from datetime import timedelta
from pathlib import Path

import pytest

from bot import pacing
from handlers.feature import InDoubt
from handlers.registry import POSTS
from models.database import Database
from models.events import KINDS
from simulator.world import World
from tests.bot.crews import until
from tests.bot.places import PAUSE, STEPS, Place, Step, Story, Target, lives_on
from tests.bot.stories import STORIES
from tests.bot.victims import LOG, SETTINGS, prepared, told, victim, what_is_left
from tests.living import START, TOKEN, Living, living

MakeDatabase = Callable[[], Awaitable[str]]
DOUBTS = {KINDS[event].name: post.in_doubt for event, post in POSTS.items()}
PAIRS = [
    (story, number, target)
    for story in STORIES
    for number, stage in enumerate(story.stages)
    for target in stage.targets
]
# Each run of the tests takes one post of so many.
SHARE = 7


@pytest.fixture(autouse=True)
def _unhurried(monkeypatch: pytest.MonkeyPatch) -> None:
    """How fast messages leave is not what these tests are about."""
    monkeypatch.setattr(pacing, "GROUP_MESSAGES", 10_000)
    monkeypatch.setattr(pacing, "PRIVATE_INTERVAL", 0.001)


async def killed_there(world: World, places: Sequence[Place], url: str, folder: Path) -> None:
    """What brings the posts about happens while nobody is there; who comes gets as far as the steps say."""
    for bot in world.bots.values():
        bot.calls.clear()
    for place in places:
        await place.begins()
        await place.stage.cause(place)
        place.is_met_by_trouble()
    lacking = list(places)

    async def all_are_there() -> bool:
        lacking[:] = [place for place in lacking if not await place.has_come_to_its_step()]
        return not lacking

    async with victim(world, url, folder):
        try:
            await until(all_are_there)
        except AssertionError:
            news = [(str(place), await place.news()) for place in lacking]
            raise AssertionError(news, (folder / LOG).read_text()) from None
    world.faults.clear()


async def goes_on(town: Living, places: Sequence[Place], *, away: timedelta) -> dict[str, str]:
    """The next process finds what was left, and the stories go on to their end; returns what is wrong, by place."""
    await town.later(away)
    await town.until(lambda: is_decided(places))
    # A row that goes again does so after a moment, or after the pause that Telegram had asked for.
    await town.later(timedelta(seconds=PAUSE + 1))
    wrong = {str(place): await what_is_wrong(place) for place in places}
    await lives_on(town, places, lambda place: place.stage.after)
    for level in range(1, max(len(place.story.stages) for place in places)):
        rest = [place for place in places if place.number < level < len(place.story.stages)]
        await lives_on(town, rest, told(level))
    await town.later(timedelta(seconds=PAUSE + 1))
    return {place: reason for place, reason in wrong.items() if reason}


async def is_decided(places: Sequence[Place]) -> bool:
    """Whether nothing is held for being sent any more: what became of rows in doubt is written down."""
    news = [row for place in places for row in await place.news()]
    return all(state != "sending" for _, _, state, _ in news)


async def what_is_wrong(place: Place) -> str:
    """Why a post has not come once, or as its kind says of a doubt."""
    target, doubt = place.target, DOUBTS[place.target.event]
    fate, came = "sent", 1
    if place.step in (Step.ASKED, Step.DONE):
        fate = {InDoubt.AGAIN: "sent", InDoubt.LEAVE: "dropped", InDoubt.ASK: "in_doubt"}[doubt]
        was_done = place.step is Step.DONE
        came = was_done + (doubt is InDoubt.AGAIN) if target.doubted is None else target.doubted[was_done]
    if place.step is Step.DONE and doubt is InDoubt.AGAIN and target.repeated != "sent":
        # Telegram refuses to do it twice.
        fate, came = target.repeated, 1
    found = [state for _, name, state, _ in await place.news() if name == target.event]
    is_as_said = fate in found and place.done() == came
    return "" if is_as_said else f"{came} and {fate} wanted, {place.done()} times done, {found}"


def chosen(round_number: int, *, rounds: int) -> list[tuple[Story, int, Target, Step]]:
    """The posts of a round, each with the step at which it is killed."""
    posts = [(*pair, STEPS[(place + round_number) % len(STEPS)]) for place, pair in enumerate(PAIRS)]
    return posts if rounds > 1 else posts[::SHARE]


# What Kith says of itself, and when it was asked, is no part of a group's rhythm.
OF_THE_HOUSE = ("answers.", "communities.", "corrections.", "menu.", "setup.", "staff.")


def test_every_kind_of_post_is_among_them() -> None:
    told = {target.event for _, _, target in PAIRS}
    assert {name for name in DOUBTS if not name.startswith(OF_THE_HOUSE)} == told


@pytest.mark.timeout(600)
async def test_killed_during_each_kind_of_post_at_each_step(
    sqlite_url: str, make_house: MakeDatabase, tmp_path: Path, round_number: int, pytestconfig: pytest.Config
) -> None:
    is_large = round_number > len(STEPS)
    url = await make_house() if is_large else sqlite_url
    world = World(now=START, seed=5)
    bot = world.add_bot(token=TOKEN, username="kith_bot", name="Kith")
    database = Database(url)
    posts = chosen(round_number, rounds=pytestconfig.getoption("rounds"))
    places = [Place(*post, world, bot, database, START) for post in posts]
    async with living(url, world=world, settings=SETTINGS) as town:
        await prepared(town, places)
    await killed_there(world, places, url, tmp_path)
    async with living(url, world=world, settings=SETTINGS) as town:
        wrong = await goes_on(town, places, away=timedelta(hours=2 if is_large else 0))
        left = {str(place): await what_is_left(place) for place in places}
    await database.close()
    wrong |= {place: reason for place, reason in left.items() if reason}
    assert not wrong, "\n".join(f"{place}: {reason}" for place, reason in wrong.items())
