"""Kith's reaction on a member's message: the quiet way to say that something was noticed or has counted."""

from collections.abc import Mapping
from types import MappingProxyType

from sqlalchemy.ext.asyncio import AsyncSession
from telegram import ReactionTypeEmoji

from handlers.feature import Feature, InDoubt, Outside, Post
from handlers.outgoing import Call, Turn
from models import communities
from models.communities import State
from models.facts import BotStatus
from models.signs import Sign, SignDue

# Of those that Telegram lets everybody choose. None is a thumb or a heart, which would pass for somebody's like.
EMOJI: Mapping[Sign, str] = MappingProxyType(
    {Sign.SEEN: "👀", Sign.HELPED: "🙏", Sign.ACCEPTED: "💯", Sign.FEATURED: "🏆"}
)


async def post_sign(session: AsyncSession, event: SignDue, _outside: Outside) -> Call | None:
    """Put the sign on the message, while the bot is there."""
    community = await communities.find(session, community_id=event.community_id)
    if community is None or community.state != State.ACTIVE or community.bot_status == BotStatus.AWAY:
        return None
    emoji = EMOJI.get(Sign(event.sign))
    chosen = [] if emoji is None else [ReactionTypeEmoji(emoji)]
    arguments = {"chat_id": event.chat_id, "message_id": event.message_id, "reaction": chosen}
    return Call("set_message_reaction", event.chat_id, arguments, turn=Turn.AT_ONCE)


FEATURE = Feature(name="signs", posts={SignDue: Post(post_sign, in_doubt=InDoubt.AGAIN)})
