"""Looking into the database of a bot that is measured."""

from models import communities
from models.database import Database


async def community_of(database: Database, *, chat_id: int) -> int:
    """Our id of the community that lives in a chat."""
    async with database.reading() as session:
        found = await communities.of_chat(session, chat_id=chat_id)
    if found is None:
        raise LookupError("the bot has not met the group")
    return found.community_id
