"""Ten thousand updates, most odd or wrong: none stops Kith, none is lost, none earns what it should not."""

import copy
import logging
import random
from collections.abc import Awaitable, Callable, Iterator
from typing import Any

import pytest
import structlog

from bot import pacing
from handlers.notices import OTHER_NOTICES
from models.failures import Failures
from simulator.world import World
from tests.botapi import WHOLE, Spoiler, is_true
from tests.handlers.mutations import SAMPLES, spoilt
from tests.living import START, TOKEN, Living
from tests.reckoning import PLAIN, Reckoning, held
from tests.traffic import Raw, Traffic

# These move a group or open a topic; what then belongs to whom is told by other tests.
STRUCTURAL = frozenset({"migrate_to_chat_id", "migrate_from_chat_id"})
NOBODYS = 4_000_000
SERVICES = OTHER_NOTICES | {"new_chat_members", "left_chat_member", "forum_topic_created", *STRUCTURAL}


@pytest.fixture(autouse=True)
def _quick_and_quiet(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setattr(pacing, "PRIVATE_INTERVAL", 0.01)
    # Thousands of failures on purpose: to render each with its traceback would take longer than all the rest.
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.ERROR))
    yield
    structlog.reset_defaults()


def fuzzed(traffic: Traffic, *, chance: random.Random) -> Iterator[Raw]:
    """Updates without ids, for ever: as they are, differently true, spoilt by their types, or spoilt anyhow."""
    spoiler = Spoiler(chance, never_added=STRUCTURAL)
    while True:
        raw = {"update_id": 0, **copy.deepcopy(traffic.update())}
        what = chance.random()
        if what < 0.4:
            spoiler.vary(raw)
        elif what < 0.7:
            spoiler.spoil(raw)
        elif what < 0.8:
            raw = spoilt(chance.choice(SAMPLES), chance=chance)
        _apart(raw)
        yield {key: value for key, value in raw.items() if key != "update_id"}


def _apart(raw: Raw) -> None:
    """A changed number must not make a reaction one to a message whose number was changed too.

    Which of several messages of one number is the true one, and what came first, nobody can say.
    """
    told = raw.get("message_reaction")
    if isinstance(told, dict) and type(told.get("message_id")) is int and told["message_id"] in WHOLE:
        told["message_id"] = NOBODYS


def test_what_is_made_here_is_true_where_it_should_be() -> None:
    world = World(START)
    traffic = Traffic([world.group("Readers", owner=world.person("Lin"))], date=int(START.timestamp()))
    chance = random.Random(1)
    spoiler = Spoiler(chance)
    usual = [{"update_id": number, **copy.deepcopy(traffic.update())} for number in range(500)]
    assert all(map(is_true, usual))
    for raw in usual[:250]:
        spoiler.vary(raw)
    assert all(map(is_true, usual))
    for raw in usual[250:]:
        spoiler.spoil(raw)
    assert 20 < sum(map(is_true, usual[250:])) < 125


@pytest.mark.timeout(240)
async def test_ten_thousand_fuzzed_updates_count_or_are_filed_and_earn_what_they_should(
    live: Callable[..., Awaitable[Living]], database_url: str
) -> None:
    world = World(START, seed=1, keep_updates=100)
    world.add_bot(token=TOKEN, username="kith_bot", name="Kith")
    town = await live(database_url, world=world, settings=PLAIN)
    groups = [town.group(town.world.person("Owner"), f"Readers {number}") for number in range(2)]
    await town.settle()
    chance = random.Random(11)
    traffic = Traffic(groups, date=int(START.timestamp()) - 600)
    made = fuzzed(traffic, chance=chance)
    told = [next(made) for _ in range(10_000 if town.kith.database.is_sqlite else 1_000)]
    ids = town.bot.push_many(told)
    # Not for the answers: there are many, and they leave one by one.
    await town.until(lambda: town.bot.pending == 0 and town.kith.intake.is_idle, seconds=200)
    filed: list[Failures] = await town.all(Failures)
    updates = {number: {"update_id": number, **raw} for number, raw in zip(ids, told, strict=True)}
    assert [(f.error, updates[f.update_id or 0]) for f in filed if is_true(updates[f.update_id or 0])] == []
    assert len(filed) > len(told) / 10
    known = {row[0] for row in await town.rows("SELECT update_id FROM received_updates")}
    assert {f.update_id for f in filed} <= known, "a filed update that comes again is not filed again"
    unread = {f.update_id for f in filed if f.part == "told"}
    await the_rest_counts(
        town, [raw for number, raw in updates.items() if number not in unread], {g.id for g in groups}
    )
    lin = town.world.person("Lin", language_code="en")
    lin.joins(groups[0])
    lin.writes(groups[0], "/me")
    await town.until(lambda: any("Lin" in (m.text or "") for m in town.said(groups[0])), seconds=60)


async def the_rest_counts(town: Living, updates: list[Raw], groups: set[int]) -> None:
    """Activity and entries of the groups are those that a count by hand of the updates comes to."""
    expected = Reckoning(services=SERVICES)
    expected.take_all(updates)
    found = await held(town.kith.database)
    here: dict[Any, Any] = {key: value for key, value in found.done().items() if key[0] in groups}
    for key, count in expected.done().items():
        if key[0] in groups:
            # A vote in a poll that nobody has seen may count in the only group that the voter is in.
            votes = here[key].pop("votes", 0) - count.pop("votes", 0)
            assert 0 <= votes <= expected.strays[key[1]]
            assert here.pop(key) == count
    assert all(counts.keys() == {"votes"} and expected.strays[key[1]] for key, counts in here.items())
    earned = {entry: count for entry, count in found.entries.items() if entry[0] in groups}
    assert earned == {entry: count for entry, count in (+expected.entries).items() if entry[0] in groups}
