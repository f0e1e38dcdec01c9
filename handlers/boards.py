"""The boards that are over: posted in the group, and paged through in private as they stood."""

from collections.abc import Sequence
from datetime import date, datetime, time, timedelta

from sqlalchemy.ext.asyncio import AsyncSession
from telegram import InlineKeyboardButton, Update

from handlers.asking import Context
from handlers.buttons import button, ids_of, link
from handlers.faces import Asker, NotMet, View, asker, by_button
from handlers.feature import Feature, InDoubt, Outside, Post
from handlers.levels import names_of
from handlers.outgoing import Call, message
from handlers.standings import BOARD, OLD, PERIODS
from handlers.texts import boards as texts
from handlers.texts.reader import Html, Reader
from models import badges, boards, communities, levels, listing, people, works
from models.boards import Board, BoardCame, SeasonEnded
from models.communities import Communities
from models.refusals import NoSuchThing
from models.rules.boards import last_day
from models.rules.clock import moment_of
from models.rules.points import Period, board_number


async def post_board(session: AsyncSession, event: BoardCame, outside: Outside) -> Call | None:
    """The board of a week or a month that is over; where a week is, with who has risen and what was featured."""
    found = await _found(session, event.community_id, event.board)
    if found is None:
        return None
    community, board = found
    beside = await _beside(session, community, event.week)
    reader = Reader(community.language, time_zone=community.time_zone)
    news = await _news(session, community, [board, *beside])
    shown = boards.settings_of(community.settings).lines
    text = texts.posted(reader, board=board, shown=shown, beside=beside, news=news)
    return _posted(community, text, [board, *beside], outside)


async def post_season(session: AsyncSession, event: SeasonEnded, outside: Outside) -> Call | None:
    """The season that is over: its board and who has won."""
    found = await _found(session, event.community_id, event.board)
    if found is None:
        return None
    community, board = found
    beside = await _beside(session, community, event.month, event.week)
    reader = Reader(community.language, time_zone=community.time_zone)
    text = texts.ended(
        reader,
        board=board,
        shown=boards.settings_of(community.settings).lines,
        badges=badges.settings_of(community).on,
        beside=beside,
        news=await _news(session, community, beside),
    )
    return _posted(community, text, [board, *beside], outside)


async def _found(session: AsyncSession, community_id: int, number: int) -> tuple[Communities, Board] | None:
    community = await communities.find(session, community_id=community_id)
    board = await boards.find(session, community_id=community_id, number=number)
    return None if community is None or board is None else (community, board)


async def _beside(session: AsyncSession, community: Communities, *numbers: int | None) -> list[Board]:
    """The boards that are told of in the post of a greater one."""
    about = {"community_id": community.community_id}
    found = [await boards.find(session, **about, number=number) for number in numbers if number is not None]
    return [board for board in found if board is not None]


def _posted(community: Communities, text: Html, shown: Sequence[Board], outside: Outside) -> Call:
    """A post with a door to each of its boards, the greatest first."""
    reader = Reader(community.language)
    labels = [texts.look(reader, shown[0]), *[texts.named(reader, board) for board in shown[1:]]]
    numbers = [board_number(board.period, day=board.first) for board in shown]
    doors = [
        link(label, outside.me.deep_link(f"{OLD}-{community.community_id}-{number}"))
        for label, number in zip(labels, numbers, strict=True)
    ]
    topic = boards.settings_of(community.settings).forum_topic or None
    return message(community.chat_id, text, buttons=[doors[:1], doors[1:]] if doors[1:] else [doors], topic=topic)


async def _news(session: AsyncSession, community: Communities, shown: Sequence[Board]) -> texts.News:
    """What a week among the boards brought beside its own, where the group has levels and shares work."""
    board = next((each for each in shown if each.period is Period.WEEK), None)
    if board is None:
        return texts.News()
    after = last_day(board.period, board.first) + timedelta(days=1)
    since, until = _midnight(community, board.first), _midnight(community, after)
    risen = []
    if levels.settings_of(community).on:
        risen = list(await levels.risen(session, community_id=community.community_id, since=since, until=until))
    made = await works.newly_featured(session, community=community, since=since, until=until)
    named = {user_id for user_id, _ in risen} | {work.author_id for work in made}
    names = await people.names(session, user_ids=named)
    unnamed = await listing.hiding(session, community_id=community.community_id, user_ids=named)
    return texts.News(risen=risen, level_names=names_of(community), works=made, names=names, unnamed=unnamed)


def _midnight(community: Communities, day: date) -> datetime:
    return moment_of(day, time(), time_zone=community.time_zone)


async def _old(context: Context, who: Asker, number: int) -> View:
    """A board that is over, as it stood, with the way to the ones beside it and to the running one."""
    board = await boards.find(context.session, community_id=who.community_id, number=number)
    if board is None:
        raise NoSuchThing
    text = texts.kept(who.reader, title=who.community.title, board=board, own=who.user_id)
    turning = [] if board.earlier is None else [_to(Html("‹"), who, board.earlier)]
    turning += [] if board.later is None else [_to(Html("›"), who, board.later)]
    now = button(texts.running(who.reader, board.period), BOARD, who.community_id, PERIODS.index(board.period), 0)
    return View(text, [turning, [now]] if turning else [[now]])


def _to(label: Html, who: Asker, number: int) -> InlineKeyboardButton:
    return button(label, OLD, who.community_id, number)


async def on_link(update: Update, context: Context) -> None:
    """Somebody follows the link under a board in the group."""
    user, asked = update.effective_user, update.effective_message
    if user is None or asked is None:
        return
    told = (asked.text or "").partition(f"{OLD}-")[2].replace("-", ":")
    try:
        community_id, number = ids_of(f"{OLD}:{told}", count=2)
    except NoSuchThing:
        raise NotMet from None
    who = await asker(context, community_id=community_id, user_id=user.id, present=True)
    view = await _old(context, who, number)
    context.answer(update, view.text, buttons=view.buttons)


FEATURE = Feature(
    name="boards",
    buttons={OLD: by_button(_old, ids=1, present=True)},
    starts={OLD: on_link},
    posts={
        # It can be looked at by /top: a week without is better than one that comes twice.
        BoardCame: Post(post_board),
        # Who has won is told once too often rather than not at all.
        SeasonEnded: Post(post_season, in_doubt=InDoubt.AGAIN),
    },
)
