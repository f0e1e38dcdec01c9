"""What became of a day's topic when it was to be posted: it stands in the group, was not taken, or came too late."""

from datetime import datetime

from sqlalchemy import Connection, delete, func, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from models import lateness, occurrences, outbox, topics
from models.bulk import upsert
from models.occurrences import Place
from models.rules.topics import CLOSE, POST
from models.topic_answers import TopicMessages
from models.topic_choice import day_called
from models.topic_days import who_runs
from models.topics import TopicBank, TopicDays, TopicPinned, TopicRefused


async def sent(session: AsyncSession, *, community_id: int, key: int, chat_id: int, message_id: int) -> None:
    """A day's topic stands in the group: what replies to it from now on is an answer."""
    place = {"chat_id": chat_id, "message_id": message_id}
    await topics.know_message(session, community_id=community_id, key=key, **place)
    connection = await session.connection()
    row = (community_id, chat_id, message_id, key)
    columns = ("community_id", "chat_id", "message_id", "key")
    await connection.run_sync(lambda sync: upsert(sync, TopicMessages, columns, [row]))


async def pinned(session: AsyncSession, *, community_id: int, key: int, now: datetime) -> None:
    """A day's topic is pinned: its end takes that off again; one that came meanwhile did not know of it."""
    day = await topics.day(session, community_id=community_id, key=key)
    if day is None:
        return
    day.is_pinned = True
    await session.flush()
    if day.closes_at <= now:
        await outbox.put(session, [TopicPinned(community_id, key, is_open=False)], due_at=now)


async def refused(session: AsyncSession, *, community_id: int, key: int, now: datetime) -> None:
    """A day's topic cannot be posted where it should be: say so, unless that was so with the one before."""
    day = await topics.day(session, community_id=community_id, key=key)
    if day is None or day.message_id is not None:
        return
    await _take_back(session, day)
    before = select(TopicDays.message_id, TopicDays.chat_id).where(
        TopicDays.community_id == community_id, TopicDays.key < key
    )
    last = (await session.execute(before.order_by(TopicDays.key.desc()).limit(1))).one_or_none()
    if last is not None and last.message_id is None:
        return
    await _tell(session, community_id, key, now=now)


async def left_out(session: AsyncSession, *, community_id: int, key: int, now: datetime) -> None:
    """A day's topic could not leave in time: it is as if nobody had been there to choose one.

    One that may stand in the group all the same is told of to who runs it, since nothing written to it will count.
    """
    day = await topics.day(session, community_id=community_id, key=key)
    if day is None or day.message_id is not None:
        return
    await _take_back(session, day)
    if day.is_doubted:
        await _tell(session, community_id, key, now=now, doubted_id=day.topic_id)
    here = (TopicDays.community_id == community_id, TopicDays.key == key)
    await session.execute(delete(TopicDays).where(*here))
    place = Place(community_id, POST.name, key)
    await (await session.connection()).run_sync(lambda sync: lateness.leave_out(sync, place=place, now=now))


async def doubted(session: AsyncSession, *, community_id: int, key: int) -> None:
    """Nobody can say whether a day's topic was sent: it goes once more, and may stand in the group even if it fails."""
    here = (TopicDays.community_id == community_id, TopicDays.key == key)
    await session.execute(update(TopicDays).where(*here).values(is_doubted=True))


async def _tell(
    session: AsyncSession, community_id: int, key: int, *, now: datetime, doubted_id: int | None = None
) -> None:
    """Have who runs the group told that a day's topic was not taken, or may not have been."""
    connection = await session.connection()
    whom = (await connection.run_sync(lambda sync: who_runs(sync, [community_id]))).get(community_id)
    if whom is not None:
        await outbox.put(session, [TopicRefused(community_id, whom, key, doubted_id)], due_at=now)


async def _take_back(session: AsyncSession, day: TopicDays) -> None:
    """Nobody has seen a day's topic: it may be chosen again, its promise stands, and its day has no end."""
    here, topic_id, key = day.community_id, day.topic_id, day.key
    seen = select(TopicDays.key).where(
        TopicDays.community_id == here,
        TopicDays.topic_id == topic_id,
        TopicDays.key != key,
        TopicDays.message_id.is_not(None),
    )
    before = (await session.execute(seen.order_by(TopicDays.key.desc()).limit(1))).scalar_one_or_none()
    values = {
        "posted_on": None if before is None else day_called(before),
        "wanted_on": func.coalesce(TopicBank.wanted_on, day.wanted_on),
    }
    this = (TopicBank.community_id == here, TopicBank.topic_id == topic_id)
    await session.execute(update(TopicBank).where(*this).values(**values))

    def call_off(connection: Connection) -> None:
        occurrences.call_off(connection, community_id=here, kind=CLOSE.name, key=key)

    await (await session.connection()).run_sync(call_off)
