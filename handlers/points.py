"""`/points`: what a member has, by period, and what today has brought of what it can bring."""

from handlers.asking import Context
from handlers.faces import Asker, Face, View, today
from handlers.feature import Feature
from handlers.texts import points as texts
from handlers.texts.reader import Html
from models import points, standings
from models.communities import Communities
from models.earn import numbers
from models.people import Acquaintance
from models.rules.fairness import Tier


async def _line(context: Context, here: Communities, person: Acquaintance) -> Html:
    balance = await points.balance(context.session, community_id=here.community_id, user_id=person.user_id)
    return texts.brief(context.reader, name=person.first_name, balance=balance)


async def _full(context: Context, who: Asker) -> View:
    member, day = {"community_id": who.community_id, "user_id": who.user_id}, today(context, who.community)
    earning = numbers(who.community.settings)
    purse = texts.Purse(
        balance=await points.balance(context.session, **member),
        scores=await standings.sums(context.session, **member, day=day),
        today=await points.earned_by_action(context.session, **member, day=day),
        prices=earning.prices,
        caps={tier: earning.fairness.daily_cap(tier) for tier in Tier},
    )
    return View(texts.full(who.reader, title=who.community.title, purse=purse))


POINTS = Face("points", line=_line, full=_full)
FEATURE = Feature(
    name="points",
    is_own=True,
    commands=(POINTS.command(texts.about),),
    buttons={POINTS.word: POINTS.on_chosen},
    starts={POINTS.word: POINTS.on_link},
)
