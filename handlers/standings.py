"""`/rank` and `/top`: where a member stands, and the boards."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from telegram import InlineKeyboardButton

from handlers.asking import Context
from handlers.buttons import button
from handlers.faces import Asker, Face, View, by_button, today
from handlers.feature import Feature
from handlers.texts import standings as texts
from handlers.texts.periods import period_label
from handlers.texts.reader import Html
from models import boards, people, staff, standings
from models.communities import Communities
from models.people import Acquaintance
from models.refusals import NoSuchThing
from models.rules.points import Period
from models.standings import Place

LINES = 10
PODIUM = 3
# A group has at most 200,000 members; a page further on somebody made up.
MOST_PAGES = 1_000_000

# A button names a period by its place in this row: what stands here stays, for buttons last as long as their messages.
PERIODS = (Period.DAY, Period.WEEK, Period.MONTH, Period.SEASON, Period.ALL)
BOARD, FIND = "board", "boardme"
# Of these the boards that are over can be looked at, where some are kept.
OLD = "oldboard"
KEPT = (Period.WEEK, Period.MONTH, Period.SEASON)


async def _rank_line(context: Context, here: Communities, person: Acquaintance) -> Html:
    week = await _standing(
        context, community_id=here.community_id, user_id=person.user_id, period=Period.WEEK, day=today(context, here)
    )
    return texts.rank_brief(context.reader, name=person.first_name, standing=week)


async def _standing(context: Context, *, community_id: int, user_id: int, period: Period, day: date) -> texts.Standing:
    """Somebody's score, and among how many it is a place."""
    board: dict[str, Any] = {"community_id": community_id, "period": period, "day": day}
    score = await standings.score(context.session, **board, user_id=user_id)
    return texts.Standing(score, None if score.rank is None else await standings.size(context.session, **board))


async def _rank(context: Context, who: Asker) -> View:
    session, community_id, day = context.session, who.community_id, today(context, who.community)
    places = {
        period: await _standing(context, community_id=community_id, user_id=who.user_id, period=period, day=day)
        for period in PERIODS
    }
    leads = await staff.is_staff(session, community_id=community_id, user_id=who.user_id)
    unlisted = None
    if not who.member.listed:
        unlisted = texts.hides(who.reader) if who.member.hides else texts.leads(who.reader) if leads else None
    text = texts.rank(who.reader, title=who.community.title, places=places, unlisted=unlisted)
    return View(text, [[button(texts.to_board(who.reader), BOARD, community_id, PERIODS.index(Period.WEEK), 0)]])


async def _podium(context: Context, here: Communities) -> Html:
    day = today(context, here)
    places = await standings.board(
        context.session, community_id=here.community_id, period=Period.WEEK, day=day, limit=PODIUM
    )
    names = await people.names(context.session, user_ids=[place.user_id for place in places])
    return texts.podium(context.reader, places=places, names=names)


async def _top(context: Context, who: Asker) -> View:
    return await _board(context, who, PERIODS.index(Period.WEEK), 0)


async def _board(context: Context, who: Asker, period_number: int, page: int) -> View:
    """A page of a board, counted from 0; where the board has become shorter, its last one."""
    if not (0 <= period_number < len(PERIODS) and 0 <= page < MOST_PAGES):
        raise NoSuchThing
    places = await _page(context, who, period_number, page)
    if page and not places:
        page = await standings.last_page(
            context.session,
            community_id=who.community_id,
            period=PERIODS[period_number],
            day=today(context, who.community),
            limit=LINES,
        )
        places = await _page(context, who, period_number, page)
    return await _drawn(context, who, period_number, page, places)


async def _page(context: Context, who: Asker, period_number: int, page: int) -> Sequence[Place]:
    """The lines of a page, and one more if there is a page after it."""
    return await standings.board(
        context.session,
        community_id=who.community_id,
        period=PERIODS[period_number],
        day=today(context, who.community),
        limit=LINES + 1,
        offset=page * LINES,
    )


async def _drawn(context: Context, who: Asker, period_number: int, page: int, found: Sequence[Place]) -> View:
    """The first lines of `found` as a page; another page follows if there are more than fit."""
    places = found[:LINES]
    text = texts.board(
        who.reader,
        title=who.community.title,
        period=PERIODS[period_number],
        today=today(context, who.community),
        places=places,
        names=await people.names(context.session, user_ids=[place.user_id for place in places]),
        own=who.user_id,
    )
    rows = [_periods(who, period_number), *_turning(who, period_number, page, more=len(found) > LINES)]
    return View(text, [*rows, *await _earlier(context, who, PERIODS[period_number])])


async def _earlier(context: Context, who: Asker, period: Period) -> Sequence[list[InlineKeyboardButton]]:
    """The button to the boards of a period that are over, if some are kept."""
    if period not in KEPT:
        return []
    number = await boards.newest(context.session, community_id=who.community_id, period=period)
    return [] if number is None else [[button(texts.earlier(who.reader, period), OLD, who.community_id, number)]]


def _periods(who: Asker, chosen: int) -> list[InlineKeyboardButton]:
    """A button for each period but the one that is shown."""
    return [
        button(period_label(who.reader, period), BOARD, who.community_id, number, 0)
        for number, period in enumerate(PERIODS)
        if number != chosen
    ]


def _turning(who: Asker, period_number: int, page: int, *, more: bool) -> Sequence[list[InlineKeyboardButton]]:
    row = []
    if page > 0:
        row.append(button(Html("‹"), BOARD, who.community_id, period_number, page - 1))
    if who.member.listed and (page > 0 or more):
        # Who stands on no board, having left them or running the group, is on no page of it.
        row.append(button(texts.find_me(who.reader), FIND, who.community_id, period_number, page))
    if more:
        row.append(button(Html("›"), BOARD, who.community_id, period_number, page + 1))
    return [row] if row else []


async def _find(context: Context, who: Asker, period_number: int, shown: int) -> View | Html:
    """The page on which somebody stands, or a word if there is none or they look at it already."""
    if not 0 <= period_number < len(PERIODS):
        raise NoSuchThing
    page = await standings.around(
        context.session,
        community_id=who.community_id,
        user_id=who.user_id,
        period=PERIODS[period_number],
        day=today(context, who.community),
        limit=LINES,
        more=1,
    )
    if page is None:
        return texts.not_there(who.reader)
    if page.offset == shown * LINES:
        return texts.here_already(who.reader)
    return await _drawn(context, who, period_number, page.offset // LINES, page.places)


RANK = Face("rank", line=_rank_line, full=_rank, present=True)
TOP = Face("top", notice=_podium, full=_top, present=True)
FEATURE = Feature(
    name="standings",
    is_own=True,
    commands=(RANK.command(texts.about_rank), TOP.command(texts.about_top)),
    buttons={
        RANK.word: RANK.on_chosen,
        TOP.word: TOP.on_chosen,
        BOARD: by_button(_board, ids=2, present=True),
        FIND: by_button(_find, ids=2, present=True),
    },
    starts={RANK.word: RANK.on_link, TOP.word: TOP.on_link},
)
