"""Communities: a group that Kith serves, the chats it has lived in, and what the bot may do there."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import String, bindparam, false, select, update
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Mapped, mapped_column

from models import outbox, staff
from models.events import Event, event
from models.facts import BotStatus
from models.refusals import NoSuchThing, NotForYou
from models.schema import COMPOSITE, Base, CommunityKey, Key


class State(StrEnum):
    """Whether a community is served."""

    ACTIVE = "active"
    WAITING = "waiting"
    DECLINED = "declined"
    ASLEEP = "asleep"


# A sleeping community's facts can only be late ones, or those after a return whose news was lost: both count.
SERVED = (State.ACTIVE, State.ASLEEP)


class Communities(Base):
    """One row per community; `settings` holds, by feature, what differs from the features' own defaults.

    A public group has a `username`. In one that `has_forgotten` somebody may come back who was there under another
    number (see `models/returning.py`).
    """

    __tablename__ = "communities"
    # Who added the bot is kept to be written to, so a name that stands for nobody any more would be of no use here.
    __table_args__ = ({"info": {"person": ("added_by",), "forgotten": "empty"}},)

    community_id: Mapped[CommunityKey]
    chat_id: Mapped[int]
    title: Mapped[str] = mapped_column(String(256))
    is_forum: Mapped[bool] = mapped_column(default=False)
    username: Mapped[str | None] = mapped_column(String(64))
    titled_at: Mapped[datetime | None]
    state: Mapped[str] = mapped_column(String(16))
    language: Mapped[str] = mapped_column(String(16))
    time_zone: Mapped[str] = mapped_column(String(64))
    settings: Mapped[dict[str, Any]]
    bot_status: Mapped[str] = mapped_column(String(16))
    bot_rights: Mapped[dict[str, Any]]
    rights_told: Mapped[str | None] = mapped_column(String(256))
    status_asked_at: Mapped[datetime | None]
    added_by: Mapped[int | None]
    has_forgotten: Mapped[bool] = mapped_column(server_default=false())
    created_at: Mapped[datetime]


class Chats(Base):
    """Global: which community a chat belongs to; a group that became a supergroup has two rows."""

    __tablename__ = "chats"

    chat_id: Mapped[Key]
    community_id: Mapped[int] = mapped_column(index=True)
    migrated_to: Mapped[int | None]


class Topics(Base):
    """The names of a community's forum topics, which Telegram tells once, when one is opened."""

    __tablename__ = "topics"
    __table_args__ = (COMPOSITE,)

    community_id: Mapped[CommunityKey]
    chat_id: Mapped[Key]
    topic: Mapped[Key]
    name: Mapped[str] = mapped_column(String(256))


@dataclass(frozen=True)
class NewCommunities:
    """What the owner's configuration says of communities that do not exist yet."""

    need_approval: bool = False
    owners: frozenset[int] = frozenset()
    language: str = "en"
    time_zone: str = "UTC"
    settings: Mapping[str, Mapping[str, object]] = field(default_factory=dict)


@event("communities.rights_changed", version=1)
@dataclass(frozen=True)
class RightsChanged(Event):
    """What the bot may do in a group has changed: `person_id`, who changed it, is told what works and what does not."""

    chat_id: int
    person_id: int | None


@event("communities.rights_told_in_group", version=1)
@dataclass(frozen=True)
class RightsToldInGroup(Event):
    """The one who changed the bot's rights cannot be written to in private, so the group itself is told."""

    chat_id: int


@event("communities.status_unknown", version=1)
@dataclass(frozen=True)
class StatusUnknown(Event):
    """A group was met without the news of being added to it: Telegram must be asked what the bot is there."""

    chat_id: int


@event("communities.approval_needed", version=1)
@dataclass(frozen=True)
class ApprovalNeeded(Event):
    """Somebody who is no owner added the bot while new communities need an owner's word."""

    owner_id: int
    chat_id: int


@event("communities.declined", version=1)
@dataclass(frozen=True)
class Declined(Event):
    """An owner does not want to serve this group: the bot leaves it."""

    chat_id: int


# Built once: whoever asks is looked up by it.
_COMMUNITY_OF_CHAT = (
    select(Communities)
    .join(Chats, Chats.community_id == Communities.community_id)
    .where(Chats.chat_id == bindparam("its_chat"))
)


