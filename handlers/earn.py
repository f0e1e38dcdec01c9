"""`/earn`: what earns points in a community, made from the numbers in force there."""

from handlers.asking import Context
from handlers.faces import Asker, Face, View
from handlers.feature import Feature
from handlers.texts import earn as texts
from handlers.texts.reader import Html
from models.communities import Communities
from models.earn import numbers


async def _notice(context: Context, here: Communities) -> Html:
    return texts.brief(context.reader, numbers=numbers(here.settings))


async def _full(_context: Context, who: Asker) -> View:
    here = who.community
    return View(texts.full(who.reader, title=here.title, numbers=numbers(here.settings)))


EARN = Face("earn", notice=_notice, full=_full, present=True)
FEATURE = Feature(
    name="earn",
    is_own=True,
    commands=(EARN.command(texts.about),),
    buttons={EARN.word: EARN.on_chosen},
    starts={EARN.word: EARN.on_link},
)
