"""A group of 200,000 members with ten million facts behind it, written straight into an SQLite database.

What is written is what the facts would have left in the tables that reports read: people, members, balances,
standings, and per member ten active days of the last five weeks with five facts each. The facts themselves, the ledger
and the message map are left out: no card and no ranking reads them. Rows go in by `executemany`, sorted by key.
"""

import random
import sqlite3
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from functools import partial
from typing import Any

from sqlalchemy import make_url
from sqlalchemy.sql.schema import ScalarElementColumnDefault

from benchmarks.load import CHAT, FIRST_MEMBER
from benchmarks.reading import community_of
from models.activity import MemberDays
from models.bulk import table_of
from models.communities import NewCommunities
from models.database import Database
from models.facts import ChatKind, Joined, Left, Person, Place
from models.members import Members
from models.messages import ACTION
from models.observing import observe
from models.people import People
from models.points import Balances, EarnedOnDays
from models.rules.points import Period, board_number
from models.schema import EPOCH, MICROSECOND, Base
from models.standings import Standings

MEMBERS = 200_000
BATCH = 100
DAYS_BACK = 35
ACTIVE_DAYS = 10
# Three messages, one reaction and one vote.
FACTS_A_DAY = {"messages": 3, "reactions_given": 1, "votes": 1}
MOST_POINTS_A_DAY = 1000
# A Sunday at a quarter's end: week, month and season all hold as many days as they can.
NOW = datetime(2026, 3, 29, 20, 0, tzinfo=UTC)


@dataclass
class Crowd:
    """A community, and for each period its members' ids from the leader down."""

    community_id: int
    members: int
    ranked: dict[Period, list[int]] = field(default_factory=dict)


async def settle(database: Database, *, members: int = MEMBERS) -> Crowd:
    """Fill a new database."""
    await _meet(database)
    crowd = Crowd(await community_of(database, chat_id=CHAT["id"]), members)
    connection = sqlite3.connect(make_url(database.url).database or "", isolation_level=None)
    # Nobody minds if this is lost in a power cut.
    connection.execute("PRAGMA synchronous=OFF")
    connection.execute("BEGIN")
    _fill(connection, crowd)
    connection.execute("COMMIT")
    connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    connection.close()
    return crowd


async def _meet(database: Database) -> None:
    """The group is met as groups always are: by news of it."""
    place = Place(CHAT["id"], ChatKind.SUPERGROUP, CHAT["title"])
    joined = Joined(update_id=1, at=NOW, place=place, person=Person(FIRST_MEMBER - 1, "Owner"))
    new = NewCommunities()
    await database.tell(lambda connection: observe(connection, [joined], update_ids=[1], bot_id=100, now=NOW, new=new))


def _fill(connection: sqlite3.Connection, crowd: Crowd) -> None:
    here, ids = crowd.community_id, range(FIRST_MEMBER, FIRST_MEMBER + crowd.members)
    seen = [(NOW - timedelta(days=days) - EPOCH) // MICROSECOND for days in (0, DAYS_BACK)]
    days = {user_id: _days(user_id) for user_id in ids}
    facts = tuple(FACTS_A_DAY.values())
    earned = {user_id: sum(points for _, points in active) for user_id, active in days.items()}
    member = ("community_id", "user_id")
    _insert(connection, People, ("user_id", "first_name", "language_code"), ((i, f"Member {i}", "en") for i in ids))
    times = (*member, "first_seen_at", "last_seen_at", "joined_at")
    _insert(connection, Members, times, ((here, i, seen[1], seen[0], seen[1]) for i in ids))
    counts = (*member, "day", *FACTS_A_DAY)
    _insert(connection, MemberDays, counts, ((here, i, day, *facts) for i in ids for day, _ in days[i]))
    daily = (*member, "day", "action", "points")
    _insert(connection, EarnedOnDays, daily, ((here, i, day, ACTION, won) for i in ids for day, won in days[i]))
    _insert(connection, Balances, (*member, "balance"), ((here, i, earned[i]) for i in ids))
    scores = {i: _scores(active) for i, active in days.items()}
    columns = (*member, "board", "points")
    rows = ((here, i, number, points) for i, won in scores.items() for number, points in sorted(won.items()))
    _insert(connection, Standings, columns, rows)
    for period in Period:
        number = board_number(period, day=NOW.date())
        scored = [(i, won[number]) for i, won in scores.items() if number in won]
        crowd.ranked[period] = [i for i, _ in sorted(scored, key=lambda each: (-each[1], each[0]))]


async def leave(database: Database, crowd: Crowd) -> None:
    """Every other member leaves, told in batches of a hundred as Telegram would tell it."""
    place = Place(CHAT["id"], ChatKind.SUPERGROUP, CHAT["title"])
    going = range(FIRST_MEMBER, FIRST_MEMBER + crowd.members, 2)
    at = NOW + timedelta(minutes=1)
    for number in range(0, len(going), BATCH):
        facts = [Left(i, at, place, Person(i, f"Member {i}")) for i in going[number : number + BATCH]]
        ids = [fact.update_id for fact in facts]
        write = partial(observe, facts=facts, update_ids=ids, bot_id=100, now=at, new=NewCommunities())
        await database.tell(write)
    for period, ranked in crowd.ranked.items():
        crowd.ranked[period] = [user_id for user_id in ranked if user_id not in going]


def _days(user_id: int) -> list[tuple[str, int]]:
    """The days on which a member was active, and what they earned there; always the same ones."""
    chance = random.Random(user_id)
    today = NOW.date()
    back = sorted(chance.sample(range(DAYS_BACK), ACTIVE_DAYS), reverse=True)
    return [((today - timedelta(days=days)).isoformat(), chance.randint(1, MOST_POINTS_A_DAY)) for days in back]


def _scores(active: Sequence[tuple[str, int]]) -> Counter[int]:
    """A member's points on the board of every period in which they were active."""
    scores: Counter[int] = Counter()
    for day, points in active:
        for period in Period:
            scores[board_number(period, day=date.fromisoformat(day))] += points
    return scores


def _insert(
    connection: sqlite3.Connection, model: type[Base], columns: Sequence[str], rows: Iterable[tuple[Any, ...]]
) -> None:
    """Insert rows; what is not given has the value that the model gives it."""
    defaults = {
        column.name: int(column.default.arg)
        for column in table_of(model).columns
        if column.name not in columns and isinstance(column.default, ScalarElementColumnDefault)
    }
    names = ", ".join([*columns, *defaults])
    marks = ", ".join(["?"] * len(columns) + [str(value) for value in defaults.values()])
    connection.executemany(f"INSERT INTO {model.__tablename__} ({names}) VALUES ({marks})", rows)
