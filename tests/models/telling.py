"""Facts by the handful, told to a real database, and what it then holds."""

import asyncio
import itertools
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Any, TypeVar

from hypothesis import HealthCheck, settings
from sqlalchemy import Connection, Table, select

from models import observing, votes
from models.bulk import table_of
from models.communities import Chats, NewCommunities
from models.database import Database
from models.facts import (
    AnyFact,
    BotMoved,
    BotStatus,
    ChatKind,
    Fact,
    Joined,
    Left,
    Migrated,
    Person,
    Place,
    Reacted,
    Said,
    StaffChanged,
    StaffStatus,
    Voted,
)
from models.rules.likeness import likeness
from models.rules.messages import length
from models.schema import Base

R = TypeVar("R")
KEY = b"a key of fingerprints"
MONDAY = datetime(2026, 11, 16, 9, 0, tzinfo=UTC)
_numbers = itertools.count(1)
# What a test is not about must not decide its outcome: no pauses, no gate, no fading.
UNFETTERED: Mapping[str, Mapping[str, object]] = {
    "fairness": {"basic_daily_cap_points": 1_000_000},
    "messages": {"cool_down_seconds": 0},
    "newcomers": {"gate_hours": 0, "gate_messages": 0},
    "reactions": {"given_cool_down_seconds": 0, "mutual_in_full": 1000},
    "replies": {"cool_down_seconds": 0},
}


def few(database_url: str, most: int = 25) -> settings:
    """So many histories on SQLite; on PostgreSQL, where each takes several times as long, less than half of them.

    What the histories vary is what the rules see, which is the same on both; the statements are made by nearly all.
    """
    examples = most if database_url.startswith("sqlite") else most * 2 // 5
    return settings(max_examples=examples, deadline=None, suppress_health_check=list(HealthCheck))


def unfettered(**settings: Mapping[str, object]) -> NewCommunities:
    """New communities with these settings, and otherwise with nothing that holds anybody back."""
    features = {*UNFETTERED, *settings}
    return NewCommunities(settings={name: {**UNFETTERED.get(name, {}), **settings.get(name, {})} for name in features})


def ada(user_id: int = 1) -> Person:
    """Somebody."""
    return Person(user_id, f"Ada {user_id}")


def place(chat_id: int) -> Place:
    """A group."""
    return Place(chat_id, ChatKind.SUPERGROUP, "Readers")


class News:
    """Makes facts of one chat, with update ids and message ids that count up."""

    def __init__(self, chat_id: int | None = None) -> None:
        self.chat_id = fresh_chat() if chat_id is None else chat_id
        self.at = MONDAY

    def _head(self, user_id: int | None, at: datetime | None) -> tuple[int, datetime, Place, Person | None]:
        return next(_numbers), at or self.at, place(self.chat_id), None if user_id is None else ada(user_id)

    def said(self, user_id: int | None = 1, *, at: datetime | None = None, **about: Any) -> Said:
        """A message; unless its text is told it is a picture, which nobody has sent before."""
        message_id = about.pop("message_id", None) or next(_numbers)
        text, work = about.pop("plain", None), about.pop("media", None)
        if text is None and work is None:
            work = f"picture {message_id}"
        about["letters"] = length(text or "")
        about["likeness"] = likeness(text or "", work=work, key=KEY)
        about["has_work"] = work is not None
        return Said(*self._head(user_id, at), message_id=message_id, **about)

    def reacted(
        self, user_id: int | None, to: int, added: str = "", removed: str = "", *, at: datetime | None = None
    ) -> Reacted:
        """A change of reactions on the message with the id `to`; every letter is one emoji."""
        return Reacted(
            *self._head(user_id, at),
            message_id=to,
            added=tuple(added),
            removed=tuple(removed),
            stays=bool(added),
            stood=bool(removed),
        )

    def joined(self, user_id: int, *, by_service: bool = False, at: datetime | None = None) -> Joined:
        """Somebody came in."""
        return Joined(*self._head(user_id, at), by_service=by_service)

    def left(self, user_id: int, *, by_service: bool = False, at: datetime | None = None) -> Left:
        """Somebody went."""
        return Left(*self._head(user_id, at), by_service=by_service)

    def staff(
        self, user_id: int, status: StaffStatus = StaffStatus.ADMINISTRATOR, *, at: datetime | None = None
    ) -> StaffChanged:
        """Somebody was made administrator, or is none any more."""
        rights = frozenset[str]() if status is StaffStatus.NONE else frozenset({"can_delete_messages"})
        return StaffChanged(*self._head(user_id, at), status=status, rights=rights)

    def moved(
        self, after: BotStatus, *, before: BotStatus = BotStatus.MEMBER, by: int | None = 1, rights: Iterable[str] = ()
    ) -> BotMoved:
        """The bot's place has changed."""
        return BotMoved(*self._head(by, None), before=before, after=after, rights=frozenset(rights))

    def came(self, *, by: int | None = 1, after: BotStatus = BotStatus.ADMINISTRATOR) -> BotMoved:
        """The bot was added."""
        return self.moved(after, before=BotStatus.AWAY, by=by)

    def migrated(self, to: int) -> Migrated:
        """The group became a supergroup."""
        return Migrated(*self._head(None, None), new_chat_id=to)

    def voted(self, user_id: int, poll_id: str, *options: int, at: datetime | None = None) -> Voted:
        """A vote; withdrawn without options."""
        return Voted(next(_numbers), at or self.at, ada(user_id), poll_id, options)


