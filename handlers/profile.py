"""`/me`: a line in the group, the whole card in private."""

from handlers.asking import Context
from handlers.faces import Asker, Face, View
from handlers.feature import Feature
from handlers.texts import profile as texts
from handlers.texts.reader import Html
from models import profile
from models.communities import Communities
from models.people import Acquaintance
from models.profile import Card


async def _line(context: Context, here: Communities, person: Acquaintance) -> Html:
    card = await _card(context, community_id=here.community_id, user_id=person.user_id)
    return texts.brief(context.reader, name=person.first_name, card=card)


async def _full(context: Context, who: Asker) -> View:
    return View(texts.full(who.reader, card=await _card(context, community_id=who.community_id, user_id=who.user_id)))


async def _card(context: Context, *, community_id: int, user_id: int) -> Card:
    return await profile.card(context.session, community_id=community_id, user_id=user_id, now=context.now)


ME = Face("me", line=_line, full=_full)
FEATURE = Feature(
    name="profile",
    is_own=True,
    commands=(ME.command(texts.about),),
    buttons={ME.word: ME.on_chosen},
    starts={ME.word: ME.on_link},
)
