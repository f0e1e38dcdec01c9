"""`/why`: each entry of a member's points in words, and what did not count."""

from datetime import timedelta

from handlers.asking import Context
from handlers.buttons import button
from handlers.faces import Asker, Face, View, by_button
from handlers.feature import Feature
from handlers.texts import why as texts
from models import fairness, places, why
from models.refusals import NoSuchThing
from models.rules.days import local_day

ENTRIES = 8
# So many pages no member fills; what is above somebody made up.
MOST_PAGES = 1_000_000
UNCOUNTED_SINCE = timedelta(days=30)
PAGE, UNCOUNTED = "entries", "uncounted"


async def _full(context: Context, who: Asker) -> View:
    return await _page(context, who, 0)


async def _page(context: Context, who: Asker, page: int) -> View:
    if not 0 <= page < MOST_PAGES:
        raise NoSuchThing
    found = await why.entries(
        context.session,
        community_id=who.community_id,
        user_id=who.user_id,
        limit=ENTRIES + 1,
        offset=page * ENTRIES,
    )
    turning = []
    if page > 0:
        turning.append(button(texts.newer(who.reader), PAGE, who.community_id, page - 1))
    if len(found) > ENTRIES:
        turning.append(button(texts.older(who.reader), PAGE, who.community_id, page + 1))
    rows = [turning] if turning else []
    text = texts.entries(who.reader, title=who.community.title, entries=found[:ENTRIES])
    return View(text, [*rows, [button(texts.to_uncounted(who.reader), UNCOUNTED, who.community_id)]])


async def _uncounted(context: Context, who: Asker) -> View:
    member = {"community_id": who.community_id, "user_id": who.user_id}
    since = local_day(context.now - UNCOUNTED_SINCE, time_zone=who.community.time_zone)
    lately = await fairness.lately(context.session, **member)
    text = texts.uncounted(
        who.reader,
        title=who.community.title,
        times=await fairness.times_by_reason(context.session, **member, since=since),
        lately=lately,
        places=await places.of(context.session, **member, sources={one.source: one.at for one in lately}),
    )
    return View(text, [[button(texts.to_entries(who.reader), PAGE, who.community_id, 0)]])


WHY = Face("why", full=_full)
FEATURE = Feature(
    name="why",
    is_own=True,
    commands=(WHY.command(texts.about),),
    buttons={WHY.word: WHY.on_chosen, PAGE: by_button(_page, ids=1), UNCOUNTED: by_button(_uncounted)},
    starts={WHY.word: WHY.on_link},
)
