"""Being added to groups: who is told what works there, and whose word admits a group."""

from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession
from telegram import ChatMember, ChatMemberAdministrator, Update

from handlers.asking import Context
from handlers.buttons import button, ids_of, link
from handlers.feature import Feature, InDoubt, Outside, Post, Sent
from handlers.identity import Identity
from handlers.outgoing import Call, Turn, message
from handlers.raw import granted_rights
from handlers.texts import communities as texts
from handlers.texts import setup as setup_texts
from handlers.texts.reader import Reader, language_for
from models import communities, outbox, people, setup
from models.communities import ApprovalNeeded, Communities, Declined, RightsChanged, RightsToldInGroup, StatusUnknown
from models.facts import BotStatus
from models.rules.communities import Lack, Standing, lacks

ADMIT, DECLINE = "admit", "decline"


def lacks_of(community: Communities, me: Identity) -> tuple[Lack, ...]:
    """What does not work for the bot in a community for the want of a right."""
    standing = Standing(
        is_administrator=community.bot_status == BotStatus.ADMINISTRATOR,
        rights=community.bot_rights.get("rights", ()),
        reads_all=me.reads_all,
    )
    return lacks(standing)


def _memo(community: Communities, missing: tuple[Lack, ...]) -> str:
    return f"{community.bot_status}:{','.join(missing)}"


async def _untold(session: AsyncSession, community_id: int, outside: Outside) -> tuple[Communities, str] | None:
    """The community and a word for its state of rights, unless that was told before or the bot is gone."""
    community = await communities.find(session, community_id=community_id)
    if community is None or community.state != communities.State.ACTIVE or community.bot_status == BotStatus.AWAY:
        return None
    memo = _memo(community, lacks_of(community, outside.me))
    return None if community.rights_told == memo else (community, memo)


async def reader_for(session: AsyncSession, person_id: int | None, community: Communities) -> Reader:
    """How somebody is written to in private about a community; nobody in particular in the community's own way."""
    if person_id is None:
        return Reader(community.language, time_zone=community.time_zone)
    person = await people.find(session, user_id=person_id)
    hint = language_for(person.language_code if person else None, otherwise=community.language)
    language = (person.language if person else None) or hint
    return Reader(language, time_zone=community.time_zone)


async def post_rights(session: AsyncSession, event: RightsChanged, outside: Outside) -> Call | None:
    """Tell who changed the bot's rights what works now; where nobody can be told in private, tell the group."""
    found = await _untold(session, event.community_id, outside)
    if found is None:
        return None
    community, memo = found
    if event.person_id is None:
        return _in_group(community, event.chat_id, memo, outside)
    reader = await reader_for(session, event.person_id, community)
    text = texts.rights(
        reader,
        title=community.title,
        is_administrator=community.bot_status == BotStatus.ADMINISTRATOR,
        lacks=lacks_of(community, outside.me),
    )
    return message(event.person_id, text, memo=memo)


def _in_group(community: Communities, chat_id: int, memo: str, outside: Outside) -> Call:
    text = texts.rights_in_group(Reader(community.language), lacks=lacks_of(community, outside.me))
    door = link(setup_texts.set_up(Reader(community.language)), outside.me.deep_link(f"setup-{community.community_id}"))
    return message(chat_id, text, buttons=[[door]], memo=memo)


async def post_rights_in_group(session: AsyncSession, event: RightsToldInGroup, outside: Outside) -> Call | None:
    """Tell the group itself what works now."""
    found = await _untold(session, event.community_id, outside)
    return None if found is None else _in_group(found[0], event.chat_id, found[1], outside)


async def on_rights_told(session: AsyncSession, event: RightsChanged | RightsToldInGroup, sent: Sent) -> None:
    """What was told once is not told again."""
    if sent.call.memo is not None:
        await communities.tell_rights_once(session, community_id=event.community_id, told=sent.call.memo)
    if isinstance(event, RightsChanged) and event.person_id is not None and sent.call.is_private:
        await setup.begin(session, community_id=event.community_id, user_id=event.person_id, now=sent.at)


