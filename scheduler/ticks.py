"""The ticks: small pieces of timed work that ask the models what is due. Run three times, a tick does its work once."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy.ext.asyncio import AsyncSession

from scheduler import (
    badges,
    challenges,
    difficulty,
    levels,
    menu,
    newcomers,
    occurrences,
    polls,
    roles,
    setup,
    upkeep,
    votes,
    works,
)


@dataclass(frozen=True)
class Tick:
    """Timed work and how often somebody looks whether it is due.

    Where there is more to do than should be done in one transaction, `work` does some of it and says so by True: it is
    called again at once, after whoever else waits to write.
    """

    name: str
    every: timedelta
    work: Callable[[AsyncSession, datetime], Awaitable[bool | None]]


TICKS: tuple[Tick, ...] = (
    Tick("badges", timedelta(seconds=30), badges.judge),
    Tick("challenges", timedelta(minutes=5), challenges.end),
    Tick("difficulty", timedelta(seconds=30), difficulty.look_ahead),
    Tick("levels", timedelta(seconds=20), levels.look),
    Tick("menu", timedelta(minutes=1), menu.tell),
    Tick("newcomers", timedelta(minutes=5), newcomers.let_pass),
    Tick("occurrences", timedelta(seconds=15), occurrences.carry_out),
    Tick("polls", timedelta(minutes=5), polls.look_after),
    Tick("roles", timedelta(seconds=30), roles.judge),
    Tick("setup", timedelta(minutes=1), setup.remind),
    Tick("upkeep", timedelta(hours=1), upkeep.clear_away),
    Tick("votes", timedelta(minutes=1), votes.place_waiting),
    Tick("works", timedelta(seconds=30), works.judge),
)
