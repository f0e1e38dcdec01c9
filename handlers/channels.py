"""`/channel`: the channel to which a group's featured work is copied; only who may post there can choose it."""

import re
from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession
from telegram import ChatMember, MessageId, Update

from handlers import staff
from handlers.asking import Context
from handlers.buttons import button, ids_of
from handlers.cards import copied
from handlers.communities import reader_for
from handlers.feature import Command, Feature, InDoubt, Outside, Post, Sent
from handlers.identity import Audience
from handlers.orders import Order, Ordering
from handlers.outgoing import Call, Turn, message
from handlers.raw import granted_rights
from handlers.texts import channels as texts
from models import audit, channels, communities, outbox, works
from models.audit import Act
from models.channels import (
    ChannelAsked,
    ChannelFound,
    ChannelTold,
    CopyDue,
    CopyInDoubt,
    CopyRefused,
    Obstacle,
)
from models.refusals import Refused
from models.rules.works import Stage

WORD, BY_ME, THERE, AGAIN = "channel", "channelbyme", "copythere", "copyagain"
RIGHT, RIGHT_TO_DECIDE, RIGHT_TO_POST = "can_change_info", "can_manage_chat", "can_post_messages"
# A username of Telegram's, or the number of a channel that has none.
_NAME = re.compile(r"@[A-Za-z][A-Za-z0-9_]{3,31}|-100[0-9]{5,13}")
OFF = "off"
# A call that belongs to no chat's lane: it is no message.
NO_CHAT = 0


class NoChannelNamed(Refused):
    """The command names no channel."""


async def choose(update: Update, context: Context, order: Order) -> None:
    """An administrator names the group's channel, or wants none any more."""
    here, user_id = order.community.community_id, order.user_id
    name = order.words[0] if order.words else ""
    if name == OFF:
        await channels.choose(context.session, community_id=here, channel_id=None)
        await audit.note(context.session, Act(community_id=here, user_id=user_id, action=WORD, at=context.now))
        context.show(update, texts.none_any_more(context.reader))
        return
    if not _NAME.fullmatch(name):
        raise NoChannelNamed
    await outbox.put(context.session, [ChannelAsked(here, user_id, name)], due_at=context.now)
    context.show(update, texts.asking(context.reader))


def _reference(name: str) -> str | int:
    return name if name.startswith("@") else int(name)


async def post_name(_session: AsyncSession, event: ChannelAsked, _outside: Outside) -> Call | None:
    """Ask Telegram which channel is meant."""
    return Call("get_chat", NO_CHAT, {"chat_id": _reference(event.name)}, turn=Turn.AT_ONCE)


async def on_named(session: AsyncSession, event: ChannelAsked, sent: Sent) -> None:
    """Telegram has said which one: if it is a channel, it is asked who runs it."""
    if getattr(sent.result, "type", None) == "channel":
        found = ChannelFound(event.community_id, event.user_id, event.name, sent.result.id)
        await outbox.put(session, [found], due_at=sent.at)
    else:
        await _tell(session, event, sent, is_chosen=False)


async def post_question(_session: AsyncSession, event: ChannelFound, _outside: Outside) -> Call | None:
    """Ask Telegram who runs the channel."""
    return Call("get_chat_administrators", NO_CHAT, {"chat_id": event.channel_id}, turn=Turn.AT_ONCE)


async def on_known(session: AsyncSession, event: ChannelFound, sent: Sent) -> None:
    """Telegram has said who runs it: it is chosen if the administrator and the bot may both post there."""
    members = [member for member in sent.result if isinstance(member, ChatMember)]
    both = (
        any(member.user.id == event.user_id and _may_post(member) for member in members),
        # Telegram leaves other bots out of this list.
        any(member.user.is_bot and _may_post(member) for member in members),
    )
    if all(both):
        await channels.choose(session, community_id=event.community_id, channel_id=event.channel_id)
        await audit.note(session, Act(community_id=event.community_id, user_id=event.user_id, action=WORD, at=sent.at))
    await _tell(session, event, sent, is_chosen=all(both))


def _may_post(member: ChatMember) -> bool:
    return member.status == ChatMember.OWNER or RIGHT_TO_POST in granted_rights(member.to_dict())


async def _tell(session: AsyncSession, event: ChannelAsked | ChannelFound, sent: Sent, *, is_chosen: bool) -> None:
    told = ChannelTold(event.community_id, event.user_id, event.name, is_chosen)
    await outbox.put(session, [told], due_at=sent.at)


async def post_told(session: AsyncSession, event: ChannelTold, _outside: Outside) -> Call | None:
    """Tell the administrator in private what came of it."""
    community = await communities.find_active(session, community_id=event.community_id)
    if community is None:
        return None
    reader = await reader_for(session, event.user_id, community)
    say = texts.chosen if event.is_chosen else texts.not_chosen
    return message(event.user_id, say(reader, name=event.name, title=community.title))


async def post_copy(session: AsyncSession, event: CopyDue, _outside: Outside) -> Call | None:
    """Copy a featured work to the channel, or take the copy of one away that is featured no longer."""
    about = {"community_id": event.community_id, "work_id": event.work_id}
    community = await communities.find_active(session, community_id=event.community_id)
    work = await works.look(session, **about)
    channel_id = await channels.of(session, community_id=event.community_id)
    there = await channels.copy_of(session, **about)
    if community is None or work is None:
        return None
    if work.state == Stage.FEATURED:
        return None if there or channel_id is None else await copied(session, work=work, to=channel_id)
    if not there:
        return None
    arguments = {"chat_id": there[0].channel_id, "message_ids": [one.message_id for one in there]}
    return Call("delete_messages", there[0].channel_id, arguments)


