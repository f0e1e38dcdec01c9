"""Who runs a group: its owner and administrators, as Telegram's news tell and as its list says when it is asked for.

The news name one person each, the list names all of them. What is newer is true: an update that comes late changes
nothing that a later one, or a later list, has said.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, Index, String, and_, bindparam, select, tuple_, update
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Mapped, mapped_column

from models import outbox
from models.bulk import Merge, latest, table_of, upsert
from models.events import Event, event
from models.facts import Batch, StaffChanged, StaffStatus
from models.members import MemberKey
from models.prepared import insert_into
from models.refusals import NotForYou, Refused
from models.schema import COMPOSITE, Base, CommunityKey, Key

# A list older than this is asked for anew when somebody wants to rely on it (Telegram may have failed to tell us).
LIST_KEPT = timedelta(hours=1)
# A list that was asked for is awaited as long before it is asked for once more.
ANSWER_AWAITED = timedelta(minutes=5)
# Telegram's clock and ours differ, and it cuts its dates to seconds: news that may be younger than the list win.
LIST_MARGIN = timedelta(minutes=1)

_TIMES: dict[str, Merge] = {"known_at": latest, "asked_at": latest}


class Staff(Base):
    """One row per person who runs a group or ever did; `status` says whether they do now.

    `told_at` and `told_by` are the date and the number of the update that said so; a list has no number.
    """

    __tablename__ = "staff"
    __table_args__ = (Index(None, "user_id"), {"info": {"person": ("user_id",)}, **COMPOSITE})

    community_id: Mapped[CommunityKey]
    user_id: Mapped[Key]
    status: Mapped[str] = mapped_column(String(16))
    rights: Mapped[dict[str, Any]]
    is_anonymous: Mapped[bool]
    told_at: Mapped[datetime]
    told_by: Mapped[int]


class StaffLists(Base):
    """When a community's list of administrators was asked for, and when it was known."""

    __tablename__ = "staff_lists"
    __table_args__ = ({"info": {"merge": _TIMES}},)

    community_id: Mapped[CommunityKey]
    asked_at: Mapped[datetime | None]
    known_at: Mapped[datetime | None]


@dataclass(frozen=True)
class Leader:
    """A line of Telegram's list."""

    user_id: int
    status: StaffStatus
    rights: frozenset[str] = frozenset()
    is_anonymous: bool = False


class StaffIsUnknown(Refused):
    """Nobody has told lately who runs the group: Telegram must be asked before anybody's rights can be relied on.

    `again_in_seconds` is after how long it is worth trying again, where Telegram was asked and did not tell.
    """

    again_in_seconds: float = 60

    def __init__(self, *, community_id: int, chat_id: int) -> None:
        super().__init__(f"the administrators of community {community_id} are not known")
        self.community_id = community_id
        self.chat_id = chat_id


class IsNotStaff(NotForYou):
    """Only who runs the group may do this, and this person does not, or not any more."""


class RightIsMissing(NotForYou):
    """An administrator lacks the right of Telegram's that this takes."""

    def __init__(self, right: str) -> None:
        super().__init__(right)
        self.right = right


@event("staff.unknown", version=1)
@dataclass(frozen=True)
class StaffUnknown(Event):
    """Who runs a group is not known, or no longer for sure: Telegram must be asked."""

    chat_id: int


def leads() -> Any:
    """The condition that a row of the staff is that of an owner or administrator."""
    return Staff.status != StaffStatus.NONE


def observe(connection: Connection, batch: Batch) -> set[MemberKey]:
    """Note who was promoted or demoted; returns whom the batch tells of."""
    told: dict[int, list[StaffChanged]] = {}
    for fact in batch.of(StaffChanged):
        told.setdefault(batch.communities[fact.place.chat_id].community_id, []).append(fact)
    for community_id, changes in sorted(told.items()):
        listed_at = _hold_list(connection, community_id)
        newer = [fact for fact in changes if listed_at is None or fact.at >= listed_at - LIST_MARGIN]
        newer.sort(key=lambda fact: (fact.person.user_id if fact.person else 0, fact.at, fact.update_id))
        _write(connection, [_row(community_id, fact) for fact in newer])
    return {(key, fact.person.user_id) for key, changes in told.items() for fact in changes if fact.person}


