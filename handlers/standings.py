"""`/rank` and `/top`: where a member stands, and the boards."""

from collections.abc import Sequence

from telegram import InlineKeyboardButton

from handlers.asking import Context
from handlers.buttons import button
from handlers.faces import Asker, Face, View, by_button, today
from handlers.feature import Feature
from handlers.texts import standings as texts
from handlers.texts.periods import period_label
from handlers.texts.reader import Html
from models import people, staff, standings
from models.communities import Communities
from models.people import Acquaintance
from models.refusals import NoSuchThing
from models.rules.points import Period

LINES = 10
PODIUM = 3

# A button names a period by its place in this row: what stands here stays, for buttons last as long as their messages.
PERIODS = (Period.DAY, Period.WEEK, Period.MONTH, Period.SEASON, Period.ALL)
BOARD, FIND = "board", "boardme"


async def _rank_line(context: Context, here: Communities, person: Acquaintance) -> Html:
    day, period = today(context, here), Period.WEEK
    week = await standings.score(
        context.session, community_id=here.community_id, user_id=person.user_id, period=period, day=day
    )
    size = await standings.size(context.session, community_id=here.community_id, period=period, day=day)
    return texts.rank_brief(context.reader, name=person.first_name, score=week, size=size)


async def _rank(context: Context, who: Asker) -> View:
    session, community_id, day = context.session, who.community_id, today(context, who.community)
    places = {
        period: texts.Standing(
            await standings.score(session, community_id=community_id, user_id=who.user_id, period=period, day=day),
            await standings.size(session, community_id=community_id, period=period, day=day),
        )
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
    if not (0 <= period_number < len(PERIODS) and page >= 0):
        raise NoSuchThing
    session, community_id, period = context.session, who.community_id, PERIODS[period_number]
    day = today(context, who.community)
    size = await standings.size(session, community_id=community_id, period=period, day=day)
    page = min(page, max(0, size - 1) // LINES)
    places = await standings.board(
        session, community_id=community_id, period=period, day=day, limit=LINES, offset=page * LINES
    )
    names = await people.names(session, user_ids=[place.user_id for place in places])
    text = texts.board(
        who.reader, title=who.community.title, period=period, today=day, places=places, names=names, own=who.user_id
    )
    return View(text, [_periods(who, period_number), *_turning(who, period_number, page, size)])


def _periods(who: Asker, chosen: int) -> list[InlineKeyboardButton]:
    """A button for each period but the one that is shown."""
    return [
        button(period_label(who.reader, period), BOARD, who.community_id, number, 0)
        for number, period in enumerate(PERIODS)
        if number != chosen
    ]


def _turning(who: Asker, period_number: int, page: int, size: int) -> Sequence[list[InlineKeyboardButton]]:
    row = []
    if page > 0:
        row.append(button(Html("‹"), BOARD, who.community_id, period_number, page - 1))
    if size > LINES:
        row.append(button(texts.find_me(who.reader), FIND, who.community_id, period_number, page))
    if (page + 1) * LINES < size:
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
    )
    if page is None:
        return texts.not_there(who.reader)
    if page.offset == shown * LINES:
        return texts.here_already(who.reader)
    return await _board(context, who, period_number, page.offset // LINES)


RANK = Face("rank", line=_rank_line, full=_rank, present=True)
TOP = Face("top", notice=_podium, full=_top, present=True)
FEATURE = Feature(
    name="standings",
    commands=(RANK.command(texts.about_rank), TOP.command(texts.about_top)),
    buttons={
        RANK.word: RANK.on_chosen,
        TOP.word: TOP.on_chosen,
        BOARD: by_button(_board, ids=2, present=True),
        FIND: by_button(_find, ids=2, present=True),
    },
    starts={RANK.word: RANK.on_link, TOP.word: TOP.on_link},
)
