"""A limit of time holds also against what takes the first request for its own affair."""

import asyncio
import contextlib

import pytest

from models import deadline
from models.deadline import Deadline


@pytest.fixture(autouse=True)
def _soon_again(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(deadline, "ASKED_AGAIN_AFTER_SECONDS", 0.01)


async def test_what_is_done_in_time_is_left_alone() -> None:
    async with Deadline(10) as limit:
        await asyncio.sleep(0)
    async with Deadline(None):
        await asyncio.sleep(0)
    assert not limit.has_passed


async def test_whoever_swallows_the_first_request_is_asked_again() -> None:
    limit = Deadline(0.01)

    async def goes_on() -> None:
        async with limit:
            for _ in range(3):
                with contextlib.suppress(asyncio.CancelledError):
                    await asyncio.Event().wait()
            await asyncio.Event().wait()

    with pytest.raises(TimeoutError):
        await goes_on()
    assert limit.has_passed
    task = asyncio.current_task()
    assert task is not None
    assert task.cancelling() == 0
    await asyncio.sleep(0.03)  # nobody asks any more


async def test_an_error_of_the_block_stays_what_it_was() -> None:
    async def fails() -> None:
        async with Deadline(0.01):
            try:
                await asyncio.Event().wait()
            except asyncio.CancelledError:
                raise ValueError("its own") from None

    with pytest.raises(ValueError, match="its own"):
        await fails()


async def test_somebody_elses_cancellation_is_no_lack_of_time() -> None:
    async def waits() -> None:
        async with Deadline(10):
            await asyncio.Event().wait()

    task = asyncio.create_task(waits())
    await asyncio.sleep(0)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
