"""Questions of Kith's that wait for somebody's word: what was asked, of whom, where, and what the answer is for."""

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, Index, String, bindparam, delete, insert, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Mapped, mapped_column

from models.bulk import table_of
from models.ids import new_id
from models.schema import COMPOSITE, Base, CommunityKey, Key

# After this a number that somebody types is no answer any more, and a button confirms nothing.
ANSWER_KEPT = timedelta(hours=1)


class Dialogues(Base):
    """One row per open question. `user_id` may answer it; where it is empty, whoever has the right.

    `member_id` is whom it is about; `details` holds no person.
    """

    __tablename__ = "dialogues"
    __table_args__ = (
        Index(None, "user_id"),
        {"info": {"person": ("user_id", "member_id"), "forgotten": "empty"}, **COMPOSITE},
    )

    community_id: Mapped[CommunityKey]
    dialogue_id: Mapped[Key]
    topic: Mapped[str] = mapped_column(String(32))
    user_id: Mapped[int | None]
    member_id: Mapped[int | None]
    details: Mapped[dict[str, Any]]
    asked_at: Mapped[datetime]


async def ask(
    session: AsyncSession,
    *,
    community_id: int,
    topic: str,
    details: dict[str, Any],
    now: datetime,
    user_id: int | None = None,
    member_id: int | None = None,
) -> int:
    """Write a question down, in place of any that the same person has not answered; returns its number."""
    if user_id is not None:
        await end(session, user_id=user_id)
    number = new_id()
    row = {"community_id": community_id, "dialogue_id": number, "topic": topic, "user_id": user_id}
    row |= {"member_id": member_id, "details": details, "asked_at": now}
    await session.execute(insert(Dialogues).values(**row))
    return number


async def open_for(session: AsyncSession, *, user_id: int, now: datetime) -> Dialogues | None:
    """The question that somebody has been asked and not answered."""
    chosen = select(Dialogues).where(Dialogues.user_id == user_id, Dialogues.asked_at > now - ANSWER_KEPT)
    return (await session.execute(chosen.order_by(Dialogues.dialogue_id.desc()).limit(1))).scalar_one_or_none()


async def find(session: AsyncSession, *, community_id: int, dialogue_id: int, now: datetime) -> Dialogues | None:
    """An open question by its number, ours alone until the commit."""
    here = (Dialogues.community_id == community_id, Dialogues.dialogue_id == dialogue_id)
    chosen = select(Dialogues).where(*here, Dialogues.asked_at > now - ANSWER_KEPT).with_for_update()
    return (await session.execute(chosen)).scalar_one_or_none()


async def close(session: AsyncSession, *, community_id: int, dialogue_id: int) -> None:
    """A question was answered."""
    here = (Dialogues.community_id == community_id, Dialogues.dialogue_id == dialogue_id)
    await session.execute(delete(Dialogues).where(*here))


# Built once, and nothing in the session to look through: every command in private ends what was asked.
_END = delete(table_of(Dialogues)).where(Dialogues.user_id == bindparam("their_id")).returning(Dialogues.user_id)


async def end(session: AsyncSession, *, user_id: int) -> bool:
    """Whatever somebody was asked is asked no more; whether there was anything."""
    return (await session.execute(_END, {"their_id": user_id})).first() is not None


def forget_before(connection: Connection, *, moment: datetime) -> None:
    """Drop questions asked before `moment`."""
    connection.execute(delete(Dialogues).where(Dialogues.asked_at < moment))
