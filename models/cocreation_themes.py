"""The list of themes from which a community's co-creations open by themselves, kept by its administrators."""

from collections.abc import Collection, Sequence
from datetime import datetime

from sqlalchemy import Boolean, Connection, String, delete, false, insert, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Mapped, mapped_column

from models import audit, communities
from models.audit import Act
from models.cocreations import THEMES_CHANGED
from models.ids import new_id
from models.refusals import NoSuchThing, Refused
from models.rules.cocreations import LONGEST_THEME, MOST_THEMES
from models.schema import COMPOSITE, Base, CommunityKey, Key


class CocreationThemes(Base):
    """Themes to come, in the order in which they were added; of a used one nothing but the row stays."""

    __tablename__ = "cocreation_themes"
    __table_args__ = (COMPOSITE,)

    community_id: Mapped[CommunityKey]
    theme_id: Mapped[Key]
    theme: Mapped[str] = mapped_column(String(LONGEST_THEME))
    is_used: Mapped[bool] = mapped_column(Boolean, server_default=false())


class TooManyThemes(Refused):
    """The list of themes is full."""


async def add(session: AsyncSession, *, community_id: int, themes: Sequence[str], user_id: int, now: datetime) -> int:
    """Put themes at the end of the list; how many are new. Raises `TooManyThemes`."""
    await communities.held(session, community_id=community_id)
    known = {each.theme for each in await to_come(session, community_id=community_id)}
    fresh = [theme for theme in dict.fromkeys(themes) if theme not in known]
    if len(known) + len(fresh) > MOST_THEMES:
        raise TooManyThemes
    if fresh:
        rows = [{"community_id": community_id, "theme_id": new_id(), "theme": theme} for theme in fresh]
        await session.execute(insert(CocreationThemes), rows)
        await audit.note(session, Act(community_id=community_id, user_id=user_id, action=THEMES_CHANGED, at=now))
    return len(fresh)


async def drop(session: AsyncSession, *, community_id: int, theme_id: int, user_id: int, now: datetime) -> None:
    """Take a theme off the list; raises `NoSuchThing`."""
    here = (CocreationThemes.community_id == community_id, CocreationThemes.theme_id == theme_id)
    dropped = delete(CocreationThemes).where(*here, CocreationThemes.is_used.is_(False))
    gone = await session.execute(dropped.returning(CocreationThemes.theme_id))
    if gone.first() is None:
        raise NoSuchThing
    await audit.note(session, Act(community_id=community_id, user_id=user_id, action=THEMES_CHANGED, at=now))


def with_some(connection: Connection, community_ids: Collection[int]) -> set[int]:
    """Which of the communities have a theme that was not used yet."""
    here = (CocreationThemes.community_id.in_(community_ids), CocreationThemes.is_used.is_(False))
    return set(connection.execute(select(CocreationThemes.community_id).where(*here).distinct()).scalars())


async def to_come(session: AsyncSession, *, community_id: int) -> Sequence[CocreationThemes]:
    """The themes that were not used yet, in their order."""
    here = (CocreationThemes.community_id == community_id, CocreationThemes.is_used.is_(False))
    return (
        (await session.execute(select(CocreationThemes).where(*here).order_by(CocreationThemes.theme_id)))
        .scalars()
        .all()
    )
