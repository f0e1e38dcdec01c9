"""Kith's reaction on a member's message: the quiet way to say that something was noticed or has counted."""

from collections.abc import Mapping
from types import MappingProxyType

from sqlalchemy.ext.asyncio import AsyncSession
from telegram import ReactionTypeEmoji

from handlers.feature import Feature, InDoubt, Outside, Post
from handlers.outgoing import Call, Turn
from models import communities, signs
from models.communities import Communities, State
from models.facts import BotStatus
from models.signs import Sign, SignDue, SignOffered

# Of those that Telegram lets everybody choose. None is a thumb or a heart, which would pass for somebody's like.
EMOJI: Mapping[Sign, str] = MappingProxyType(
    {Sign.SEEN: "👀", Sign.COUNTED: "✍", Sign.HELPED: "🙏", Sign.ACCEPTED: "💯", Sign.FEATURED: "🏆"}
)


async def post_sign(session: AsyncSession, event: SignDue, _outside: Outside) -> Call | None:
    """Put the sign on the message, while the bot is there."""
    if await _where_it_is(session, event) is None:
        return None
    return _reaction(event, Turn.AT_ONCE)


async def post_offered(session: AsyncSession, event: SignOffered, _outside: Outside) -> Call | None:
    """The same in its turn among the group's messages, unless there is something else to say of that message."""
    community = await _where_it_is(session, event)
    if community is None or community.chat_id != event.chat_id or await signs.is_outdone(session, offered=event):
        return None
    return _reaction(event, Turn.PACED)


async def _where_it_is(session: AsyncSession, event: SignDue | SignOffered) -> Communities | None:
    """The community of a message, while the bot is there."""
    community = await communities.find(session, community_id=event.community_id)
    if community is None or community.state != State.ACTIVE or community.bot_status == BotStatus.AWAY:
        return None
    return community


def _reaction(event: SignDue | SignOffered, turn: Turn) -> Call:
    emoji = EMOJI.get(Sign(event.sign))
    chosen = [] if emoji is None else [ReactionTypeEmoji(emoji)]
    arguments = {"chat_id": event.chat_id, "message_id": event.message_id, "reaction": chosen}
    return Call("set_message_reaction", event.chat_id, arguments, turn=turn)


FEATURE = Feature(
    name="signs",
    posts={
        SignDue: Post(post_sign, in_doubt=InDoubt.AGAIN),
        SignOffered: Post(post_offered, in_doubt=InDoubt.AGAIN),
    },
)
