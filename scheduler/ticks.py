"""The ticks: small pieces of timed work that ask the models what is due. Run three times, a tick does its work once."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Connection
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
    tags,
    upkeep,
    votes,
    works,
)


@dataclass(frozen=True)
class Tick:
    """Timed work and how often somebody looks whether it is due.

    `work` awaits a session; what is about many communities is plain synchronous Core instead, `write`, which costs a
    fraction and does not hold up the loop. Where there is more to do than should be done in one transaction, it does
    some of it and says so by True: it is called again at once, after whoever else waits to write. What `takes_long`
    may be minutes in one transaction; of anything else that would mean that the server hangs.
    """

    name: str
    every: timedelta
    work: Callable[[AsyncSession, datetime], Awaitable[bool | None]] | None = None
    write: Callable[[Connection, datetime], bool] | None = None
    takes_long: bool = False


def ticks() -> tuple[Tick, ...]:
    """All ticks, for one process: some remember how far they have come, or how fast they were."""
    return (
        Tick("badges", timedelta(seconds=10), write=badges.judging()),
        Tick("challenges", timedelta(minutes=5), challenges.plan_ends),
        Tick("difficulty", timedelta(seconds=10), write=difficulty.looking_ahead()),
        Tick("levels", timedelta(seconds=10), write=levels.looking()),
        Tick("menu", timedelta(seconds=10), write=menu.telling()),
        Tick("newcomers", timedelta(minutes=5), write=newcomers.let_pass),
        Tick("occurrences", timedelta(seconds=15), write=occurrences.Slices()),
        Tick("polls", timedelta(minutes=5), polls.look_after),
        Tick("roles", timedelta(seconds=10), write=roles.judging()),
        Tick("setup", timedelta(minutes=1), setup.remind),
        Tick("tags", timedelta(seconds=10), write=tags.keeping()),
        Tick("upkeep", timedelta(hours=1), write=upkeep.clear_away, takes_long=True),
        Tick("votes", timedelta(minutes=1), write=votes.place_waiting),
        Tick("works", timedelta(seconds=30), works.judge),
    )
