"""Roles that members hold, and what becomes of them; `models/merits.py` judges who is to have one."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import Connection, Date, Row, String, and_, delete, select, update
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Mapped, mapped_column

from models import levels
from models.bulk import Merge, earliest, latest, upsert
from models.communities import Communities
from models.events import Event, event
from models.members import Members, is_inside
from models.people import Door, People
from models.rules.roles import Role, RolesSettings, Turn
from models.rules.settings import changed
from models.schema import COMPOSITE, Base, CommunityKey, Key
from models.stretches import Here

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
    """Who holds a role in some communities and is there and may be written to: communities and members.

    Where roles are switched off they rest, with all that they bring.
    """
    if not community_ids:
        return []
    member = and_(Members.community_id == Roles.community_id, Members.user_id == Roles.user_id)
    reachable = and_(People.user_id == Roles.user_id, People.door == Door.OPEN)
    chosen = (
        select(Roles.community_id, Roles.user_id)
        .join(Members, member)
        .join(People, reachable)
        .join(Communities, Communities.community_id == Roles.community_id)
        .where(Roles.community_id.in_(community_ids), Roles.role == role.value, is_inside())
        .where(Communities.settings["roles"]["on"].as_boolean())
    )
    ordered = chosen.order_by(Roles.community_id, Roles.user_id)
    return [(row[0], row[1]) for row in connection.execute(ordered)]


def carry_out(
    connection: Connection, key: tuple[int, int, str], turn: Turn, *, now: datetime, until: date | None
) -> None:
    """Let a turn come about; `until` is the day up to which somebody who is warned keeps the role."""
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


def hold(connection: Connection, *, community_id: int) -> Sequence[Row[Any]]:
    """All roles that are held in a community, ours alone until the commit."""
    held = select(Roles).where(Roles.community_id == community_id).with_for_update()
    return connection.execute(held).all()


def forget_warnings(connection: Connection, *, community_id: int) -> None:
    """Let nobody lose a role by a warning from before roles rested: whom it still concerns is warned anew."""
    warned = (Roles.community_id == community_id, Roles.kept_until.is_not(None))
    connection.execute(update(Roles).where(*warned).values(kept_until=None))


async def held_by(session: AsyncSession, *, here: Communities, user_id: int) -> Sequence[Roles]:
    """A member's roles, the longest held first; where roles are switched off they rest, and nobody has any."""
    if not settings_of(here).on:
        return []
    chosen = select(Roles).where(Roles.community_id == here.community_id, Roles.user_id == user_id)
    return (await session.execute(chosen.order_by(Roles.since, Roles.role))).scalars().all()


async def ending(session: AsyncSession, *, here: Communities, user_id: int) -> Sequence[tuple[str, date]]:
    """The roles that a member is warned of, each with the day up to which they keep it."""
    held = await held_by(session, here=here, user_id=user_id)
    return [(row.role, row.kept_until) for row in held if row.kept_until is not None]
