"""The usual bot, as people write it: the library's handlers, and one ORM transaction for each update on aiosqlite.

Each update keeps the person and the member, counts, and writes a row of the ledger: less than Kith does. It has the
journal that everybody recommends (WAL), and nothing of what Kith has learned about SQLite beyond it.
"""

import os
from datetime import UTC, datetime

from sqlalchemy import event, make_url, update
from sqlalchemy.dialects.sqlite import insert
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.ext.asyncio import AsyncEngine, async_sessionmaker, create_async_engine
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column
from sqlalchemy.pool import ConnectionPoolEntry
from telegram import Chat, Update, User
from telegram.ext import (
    Application,
    CallbackQueryHandler,
    ChatMemberHandler,
    ContextTypes,
    MessageHandler,
    MessageReactionHandler,
    PollAnswerHandler,
    filters,
)

POINTS = 20


class Base(DeclarativeBase):
    """The parent of its tables."""


class Person(Base):
    """Somebody."""

    __tablename__ = "people"
    user_id: Mapped[int] = mapped_column(primary_key=True)
    first_name: Mapped[str]
    username: Mapped[str | None]


class Member(Base):
    """Somebody in a group, and how often they did something there."""

    __tablename__ = "members"
    chat_id: Mapped[int] = mapped_column(primary_key=True)
    user_id: Mapped[int] = mapped_column(primary_key=True)
    last_seen_at: Mapped[datetime]
    count: Mapped[int] = mapped_column(default=0)


class Entry(Base):
    """A change of points."""

    __tablename__ = "ledger"
    entry_id: Mapped[int] = mapped_column(primary_key=True)
    chat_id: Mapped[int] = mapped_column(index=True)
    user_id: Mapped[int] = mapped_column(index=True)
    points: Mapped[int]
    at: Mapped[datetime]


def _on_connect(connection: DBAPIConnection, _record: ConnectionPoolEntry) -> None:
    cursor = connection.cursor()
    cursor.execute("PRAGMA journal_mode=WAL")
    cursor.close()


def _engine() -> AsyncEngine:
    url = make_url(os.environ["KITH_DATABASE__URL"]).set(drivername="sqlite+aiosqlite")
    engine = create_async_engine(url)
    event.listen(engine.sync_engine, "connect", _on_connect)
    return engine


ENGINE = _engine()
SESSIONS = async_sessionmaker(ENGINE, expire_on_commit=False)


async def _earn(user: User | None, chat: Chat | None) -> None:
    if user is None:
        return
    chat_id, now = chat.id if chat else 0, datetime.now(UTC)
    names = {"first_name": user.first_name, "username": user.username}
    here = (Member.chat_id == chat_id, Member.user_id == user.id)
    async with SESSIONS() as session, session.begin():
        person = insert(Person).values(user_id=user.id, **names)
        await session.execute(person.on_conflict_do_update(index_elements=["user_id"], set_=names))
        member = insert(Member).values(chat_id=chat_id, user_id=user.id, last_seen_at=now, count=0)
        seen = {"last_seen_at": now}
        await session.execute(member.on_conflict_do_update(index_elements=["chat_id", "user_id"], set_=seen))
        await session.execute(update(Member).where(*here).values(count=Member.count + 1))
        session.add(Entry(chat_id=chat_id, user_id=user.id, points=POINTS, at=now))


async def _on_anything(update: Update, _context: ContextTypes.DEFAULT_TYPE) -> None:
    await _earn(update.effective_user, update.effective_chat)


async def _answer(update: Update, _context: ContextTypes.DEFAULT_TYPE) -> None:
    if update.callback_query is not None:
        await update.callback_query.answer()


async def _make_tables(_application: object) -> None:
    async with ENGINE.begin() as connection:
        await connection.run_sync(Base.metadata.create_all)


def main() -> None:
    """Poll the server named by the environment."""
    application = (
        Application.builder()
        .token(os.environ["KITH_TELEGRAM__TOKEN"])
        .base_url(os.environ["KITH_TELEGRAM__API_URL"] + "/bot")
        .post_init(_make_tables)
        .build()
    )
    application.add_handler(MessageHandler(filters.ALL, _on_anything))
    application.add_handler(MessageReactionHandler(_on_anything))
    application.add_handler(PollAnswerHandler(_on_anything))
    application.add_handler(ChatMemberHandler(_on_anything, ChatMemberHandler.CHAT_MEMBER))
    application.add_handler(CallbackQueryHandler(_answer))
    application.run_polling(allowed_updates=Update.ALL_TYPES)


if __name__ == "__main__":
    main()
