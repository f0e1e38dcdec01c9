"""What is said about the boards that are over, with values that somebody could really meet."""

from collections.abc import Callable, Sequence
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


def _posted(period: Period, **news: Any) -> Callable[[Reader], Html]:
    return partial(boards.posted, board=_board(period), shown=5, news=boards.News(names=NAMES, **news))


_TWO_FIRST = (Line(1, 1, "Lin", 10350), Line(1, 3, "小安", 10350))

SAMPLES: Final[dict[str, Callable[[Reader], Html]]] = {
    "boards.posted: a week": _posted(Period.WEEK),
    "boards.posted: a week with all": _posted(Period.WEEK, risen=((3, 4), (1, 2)), works=WAITING[:2]),
    "boards.posted: a week with many": _posted(
        Period.WEEK, risen=[(3, 4)] * 8, level_names=("Seed", "Sprout", "Leaf", "樹"), works=(*WAITING, *WAITING)
    ),
    "boards.posted: a month": _posted(Period.MONTH),
    "boards.ended": partial(boards.ended, board=_board(Period.SEASON), shown=3, badges=True),
    "boards.ended: two are first, and nobody gets badges": partial(
        boards.ended, board=_board(Period.SEASON, _TWO_FIRST), shown=3, badges=False
    ),
    "boards.kept": partial(boards.kept, title="Book Club", board=_board(Period.WEEK), own=3),
    "boards.kept: all that is kept": partial(
        boards.kept,
        title="Book Club",
        board=_board(Period.MONTH, [Line(n, n, f"M{n}", 5000) for n in range(1, 11)]),
        own=3,
    ),
    "boards.look": boards.look,
    "boards.running": lambda reader: lines(*[boards.running(reader, period) for period in FIRSTS]),
    "standings.earlier": lambda reader: lines(*[earlier(reader, period) for period in FIRSTS]),
    "periods.past_span: over a new year": partial(periods.past_span, period=Period.WEEK, first=date(2026, 12, 28)),
}
