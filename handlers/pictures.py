"""The picture of `/me`: a member's name, level, place, points, streak, week and badges, as shapes and texts to draw."""

import html
import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from datetime import timedelta
from functools import cache
from importlib.util import find_spec

from handlers.texts import levels as level_texts
from handlers.texts import profile as texts
from handlers.texts.reader import Html, Reader, plain
from models.profile import Card
from models.rules.levels import HIGHEST

# What draws them and the fonts it takes: the extra `pictures`. Nothing of it is loaded here.
NEEDED = ("resvg_py", "fontTools", "noto_cjk_sans_otc", "manimgx_fonts")

WIDTH, HEIGHT, EDGE = 800, 500, 40
# A light sheet with dark ink of its own: it reads as well in a dark chat as in a light one.
SHEET, PANEL, INK, FAINT, ACCENT, TRACK = "#eef3f8", "#ffffff", "#1d2733", "#64748b", "#2f7fd8", "#d6e0ea"
BARS_TOP, BARS_BOTTOM, BAR_WIDTH, BAR_STEP = 330, 430, 30, 48
MOST_BADGES = 4


def lacking() -> Sequence[str]:
    """What must be installed before pictures can be drawn."""
    return [name for name in NEEDED if find_spec(name) is None]


@cache
def can_draw() -> bool:
    """Whether pictures can be drawn here."""
    return not lacking()


@dataclass(frozen=True)
class Text:
    """A text and where it stands; it is made smaller, and then shortened, where it is wider than `width`."""

    text: str
    x: float
    y: float
    size: float
    width: float
    fill: str = INK
    anchor: str = "start"
    strong: bool = False


@dataclass
class Sheet:
    """What a picture is made of."""

    shapes: list[str] = field(default_factory=list)
    texts: list[Text] = field(default_factory=list)

    def box(self, x: float, y: float, width: float, height: float, *, fill: str, radius: float = 0) -> None:
        """A filled box."""
        about = f'x="{x:.1f}" y="{y:.1f}" width="{width:.1f}" height="{height:.1f}"'
        self.shapes.append(f'<rect {about} rx="{radius:.1f}" fill="{html.escape(fill)}"/>')

    def written(self, *, language: str) -> str:
        """All of it as one line, the same for the same picture."""
        told = {"width": WIDTH, "height": HEIGHT, "language": language, "shapes": "".join(self.shapes)}
        return json.dumps({**told, "texts": [asdict(text) for text in self.texts]}, ensure_ascii=False)


def portrait(reader: Reader, *, name: str, card: Card, badges: Sequence[Html]) -> str:
    """The picture of a member's card with the names of their badges, as `handlers/drawing.py` is told it."""
    sheet = Sheet()
    sheet.box(0, 0, WIDTH, HEIGHT, fill=SHEET)
    sheet.box(20, 20, WIDTH - 40, HEIGHT - 40, fill=PANEL, radius=24)
    sheet.texts.append(Text(_bare(reader.name(name)), EDGE + 10, 86, 42, 430, strong=True))
    sheet.texts.append(Text(_bare(reader.title(card.title)), EDGE + 10, 122, 22, 430, fill=FAINT))
    _level(sheet, reader, card)
    _figures(sheet, reader, card)
    _week(sheet, reader, card)
    _badges(sheet, reader, badges)
    return sheet.written(language=reader.language)


def _bare(words: Html) -> str:
    return plain(words)


def _level(sheet: Sheet, reader: Reader, card: Card) -> None:
    """The level, top right, with how much of the way to the next is done."""
    if card.level is None:
        return
    level, right, wide = card.level, WIDTH - EDGE - 10, 250
    name = _bare(level_texts.named(reader, level.level, card.level_names))
    count = _bare(texts.level_of(reader, level=level.level, highest=HIGHEST))
    sheet.texts.append(Text(name, right, 82, 28, wide, fill=ACCENT, anchor="end", strong=True))
    sheet.texts.append(Text(count, right, 108, 17, wide, fill=FAINT, anchor="end"))
    done = 1.0 if level.needed is None else min(1.0, level.earned / level.needed)
    sheet.box(right - wide, 122, wide, 8, fill=TRACK, radius=4)
    sheet.box(right - wide, 122, max(8.0, wide * done), 8, fill=ACCENT, radius=4)


def _figures(sheet: Sheet, reader: Reader, card: Card) -> None:
    """Points, the week and the streak, side by side."""
    place = reader.place(card.week.rank) if card.week.rank is not None else reader.points(card.week.points)
    week = texts.week_place(reader) if card.week.rank is not None else texts.week_points(reader)
    figures = (
        (reader.points(card.balance), texts.points_to_spend(reader)),
        (place, week),
        (reader.number(card.streak), texts.days_in_a_row(reader)),
    )
    wide = (WIDTH - 2 * EDGE - 2 * 16) / len(figures)
    for number, (figure, about) in enumerate(figures):
        left = EDGE + number * (wide + 16)
        sheet.box(left, 156, wide, 110, fill=SHEET, radius=16)
        sheet.texts.append(Text(_bare(figure), left + wide / 2, 214, 44, wide - 24, anchor="middle", strong=True))
        sheet.texts.append(Text(_bare(about), left + wide / 2, 246, 18, wide - 24, fill=FAINT, anchor="middle"))


def _week(sheet: Sheet, reader: Reader, card: Card) -> None:
    """A bar for each day of this week; the days that are still to come have none."""
    sheet.texts.append(Text(_bare(texts.this_week(reader)), EDGE + 10, 310, 18, 330, fill=FAINT))
    best = max([*card.curve, 1])
    for number in range(7):
        left = EDGE + 10 + number * BAR_STEP
        points = card.curve[number] if number < len(card.curve) else 0
        tall = max(4.0, (BARS_BOTTOM - BARS_TOP) * max(0, points) / best)
        sheet.box(
            left, BARS_BOTTOM - tall, BAR_WIDTH, tall, fill=ACCENT if points > 0 else TRACK, radius=min(6, tall / 2)
        )
        day = _bare(reader.weekday(card.monday + timedelta(days=number)))
        sheet.texts.append(Text(day, left + BAR_WIDTH / 2, 456, 15, BAR_STEP - 4, fill=FAINT, anchor="middle"))


def _badges(sheet: Sheet, reader: Reader, badges: Sequence[Html]) -> None:
    """How many badges, and the latest of them."""
    if not badges:
        return
    left, wide = 440, WIDTH - EDGE - 10 - 440
    sheet.texts.append(Text(_bare(texts.badge_count(reader, len(badges))), left, 310, 18, wide, fill=FAINT))
    for number, named in enumerate(badges[: -MOST_BADGES - 1 : -1]):
        top = 324 + number * 34
        sheet.box(left, top, wide, 28, fill=SHEET, radius=14)
        sheet.texts.append(Text(_bare(named), left + 14, top + 20, 17, wide - 28))
