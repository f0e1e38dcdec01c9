"""Roles that members hold: given, warned and taken by what the ledger says of them lately."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import Connection, Date, Row, String, and_, bindparam, delete, func, or_, select, update
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Mapped, mapped_column

from models import levels, outbox
from models.bulk import Merge, earliest, latest, upsert
from models.bulk import new as new_value
from models.communities import Communities, State
from models.events import Event, event
from models.ids import id_before
from models.members import Members, is_inside
from models.people import Door, People
from models.points import Ledger
from models.rules import reach
from models.rules import roles as rules
from models.rules.days import local_day, zone
from models.rules.reach import ReachSettings
from models.rules.reactions import RECEIVED
from models.rules.roles import WAYS, Breadth, Role, RolesSettings, Tenure, Turn
from models.rules.settings import changed
from models.schema import COMPOSITE, Base, CommunityKey, Key
from models.stretches import AT_ONCE, HERE, Here, Stretch, within

# Who has earned since the last time, and so much before, is judged.
LATELY = timedelta(hours=1)

_KEPT: dict[str, Merge] = {"since": earliest, "kept_at": latest, "kept_until": latest}


class Roles(Base):
    """One row per member and role that they hold.

    `kept_at` is when they last kept it after a warning. `kept_until` is there while they are warned: the day up to
    which they were told to have it, whatever the settings become.
    """

    __tablename__ = "roles"
    __table_args__ = ({"info": {"person": ("user_id",), "merge": _KEPT}, **COMPOSITE},)

    community_id: Mapped[CommunityKey]
    user_id: Mapped[Key]
    role: Mapped[str] = mapped_column(String(16), primary_key=True)
    since: Mapped[datetime]
    kept_at: Mapped[datetime | None]
    kept_until: Mapped[date | None] = mapped_column(Date)


class RoleRuns(Base):
    """One row per community with roles: when those of its members were judged last, and when they are again.

    Where nobody was judged yet, `judged_at` is when Kith first looked, at night.
    """

    __tablename__ = "role_runs"
    __table_args__ = (COMPOSITE,)

    community_id: Mapped[CommunityKey]
    judged_at: Mapped[datetime]
    due_at: Mapped[datetime]


@event("roles.turned", version=1)
@dataclass(frozen=True)
class RoleTurned(Event):
    """A member was given a role, is warned, keeps it after all, or has lost it: they are told in private."""

    user_id: int
    role: str
    turn: str


def settings_of(here: Communities | Here) -> RolesSettings:
    """A community's conditions for roles."""
    return changed(RolesSettings(), here.settings.get("roles", {}))


def holders(connection: Connection, community_ids: Collection[int], role: Role) -> list[tuple[int, int]]:
    """Who holds a role in some communities and is there and may be written to: communities and members."""
    if not community_ids:
        return []
    member = and_(Members.community_id == Roles.community_id, Members.user_id == Roles.user_id)
    reachable = and_(People.user_id == Roles.user_id, People.door == Door.OPEN)
    chosen = (
        select(Roles.community_id, Roles.user_id)
        .join(Members, member)
        .join(People, reachable)
        .where(Roles.community_id.in_(community_ids), Roles.role == role.value, is_inside())
    )
    ordered = chosen.order_by(Roles.community_id, Roles.user_id)
    return [(row[0], row[1]) for row in connection.execute(ordered)]


# The communities whose roles are to be judged.
_DUE = (
    select(*HERE)
    .outerjoin(RoleRuns, RoleRuns.community_id == Communities.community_id)
    .where(
        within(Communities.community_id),
        Communities.state == State.ACTIVE,
        Communities.settings["roles"]["on"].as_boolean(),
        or_(RoleRuns.due_at.is_(None), RoleRuns.due_at <= bindparam("now")),
    )
    .order_by(Communities.community_id)
    .limit(AT_ONCE)
)


def look(connection: Connection, stretch: Stretch, now: datetime) -> Sequence[Here]:
    """The communities in which it is time to judge."""
    return [Here._make(row) for row in connection.execute(_DUE, {**stretch.bounds, "now": now})]


def judge(connection: Connection, here: Here, now: datetime) -> None:
    """Judge a community's holders, and those who have earned since the last time: once a day, in the morning.

    What counts moves at midnight, and nobody is to hear of it then.
    """
    run = select(RoleRuns.judged_at).where(RoleRuns.community_id == here.community_id).with_for_update()
    before = connection.execute(run).scalar_one_or_none()
    hours = changed(ReachSettings(), here.settings.get("reach", {}))
    is_day = reach.is_day(now.astimezone(zone(here.time_zone)), settings=hours)
    due_at = reach.next_morning(now, time_zone=here.time_zone, settings=hours)
    judged_at = now if is_day or before is None else before
    columns, merge = ("community_id", "judged_at", "due_at"), {"judged_at": latest, "due_at": new_value}
    upsert(connection, RoleRuns, columns, [(here.community_id, judged_at, due_at)], merge=merge)
    if is_day:
        since = LATELY if before is None else now - before + LATELY
        outbox.put_now(connection, _judge(connection, here, now, id_before(since)), due_at=now)


