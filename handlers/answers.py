"""Taking our own short answers away again, the commands they were given to, and the lines that tell of our pins."""

from sqlalchemy.ext.asyncio import AsyncSession
from telegram import Update

from handlers.asking import Context
from handlers.feature import Feature, InDoubt, Outside, Post
from handlers.outgoing import Call, Turn
from models import communities
from models.answers import AnswerExpired
from models.communities import Communities


async def post_expired(session: AsyncSession, event: AnswerExpired, _outside: Outside) -> Call | None:
    """Delete the answer, and the command where we hold the right to."""
    community = await communities.find(session, community_id=event.community_id)
    if community is None:
        return None
    ids = [event.answer_id]
    if event.command_id is not None and _may_delete(community):
        ids.append(event.command_id)
    arguments = {"chat_id": event.chat_id, "message_ids": ids}
    return Call("delete_messages", event.chat_id, arguments, turn=Turn.AT_ONCE)


def _may_delete(community: Communities) -> bool:
    return "can_delete_messages" in community.bot_rights.get("rights", ())


async def on_pin_told(update: Update, context: Context) -> None:
    """Delete the line "Kith pinned …", which Telegram puts below what is pinned: a day's topic needs no second one."""
    told, community = update.effective_message, context.community
    if told is None or community is None or not _may_delete(community):
        return
    arguments = {"chat_id": told.chat_id, "message_id": told.message_id}
    context.asking.calls.append(Call("delete_message", told.chat_id, arguments, turn=Turn.AT_ONCE))


FEATURE = Feature(name="answers", posts={AnswerExpired: Post(compose=post_expired, in_doubt=InDoubt.AGAIN)})
