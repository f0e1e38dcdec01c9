"""Where the cards lie that ask administrators to decide about something, so that all can say what became of it."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import Connection, Index, String, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Mapped, mapped_column

from models.ids import new_id
from models.schema import COMPOSITE, Base, CommunityKey, Key


class ReviewCards(Base):
    """One row per card: with an administrator in private, or in the admin chat, which then is `chat_id`.

    `kind` says what `about_id` is the number of. A message that goes on to the next one is a card about that one then.
    `tells` is how that stood when the message was sent, or changed last, if that is known.
    """

    __tablename__ = "review_cards"
    __table_args__ = (
        Index(None, "community_id", "kind", "about_id"),
        Index(None, "community_id", "message_id"),
        {"info": {"person": ("user_id",), "forgotten": "empty"}, **COMPOSITE},
    )

    community_id: Mapped[CommunityKey]
    card_id: Mapped[Key]
    kind: Mapped[str] = mapped_column(String(16))
    about_id: Mapped[int]
    user_id: Mapped[int | None]
    chat_id: Mapped[int | None]
    message_id: Mapped[int]
    tells: Mapped[str | None] = mapped_column(String(64))


@dataclass(frozen=True)
class Lying:
    """A place where a card lies: in private with `user_id`, or in the admin chat `chat_id`."""

    user_id: int | None
    chat_id: int | None
    message_id: int


def lying_in(chat_id: int, message_id: int) -> Lying:
    """The place that a message of ours is in; groups' ids are negative, and a private chat's id is the person's."""
    return Lying(chat_id, None, message_id) if chat_id > 0 else Lying(None, chat_id, message_id)


async def note(
    session: AsyncSession, *, community_id: int, kind: str, about_id: int, lying: Lying, tells: str | None
) -> int:
    """A message is a card about something from now on, whatever it was before; returns the card's number."""
    card = await at(session, community_id=community_id, kind=kind, lying=lying)
    if card is None:
        card = ReviewCards(community_id=community_id, card_id=new_id(), kind=kind, **vars(lying))
        session.add(card)
    card.about_id, card.tells = about_id, tells
    await session.flush()
    return card.card_id


async def clear(session: AsyncSession, *, community_id: int, kind: str, lying: Lying) -> None:
    """A message is no card any more."""
    card = await at(session, community_id=community_id, kind=kind, lying=lying)
    if card is not None:
        await session.delete(card)
        await session.flush()


async def at(session: AsyncSession, *, community_id: int, kind: str, lying: Lying) -> ReviewCards | None:
    """The card that a message is known to be."""
    here = (ReviewCards.community_id == community_id, ReviewCards.message_id == lying.message_id)
    there = (
        ReviewCards.user_id.is_not_distinct_from(lying.user_id),
        ReviewCards.chat_id.is_not_distinct_from(lying.chat_id),
    )
    chosen = select(ReviewCards).where(*here, *there, ReviewCards.kind == kind).limit(1)
    return (await session.execute(chosen)).scalar_one_or_none()


async def find(session: AsyncSession, *, community_id: int, card_id: int) -> ReviewCards | None:
    """Where a card lies."""
    here = (ReviewCards.community_id == community_id, ReviewCards.card_id == card_id)
    return (await session.execute(select(ReviewCards).where(*here))).scalar_one_or_none()


async def about(session: AsyncSession, *, community_id: int, kind: str, about_id: int) -> Sequence[int]:
    """The numbers of all cards about something."""
    connection = await session.connection()
    return await connection.run_sync(
        lambda sync: about_now(sync, community_id=community_id, kind=kind, about_id=about_id)
    )


def about_now(connection: Connection, *, community_id: int, kind: str, about_id: int) -> Sequence[int]:
    """The same for who has but a connection."""
    here = (ReviewCards.community_id == community_id, ReviewCards.kind == kind, ReviewCards.about_id == about_id)
    return connection.execute(select(ReviewCards.card_id).where(*here).order_by(ReviewCards.card_id)).scalars().all()
