"""What administrators did: who, what, to whom, why and when. Nothing here is ever changed, but for who is forgotten."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, String, UniqueConstraint, func, select, update
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Mapped, mapped_column

from models.bulk import table_of
from models.ids import new_id
from models.prepared import insert_into
from models.schema import COMPOSITE, Base, CommunityKey, Key


class Audit(Base):
    """One row per act. `user_id` did it, `member_id` is whom it was about, if anybody.

    `source` names the command that asked for it, so that one that comes twice is carried out once; `details` says what
    was set, before and after.
    """

    __tablename__ = "audit"
    __table_args__ = (
        UniqueConstraint("community_id", "source"),
        # What was done to somebody they may know by whom.
        {"info": {"person": ("user_id", "member_id"), "points": ("points",), "tells_others": True}, **COMPOSITE},
    )

    community_id: Mapped[CommunityKey]
    audit_id: Mapped[Key]
    user_id: Mapped[int]
    action: Mapped[str] = mapped_column(String(32))
    member_id: Mapped[int | None]
    points: Mapped[int | None]
    entry_id: Mapped[int | None]
    reason: Mapped[str] = mapped_column(String(256))
    details: Mapped[dict[str, Any]]
    source: Mapped[str | None] = mapped_column(String(128))
    at: Mapped[datetime]


@dataclass(frozen=True, kw_only=True)
class Act:
    """What somebody did, before it is written down; points in hundredths."""

    community_id: int
    user_id: int
    action: str
    at: datetime
    member_id: int | None = None
    points: int | None = None
    entry_id: int | None = None
    reason: str = ""
    details: dict[str, Any] = field(default_factory=dict)
    source: str | None = None


async def note(session: AsyncSession, act: Act) -> int:
    """Write an act down, under the number returned; one that the same command has asked for before stays as it is."""
    connection, number = await session.connection(), new_id()
    statement = insert_into(table_of(Audit), dialect=connection.dialect.name).values(audit_id=number, **asdict(act))
    await session.execute(statement.on_conflict_do_nothing(index_elements=("community_id", "source")))
    return number


async def find(session: AsyncSession, *, community_id: int, audit_id: int) -> Audit | None:
    """An act by its number."""
    here = (Audit.community_id == community_id, Audit.audit_id == audit_id)
    return (await session.execute(select(Audit).where(*here))).scalar_one_or_none()


async def of_source(session: AsyncSession, *, community_id: int, source: str) -> Audit | None:
    """The act that a command asked for."""
    here = (Audit.community_id == community_id, Audit.source == source)
    return (await session.execute(select(Audit).where(*here))).scalar_one_or_none()


async def page(session: AsyncSession, *, community_id: int, limit: int, offset: int) -> Sequence[Audit]:
    """`limit` acts, the latest first, after the first `offset` of them."""
    chosen = select(Audit).where(Audit.community_id == community_id).order_by(Audit.audit_id.desc())
    return (await session.execute(chosen.limit(limit).offset(offset))).scalars().all()


async def count(session: AsyncSession, *, community_id: int) -> int:
    """How many acts there are."""
    chosen = select(func.count()).select_from(Audit).where(Audit.community_id == community_id)
    return (await session.execute(chosen)).scalar_one()


def forget_reasons(connection: Connection, *, user_id: int, community_id: int | None) -> None:
    """Empty the reasons given for what was done to somebody: they are words about a person."""
    here = [] if community_id is None else [Audit.community_id == community_id]
    connection.execute(update(Audit).where(Audit.member_id == user_id, *here).values(reason=""))
