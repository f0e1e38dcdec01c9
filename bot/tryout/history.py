"""A history played as live updates: the export goes through the simulated Telegram, and Kith counts what it hears."""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sqlalchemy import func, select

from bot.kith import Kith
from bot.tryout.simulation import Simulation, SimulationFailed
from models import activity, communities, outbox, people, standings
from models.activity import COUNTS
from models.rules.days import local_day
from models.rules.points import Period, as_points

LOOK_SECONDS = 0.1
LEADERS = 10


@dataclass(frozen=True)
class Leader:
    """Somebody at the top of a board; points in hundredths."""

    name: str
    points: int


@dataclass(frozen=True)
class Outcome:
    """What the simulated Telegram told, what Kith counted of it, and who leads."""

    told: Mapping[str, Any]
    counted: Mapping[str, int]
    members: int
    boards: Mapping[str, Sequence[Leader]]
    failures: int


async def play(kith: Kith, world: Simulation, *, path: Path, chat: str | None, time_zone: str | None) -> Outcome:
    """Play the export at the absolute `path` until Kith has confirmed all of it."""
    await world.post("history", {"path": str(path), "chat": chat, "time_zone": time_zone})
    while True:
        told = await world.get("history")
        if told["state"] == "failed":
            raise SimulationFailed(told["error"])
        if told["state"] == "done" and kith.road.is_idle:
            return await _outcome(kith, told["summary"])
        await asyncio.sleep(LOOK_SECONDS)


async def _outcome(kith: Kith, told: Mapping[str, Any]) -> Outcome:
    from models.failures import Failures

    async with kith.database.writing() as session:
        # What Kith would have said belongs to a past that nobody waits in.
        await outbox.hold_back_waiting(session, now=kith.clock.now(), reason="a history was played")
    async with kith.database.reading() as session:
        community = await communities.of_chat(session, chat_id=told["chat_id"])
        failed = (await session.execute(select(func.count()).select_from(Failures))).scalar_one()
        if community is None:
            return Outcome(told, dict.fromkeys(COUNTS, 0), 0, {}, failed)
        rows = await activity.totals(session, community_id=community.community_id)
        counted = {name: sum(row[place] for row in rows) for place, name in enumerate(COUNTS, start=1)}
        day = local_day(kith.clock.now(), time_zone=community.time_zone)
        boards = {}
        for period in reversed(Period):
            board = await standings.board(
                session, community_id=community.community_id, period=period, day=day, limit=LEADERS
            )
            boards[period.value] = [await _leader(session, place.user_id, place.points) for place in board]
    return Outcome(told, counted, len(rows), boards, failed)


async def _leader(session: Any, user_id: int, earned: int) -> Leader:
    person = await people.find(session, user_id=user_id)
    return Leader(person.first_name if person else str(user_id), earned)


TITLES = {
    "all": "All time",
    "season": "Last season",
    "month": "Last month",
    "week": "Last week",
    "day": "Last day",
}


def written(outcome: Outcome) -> str:
    """The outcome for the terminal."""
    told = outcome.told
    lines = [f"{told['name']}: {told['records']:,} records, {str(told['first'])[:10]} to {str(told['last'])[:10]}", ""]
    lines += ["Told by the simulated Telegram"] + [f"  {n:>9,}  {kind}" for kind, n in told["told"].items()]
    if told["left_out"]:
        lines += ["", "Not told, and why"] + [f"  {n:>9,}  {reason}" for reason, n in told["left_out"].items()]
    lines += ["", f"Counted by Kith, for {outcome.members:,} members"]
    lines += [f"  {n:>9,}  {name.replace('_', ' ')}" for name, n in outcome.counted.items()]
    lines += [f"  {outcome.failures:>9,}  updates that could not be taken in"]
    for name, board in outcome.boards.items():
        lines += ["", TITLES[name]]
        lines += [
            f"  {place:>3}. {as_points(leader.points):>10,.2f}  {leader.name}"
            for place, leader in enumerate(board, start=1)
        ]
    return "\n".join(lines)