def _judge(connection: Connection, here: Here, now: datetime, entry_id: int) -> list[Event]:
    settings, community_id = settings_of(here), here.community_id
    today = local_day(now, time_zone=here.time_zone)
    first = rules.since(today, settings=settings)
    held = select(Roles).where(Roles.community_id == community_id).with_for_update()
    tenures = {(row.user_id, row.role): _tenure(row, here.time_zone) for row in connection.execute(held)}
    news: list[Event] = []
    for role in Role:
        holders = {user_id for user_id, name in tenures if name == role.value}
        for user_id in sorted(holders | _candidates(connection, here, role, first, entry_id)):
            breadth = _breadth(connection, community_id, user_id, role, first)
            fulfilled = rules.fulfils(breadth, settings=settings)
            tenure = tenures.get((user_id, role.value))
            turn = rules.turn(tenure, is_fulfilled=fulfilled, today=today, settings=settings)
            if turn is not None and user_id > 0:
                until = rules.kept_until(today, settings=settings) if turn is Turn.WARNED else None
                _carry_out(connection, (community_id, user_id, role.value), turn, now, until)
                news.append(RoleTurned(community_id, user_id, role.value, turn.value))
    return news


def _tenure(row: Row[Any], time_zone: str) -> Tenure:
    return Tenure(local_day(row.kept_at or row.since, time_zone=time_zone), row.kept_until)


def _candidates(connection: Connection, here: Here, role: Role, first: date, entry_id: int) -> set[int]:
    """Of those who have earned anything since an entry, who has done so often enough by a role's ways."""
    inside = Ledger.community_id == here.community_id
    lately = select(Ledger.user_id).where(inside, Ledger.entry_id > entry_id)
    done = (inside, Ledger.user_id.in_(lately), Ledger.action.in_(WAYS[role]), Ledger.day >= first)
    often = select(Ledger.user_id).where(*done, Ledger.reverses.is_(None)).group_by(Ledger.user_id)
    return set(connection.execute(often.having(func.count() >= settings_of(here).times)).scalars())


def _breadth(connection: Connection, community_id: int, user_id: int, role: Role, first: date) -> Breadth:
    mine = (Ledger.community_id == community_id, Ledger.user_id == user_id, Ledger.day >= first)
    counted = or_(Ledger.action.in_(WAYS[role]), Ledger.action == RECEIVED.action)
    columns = (Ledger.entry_id, Ledger.action, Ledger.source, Ledger.day, Ledger.reverses)
    rows = connection.execute(select(*columns).where(*mine, counted)).all()
    undone = {row.reverses for row in rows}
    stands = [row for row in rows if row.reverses is None and row.entry_id not in undone]
    works = [row for row in stands if row.action in WAYS[role]]
    # The source of a like ends with its giver's pseudonym.
    people = {row.source.rpartition(":")[2] for row in stands if row.action == RECEIVED.action}
    return Breadth(len(works), len({row.day for row in works}), len(people))


def _carry_out(
    connection: Connection, key: tuple[int, int, str], turn: Turn, now: datetime, until: date | None
) -> None:
    community_id, user_id, role = key
    this = (Roles.community_id == community_id, Roles.user_id == user_id, Roles.role == role)
    match turn:
        case Turn.GIVEN:
            upsert(connection, Roles, ("community_id", "user_id", "role", "since"), [(*key, now)])
        case Turn.WARNED:
            connection.execute(update(Roles).where(*this).values(kept_until=until))
        case Turn.KEPT:
            connection.execute(update(Roles).where(*this).values(kept_at=now, kept_until=None))
        case Turn.LOST:
            connection.execute(delete(Roles).where(*this))
    if turn in (Turn.GIVEN, Turn.LOST):
        levels.look_at_tags(connection, [(community_id, user_id)], at=now)


async def held_by(session: AsyncSession, *, community_id: int, user_id: int) -> Sequence[Roles]:
    """A member's roles, the longest held first."""
    chosen = select(Roles).where(Roles.community_id == community_id, Roles.user_id == user_id)
    return (await session.execute(chosen.order_by(Roles.since, Roles.role))).scalars().all()
