"""The channel of a community, to which featured work is copied, and what of it lies there."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from sqlalchemy import Connection, delete, select, update
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Mapped

from models import admin_chats, outbox
from models.admin_chats import Addressee
from models.bulk import new, upsert
from models.events import Event, event
from models.people import Door, People
from models.schema import COMPOSITE, Base, CommunityKey, Key

# A copy of which nobody can say whether it was taken away is taken away once more after this.
TRIED_AGAIN = timedelta(minutes=1)


class Obstacle(StrEnum):
    """Why Telegram lets a work not be copied: the channel is shut to Kith, the group's messages are, or it is gone."""

    SHUT = "shut"
    PROTECTED = "protected"
    GONE = "gone"


class Channels(Base):
    """A community's channel, chosen by an administrator of both.

    `refused_at` is since when nothing can be copied there; it was told once, and is again after a copy that arrived.
    """

    __tablename__ = "channels"

    community_id: Mapped[CommunityKey]
    channel_id: Mapped[int]
    refused_at: Mapped[datetime | None]


class WorkCopies(Base):
    """Where the copy of a featured work lies: one row, or one for each picture of an album."""

    __tablename__ = "work_copies"
    __table_args__ = (COMPOSITE,)

    community_id: Mapped[CommunityKey]
    work_id: Mapped[Key]
    message_id: Mapped[Key]
    channel_id: Mapped[int]


@event("channels.asked", version=1)
@dataclass(frozen=True)
class ChannelAsked(Event):
    """An administrator has named a channel: Telegram must be asked which one that is."""

    user_id: int
    name: str


@event("channels.found", version=1)
@dataclass(frozen=True)
class ChannelFound(Event):
    """Telegram has said which one: it must be asked who runs it, for it must be theirs, and let the bot post."""

    user_id: int
    name: str
    channel_id: int


@event("channels.told", version=1)
@dataclass(frozen=True)
class ChannelTold(Event):
    """The administrator is told whether that is the channel now."""

    user_id: int
    name: str
    is_chosen: bool


@event("channels.copy_due", version=1)
@dataclass(frozen=True)
class CopyDue(Event):
    """A work that is featured is copied to the channel; the copy of one that no longer is goes."""

    work_id: int


@event("channels.copy_in_doubt", version=1)
@dataclass(frozen=True)
class CopyInDoubt(Event):
    """Nobody can say whether a copy arrived when the process died: administrators are asked."""

    work_id: int
    user_id: int | None
    chat_id: int | None


@event("channels.copy_refused", version=1)
@dataclass(frozen=True)
class CopyRefused(Event):
    """Telegram did not let a work be copied: who featured it is told, or whoever runs the group."""

    work_id: int
    obstacle: str
    user_id: int | None
    chat_id: int | None


async def of(session: AsyncSession, *, community_id: int) -> int | None:
    """The channel of a community, if it has one."""
    chosen = select(Channels.channel_id).where(Channels.community_id == community_id)
    return (await session.execute(chosen)).scalar_one_or_none()


async def choose(session: AsyncSession, *, community_id: int, channel_id: int | None) -> None:
    """Make a channel the community's, or have none any more."""
    if channel_id is None:
        await session.execute(delete(Channels).where(Channels.community_id == community_id))
        return
    columns, row = ("community_id", "channel_id", "refused_at"), (community_id, channel_id, None)
    connection = await session.connection()
    await connection.run_sync(
        lambda sync: upsert(sync, Channels, columns, [row], merge=dict.fromkeys(columns[1:], new))
    )


async def copy_of(session: AsyncSession, *, community_id: int, work_id: int) -> Sequence[WorkCopies]:
    """Where a work's copy lies, if it was copied."""
    here = (WorkCopies.community_id == community_id, WorkCopies.work_id == work_id)
    ordered = select(WorkCopies).where(*here).order_by(WorkCopies.message_id)
    return (await session.execute(ordered)).scalars().all()


async def note_copy(
    session: AsyncSession, *, community_id: int, work_id: int, channel_id: int, message_ids: Sequence[int]
) -> None:
    """A work was copied."""
    rows = [(community_id, work_id, message_id, channel_id) for message_id in sorted(message_ids)]
    columns = ("community_id", "work_id", "message_id", "channel_id")
    connection = await session.connection()
    await connection.run_sync(lambda sync: upsert(sync, WorkCopies, columns, rows, merge={"channel_id": new}))


async def works_again(session: AsyncSession, *, community_id: int) -> None:
    """Something was copied, or somebody says that it can be: if not, that is told anew."""
    here = (Channels.community_id == community_id, Channels.refused_at.is_not(None))
    await session.execute(update(Channels).where(*here).values(refused_at=None))


async def refused(
    session: AsyncSession, *, event: CopyDue, obstacle: Obstacle, featured_by: int | None, now: datetime
) -> None:
    """A work could not be copied: say so in private, and not again for each that follows."""
    if obstacle is not Obstacle.GONE:
        fresh = (Channels.community_id == event.community_id, Channels.refused_at.is_(None))
        noted = update(Channels).where(*fresh).values(refused_at=now).returning(Channels.community_id)
        if (await session.execute(noted)).first() is None:
            return
    connection = await session.connection()
    addressees = await connection.run_sync(lambda sync: _whom(sync, event.community_id, featured_by))
    about = (event.community_id, event.work_id, obstacle.value)
    await outbox.put(session, [CopyRefused(*about, one.user_id, one.chat_id) for one in addressees], due_at=now)


def _whom(connection: Connection, community_id: int, user_id: int | None) -> Sequence[Addressee]:
    """Somebody, if they may be written to, or else whoever runs the community."""
    chosen = select(People.user_id).where(People.user_id == user_id, People.door == Door.OPEN)
    if user_id is not None and connection.execute(chosen).first() is not None:
        return [Addressee(user_id, None)]
    return admin_chats.addressees_of(connection, community_id)


async def forget_copy(session: AsyncSession, *, community_id: int, work_id: int) -> None:
    """A work's copy is gone."""
    here = (WorkCopies.community_id == community_id, WorkCopies.work_id == work_id)
    await session.execute(delete(WorkCopies).where(*here))


async def copy(session: AsyncSession, *, community_id: int, work_id: int, now: datetime) -> None:
    """Have the copy follow what a work is by now; nothing is done where there is no channel and no copy."""
    there = await copy_of(session, community_id=community_id, work_id=work_id)
    if there or await of(session, community_id=community_id) is not None:
        await outbox.put(session, [CopyDue(community_id, work_id)], due_at=now)


async def ask_about(session: AsyncSession, *, event: CopyDue, now: datetime) -> None:
    """Have administrators asked whether a copy has arrived; one that is taken away is taken away again instead."""
    if await copy_of(session, community_id=event.community_id, work_id=event.work_id):
        # It was known where the copy lies, so nothing was copied, and what is gone may be deleted once more.
        await outbox.put(session, [event], due_at=now + TRIED_AGAIN)
        return
    connection = await session.connection()
    told = await connection.run_sync(lambda sync: admin_chats.addressees(sync, [event.community_id]))
    addressees: Sequence[Addressee] = told.get(event.community_id, [])
    news = [CopyInDoubt(event.community_id, event.work_id, one.user_id, one.chat_id) for one in addressees]
    await outbox.put(session, news, due_at=now)
