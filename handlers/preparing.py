"""The word to who runs a group, some days before, of a weekly poll without topics or a co-creation without a theme."""

from datetime import UTC, datetime

from sqlalchemy.ext.asyncio import AsyncSession

from handlers.buttons import link
from handlers.communities import reader_for
from handlers.feature import Feature, Outside, Post
from handlers.outgoing import Call, message
from handlers.polls import PROPOSE
from handlers.texts import polls as poll_texts
from handlers.texts import preparing as texts
from models import communities, proposals
from models.preparing import Lacking
from models.rules import polls


async def post_lacking(session: AsyncSession, event: Lacking, outside: Outside) -> Call | None:
    """What is lacking, and by which command or button it comes."""
    here = await communities.find_active(session, community_id=event.community_id)
    to, at = event.user_id or event.chat_id, datetime.fromtimestamp(event.at, UTC)
    if here is None or to is None:
        return None
    reader = await reader_for(session, event.user_id, here)
    if event.kind != polls.OPEN.name:
        return message(to, texts.no_theme(reader, title=here.title, at=at))
    _, waiting = await proposals.waiting(session, community_id=event.community_id)
    text = texts.no_topics(reader, title=here.title, at=at, waiting=waiting)
    address = outside.me.deep_link(f"{PROPOSE}-{event.community_id}")
    return message(to, text, buttons=[[link(poll_texts.see_proposals(reader), address)]] if waiting else [])


FEATURE = Feature(name="preparing", posts={Lacking: Post(post_lacking)})
