"""What is said about the boards that are over, with values that somebody could really meet."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import date
from functools import partial
from typing import Any, Final

from handlers.texts import boards, periods
from handlers.texts.reader import Html, Reader, lines
from handlers.texts.standings import earlier
from models.boards import Board, Line
from models.rules.points import Period
from tests.handlers.work_samples import WAITING

FIRSTS: Final = {Period.WEEK: date(2026, 11, 16), Period.MONTH: date(2026, 11, 1), Period.SEASON: date(2026, 10, 1)}
LINES = (
    Line(1, 1, "Lin", 10350),
    Line(2, 3, "小安", 8200),
    Line(2, 4, "<b>Wei</b> & Co", 8200),
    Line(4, -(1 << 61) - 7, None, 12),
)
NAMES = {1: "Lin", 3: "小安"}


def _board(period: Period, shown: Sequence[Line] = LINES) -> Board:
    return Board(period, FIRSTS[period], shown)


_TWO_FIRST = (Line(1, 1, "Lin", 10350), Line(1, 3, "小安", 10350))


def _posted(period: Period, *, beside: Sequence[Board] = (), **news: Any) -> Callable[[Reader], Html]:
    about = boards.News(names=NAMES, **news)
    return partial(boards.posted, board=_board(period), shown=5, beside=beside, news=about)


def _ended(shown: Sequence[Line] = LINES, *, badges: bool, beside: Sequence[Board] = ()) -> Callable[[Reader], Html]:
    return partial(boards.ended, board=_board(Period.SEASON, shown), shown=3, badges=badges, beside=beside)


SAMPLES: Final[dict[str, Callable[[Reader], Html]]] = {
    "boards.posted: a week": _posted(Period.WEEK),
    "boards.posted: a week with all": _posted(Period.WEEK, risen=((3, 4), (1, 2)), works=WAITING[:2]),
    "boards.posted: a week with many": _posted(
        Period.WEEK, risen=[(3, 4)] * 8, level_names=("Seed", "Sprout", "Leaf", "樹"), works=(*WAITING, *WAITING)
    ),
    "boards.posted: a week with a work of who has left the boards": _posted(
        Period.WEEK, works=WAITING[:2], unnamed=(WAITING[0].author_id,)
    ),
    "boards.posted: a month": _posted(Period.MONTH),
    "boards.posted: a month and a week": _posted(
        Period.MONTH, beside=[_board(Period.WEEK, _TWO_FIRST)], risen=((3, 4), (1, 2))
    ),
    "boards.ended": _ended(badges=True),
    "boards.ended: two are first, and nobody gets badges": _ended(_TWO_FIRST, badges=False),
    "boards.ended: with a month and a week": _ended(
        badges=True, beside=[_board(Period.MONTH), _board(Period.WEEK, _TWO_FIRST)]
    ),
    "boards.span": lambda reader: lines(*[boards.span(reader, _board(period)) for period in FIRSTS]),
    "boards.named": lambda reader: lines(*[boards.named(reader, _board(period)) for period in FIRSTS]),
    "boards.kept": partial(boards.kept, title="Book Club", board=_board(Period.WEEK), own=3),
    "boards.kept: one has left the boards": partial(
        boards.kept, title="Book Club", board=_board(Period.WEEK, [replace(line, hides=True) for line in LINES]), own=3
    ),
    "boards.kept: all that is kept": partial(
        boards.kept,
        title="Book Club",
        board=_board(Period.MONTH, [Line(n, n, f"M{n}", 5000) for n in range(1, 11)]),
        own=3,
    ),
    "boards.look": partial(boards.look, board=_board(Period.WEEK)),
    "boards.look: more than are kept": partial(
        boards.look, board=_board(Period.WEEK, [Line(n, n, f"M{n}", 5000) for n in range(1, 11)])
    ),
    "boards.running": lambda reader: lines(*[boards.running(reader, period) for period in FIRSTS]),
    "standings.earlier": lambda reader: lines(*[earlier(reader, period) for period in FIRSTS]),
    "periods.past_name: over a new year": partial(periods.past_name, period=Period.WEEK, first=date(2026, 12, 28)),
    "periods.past_span: over a new year": partial(periods.past_span, period=Period.WEEK, first=date(2026, 12, 28)),
}
