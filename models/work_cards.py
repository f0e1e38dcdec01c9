"""The cards of shared works: where they lie, and how far what they tell is still so."""

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import Connection, Index, String, or_, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Mapped, mapped_column

from models import outbox, works
from models.events import Event
from models.ids import new_id
from models.schema import COMPOSITE, Base, CommunityKey, Key
from models.works import WorkChanged, Works, WorkShared


class WorkCards(Base):
    """Where a work's card lies: with an administrator in private, or in the admin chat.

    `tells` is how the work stood when the card was sent, or changed last, if that is known, with the factor that it
    names.
    """

    __tablename__ = "work_cards"
    __table_args__ = (
        Index(None, "community_id", "work_id"),
        {"info": {"person": ("user_id",), "forgotten": "empty"}, **COMPOSITE},
    )

    community_id: Mapped[CommunityKey]
    card_id: Mapped[Key]
    work_id: Mapped[int]
    user_id: Mapped[int | None]
    chat_id: Mapped[int | None]
    message_id: Mapped[int]
    tells: Mapped[str | None] = mapped_column(String(64))


async def note_sent(
    session: AsyncSession, *, event: WorkShared, message_id: int, tells: str | None, now: datetime
) -> None:
    """A card has reached its place, where it `tells` how the work stood when it was sent; what is new is told there."""
    # Held, so that whoever decides meanwhile finds either the card, or is found to have decided.
    work = await works.held(session, community_id=event.community_id, work_id=event.work_id)
    chat_id = event.user_id or event.chat_id or 0
    if work is not None and await _card_at(session, work, chat_id, message_id) is None:
        place = {"user_id": event.user_id, "chat_id": event.chat_id, "message_id": message_id}
        await _put_card(session, work, **place, tells=tells, now=now)


async def note_pressed(session: AsyncSession, *, work: Works, chat_id: int, message_id: int, now: datetime) -> None:
    """A button under a message was pressed, so it is a card of a work, which is held: it is told what is new."""
    if await _card_at(session, work, chat_id, message_id) is None:
        await _put_card(session, work, **_whose(chat_id), message_id=message_id, tells=None, now=now)


async def note_shown(
    session: AsyncSession, *, work: Works, chat_id: int, message_id: int, tells: str, now: datetime
) -> None:
    """A message shows a work, which is held, as it is now, which it `tells`: it is told only what is newer."""
    lies = await _card_at(session, work, chat_id, message_id)
    if lies is None:
        await _put_card(session, work, **_whose(chat_id), message_id=message_id, tells=tells, now=now)
    else:
        lies.tells = tells


def _whose(chat_id: int) -> dict[str, int | None]:
    """Groups' ids are negative, and a private chat's id is the person's."""
    return {"user_id": chat_id, "chat_id": None} if chat_id > 0 else {"user_id": None, "chat_id": chat_id}


async def _put_card(
    session: AsyncSession, work: Works, *, tells: str | None, now: datetime, **place: int | None
) -> None:
    here = {"community_id": work.community_id, "work_id": work.work_id}
    lies = WorkCards(**here, card_id=new_id(), **place, tells=tells)
    session.add(lies)
    await session.flush()
    if not work.is_told_by(tells):
        await outbox.put(session, [WorkChanged(**here, card_id=lies.card_id)], due_at=now)


async def find(session: AsyncSession, *, community_id: int, card_id: int) -> WorkCards | None:
    """Where a card lies."""
    here = (WorkCards.community_id == community_id, WorkCards.card_id == card_id)
    return (await session.execute(select(WorkCards).where(*here))).scalar_one_or_none()


async def _card_at(session: AsyncSession, work: Works, chat_id: int, message_id: int) -> WorkCards | None:
    here = (WorkCards.community_id == work.community_id, WorkCards.work_id == work.work_id)
    there = (WorkCards.message_id == message_id, or_(WorkCards.user_id == chat_id, WorkCards.chat_id == chat_id))
    return (await session.execute(select(WorkCards).where(*here, *there).limit(1))).scalar_one_or_none()


async def changed(session: AsyncSession, *, work: Works, now: datetime) -> None:
    """Have every card of a work say what became of it."""
    about = {"community_id": work.community_id, "work_id": work.work_id}
    connection = await session.connection()
    await outbox.put(session, await connection.run_sync(lambda sync: all_changed(sync, **about)), due_at=now)


def all_changed(connection: Connection, *, community_id: int, work_id: int) -> list[Event]:
    """What has every card of a work say how it stands."""
    here = (WorkCards.community_id == community_id, WorkCards.work_id == work_id)
    found = connection.execute(select(WorkCards.card_id).where(*here).order_by(WorkCards.card_id)).scalars()
    return [WorkChanged(community_id, work_id, card_id) for card_id in found]


async def renew(session: AsyncSession, *, shown: Collection[Works], user_id: int, now: datetime) -> None:
    """Have the cards of works of a community with an administrator promise what is promised today, if it is new."""
    here = [WorkCards.community_id.in_({work.community_id for work in shown}), WorkCards.user_id == user_id]
    chosen = select(WorkCards).where(*here, WorkCards.work_id.in_([work.work_id for work in shown]))
    found = (await session.execute(chosen.order_by(WorkCards.card_id))).scalars()
    news = [WorkChanged(lies.community_id, lies.work_id, lies.card_id) for lies in found]
    await outbox.put(session, news, due_at=now)


async def show(session: AsyncSession, *, work: Works, user_id: int, now: datetime) -> None:
    """Show a work's card to an administrator once more."""
    await outbox.put(session, [WorkShared(work.community_id, work.work_id, user_id, None)], due_at=now)
