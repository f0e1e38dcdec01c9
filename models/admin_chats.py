"""Where those who run a group are told what waits for them: in an admin chat of theirs, or each of them in private."""

from collections.abc import Collection, Mapping, Sequence
from typing import NamedTuple

from sqlalchemy import Connection, and_, delete, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Mapped, aliased

from models.bulk import new, upsert
from models.communities import Communities, State
from models.facts import BotStatus
from models.people import Door, People
from models.schema import Base, CommunityKey
from models.staff import Staff, leads


class AdminChats(Base):
    """The admin chat of a community: a group too, so it is named by its own community, which outlives its chat id."""

    __tablename__ = "admin_chats"

    community_id: Mapped[CommunityKey]
    place_id: Mapped[int]


class Addressee(NamedTuple):
    """Who is told: a person in private, or everybody in the admin chat, which then is `chat_id`."""

    user_id: int | None
    chat_id: int | None


_PLACE = aliased(Communities)


def addressees(connection: Connection, community_ids: Collection[int]) -> Mapping[int, list[Addressee]]:
    """Whom to tell of each community: its admin chat while Kith is there, or else who leads it and may be written to.

    A community whose administrators cannot be told anything is left out.
    """
    here = and_(_PLACE.state == State.ACTIVE, _PLACE.bot_status != BotStatus.AWAY)
    chats = (
        select(AdminChats.community_id, _PLACE.chat_id)
        .join(_PLACE, and_(_PLACE.community_id == AdminChats.place_id, here))
        .where(AdminChats.community_id.in_(community_ids))
    )
    found = {row.community_id: [Addressee(None, row.chat_id)] for row in connection.execute(chats)}
    leaders = (
        select(Staff.community_id, Staff.user_id)
        .join(People, and_(People.user_id == Staff.user_id, People.door == Door.OPEN))
        .where(Staff.community_id.in_(set(community_ids) - found.keys()), leads())
        .order_by(Staff.community_id, Staff.user_id)
    )
    for row in connection.execute(leaders):
        found.setdefault(row.community_id, []).append(Addressee(row.user_id, None))
    return found


def addressees_of(connection: Connection, community_id: int) -> Sequence[Addressee]:
    """Whom to tell of one community; nobody where its administrators cannot be told anything."""
    return addressees(connection, [community_id]).get(community_id, [])


async def is_told_in(session: AsyncSession, *, community_id: int, place_id: int) -> bool:
    """Whether a community's admin chat is that one."""
    here = (AdminChats.community_id == community_id, AdminChats.place_id == place_id)
    return (await session.execute(select(AdminChats.place_id).where(*here))).first() is not None


async def choose(session: AsyncSession, *, community_id: int, place_id: int | None) -> None:
    """Make a group the community's admin chat, or have none any more."""
    connection = await session.connection()
    if place_id is None:
        await session.execute(delete(AdminChats).where(AdminChats.community_id == community_id))
        return
    row = (community_id, place_id)
    await connection.run_sync(
        lambda sync: upsert(sync, AdminChats, ("community_id", "place_id"), [row], merge={"place_id": new})
    )
