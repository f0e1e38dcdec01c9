"""What wakes the timed work: it ends without a word about what it was doing."""

import asyncio
import logging
from datetime import timedelta

import pytest

from scheduler.alarm import Alarm
from scheduler.ticks import Tick


async def test_work_that_is_cut_off_by_the_end_is_no_error(caplog: pytest.LogCaptureFixture) -> None:
    begun = asyncio.Event()

    async def run(_tick: Tick) -> None:
        begun.set()
        await asyncio.Event().wait()

    alarm = Alarm([Tick("long", timedelta(seconds=1))], run)
    with caplog.at_level(logging.WARNING):
        alarm.start()
        async with asyncio.timeout(60):
            await begun.wait()
        alarm.stop()
        await asyncio.sleep(0.05)
    assert caplog.records == []


async def test_what_a_tick_raises_is_still_told(caplog: pytest.LogCaptureFixture) -> None:
    begun = asyncio.Event()

    async def run(_tick: Tick) -> None:
        begun.set()
        raise ValueError("a defect")

    alarm = Alarm([Tick("broken", timedelta(seconds=1))], run)
    with caplog.at_level(logging.WARNING):
        alarm.start()
        async with asyncio.timeout(60):
            await begun.wait()
        await asyncio.sleep(0.05)
        alarm.stop()
    assert [record.name for record in caplog.records] == ["apscheduler.executors.default"]
