"""Whose vote is worth something: that of who did one other thing that week, whatever it was."""

from collections.abc import Awaitable, Callable
from datetime import timedelta

from tests.databases import on_sqlite_alone
from tests.handlers.asking_in import asked_in, pressed
from tests.handlers.test_polls import (
    BOOKS,
    DAILY,
    FOOD,
    HOUR,
    NOTHING_ELSE,
    TOOLS,
    WEEKLY,
    admitted,
    earned,
    founded,
    polls,
)
from tests.living import Living

# A check-in is worth nothing here, so that no points tell of it.
MORE = {"KITH_CHECKINS__ON": "true", "KITH_CHECKINS__POINTS": "0", "KITH_WORKS__ON": "true"}


@on_sqlite_alone
async def test_a_vote_counts_for_who_did_any_other_thing_that_week(
    live: Callable[..., Awaitable[Living]], database_url: str
) -> None:
    town = await live(database_url, settings={**WEEKLY, **NOTHING_ELSE, **DAILY, **MORE})
    group, lin, (wei,) = await founded(town, "Wei")
    names = ("Checks", "Proposes", "Agrees", "Joins", "Shares", "Only votes")
    people = [town.world.person(name, language_code="en") for name in names]
    checks, proposes, agrees, joins, shares, only_votes = people
    for one in people:
        group.settle(one)
        one.writes(group, "Good morning all")
    own = shares.writes(group, "My morning", media="photo")
    await town.settle()
    # What all of them wrote is more than a week old by the time of the poll.
    await town.later(timedelta(days=14))
    await admitted(town, group, lin, {BOOKS: wei, TOOLS: lin})
    lin.writes(group, "/challenge 3 10 today Early")
    await town.settle()
    challenge = town.said(group)[-1]
    await town.later(HOUR)
    (poll,) = polls(town, group)

    await asked_in(town, group, checks, "/checkin")
    await asked_in(town, group, proposes, f"/propose {FOOD}")
    await asked_in(town, group, agrees, f"/propose {FOOD.upper()}!!")
    await pressed(town, joins, challenge, "Join")
    await asked_in(town, group, shares, "/share", reply_to=own)
    for one in people:
        one.votes(poll, [0])
    await town.settle()
    assert await earned(town) == {("vote", one.id): 300 for one in people[:-1]}
    told = (await pressed(town, only_votes, poll, "Does my vote count?")).text or ""
    assert told.startswith("Your vote stands. Write something in the group before the end")