def fresh_chat() -> int:
    """The id of a chat that no test has used."""
    return -1_000_000_000_000 - next(_numbers)


def renumbered(facts: Iterable[AnyFact]) -> list[AnyFact]:
    """The same facts, as updates that were never told."""
    return [replace(fact, update_id=next(_numbers)) for fact in facts]


def elsewhere(facts: Iterable[AnyFact], chats: dict[int, int]) -> list[AnyFact]:
    """The same facts in other chats, each poll with them."""
    moved: list[AnyFact] = []
    for fact in renumbered(facts):
        if isinstance(fact, Voted):
            moved.append(replace(fact, poll_id=f"{fact.poll_id}@{min(chats.values())}"))
        elif isinstance(fact, Said) and fact.poll_id:
            there = place(chats[fact.place.chat_id])
            moved.append(replace(fact, place=there, poll_id=f"{fact.poll_id}@{min(chats.values())}"))
        elif isinstance(fact, Fact):
            if isinstance(fact, Migrated):
                fact = replace(fact, new_chat_id=chats[fact.new_chat_id])  # noqa: PLW2901 - the same fact, elsewhere
            moved.append(replace(fact, place=place(chats[fact.place.chat_id])))
    return moved


@dataclass
class Telling:
    """A database and a way to tell it facts, for tests that run no event loop of their own."""

    database: Database
    runner: asyncio.Runner
    bot_id: int = 7

    def work(self, work: Callable[[Connection], R]) -> R:
        """What `work` returns in one writing transaction."""
        return self.runner.run(self.database.tell(work))

    def tell(
        self,
        *facts: AnyFact,
        now: datetime = MONDAY,
        new: NewCommunities | None = None,
    ) -> None:
        """Tell the facts as one batch."""
        ids = [fact.update_id for fact in facts]
        chosen = new or unfettered()
        self.work(lambda c: observing.observe(c, facts, update_ids=ids, bot_id=self.bot_id, now=now, new=chosen))

    def tell_in(self, batches: Iterable[Sequence[AnyFact]], new: NewCommunities | None = None) -> None:
        """Tell the facts batch by batch."""
        for batch in batches:
            self.tell(*batch, new=new)

    def look_for_polls(self, *, now: datetime = MONDAY) -> None:
        """Have the votes that wait for their poll looked at once more, as it is done every minute."""
        self.work(lambda connection: votes.place_waiting(connection, now=now))

    def rows(self, model: type[Base], **where: Any) -> list[dict[str, Any]]:
        """The rows of a table, in the order of its key."""
        return self.work(lambda connection: rows_of(connection, table_of(model), **where))

    def community(self, chat_id: int) -> int:
        """The id of the community of a chat."""
        found: int = self.rows(Chats, chat_id=chat_id)[0]["community_id"]
        return found


def rows_of(connection: Connection, table: Table, **where: Any) -> list[dict[str, Any]]:
    """The rows of a table, in the order of its key."""
    chosen = select(table).where(*[table.c[name] == value for name, value in where.items()])
    found = connection.execute(chosen.order_by(*table.primary_key.columns)).mappings()
    return [dict(row) for row in found]


@contextmanager
def telling(url: str) -> Iterator[Telling]:
    """A way to tell the database at `url`."""
    with asyncio.Runner() as runner:
        database = runner.run(_opened(url))
        try:
            yield Telling(database, runner)
        finally:
            runner.run(database.close())


async def _opened(url: str) -> Database:
    return Database(url)


def cut(facts: Sequence[AnyFact], places: Iterable[int]) -> list[Sequence[AnyFact]]:
    """The facts in batches that end at `places`."""
    ends = sorted({end % (len(facts) + 1) for end in places} | {len(facts)})
    return [facts[a:b] for a, b in itertools.pairwise([0, *ends]) if a < b]


def later(minutes: int) -> datetime:
    """A moment after the Monday on which most tests play."""
    return MONDAY + timedelta(minutes=minutes)