def _row(community_id: int, fact: StaffChanged) -> dict[str, Any]:
    return {
        "community_id": community_id,
        "user_id": fact.person.user_id if fact.person else 0,
        "status": fact.status,
        "rights": {"rights": sorted(fact.rights)},
        "is_anonymous": fact.is_anonymous,
        "told_at": fact.at,
        "told_by": fact.update_id,
    }


def _hold_list(connection: Connection, community_id: int) -> datetime | None:
    """When the list was known; until the commit nobody else writes down who runs the community."""
    upsert(connection, StaffLists, ("community_id",), [(community_id,)])
    chosen = select(StaffLists.known_at).where(StaffLists.community_id == community_id).with_for_update()
    return connection.execute(chosen).scalar_one()


def _write(connection: Connection, rows: Sequence[dict[str, Any]]) -> None:
    """Write rows down where none newer stands."""
    if not rows:
        return
    table = table_of(Staff)
    statement = insert_into(table, dialect=connection.dialect.name)
    fresh = statement.excluded
    kept = {column.name: fresh[column.name] for column in table.columns if not column.primary_key}
    newer = tuple_(fresh.told_at, fresh.told_by) > tuple_(table.c.told_at, table.c.told_by)
    keys = list(table.primary_key.columns)
    connection.execute(statement.on_conflict_do_update(index_elements=keys, set_=kept, where=newer), list(rows))


def know(connection: Connection, *, community_id: int, leaders: Iterable[Leader], now: datetime) -> set[MemberKey]:
    """Write down Telegram's list, which has just come; returns whom it tells of, also by leaving them out."""
    listed_at = _hold_list(connection, community_id)
    if listed_at is not None and listed_at > now:
        return set()
    upsert(connection, StaffLists, ("community_id", "known_at"), [(community_id, now)], merge={"known_at": latest})
    as_of = now - LIST_MARGIN
    rows = [
        {
            "community_id": community_id,
            "user_id": leader.user_id,
            "status": leader.status,
            "rights": {"rights": sorted(leader.rights)},
            "is_anonymous": leader.is_anonymous,
            "told_at": as_of,
            "told_by": 0,
        }
        for leader in sorted(leaders, key=lambda leader: leader.user_id)
    ]
    _write(connection, rows)
    there = [row["user_id"] for row in rows]
    here = (Staff.community_id == community_id, leads(), Staff.told_at < as_of, Staff.user_id.not_in(there))
    gone = {"status": StaffStatus.NONE, "rights": {"rights": []}, "is_anonymous": False, "told_at": as_of, "told_by": 0}
    demoted = connection.execute(update(Staff).where(*here).values(**gone).returning(Staff.user_id)).scalars()
    return {(community_id, user_id) for user_id in (*there, *demoted)}


def part(connection: Connection, *, community_id: int | None, user_id: int) -> None:
    """Somebody who is to be forgotten leads nowhere any more, as far as is known; where they did, Telegram is asked.

    They may lead there still, and a list that leaves them out would say for an hour that they do not.
    """
    theirs = [
        Staff.user_id == user_id,
        leads(),
        *([] if community_id is None else [Staff.community_id == community_id]),
    ]
    led = connection.execute(select(Staff.community_id).where(*theirs)).scalars().all()
    unknown = {"known_at": None, "asked_at": None}
    connection.execute(update(StaffLists).where(StaffLists.community_id.in_(led)).values(**unknown))
    nothing = {"status": StaffStatus.NONE, "rights": {"rights": []}, "is_anonymous": False}
    connection.execute(update(Staff).where(*theirs).values(**nothing))


def ask_now(connection: Connection, *, community_id: int, chat_id: int, now: datetime) -> None:
    """Have Telegram asked who runs a group, once in a batch."""
    if _note_asked(connection, community_id=community_id, now=now):
        outbox.put_now(connection, [StaffUnknown(community_id, chat_id)], due_at=now)


