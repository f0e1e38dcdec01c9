"""Which commands Telegram was told to offer: to a group by its language, to its administrators, in private to all by
the language of their app, and to each person for whom that is not right.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from sqlalchemy import Connection, String, bindparam, cast, delete, select, true
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Mapped, mapped_column

from models import outbox
from models.bulk import new, upsert
from models.communities import Communities, State
from models.events import Event, event
from models.facts import BotStatus
from models.schema import Base, CommunityKey, Key
from models.stretches import AT_ONCE, HERE, Here, Stretch, within

# A private chat belongs to no community.
NO_COMMUNITY = 0


class Scope(StrEnum):
    """Who in a group is offered what."""

    MEMBERS = "members"
    STAFF = "staff"


class Offers(Base):
    """Global: a single row, the version of all that this program offers, in words and languages."""

    __tablename__ = "offers"

    only_id: Mapped[Key]
    version: Mapped[str] = mapped_column(String(64))


class Menus(Base):
    """What a group's menus were last asked to hold: chat, language and version, in a word."""

    __tablename__ = "menus"

    community_id: Mapped[CommunityKey]
    told: Mapped[str] = mapped_column(String(128))


class DefaultMenus(Base):
    """Global: what the menu of private chats was last asked to hold for those whose app speaks a language.

    `code` is the language as Telegram has it here, two letters, or empty for all that have no menu of their own.
    """

    __tablename__ = "default_menus"

    code: Mapped[str] = mapped_column(String(2), primary_key=True)
    told: Mapped[str] = mapped_column(String(128))


class PrivateMenus(Base):
    """Global: what the menu of a person's private chat was last asked to hold, where it is not what all have."""

    __tablename__ = "private_menus"
    __table_args__ = ({"info": {"person": ("user_id",)}},)

    user_id: Mapped[Key]
    told: Mapped[str] = mapped_column(String(128))


@event("menu.changed", version=1)
@dataclass(frozen=True)
class MenuChanged(Event):
    """A group's commands are to be told to Telegram, for its members or for its administrators."""

    scope: str


@event("menu.default_changed", version=1)
@dataclass(frozen=True)
class DefaultMenuChanged(Event):
    """The commands of all private chats, for those whose app speaks the language of `code`, are to be told."""

    code: str


@event("menu.private_changed", version=1)
@dataclass(frozen=True)
class PrivateMenuChanged(Event):
    """The commands of somebody's private chat are to be told to Telegram."""

    user_id: int


async def know_offers(session: AsyncSession, *, version: str) -> None:
    """Write down which version of the commands this program offers."""
    await _put(session, Offers, {"only_id": 1, "version": version})


async def _put(session: AsyncSession, table: type[Base], row: dict[str, object]) -> bool:
    """Write a row whose first column is its key; whether it is news."""
    key, value = row
    connection = await session.connection()
    written = await connection.run_sync(
        lambda sync: upsert(sync, table, [key, value], [tuple(row.values())], merge={value: new}, returning=[key])
    )
    return bool(written)


_THERE = Communities.bot_status.in_((BotStatus.MEMBER, BotStatus.ADMINISTRATOR))
_WANTED = cast(Communities.chat_id, String) + ":" + Communities.language + ":" + Offers.version
_WANTED_IN = (
    select(_WANTED)
    .select_from(Communities)
    .join(Offers, true())
    .where(Communities.community_id == bindparam("community"))
)
# What has not changed is not even read.
_CHANGED = (
    select(*HERE)
    .select_from(Communities)
    .join(Offers, true())
    .outerjoin(Menus, Menus.community_id == Communities.community_id)
    .where(within(Communities.community_id), Communities.state == State.ACTIVE, _THERE)
    .where(Menus.told.is_distinct_from(_WANTED))
    .order_by(Communities.community_id)
    .limit(AT_ONCE)
)


def look(connection: Connection, stretch: Stretch, _now: datetime) -> Sequence[Here]:
    """The groups that are new, speak another language, or whose members are offered older commands."""
    return [Here._make(row) for row in connection.execute(_CHANGED, stretch.bounds)]


def tell(connection: Connection, here: Here, now: datetime) -> None:
    """Have Telegram told of a group's commands."""
    wanted = connection.execute(_WANTED_IN, {"community": here.community_id}).scalar_one_or_none()
    columns = ("community_id", "told")
    row = (here.community_id, wanted)
    if wanted is not None and upsert(connection, Menus, columns, [row], merge={"told": new}, returning=columns[:1]):
        outbox.put_now(connection, [MenuChanged(here.community_id, scope.value) for scope in Scope], due_at=now)


async def outdate(session: AsyncSession, *, community_id: int) -> None:
    """Have Telegram told of a group's commands anew, since there are others now."""
    await session.execute(delete(Menus).where(Menus.community_id == community_id))


async def want_defaults(session: AsyncSession, *, wanted: Mapping[str, str], now: datetime) -> None:
    """Have Telegram told of the commands of all private chats, for each code unless it was asked to hold just these."""
    known = {row.code: row.told for row in (await session.execute(select(DefaultMenus))).scalars()}
    for code, told in wanted.items():
        if known.get(code) != told and await _put(session, DefaultMenus, {"code": code, "told": told}):
            await outbox.put(session, [DefaultMenuChanged(NO_COMMUNITY, code)], due_at=now)


async def wanted_default(session: AsyncSession, *, code: str) -> str | None:
    """What the menu of all private chats was last asked to hold for those whose app speaks a language."""
    chosen = select(DefaultMenus.told).where(DefaultMenus.code == code)
    return (await session.execute(chosen)).scalar_one_or_none()


async def want_private(session: AsyncSession, *, user_id: int, wanted: str, default: str, now: datetime) -> None:
    """Have Telegram told of the commands of a private chat, unless it was asked to hold just these.

    Whoever needs nothing but the `default` that all have, and never had another menu, has it without a word.
    """
    known = await wanted_private(session, user_id=user_id)
    if (known or default) != wanted and await _put(session, PrivateMenus, {"user_id": user_id, "told": wanted}):
        await outbox.put(session, [PrivateMenuChanged(NO_COMMUNITY, user_id)], due_at=now)


_TOLD = select(PrivateMenus.told).where(PrivateMenus.user_id == bindparam("their_id"))


async def wanted_private(session: AsyncSession, *, user_id: int) -> str | None:
    """What a private chat's menu was last asked to hold."""
    return (await session.execute(_TOLD, {"their_id": user_id})).scalar_one_or_none()


async def forget_default(session: AsyncSession, *, code: str) -> None:
    """Nobody knows what the menu of all private chats holds for those whose app speaks a language."""
    await session.execute(delete(DefaultMenus).where(DefaultMenus.code == code))


async def forget_private(session: AsyncSession, *, user_id: int) -> None:
    """Nobody knows what a private chat's menu holds."""
    await session.execute(delete(PrivateMenus).where(PrivateMenus.user_id == user_id))
