"""The set-up of a group: who was asked, how far they came, and when they are reminded, once."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Index, String, insert, select, update
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Mapped, mapped_column

from models import outbox
from models.communities import Communities, State
from models.events import Event, event
from models.rules.setup import Step
from models.schema import Base, CommunityKey

REMINDED_AFTER = timedelta(hours=1)


class Setups(Base):
    """One row per community whose set-up was begun; `due_at` is when whoever began it is reminded, if ever."""

    __tablename__ = "setups"
    __table_args__ = (Index(None, "due_at"), {"info": {"person": ("user_id",), "forgotten": "empty"}})

    community_id: Mapped[CommunityKey]
    user_id: Mapped[int | None]
    step: Mapped[str] = mapped_column(String(16))
    begun_at: Mapped[datetime]
    due_at: Mapped[datetime | None]


@event("setup.begun", version=1)
@dataclass(frozen=True)
class SetupBegun(Event):
    """Somebody who added the bot is led through the set-up."""

    user_id: int


@event("setup.unfinished", version=1)
@dataclass(frozen=True)
class SetupUnfinished(Event):
    """An hour has passed, and the set-up is not at its end."""

    user_id: int


async def find(session: AsyncSession, *, community_id: int) -> Setups | None:
    """How far the set-up of a community came, if it was begun."""
    return (await session.execute(select(Setups).where(Setups.community_id == community_id))).scalar_one_or_none()


async def begin(session: AsyncSession, *, community_id: int, user_id: int, now: datetime) -> None:
    """Begin the set-up with who added the bot, unless that was done before or somebody else has added it."""
    chosen = select(Communities.community_id).where(
        Communities.community_id == community_id, Communities.added_by == user_id, Communities.state == State.ACTIVE
    )
    adder = (await session.execute(chosen.with_for_update())).scalar_one_or_none()
    if adder is None or await find(session, community_id=community_id) is not None:
        return
    await _insert(session, community_id=community_id, user_id=user_id, now=now)
    await outbox.put(session, [SetupBegun(community_id, user_id)], due_at=now)


async def _insert(session: AsyncSession, *, community_id: int, user_id: int, now: datetime) -> None:
    row = {"community_id": community_id, "user_id": user_id, "step": Step.LANGUAGE, "begun_at": now}
    await session.execute(insert(Setups).values(**row, due_at=now + REMINDED_AFTER))


async def reach_step(session: AsyncSession, *, community_id: int, user_id: int, step: Step, now: datetime) -> None:
    """Write down how far the set-up came; at its end nobody is reminded any more."""
    if await find(session, community_id=community_id) is None:
        await _insert(session, community_id=community_id, user_id=user_id, now=now)
    changes: dict[str, object] = {"step": step, "user_id": user_id}
    if step is Step.DONE:
        changes["due_at"] = None
    await session.execute(update(Setups).where(Setups.community_id == community_id).values(**changes))


async def leave(session: AsyncSession, *, community_id: int) -> None:
    """Remind nobody of a set-up any more; it can be gone on with all the same."""
    await session.execute(update(Setups).where(Setups.community_id == community_id).values(due_at=None))


async def remind_due(session: AsyncSession, *, now: datetime) -> None:
    """Have whoever left a set-up an hour ago reminded, once."""
    due = update(Setups).where(Setups.due_at <= now, Setups.user_id.is_not(None)).values(due_at=None)
    found = (await session.execute(due.returning(Setups.community_id, Setups.user_id))).all()
    news = [SetupUnfinished(community_id, user_id) for community_id, user_id in found if user_id is not None]
    await outbox.put(session, news, due_at=now)
