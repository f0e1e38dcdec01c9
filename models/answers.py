"""Kith's short answers in a group are written down when they are given, to be taken away after a while."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy.ext.asyncio import AsyncSession

from models import communities, outbox
from models.events import Event, event
from models.rules.answers import AnswersSettings
from models.rules.settings import changed


@event("answers.expired", version=1)
@dataclass(frozen=True)
class AnswerExpired(Event):
    """An answer, and the command that it was given to, may go from the chat now."""

    chat_id: int
    answer_id: int
    command_id: int | None


async def let_expire(
    session: AsyncSession, *, chat_id: int, answer_id: int, command_id: int | None, now: datetime
) -> None:
    """Have an answer in a group deleted after the time that the group has set."""
    community = await communities.of_chat(session, chat_id=chat_id)
    if community is None:
        return
    settings = changed(AnswersSettings(), community.settings.get("answers", {}))
    if settings.vanish_after_seconds == 0:
        return
    tidied = command_id if settings.tidy_commands else None
    due_at = now + timedelta(seconds=settings.vanish_after_seconds)
    await outbox.put(session, [AnswerExpired(community.community_id, chat_id, answer_id, tidied)], due_at=due_at)
