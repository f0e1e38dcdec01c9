"""`/me`: a line in the group, the whole card in private, there also as a picture."""

from telegram import Update

from handlers import pictures
from handlers.asking import Context
from handlers.badges import named
from handlers.buttons import button, ids_of
from handlers.faces import Asker, Face, View, asker, pressed_privately
from handlers.feature import Feature
from handlers.outgoing import picture
from handlers.texts import profile as texts
from handlers.texts.reader import Html
from models import badges, profile
from models.communities import Communities
from models.people import Acquaintance
from models.profile import Card
from models.refusals import NoSuchThing

PICTURE = "mepicture"


async def _line(context: Context, here: Communities, person: Acquaintance) -> Html:
    card = await _card(context, community_id=here.community_id, user_id=person.user_id)
    return texts.brief(context.reader, name=person.first_name, card=card)


async def _full(context: Context, who: Asker) -> View:
    text = texts.full(who.reader, card=await _card(context, community_id=who.community_id, user_id=who.user_id))
    if not pictures.can_draw():
        return View(text)
    return View(text, [[button(texts.as_picture(who.reader), PICTURE, who.community_id)]])


async def _card(context: Context, *, community_id: int, user_id: int) -> Card:
    return await profile.card(context.session, community_id=community_id, user_id=user_id, now=context.now)


async def on_picture(update: Update, context: Context) -> None:
    """Somebody wants their card drawn; it is theirs alone, so it comes where they pressed: in private."""
    press = update.callback_query
    if press is None:
        raise NoSuchThing
    pressed_privately(update)
    (community_id,) = ids_of(press.data, count=1)
    who = await asker(context, community_id=community_id, user_id=press.from_user.id, present=False)
    card = await _card(context, community_id=community_id, user_id=who.user_id)
    found = await badges.collection(context.session, here=who.community, user_id=who.user_id)
    held = [await named(context.session, who, one) for one in found.held]
    name = "" if context.person is None else context.person.first_name
    context.toast(update)
    drawn = pictures.portrait(who.reader, name=name, card=card, badges=held)
    context.asking.calls.append(picture(who.user_id, drawn, otherwise=texts.no_picture(who.reader)))


ME = Face("me", line=_line, full=_full)
FEATURE = Feature(
    name="profile",
    is_own=True,
    commands=(ME.command(texts.about),),
    buttons={ME.word: ME.on_chosen, PICTURE: on_picture},
    starts={ME.word: ME.on_link},
)
