"""Ids of several workers: they cannot collide, and one that does all the same blames no update."""

import itertools
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime

import pytest

import models.points
import models.served
from models.ids import NOBODY, WORKERS, IdMaker, new_id
from models.points import Ledger
from tests.living import Living


@pytest.fixture
def all_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    noon = datetime(2026, 11, 16, 12, tzinfo=UTC).timestamp()
    monkeypatch.setattr("time.time_ns", lambda: int(noon * 1e9))
    monkeypatch.setattr("secrets.randbits", lambda _bits: 7)


@pytest.mark.usefixtures("all_at_once")
def test_workers_that_count_from_the_same_number_in_the_same_millisecond_never_meet() -> None:
    made = [[maker.next() for _ in range(2_000)] for maker in map(IdMaker, (NOBODY, *WORKERS))]
    assert len(set(itertools.chain(*made))) == 64 * 2_000
    assert all(own == sorted(own) for own in made)
    assert all(0 < number < 2**63 for own in made for number in own)


@pytest.mark.usefixtures("all_at_once")
def test_a_worker_that_gets_another_number_goes_on_from_its_last_id() -> None:
    maker = IdMaker(5)
    before = maker.next()
    maker.be(3)
    assert maker.next() > before
    assert maker.next() % (WORKERS.stop) == 3


@pytest.mark.parametrize("collisions", [1, 3])
async def test_an_id_that_is_there_already_blames_no_update_and_changes_no_balance(
    live: Callable[..., Awaitable[Living]],
    database_url: str,
    monkeypatch: pytest.MonkeyPatch,
    collisions: int,
) -> None:
    town = await live(database_url)
    lin = town.world.person("Lin", language_code="en")
    group = town.group(lin)
    lin.writes(group, "first")
    await town.settle()
    (entry,) = await town.all(Ledger)
    real, doubled = new_id, iter([entry.entry_id] * collisions)
    monkeypatch.setattr(models.points, "new_id", lambda: next(doubled, None) or real())
    # A batch of one is not halved any further: if it is blamed, it is filed.
    lin.writes(group, "second")
    await town.settle()
    assert next(doubled, None) is None
    assert await town.rows("SELECT count(*) FROM failures") == [(0,)]
    assert await town.rows("SELECT count(*), sum(points) FROM ledger") == [(2, 40)]
    assert await town.rows("SELECT sum(balance) FROM balances") == [(40,)]
    assert await town.activity(group) == {lin.id: {"messages": 2}}


async def test_a_group_whose_id_is_taken_is_met_with_another(
    live: Callable[..., Awaitable[Living]], database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    town = await live(database_url)
    lin = town.world.person("Lin", language_code="en")
    group = town.group(lin)
    await town.settle()
    taken = (await town.community(group)).community_id
    real, doubled = new_id, iter([taken])
    monkeypatch.setattr(models.served, "new_id", lambda: next(doubled, None) or real())
    other = town.group(lin, "Writers")
    lin.writes(other, "hello")
    await town.settle()
    assert next(doubled, None) is None
    assert (await town.community(other)).community_id != taken
    assert await town.activity(other) == {lin.id: {"messages": 1}}
    assert await town.rows("SELECT count(*) FROM failures") == [(0,)]