async def on_copied(session: AsyncSession, event: CopyDue, sent: Sent) -> None:
    """Remember where the copy lies, or that it is gone."""
    about = {"community_id": event.community_id, "work_id": event.work_id}
    copies = [sent.result] if isinstance(sent.result, MessageId) else sent.result
    if isinstance(copies, list | tuple):
        message_ids = [one.message_id for one in copies]
        await channels.note_copy(session, **about, channel_id=sent.call.chat_id, message_ids=message_ids)
        await channels.works_again(session, community_id=event.community_id)
        # What was decided while it was on its way is carried out too.
        await outbox.put(session, [CopyDue(event.community_id, event.work_id)], due_at=sent.at)
    else:
        await channels.forget_copy(session, **about)


async def on_copy_refused(session: AsyncSession, event: CopyDue, reason: str, now: datetime) -> None:
    """Telegram does not let the work be copied."""
    said = reason.casefold()
    if "not found" in said or "no messages to copy" in said:
        obstacle = Obstacle.GONE
    else:
        obstacle = Obstacle.PROTECTED if "can't be copied" in said or "forwards_restricted" in said else Obstacle.SHUT
    await _refused(session, event, obstacle, now)


async def on_channel_shut(session: AsyncSession, event: CopyDue, now: datetime) -> None:
    """The channel is gone, or Kith has been put out of it."""
    await _refused(session, event, Obstacle.SHUT, now)


async def _refused(session: AsyncSession, event: CopyDue, obstacle: Obstacle, now: datetime) -> None:
    work = await works.look(session, community_id=event.community_id, work_id=event.work_id)
    # What is featured no longer was to be taken away, and is no loss to whoever featured it.
    if work is not None and work.state == Stage.FEATURED:
        await channels.refused(session, event=event, obstacle=obstacle, featured_by=work.decided_by, now=now)


async def post_refused(session: AsyncSession, event: CopyRefused, _outside: Outside) -> Call | None:
    """Tell who featured a work that it did not get to the channel."""
    community = await communities.find_active(session, community_id=event.community_id)
    work = await works.look(session, community_id=event.community_id, work_id=event.work_id)
    to = event.user_id or event.chat_id
    if community is None or work is None or to is None:
        return None
    reader, obstacle = await reader_for(session, event.user_id, community), Obstacle(event.obstacle)
    again = button(texts.copy_again(reader), AGAIN, event.community_id, event.work_id)
    text = texts.refused(reader, title=community.title, work=work, obstacle=obstacle)
    return message(to, text, buttons=[] if obstacle is Obstacle.GONE else [[again]])


async def on_copy_in_doubt(session: AsyncSession, event: CopyDue, now: datetime) -> None:
    """Nobody can say whether the copy arrived: somebody has to look."""
    await channels.ask_about(session, event=event, now=now)


async def post_doubt(session: AsyncSession, event: CopyInDoubt, _outside: Outside) -> Call | None:
    """Ask administrators whether the copy is in the channel."""
    community = await communities.find_active(session, community_id=event.community_id)
    work = await works.look(session, community_id=event.community_id, work_id=event.work_id)
    to = event.user_id or event.chat_id
    if community is None or work is None or to is None:
        return None
    reader = await reader_for(session, event.user_id, community)
    ids = (event.community_id, event.work_id)
    rows = [[button(texts.it_is_there(reader), THERE, *ids), button(texts.copy_again(reader), AGAIN, *ids)]]
    return message(to, texts.in_doubt(reader, title=community.title, work=work), buttons=rows)


async def on_there(update: Update, context: Context) -> None:
    """An administrator has looked: the copy is there."""
    await _decided(update, context, again=False)


async def on_again(update: Update, context: Context) -> None:
    """An administrator has looked: it is not, and is copied once more."""
    await _decided(update, context, again=True)


async def _decided(update: Update, context: Context, *, again: bool) -> None:
    press = update.callback_query
    if press is None:
        return
    community_id, work_id = ids_of(press.data, count=2)
    user_id = press.from_user.id
    await staff.chosen(context, community_id=community_id, user_id=user_id, right=RIGHT_TO_DECIDE)
    if again:
        await channels.works_again(context.session, community_id=community_id)
        await channels.copy(context.session, community_id=community_id, work_id=work_id, now=context.now)
    context.toast(update)
    context.replace(update, texts.copied_again(context.reader) if again else texts.noted(context.reader))


ORDER = Ordering(BY_ME, RIGHT, choose, elsewhere=NoChannelNamed)
FEATURE = Feature(
    name="channels",
    switch="works",
    commands=(
        Command(name=WORD, about=texts.about, callback=ORDER.on_command, bare_in_groups=True, audience=Audience.STAFF),
    ),
    buttons={BY_ME: ORDER.on_confirmed, THERE: on_there, AGAIN: on_again},
    posts={
        ChannelAsked: Post(post_name, in_doubt=InDoubt.AGAIN, on_sent=on_named),
        ChannelFound: Post(post_question, in_doubt=InDoubt.AGAIN, on_sent=on_known),
        ChannelTold: Post(post_told),
        CopyDue: Post(
            post_copy,
            in_doubt=InDoubt.ASK,
            on_sent=on_copied,
            on_doubt=on_copy_in_doubt,
            on_rejected=on_copy_refused,
            on_unreachable=on_channel_shut,
        ),
        # It is said once for all that follows, so it must arrive.
        CopyRefused: Post(post_refused, in_doubt=InDoubt.AGAIN),
        CopyInDoubt: Post(post_doubt, in_doubt=InDoubt.AGAIN),
    },
    refusals={NoChannelNamed: lambda reader, _refusal: texts.usage(reader)},
)
