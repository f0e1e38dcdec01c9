"""A whole Kith in a process of its own, to be killed there, whose clock stands at the moment that a test wants."""

import asyncio
import os
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path

from bot.clock import MovableClock
from bot.config.loading import load
from bot.kith import Kith, Options
from tests.bot.forked import moved_in


def become_clocked(arguments: tuple[str, ...], folder: Path, changes: Mapping[str, str], log: Path) -> None:
    """Run, from a copy of a process, until killed; the only argument is the moment in ISO's words."""
    moved_in(folder, changes, log)
    (moment,) = arguments
    asyncio.run(_live(datetime.fromisoformat(moment)))


async def _live(moment: datetime) -> None:
    kith = Kith(load(None, environment=os.environ), options=Options(MovableClock(moment)))
    await kith.start()
    await kith.run(asyncio.Event())
