"""`/levels`: where a member stands on the ladder; the word to who has risen, and the tag beside their name."""

from collections.abc import Sequence

from sqlalchemy.ext.asyncio import AsyncSession
from telegram.constants import ChatMemberStatus

from handlers.asking import Context
from handlers.faces import Asker, Face, View
from handlers.feature import Feature, InDoubt, Outside, Post, Sent
from handlers.outgoing import Call, Turn, message
from handlers.texts import levels as texts
from handlers.texts import roles as role_texts
from handlers.texts.reader import Html, Reader, language_for, plain
from models import communities, levels, people, roles, staff
from models.communities import Communities
from models.levels import Reached, TagFree, TagWanted
from models.people import Acquaintance, Door
from models.refusals import Refused
from models.rules.levels import as_tag, own_names


class LevelsAreOff(Refused):
    """The group has no levels."""


def names_of(here: Communities) -> Sequence[str]:
    """What a community calls its levels, as far as it has names of its own."""
    return own_names(levels.settings_of(here).names)


async def _line(context: Context, here: Communities, person: Acquaintance) -> Html:
    progress = await levels.progress(context.session, here=here, user_id=person.user_id)
    if progress is None:
        raise LevelsAreOff
    return texts.brief(context.reader, name=person.first_name, progress=progress, names=names_of(here))


async def _full(context: Context, who: Asker) -> View:
    here = who.community
    progress = await levels.progress(context.session, here=here, user_id=who.user_id)
    if progress is None:
        raise LevelsAreOff
    curve = levels.settings_of(here).curve
    leads = await staff.is_staff(context.session, community_id=who.community_id, user_id=who.user_id)
    days = texts.Days(curve, levels.typical_day(here)) if leads else None
    names = names_of(here)
    return View(texts.full(who.reader, title=here.title, progress=progress, curve=curve, names=names, days=days))


async def post_reached(session: AsyncSession, event: Reached, _outside: Outside) -> Call | None:
    """Tell a member of their level; nothing to who has not opened the private chat, or has risen further since."""
    here = await communities.find(session, community_id=event.community_id)
    person = await people.find(session, user_id=event.user_id)
    if here is None or person is None or person.door != Door.OPEN:
        return None
    progress = await levels.progress(session, here=here, user_id=event.user_id)
    if progress is None or progress.level != event.level:
        return None
    reader = Reader(person.language or language_for(person.language_code, otherwise=here.language))
    return message(event.user_id, texts.reached(reader, title=here.title, progress=progress, names=names_of(here)))


async def post_tag_question(session: AsyncSession, event: TagWanted, _outside: Outside) -> Call | None:
    """Ask which tag a member has, before ours is set."""
    here = await communities.find(session, community_id=event.community_id)
    if here is None or not levels.may_tag(here):
        return None
    asked = {"chat_id": here.chat_id, "user_id": event.user_id}
    return Call("get_chat_member", here.chat_id, asked, turn=Turn.AT_ONCE)


async def on_tag_told(session: AsyncSession, event: TagWanted, sent: Sent) -> None:
    """Telegram has said which tag a member has: administrators' and members' own are left alone."""
    member = {"community_id": event.community_id, "user_id": event.user_id}
    row = await levels.find(session, **member)
    if row is None:
        return
    leads = sent.result.status in (ChatMemberStatus.OWNER, ChatMemberStatus.ADMINISTRATOR)
    tag = getattr(sent.result, "tag", None)
    if leads or (tag and tag != row.tag):
        await levels.leave_tag_alone(session, **member)
    elif sent.result.status in (ChatMemberStatus.MEMBER, ChatMemberStatus.RESTRICTED):
        await levels.tag_is_free(session, **member, now=sent.at)


async def post_tag(session: AsyncSession, event: TagFree, _outside: Outside) -> Call | None:
    """Set the tag of a member's level, or of a role that they hold."""
    here = await communities.find(session, community_id=event.community_id)
    row = await levels.find(session, community_id=event.community_id, user_id=event.user_id)
    if here is None or row is None or not levels.may_tag(here):
        return None
    reader = Reader(here.language)
    held = await roles.held_by(session, community_id=event.community_id, user_id=event.user_id)
    tag = levels.tags_of(here, texts.own_names(reader))[row.level]
    if held:
        tag = as_tag(plain(role_texts.tag_named(reader, held[0].role)))
    if not tag:
        return None
    arguments = {"chat_id": here.chat_id, "user_id": event.user_id, "tag": tag}
    return Call("set_chat_member_tag", here.chat_id, arguments, turn=Turn.AT_ONCE, memo=f"{row.level}:{tag}")


async def on_tag_set(session: AsyncSession, event: TagFree, sent: Sent) -> None:
    """Remember which tag is ours."""
    level, _, tag = (sent.call.memo or "").partition(":")
    await levels.tag_was_set(session, community_id=event.community_id, user_id=event.user_id, tag=tag, level=int(level))


FACE = Face("levels", line=_line, full=_full, present=True)
FEATURE = Feature(
    name="levels",
    switch="levels",
    is_own=True,
    commands=(FACE.command(texts.about),),
    buttons={FACE.word: FACE.on_chosen},
    starts={FACE.word: FACE.on_link},
    posts={
        Reached: Post(compose=post_reached),
        TagWanted: Post(compose=post_tag_question, in_doubt=InDoubt.AGAIN, on_sent=on_tag_told),
        TagFree: Post(compose=post_tag, in_doubt=InDoubt.AGAIN, on_sent=on_tag_set),
    },
    refusals={LevelsAreOff: lambda reader, _refusal: texts.is_off(reader)},
)
