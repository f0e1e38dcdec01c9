"""Who runs a group: Telegram is asked for its list of administrators, and what it answers decides who may lead."""

from collections.abc import Iterable
from datetime import datetime
from math import ceil

from sqlalchemy.ext.asyncio import AsyncSession
from telegram import ChatMember, Update

from handlers.asking import Context
from handlers.feature import Feature, InDoubt, Outside, Post, Sent
from handlers.listening import staff_status
from handlers.outgoing import Call, Turn
from handlers.raw import a_flag, granted_rights
from handlers.shown import person
from handlers.texts import staff as texts
from models import communities, listing, people, staff
from models.communities import Communities
from models.facts import BotStatus
from models.staff import IsNotStaff, Leader, RightIsMissing, StaffIsUnknown, StaffUnknown


def list_asked_for(chat_id: int) -> Call:
    """The call that asks Telegram who the administrators of a chat are."""
    return Call("get_chat_administrators", chat_id, {"chat_id": chat_id}, turn=Turn.AT_ONCE)


async def write_list(session: AsyncSession, *, community_id: int, members: Iterable[ChatMember], now: datetime) -> None:
    """Write down what Telegram has answered."""
    leaders = [_leader(member) for member in members if not member.user.is_bot]
    connection = await session.connection()
    await connection.run_sync(
        lambda sync: listing.hold(sync, staff.know(sync, community_id=community_id, leaders=leaders, now=now))
    )


async def post_staff_question(session: AsyncSession, event: StaffUnknown, _outside: Outside) -> Call | None:
    """Ask Telegram who the administrators of a group are, while the bot is there."""
    community = await communities.find(session, community_id=event.community_id)
    if community is None or community.bot_status == BotStatus.AWAY:
        return None
    return list_asked_for(community.chat_id)


def _leader(member: ChatMember) -> Leader:
    raw = member.to_dict()
    return Leader(member.user.id, staff_status(raw), granted_rights(raw), is_anonymous=a_flag(raw, "is_anonymous"))


async def on_staff_told(session: AsyncSession, event: StaffUnknown, sent: Sent) -> None:
    """Telegram has told its list."""
    await write_list(session, community_id=event.community_id, members=sent.result, now=sent.at)


def actor(update: Update) -> int | None:
    """Who gives a command; nobody who could be named where an administrator writes as the group.

    Raises `IsNotStaff` for who writes as a channel, or passes on what somebody else wrote.
    """
    asked, user, chat = update.effective_message, update.effective_user, update.effective_chat
    if asked is not None and (asked.forward_origin is not None or asked.via_bot is not None):
        raise IsNotStaff
    if asked is not None and asked.sender_chat is not None and update.callback_query is None:
        if chat is not None and asked.sender_chat.id == chat.id:
            return None
        raise IsNotStaff
    if user is None:
        raise IsNotStaff
    return user.id


async def must_lead(context: Context, *, community: Communities, user_id: int, right: str) -> None:
    """Let only administrators of the community with that right of Telegram's pass; see `models.staff.require`."""
    await staff.require(
        context.session,
        community_id=community.community_id,
        chat_id=community.chat_id,
        user_id=user_id,
        right=right,
        now=context.now,
    )


async def led_by(context: Context, user_id: int) -> list[Communities]:
    """The communities that somebody runs, as far as is known, and that Kith serves."""
    led = await staff.led_by(context.session, user_id=user_id)
    found = await communities.among(context.session, community_ids=led)
    return [one for one in found if one.state == communities.State.ACTIVE]


async def chosen(context: Context, *, community_id: int, user_id: int, right: str) -> Communities:
    """The community behind a button in private, for who runs it; raises a refusal for anybody else."""
    community = await communities.find(context.session, community_id=community_id)
    if community is None or community.state not in communities.SERVED:
        raise IsNotStaff
    await must_lead(context, community=community, user_id=user_id, right=right)
    return community


async def introduced(update: Update, context: Context) -> None:
    """Note who has decided by a button, if they are not known: the card names them, and a press tells of nobody.

    So it is with who had themselves forgotten, and decides again.
    """
    press = update.callback_query
    who = None if press is None else person(press.from_user.to_dict())
    if who is not None and context.person is None:
        await people.meet(context.session, person=who, at=context.now)


FEATURE = Feature(
    name="staff",
    posts={StaffUnknown: Post(post_staff_question, in_doubt=InDoubt.AGAIN, on_sent=on_staff_told)},
    refusals={
        IsNotStaff: lambda reader, _refusal: texts.only_administrators(reader),
        RightIsMissing: lambda reader, refusal: texts.right_missing(reader, right=refusal.right),
        StaffIsUnknown: lambda reader, refusal: texts.cannot_check(reader, minutes=ceil(refusal.again_in_seconds / 60)),
    },
)
