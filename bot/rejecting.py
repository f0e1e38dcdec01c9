"""A call that Telegram refused as wrong in itself is kept for the owner, unless it only came too late."""

from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession

from bot.telegram import STAYED_BEHIND
from handlers.masking import masked_call, masked_reason
from handlers.outgoing import Call
from models import rejections

# What somebody else was faster with, or time itself: nothing is wrong with these calls.
_CAME_TOO_LATE = (
    "query is too old",
    "message is not modified",
    "message to edit not found",
    "message to delete not found",
    "message to unpin not found",
    "message can't be deleted",
    "message can't be edited",
    "poll has already been closed",
    "message with poll to stop not found",
    STAYED_BEHIND,
)


def came_too_late(reason: str) -> bool:
    """Whether a refusal only says that somebody was faster, so that there is nothing to look at."""
    return any(words in reason.lower() for words in _CAME_TOO_LATE)


async def keep_rejected(
    session: AsyncSession, call: Call, reason: str, *, event_name: str | None = None, now: datetime
) -> None:
    """Keep a refused call with its texts masked; `event_name` is the news that it told, if any."""
    if came_too_late(reason):
        return
    await rejections.keep(
        session,
        chat_id=call.chat_id,
        method=call.method,
        arguments=masked_call(call),
        reason=masked_reason(reason),
        event_name=event_name,
        now=now,
    )