def _note_asked(connection: Connection, *, community_id: int, now: datetime) -> bool:
    row = (community_id, now)
    columns, merge = ("community_id", "asked_at"), {"asked_at": latest}
    return bool(upsert(connection, StaffLists, columns, [row], merge=merge, returning=("community_id",)))


async def want(session: AsyncSession, *, community_id: int, chat_id: int, now: datetime) -> bool:
    """Whether the list is fresh enough to rely on; if not, Telegram is asked for it after the commit."""
    chosen = select(StaffLists).where(StaffLists.community_id == community_id)
    found = (await session.execute(chosen)).scalar_one_or_none()
    if found is not None and found.known_at is not None and now - found.known_at < LIST_KEPT:
        return True
    if found is None or found.asked_at is None or now - found.asked_at >= ANSWER_AWAITED:
        connection = await session.connection()
        await connection.run_sync(lambda sync: _note_asked(sync, community_id=community_id, now=now))
        await outbox.put(session, [StaffUnknown(community_id, chat_id)], due_at=now)
    return False


async def known_at(session: AsyncSession, *, community_id: int) -> datetime | None:
    """When Telegram last said who runs the community."""
    chosen = select(StaffLists.known_at).where(StaffLists.community_id == community_id)
    return (await session.execute(chosen)).scalar_one_or_none()


async def find(session: AsyncSession, *, community_id: int, user_id: int) -> Staff | None:
    """The owner or administrator with that id, if this person is one, as far as is known."""
    chosen = and_(Staff.community_id == community_id, Staff.user_id == user_id, leads())
    return (await session.execute(select(Staff).where(chosen))).scalar_one_or_none()


async def is_staff(session: AsyncSession, *, community_id: int, user_id: int) -> bool:
    """Whether somebody is the owner or an administrator, as far as is known; see `known_at`."""
    return await find(session, community_id=community_id, user_id=user_id) is not None


def has_right(leader: Staff, right: str) -> bool:
    """Whether an owner or administrator has one of Telegram's rights; owners have all."""
    return leader.status == StaffStatus.OWNER or right in leader.rights.get("rights", ())


async def require(
    session: AsyncSession, *, community_id: int, chat_id: int, user_id: int, right: str, now: datetime
) -> Staff:
    """The administrator, by Telegram's own word of at most an hour ago, who has that right of Telegram's.

    This is the one place that says who may lead a community. Raises `StaffIsUnknown` where Telegram must be asked
    first, `IsNotStaff`, or `RightIsMissing`.
    """
    listed_at = await known_at(session, community_id=community_id)
    if listed_at is None or now - listed_at >= LIST_KEPT:
        raise StaffIsUnknown(community_id=community_id, chat_id=chat_id)
    leader = await find(session, community_id=community_id, user_id=user_id)
    if leader is None:
        raise IsNotStaff
    if not has_right(leader, right):
        raise RightIsMissing(right)
    return leader


def leaders(connection: Connection, community_ids: Collection[int]) -> Mapping[int, set[int]]:
    """Who runs each of the communities, as far as is known."""
    chosen = select(Staff.community_id, Staff.user_id).where(Staff.community_id.in_(community_ids), leads())
    found: dict[int, set[int]] = {}
    for row in connection.execute(chosen):
        found.setdefault(row.community_id, set()).add(row.user_id)
    return found


async def leaders_of(session: AsyncSession, *, community_id: int) -> set[int]:
    """Who runs one community, as far as is known."""
    connection = await session.connection()
    found = await connection.run_sync(lambda sync: leaders(sync, [community_id]))
    return found.get(community_id, set())


_LED = select(Staff.community_id).where(Staff.user_id == bindparam("their_id"), leads()).order_by(Staff.community_id)


async def led_by(session: AsyncSession, *, user_id: int) -> list[int]:
    """The communities that somebody runs, as far as is known; `require` says whether they still do."""
    return list((await session.execute(_LED, {"their_id": user_id})).scalars())
