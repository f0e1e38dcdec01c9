"""Where the message stands that something in the ledger came from, as far as that is still known."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select, tuple_
from sqlalchemy.ext.asyncio import AsyncSession

from models import communities
from models.messages import Messages
from models.rules.sources import MessageKey, album_in, message_in


@dataclass(frozen=True)
class MessagePlace:
    """Where a message stands in Telegram; a public chat has a `username`, and in a forum there are topics."""

    chat_id: int
    message_id: int
    topic: int | None = None
    username: str | None = None


async def of(
    session: AsyncSession, *, community_id: int, user_id: int, sources: Mapping[str, datetime]
) -> Mapping[str, MessagePlace]:
    """The place of each of a member's sources, told with its time; what came from no message has none.

    An album is where its first message is, for as long as the message map knows it.
    """
    keys = {source: key for source in sources if (key := message_in(source)) is not None}
    keys |= await _albums(session, community_id, user_id, {s: at for s, at in sources.items() if album_in(s)})
    community = await communities.find(session, community_id=community_id)
    if community is None or not keys:
        return {}
    topics = await _topics(session, community_id, set(keys.values()))
    # Only the chat of now has that name; what was said in the group before it became a supergroup has no address.
    names = {community.chat_id: community.username}
    return {
        source: MessagePlace(*key, topic=topics.get(key), username=names.get(key.chat_id))
        for source, key in keys.items()
    }


async def _albums(
    session: AsyncSession, community_id: int, user_id: int, sources: Mapping[str, datetime]
) -> dict[str, MessageKey]:
    """Each album's first message. Its time is in an index; the album's name alone is in none."""
    if not sources:
        return {}
    named = {album: source for source in sources if (album := album_in(source)) is not None}
    mine = (Messages.community_id == community_id, Messages.author_id == user_id)
    chosen = (
        select(Messages.chat_id, Messages.album, func.min(Messages.message_id))
        .where(*mine, Messages.sent_at.in_(set(sources.values())), Messages.album.in_({name for _, name in named}))
        .group_by(Messages.chat_id, Messages.album)
    )
    first = {(row[0], str(row[1])): MessageKey(row[0], row[2]) for row in await session.execute(chosen)}
    return {source: first[album] for album, source in named.items() if album in first}


async def _topics(session: AsyncSession, community_id: int, keys: set[MessageKey]) -> dict[MessageKey, int]:
    place = tuple_(Messages.chat_id, Messages.message_id)
    chosen = select(Messages.chat_id, Messages.message_id, Messages.topic).where(
        Messages.community_id == community_id, place.in_(sorted(keys)), Messages.topic.is_not(None)
    )
    return {MessageKey(row.chat_id, row.message_id): row.topic for row in await session.execute(chosen)}