async def find(session: AsyncSession, *, community_id: int) -> Communities | None:
    """The community with that id."""
    return await session.get(Communities, community_id)


async def find_active(session: AsyncSession, *, community_id: int) -> Communities | None:
    """The community with that id, if Kith is to serve it."""
    found = await find(session, community_id=community_id)
    return None if found is None or found.state != State.ACTIVE else found


async def held(session: AsyncSession, *, community_id: int) -> Communities | None:
    """The same, ours alone until the commit: what is decided by its state must not change under us."""
    statement = select(Communities).where(Communities.community_id == community_id).with_for_update()
    # What was read before the lock may have changed since.
    fresh = statement.execution_options(populate_existing=True)
    return (await session.execute(fresh)).scalar_one_or_none()


async def of_chat(session: AsyncSession, *, chat_id: int) -> Communities | None:
    """The community that a chat belongs to."""
    return (await session.execute(_COMMUNITY_OF_CHAT, {"its_chat": chat_id})).scalar_one_or_none()


async def among(session: AsyncSession, *, community_ids: Sequence[int]) -> Sequence[Communities]:
    """The communities with those ids, in the same order."""
    if len(community_ids) == 1:
        # As for nearly everybody, and mostly it was looked up before.
        only = await find(session, community_id=community_ids[0])
        return [] if only is None else [only]
    found = await session.execute(select(Communities).where(Communities.community_id.in_(community_ids)))
    return sorted(found.scalars(), key=lambda one: community_ids.index(one.community_id))


async def topics(session: AsyncSession, *, community_id: int, chat_id: int) -> dict[int, str]:
    """The names of the topics in a group's forum, by their numbers, as far as they were told."""
    here = (Topics.community_id == community_id, Topics.chat_id == chat_id)
    found = await session.execute(select(Topics.topic, Topics.name).where(*here).order_by(Topics.topic))
    return {topic: name for topic, name in found}  # noqa: C416 - rows are no pairs for mypy


async def decide(
    session: AsyncSession, *, community_id: int, person_id: int, owners: frozenset[int], admit: bool, now: datetime
) -> str:
    """Admit or decline a waiting community in an owner's name; returns its title."""
    if person_id not in owners:
        raise NotForYou
    community = await held(session, community_id=community_id)
    if community is None or community.state not in (State.WAITING, State.DECLINED):
        raise NoSuchThing
    community.state = State.ACTIVE if admit else State.DECLINED
    if admit:
        news: Event = RightsChanged(community_id=community_id, chat_id=community.chat_id, person_id=community.added_by)
    else:
        news = Declined(community_id=community_id, chat_id=community.chat_id)
    await outbox.put(session, [news], due_at=now)
    if admit:
        await staff.want(session, community_id=community_id, chat_id=community.chat_id, now=now)
    return community.title


async def ask_again(session: AsyncSession, *, owner_id: int, now: datetime) -> None:
    """Put every open question to an owner once more: the first may have come while they could not be written to."""
    waiting = select(Communities).where(Communities.state == State.WAITING).order_by(Communities.community_id)
    open_ones = (await session.execute(waiting)).scalars().all()
    await outbox.put(
        session, [ApprovalNeeded(one.community_id, owner_id, one.chat_id) for one in open_ones], due_at=now
    )


async def know_status(session: AsyncSession, *, community_id: int, status: BotStatus, rights: frozenset[str]) -> None:
    """Write down what Telegram answered to the question what the bot is in a group; it sleeps or wakes by it."""
    community = await held(session, community_id=community_id)
    if community is None:
        return
    community.bot_status = status
    community.bot_rights = {"rights": sorted(rights)}
    if community.state in (State.ACTIVE, State.ASLEEP):
        community.state = State.ASLEEP if status is BotStatus.AWAY else State.ACTIVE


async def tell_rights_once(session: AsyncSession, *, community_id: int, told: str) -> bool:
    """Whether the rights named by `told` have not been told yet; they count as told from now on."""
    statement = (
        update(Communities)
        .where(Communities.community_id == community_id, Communities.rights_told.is_distinct_from(told))
        .values(rights_told=told)
    )
    told_now = await session.execute(statement.returning(Communities.community_id))
    return told_now.first() is not None


async def listed(session: AsyncSession) -> Sequence[Communities]:
    """All communities, the oldest first."""
    return (await session.execute(select(Communities).order_by(Communities.community_id))).scalars().all()