async def on_adder_unreachable(session: AsyncSession, event: RightsChanged, now: datetime) -> None:
    """Who added the bot never wrote to it, so it may not write to them."""
    await outbox.put(session, [RightsToldInGroup(event.community_id, event.chat_id)], due_at=now)


async def post_status_question(_session: AsyncSession, event: StatusUnknown, outside: Outside) -> Call | None:
    """Ask Telegram what the bot is in a group whose greeting it missed."""
    arguments = {"chat_id": event.chat_id, "user_id": outside.me.bot_id}
    return Call("get_chat_member", event.chat_id, arguments, turn=Turn.AT_ONCE)


async def on_status_told(session: AsyncSession, event: StatusUnknown, sent: Sent) -> None:
    """Telegram has said what the bot is there."""
    member = sent.result
    if not isinstance(member, ChatMember):
        return
    if member.status in (ChatMember.ADMINISTRATOR, ChatMember.OWNER):
        status = BotStatus.ADMINISTRATOR
    else:
        status = BotStatus.AWAY if member.status in (ChatMember.LEFT, ChatMember.BANNED) else BotStatus.MEMBER
    rights = granted_rights(member.to_dict()) if isinstance(member, ChatMemberAdministrator) else frozenset()
    await communities.know_status(session, community_id=event.community_id, status=status, rights=rights)


async def on_group_closed(session: AsyncSession, event: StatusUnknown, _now: datetime) -> None:
    """The bot is not in that group any more."""
    gone = BotStatus.AWAY
    await communities.know_status(session, community_id=event.community_id, status=gone, rights=frozenset())


async def post_approval_question(session: AsyncSession, event: ApprovalNeeded, _outside: Outside) -> Call | None:
    """Ask an owner whether a group shall be served."""
    community = await communities.find(session, community_id=event.community_id)
    if community is None or community.state != communities.State.WAITING:
        return None
    reader = await reader_for(session, event.owner_id, community)
    adder = await people.find(session, user_id=community.added_by) if community.added_by else None
    text = texts.approval_needed(reader, title=community.title, adder=adder.first_name if adder else None)
    choices = [
        button(texts.admit(reader), ADMIT, event.community_id),
        button(texts.decline(reader), DECLINE, event.community_id),
    ]
    return message(event.owner_id, text, buttons=[choices])


async def post_farewell(_session: AsyncSession, event: Declined, _outside: Outside) -> Call | None:
    """Leave a declined group."""
    return Call("leave_chat", event.chat_id, {"chat_id": event.chat_id}, turn=Turn.AT_ONCE)


async def on_admit(update: Update, context: Context) -> None:
    """An owner admits a group."""
    await _decide(update, context, admit=True)


async def on_decline(update: Update, context: Context) -> None:
    """An owner declines a group."""
    await _decide(update, context, admit=False)


async def _decide(update: Update, context: Context, *, admit: bool) -> None:
    press = update.callback_query
    if press is None:
        return
    (community_id,) = ids_of(press.data, count=1)
    title = await communities.decide(
        context.session,
        community_id=community_id,
        person_id=press.from_user.id,
        owners=context.asking.owners,
        admit=admit,
        now=context.now,
    )
    context.toast(update)
    said = texts.admitted if admit else texts.declined
    context.replace(update, said(context.reader, title=title))


FEATURE = Feature(
    name="communities",
    buttons={ADMIT: on_admit, DECLINE: on_decline},
    posts={
        RightsChanged: Post(post_rights, on_sent=on_rights_told, on_unreachable=on_adder_unreachable),
        RightsToldInGroup: Post(post_rights_in_group, on_sent=on_rights_told),
        StatusUnknown: Post(
            post_status_question, in_doubt=InDoubt.AGAIN, on_sent=on_status_told, on_unreachable=on_group_closed
        ),
        ApprovalNeeded: Post(post_approval_question, in_doubt=InDoubt.AGAIN),
        Declined: Post(post_farewell, in_doubt=InDoubt.AGAIN),
    },
)
