"""The tag beside a member's name: Telegram is asked which one somebody has, and ours is set, changed or taken away."""

from datetime import datetime
from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession
from telegram import ChatMember
from telegram.constants import ChatMemberStatus

from handlers.feature import Feature, InDoubt, Outside, Post, Sent
from handlers.outgoing import Call, Turn
from handlers.texts import levels as level_texts
from handlers.texts import roles as role_texts
from handlers.texts.reader import Reader, plain
from models import communities, levels, roles, tags
from models.communities import Communities
from models.levels import Levels
from models.rules.levels import as_tag
from models.rules.roles import Role
from models.rules.tags import LOOKED_AT_AGAIN, Finding, finding
from models.tags import TagDoubted, TagFree, TagLeft, TagOwnerless


async def post_question(session: AsyncSession, event: TagDoubted, _outside: Outside) -> Call | None:
    """Ask which tag a member has, before ours is set."""
    here = await communities.find(session, community_id=event.community_id)
    return None if here is None or not tags.may_tag(here) else _question(here, event.user_id)


def _question(here: Communities, user_id: int) -> Call:
    asked = {"chat_id": here.chat_id, "user_id": user_id}
    return Call("get_chat_member", here.chat_id, asked, turn=Turn.AT_ONCE)


def _change(here: Communities, user_id: int, tag: str) -> Call:
    arguments = {"chat_id": here.chat_id, "user_id": user_id, "tag": tag}
    return Call("set_chat_member_tag", here.chat_id, arguments, turn=Turn.AT_ONCE, memo=tag)


async def on_told(session: AsyncSession, event: TagDoubted, sent: Sent) -> None:
    """Telegram has said which tag a member has: administrators' and members' own are left alone."""
    member = {"community_id": event.community_id, "user_id": event.user_id}
    here = await communities.find(session, community_id=event.community_id)
    row = await levels.find(session, **member)
    if here is None or row is None:
        return
    later = sent.at + LOOKED_AT_AGAIN if tags.are_shown(here) else None
    if sent.result.status in (ChatMemberStatus.OWNER, ChatMemberStatus.ADMINISTRATOR):
        await levels.know_tag(session, **member, tag=row.tag, look_at=later)
        return
    if not _is_there(sent.result):
        await levels.know_tag(session, **member, tag=None, look_at=None)
        return
    wanted = await _wanted(session, here, row)
    match finding(_tag(sent.result), wanted=wanted, ours={row.tag or "", *_ours(here)}):
        case Finding.RIGHT:
            await levels.know_tag(session, **member, tag=wanted or None, look_at=None)
        case Finding.THEIRS:
            await levels.know_tag(session, **member, tag=None, look_at=later)
        case Finding.WRONG:
            await tags.is_free(session, **member, now=sent.at)


def _is_there(found: ChatMember) -> bool:
    return found.status == ChatMemberStatus.MEMBER or getattr(found, "is_member", False)


def _tag(found: Any) -> str:
    return getattr(found, "tag", None) or ""


async def _wanted(session: AsyncSession, here: Communities, row: Levels) -> str:
    """The tag that a member is to have: of the role that they have held longest, else of their level."""
    if not tags.are_shown(here):
        return ""
    held = await roles.held_by(session, here=here, user_id=row.user_id)
    return _of_role(here, held[0].role) if held else _of_levels(here)[row.level]


def _of_role(here: Communities, role: str) -> str:
    return as_tag(plain(role_texts.tag_named(Reader(here.language), role)))


def _of_levels(here: Communities) -> dict[int, str]:
    return dict(tags.of_levels(here, level_texts.own_names(Reader(here.language))))


def _ours(here: Communities) -> set[str]:
    """What Kith calls members here: whoever is called so was by us, maybe before they were forgotten."""
    if not tags.are_shown(here):
        return set()
    return {*_of_levels(here).values(), *(_of_role(here, role) for role in Role)}


async def post_tag(session: AsyncSession, event: TagFree, _outside: Outside) -> Call | None:
    """Set the tag that a member is to have, or take ours away."""
    here = await communities.find(session, community_id=event.community_id)
    row = await levels.find(session, community_id=event.community_id, user_id=event.user_id)
    if here is None or row is None or not tags.may_tag(here):
        return None
    return _change(here, event.user_id, await _wanted(session, here, row))


async def on_set(session: AsyncSession, event: TagFree, sent: Sent) -> None:
    """Remember which tag is ours; what has changed meanwhile is looked at again."""
    here = await communities.find(session, community_id=event.community_id)
    row = await levels.find(session, community_id=event.community_id, user_id=event.user_id)
    if here is None or row is None:
        return
    tag = sent.call.memo or ""
    is_so_still = tag == await _wanted(session, here, row)
    member = {"community_id": event.community_id, "user_id": event.user_id}
    await levels.know_tag(session, **member, tag=tag or None, look_at=None if is_so_still else sent.at)


async def on_refused(session: AsyncSession, event: TagDoubted | TagFree, _reason: str, now: datetime) -> None:
    """Telegram does not tell, or does not take it: that is left alone for a while."""
    row = await levels.find(session, community_id=event.community_id, user_id=event.user_id)
    if row is not None:
        member = {"community_id": event.community_id, "user_id": event.user_id}
        await levels.know_tag(session, **member, tag=row.tag, look_at=now + LOOKED_AT_AGAIN)


async def post_left(session: AsyncSession, event: TagLeft, _outside: Outside) -> Call | None:
    """Ask whether somebody who was forgotten still has our tag."""
    here = await _left_in(session, event)
    return None if here is None else _question(here, event.user_id)


async def _left_in(session: AsyncSession, event: TagLeft | TagOwnerless) -> Communities | None:
    """Where a tag was left, unless who had it is back already: then it is theirs again."""
    here = await communities.find(session, community_id=event.community_id)
    row = await levels.find(session, community_id=event.community_id, user_id=event.user_id)
    return here if here is not None and row is None and tags.may_tag(here) else None


async def on_left_told(session: AsyncSession, event: TagLeft, sent: Sent) -> None:
    """Telegram has said which tag it is."""
    if _is_there(sent.result) and _tag(sent.result) == event.tag:
        await tags.is_ownerless(session, event, now=sent.at)


async def post_taken(session: AsyncSession, event: TagOwnerless, _outside: Outside) -> Call | None:
    """Take the tag away that somebody had before they were forgotten."""
    here = await _left_in(session, event)
    return None if here is None else _change(here, event.user_id, "")


FEATURE = Feature(
    name="tags",
    posts={
        TagDoubted: Post(post_question, in_doubt=InDoubt.AGAIN, on_sent=on_told, on_rejected=on_refused),
        TagFree: Post(post_tag, in_doubt=InDoubt.AGAIN, on_sent=on_set, on_rejected=on_refused),
        TagLeft: Post(post_left, in_doubt=InDoubt.AGAIN, on_sent=on_left_told),
        TagOwnerless: Post(post_taken, in_doubt=InDoubt.AGAIN),
    },
)
