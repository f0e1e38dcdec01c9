"""`/me`: a line in the group, the whole card in private."""

from telegram import Update

from handlers.asking import Context
from handlers.buttons import button, ids_of, link
from handlers.feature import Command, Feature
from handlers.texts import profile as texts
from handlers.texts.reader import Html, Reader
from models import communities, members, profile, staff
from models.refusals import NoSuchThing, NotForYou

WORD = "me"


async def on_me(update: Update, context: Context) -> None:
    """Answer `/me` where it was asked."""
    if context.community is not None:
        await _brief(update, context, community_id=context.community.community_id)
        here = context.community
        await staff.want(context.session, community_id=here.community_id, chat_id=here.chat_id, now=context.now)
    elif update.effective_user is not None:
        await _in_private(update, context, user_id=update.effective_user.id)


async def _brief(update: Update, context: Context, *, community_id: int) -> None:
    user = update.effective_user
    if user is None or context.person is None:
        return  # an anonymous administrator writes as the group and has no card
    card = await profile.card(context.session, community_id=community_id, user_id=user.id, now=context.now)
    more = link(texts.more(context.reader), context.asking.me.deep_link(f"{WORD}-{community_id}"))
    context.answer(update, texts.brief(context.reader, name=context.person.first_name, card=card), buttons=[[more]])


async def _in_private(update: Update, context: Context, *, user_id: int) -> None:
    found = await members.communities_of(context.session, user_id=user_id)
    if not found:
        context.answer(update, texts.nowhere(context.reader))
    elif len(found) == 1:
        context.answer(update, await _card(context, community_id=found[0], user_id=user_id))
    else:
        rows = []
        for community_id in found[:10]:
            community = await communities.find(context.session, community_id=community_id)
            if community is not None:
                rows.append([button(context.reader.title(community.title), WORD, community_id)])
        context.answer(update, texts.which(context.reader), buttons=rows)


async def _card(context: Context, *, community_id: int, user_id: int) -> Html:
    card = await profile.card(context.session, community_id=community_id, user_id=user_id, now=context.now)
    return texts.full(Reader(context.reader.language, time_zone=card.time_zone), card=card)


async def on_chosen(update: Update, context: Context) -> None:
    """A member of several communities has chosen one by its button."""
    press = update.callback_query
    if press is None:
        return
    (community_id,) = ids_of(press.data, count=1)
    try:
        card = await _card(context, community_id=community_id, user_id=press.from_user.id)
    except NotForYou:
        context.toast(update, texts.not_a_member(context.reader))
        return
    context.toast(update)
    context.replace(update, card)


async def on_link(update: Update, context: Context) -> None:
    """A member follows the link under the line in the group."""
    user, asked = update.effective_user, update.effective_message
    if user is None or asked is None:
        return
    _, _, number = (asked.text or "").partition(f"{WORD}-")
    try:
        (community_id,) = ids_of(f"{WORD}:{number}", count=1)
        context.answer(update, await _card(context, community_id=community_id, user_id=user.id))
    except (NotForYou, NoSuchThing):
        context.answer(update, texts.not_a_member(context.reader))


FEATURE = Feature(
    name="profile",
    commands=(Command(name=WORD, about=texts.about, bare_in_groups=True, callback=on_me),),
    buttons={WORD: on_chosen},
    starts={WORD: on_link},
)
