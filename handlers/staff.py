"""Who runs a group: Telegram is asked for its list of administrators, and what it answers is written down."""

from sqlalchemy.ext.asyncio import AsyncSession
from telegram import ChatMember

from handlers.feature import Feature, InDoubt, Outside, Post, Sent
from handlers.listening import staff_status
from handlers.outgoing import Call, Turn
from handlers.raw import a_flag, granted_rights
from models import communities, listing, staff
from models.facts import BotStatus
from models.staff import Leader, StaffUnknown


async def post_staff_question(session: AsyncSession, event: StaffUnknown, _outside: Outside) -> Call | None:
    """Ask Telegram who the administrators of a group are, while the bot is there."""
    community = await communities.find(session, community_id=event.community_id)
    if community is None or community.bot_status == BotStatus.AWAY:
        return None
    chat_id = community.chat_id
    return Call("get_chat_administrators", chat_id, {"chat_id": chat_id}, turn=Turn.AT_ONCE)


def _leader(member: ChatMember) -> Leader:
    raw = member.to_dict()
    return Leader(member.user.id, staff_status(raw), granted_rights(raw), is_anonymous=a_flag(raw, "is_anonymous"))


async def on_staff_told(session: AsyncSession, event: StaffUnknown, sent: Sent) -> None:
    """Telegram has told its list."""
    leaders = [_leader(member) for member in sent.result if not member.user.is_bot]
    connection = await session.connection()
    await connection.run_sync(
        lambda sync: listing.hold(sync, staff.know(sync, community_id=event.community_id, leaders=leaders, now=sent.at))
    )


FEATURE = Feature(
    name="staff",
    posts={StaffUnknown: Post(post_staff_question, in_doubt=InDoubt.AGAIN, on_sent=on_staff_told)},
)
