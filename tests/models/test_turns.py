"""Whose turn it is to write: never two at once, whoever is waited for first, and nobody left waiting."""

import asyncio
from collections.abc import Sequence

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from models import turns as rules
from models.turns import OUTGOING, TIMED_WORK, Turns


async def _order(patiences: Sequence[float], *, held: float = 0.005) -> list[int]:
    """In which order those who came at one moment, while somebody else held the lock, have their turns."""
    turns, order = Turns(lambda: 0.0), list[int]()

    async def one(number: int, patience: float) -> None:
        async with turns.turn(patience=patience):
            order.append(number)

    async with turns.turn():
        work = [asyncio.create_task(one(number, patience)) for number, patience in enumerate(patiences)]
        await asyncio.sleep(held)
    await asyncio.gather(*work)
    return order


async def test_who_has_time_lets_others_go_first() -> None:
    assert await _order([TIMED_WORK, OUTGOING, 0.0, TIMED_WORK, 0.0]) == [2, 4, 1, 0, 3]


async def test_nobody_is_overtaken_for_longer_than_their_patience() -> None:
    turns, order = Turns(), list[str]()

    async def patient() -> None:
        async with turns.turn(patience=0.03):
            order.append("patient")

    async def hurried() -> None:
        async with turns.turn():
            order.append("hurried")
            await asyncio.sleep(0.01)

    waiting: list[asyncio.Task[None]] = []
    async with turns.turn():
        waiting.append(asyncio.create_task(patient()))
        await asyncio.sleep(0)
        waiting += [asyncio.create_task(hurried()) for _ in range(2)]
        await asyncio.sleep(0.05)
        # Who comes now comes too late to go before the one whose patience is at its end.
        waiting += [asyncio.create_task(hurried()) for _ in range(2)]
        await asyncio.sleep(0)
    await asyncio.gather(*waiting)
    assert order.index("patient") <= 2


async def test_the_same_asker_goes_on_before_those_who_have_time(monkeypatch: pytest.MonkeyPatch) -> None:
    # A machine that is busy may take longer than a moment between the two.
    monkeypatch.setattr(rules, "LINGER_SECONDS", 5.0)
    turns, order = Turns(lambda: 0.0), list[str]()

    async def slices() -> None:
        for _ in range(3):
            async with turns.turn(patience=TIMED_WORK):
                order.append("slice")

    async with turns.turn(goes_on=True):
        going = asyncio.create_task(slices())
        await asyncio.sleep(0)
    await asyncio.sleep(0)
    # The count is over; the answer is looked for a moment later.
    async with turns.turn():
        order.append("answer")
    await going
    assert order == ["answer", "slice", "slice", "slice"]


@settings(max_examples=60, deadline=None)
@given(
    st.lists(
        st.tuples(st.sampled_from([0.0, OUTGOING, TIMED_WORK]), st.integers(0, 3), st.booleans()),
        min_size=1,
        max_size=12,
    )
)
def test_never_two_at_once_and_nobody_is_forgotten_whoever_gives_up(comers: list[tuple[float, int, bool]]) -> None:
    async def play() -> None:
        turns, inside, done = Turns(), list[int](), set[int]()

        async def one(number: int, patience: float, steps: int) -> None:
            async with turns.turn(patience=patience):
                assert not inside
                inside.append(number)
                try:
                    for _ in range(steps):
                        await asyncio.sleep(0)
                finally:
                    inside.remove(number)
            done.add(number)

        tasks = list[asyncio.Task[None]]()
        for number, (patience, steps, _) in enumerate(comers):
            tasks.append(asyncio.create_task(one(number, patience, steps)))
            await asyncio.sleep(0)
        for task, (_, _, gives_up) in zip(tasks, comers, strict=True):
            if gives_up:
                task.cancel()
        async with asyncio.timeout(20):
            found = await asyncio.gather(*tasks, return_exceptions=True)
        assert not [one for one in found if isinstance(one, AssertionError)]
        assert done >= {number for number, (_, _, gives_up) in enumerate(comers) if not gives_up}
        # Whoever comes afterwards finds it free, or handed on within a moment.
        async with asyncio.timeout(20), turns.turn(patience=TIMED_WORK):
            pass

    asyncio.run(play())
