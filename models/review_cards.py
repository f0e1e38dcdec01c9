"""Where the cards lie that ask administrators to decide about something, so that all can say what became of it."""

from collections.abc import Sequence

from sqlalchemy import Index, String, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Mapped, mapped_column

from models.ids import new_id
from models.schema import COMPOSITE, Base, CommunityKey, Key


class ReviewCards(Base):
    """One row per card: with an administrator in private, or in the admin chat, which then is `chat_id`.

    `kind` says what `about_id` is the number of.
    """

    __tablename__ = "review_cards"
    __table_args__ = (
        Index(None, "community_id", "kind", "about_id"),
        {"info": {"person": ("user_id",), "forgotten": "empty"}, **COMPOSITE},
    )

    community_id: Mapped[CommunityKey]
    card_id: Mapped[Key]
    kind: Mapped[str] = mapped_column(String(16))
    about_id: Mapped[int]
    user_id: Mapped[int | None]
    chat_id: Mapped[int | None]
    message_id: Mapped[int]


async def note(
    session: AsyncSession,
    *,
    community_id: int,
    kind: str,
    about_id: int,
    user_id: int | None,
    chat_id: int | None,
    message_id: int,
) -> int:
    """A card has reached its place; returns its number."""
    place = {"user_id": user_id, "chat_id": chat_id, "message_id": message_id}
    card = ReviewCards(community_id=community_id, card_id=new_id(), kind=kind, about_id=about_id, **place)
    session.add(card)
    await session.flush()
    return card.card_id


async def find(session: AsyncSession, *, community_id: int, card_id: int) -> ReviewCards | None:
    """Where a card lies."""
    here = (ReviewCards.community_id == community_id, ReviewCards.card_id == card_id)
    return (await session.execute(select(ReviewCards).where(*here))).scalar_one_or_none()


async def about(session: AsyncSession, *, community_id: int, kind: str, about_id: int) -> Sequence[int]:
    """The numbers of all cards about something."""
    here = (ReviewCards.community_id == community_id, ReviewCards.kind == kind, ReviewCards.about_id == about_id)
    return (
        (await session.execute(select(ReviewCards.card_id).where(*here).order_by(ReviewCards.card_id))).scalars().all()
    )
