"""Taking our own short answers away again, and the commands they were given to."""

from sqlalchemy.ext.asyncio import AsyncSession

from handlers.feature import Feature, InDoubt, Outside, Post
from handlers.outgoing import Call, Turn
from models import communities
from models.answers import AnswerExpired


async def post_expired(session: AsyncSession, event: AnswerExpired, _outside: Outside) -> Call | None:
    """Delete the answer, and the command where we hold the right to."""
    community = await communities.find(session, community_id=event.community_id)
    if community is None:
        return None
    ids = [event.answer_id]
    if event.command_id is not None and "can_delete_messages" in community.bot_rights.get("rights", ()):
        ids.append(event.command_id)
    arguments = {"chat_id": event.chat_id, "message_ids": ids}
    return Call("delete_messages", event.chat_id, arguments, turn=Turn.AT_ONCE)


FEATURE = Feature(name="answers", posts={AnswerExpired: Post(compose=post_expired, in_doubt=InDoubt.AGAIN)})
