"""The reader of a message: their language, and how words, names, numbers and days are written in it.

Sentences stand in English in the code and in the catalogues of the other languages (gettext, by Babel). What is put
into a sentence is escaped here and nowhere else, so a name made of HTML stays a name.
"""

import gettext
import html
import io
import re
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from functools import cache
from importlib.resources import files
from typing import Final

from babel import Locale
from babel.dates import format_date, format_datetime
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from babel.numbers import format_decimal

from handlers.texts.names import shortened, shown_name
from models.rules.days import zone
from models.rules.points import as_points

LANGUAGES: Final = ("en", "zh-Hant", "zh-Hans")

# A tag's first part: Chinese as a whole, Mandarin, Cantonese.
_CHINESE = ("zh", "cmn", "yue")
_TRADITIONAL = ("tw", "hk", "mo", "yue")


# A Chinese sentence keeps Latin letters and digits apart by a space, and nothing else: whether one belongs beside a
# place is known once that is filled. Signs of Chinese width need none; what follows a hashtag would be part of it.
_HAN = "\u3005-\u3007\u3041-\u30ff\u3400-\u9fff\uf900-\ufaff\U00020000-\U0003ffff"
_WIDE = rf"{_HAN}\u3001-\u3004\u3008-\u3020\uff01-\uff5d"
_BEFORE = re.compile(rf"(?<=[{_HAN}]) ((?:<[^>]*>)*\{{(\w+)\}})")
_BEHIND = re.compile(rf"((?<![#@/])\{{(\w+)\}}(?:<[^>]*>)*) (?=[{_HAN}])")
_BEGINS_WIDE = re.compile(rf"(?:<[^>]*>)*[{_WIDE}]")
_ENDS_WIDE = re.compile(rf"[{_WIDE}]$")
_ENDS_LINKED = re.compile(r"[#@/]\S*$")

# What is quoted may end by itself: our own full stop behind it would be one too many.
_STOP = re.compile(r"(\{(\w+)\}(?:<[^>]*>)*([”」』]?))[.。]")
_ENDS_ITSELF = re.compile(r"[?!.…。？！][”」』]+$")


def _stopped_once(sentence: str, values: Mapping[str, str]) -> str:
    """A sentence without its full stops behind quotations that have an end of their own."""

    def ends_itself(met: re.Match[str]) -> bool:
        return _ENDS_ITSELF.search(re.sub(r"<[^>]*>", "", values[met[2]]) + met[3]) is not None

    return _STOP.sub(lambda met: met[1] if ends_itself(met) else met[0], sentence)


def _closed(sentence: str, values: Mapping[str, str]) -> str:
    """A Chinese sentence without the spaces beside those places that are filled with Chinese."""
    sentence = _BEFORE.sub(lambda met: met[1] if _BEGINS_WIDE.match(values[met[2]]) else met[0], sentence)
    return _BEHIND.sub(lambda met: met[1] if _ends_wide(values[met[2]]) else met[0], sentence)


def _ends_wide(value: str) -> bool:
    shown = re.sub(r"<[^>]*>", "", value)
    return _ENDS_WIDE.search(shown) is not None and _ENDS_LINKED.search(shown) is None


class Html(str):
    """Text that is HTML already and must not be escaped again."""

    __slots__ = ()


@cache
def _catalogue(language: str) -> gettext.NullTranslations:
    if language == "en":
        return gettext.NullTranslations()
    source = files("handlers.texts") / "locale" / language.replace("-", "_") / "LC_MESSAGES" / "kith.po"
    compiled = io.BytesIO()
    with source.open("rb") as opened:
        write_mo(compiled, read_po(opened))
    compiled.seek(0)
    return gettext.GNUTranslations(compiled)


@cache
def _locale(language: str) -> Locale:
    return Locale.parse(language.replace("-", "_"))


def language_for(code: str | None, *, otherwise: str) -> str:
    """The language of ours that fits Telegram's hint (an IETF tag such as `zh-hant` or `en-GB`), or `otherwise`."""
    if not code:
        return otherwise
    language, *rest = code.lower().replace("_", "-").split("-")
    if language == "en":
        return "en"
    if language not in _CHINESE:
        return otherwise
    if "hant" in rest or "hans" in rest:
        return "zh-Hant" if "hant" in rest else "zh-Hans"
    return "zh-Hant" if any(part in _TRADITIONAL for part in (language, *rest)) else "zh-Hans"


class Reader:
    """Writes for somebody who reads `language`, by the clock of `time_zone`."""

    def __init__(self, language: str, *, time_zone: str = "UTC") -> None:
        self.language = language
        self.time_zone = time_zone
        self.locale = _locale(language)
        self._catalogue = _catalogue(language)

    def say(self, sentence: str, **values: str | int) -> Html:
        """The sentence in the reader's language with its `{places}` filled; text is escaped unless it is `Html`."""
        return self._filled(self._catalogue.gettext(sentence), values)

    def declared(self, sentence: str) -> Html:
        """A sentence that stands beside the rules, such as what a setting says of itself, in the reader's language."""
        return Html(html.escape(self._catalogue.gettext(sentence), quote=False))

    def say_many(self, one: str, many: str, number: int, **values: str | int) -> Html:
        """As `say`, choosing the form that fits `number`, which fills `{number}`."""
        filled = {"number": Html(format_decimal(number, locale=self.locale)), **values}
        return self._filled(self._catalogue.ngettext(one, many, number), filled)

    def _filled(self, sentence: str, values: dict[str, str | int]) -> Html:
        safe = {k: v if isinstance(v, Html) else html.escape(str(v), quote=False) for k, v in values.items()}
        sentence = _stopped_once(sentence, safe)
        return Html((sentence if self.language == "en" else _closed(sentence, safe)).format_map(safe))

    def name(self, name: str | None, *, otherwise: Html | None = None) -> Html:
        """A person's name, or a word for one that shows nothing; `otherwise` where the sentence wants another word."""
        shown = shown_name(name or "")
        return Html(html.escape(shown, quote=False)) if shown else otherwise or self.say("Somebody")

    def title(self, title: str | None) -> Html:
        """A group's name, or a word for one that shows nothing."""
        shown = shown_name(title or "")
        return Html(html.escape(shown, quote=False)) if shown else self.say("Unnamed group")

    def shortened(self, text: str, *, width: int) -> Html:
        """Somebody's words on one line, up to a width."""
        return Html(html.escape(shortened(text, width=width), quote=False))

    def points(self, hundredths: int) -> Html:
        """A number of points, without the word."""
        return Html(format_decimal(as_points(hundredths), format="#,##0.##", locale=self.locale))

    def number(self, number: int) -> Html:
        """A whole number."""
        return Html(format_decimal(number, locale=self.locale))

    def listed(self, parts: Sequence[Html], *, rest: Html | None = None) -> Html:
        """The parts as one enumeration, with `rest` saying how many more there are."""
        together = Html((", " if self.language == "en" else "、").join(parts))
        return together if rest is None else self.clauses([together, rest])

    def clauses(self, parts: Sequence[Html]) -> Html:
        """Parts of a sentence that are no enumeration, one after the other."""
        return Html((", " if self.language == "en" else "，").join(parts))

    def weekday(self, day: date) -> Html:
        """The day's weekday in short."""
        return Html(format_date(day, format="EEE", locale=self.locale))

    def gain(self, hundredths: int) -> Html:
        """A change of points with its sign."""
        return Html(f"{'−' if hundredths < 0 else '+'}{self.points(abs(hundredths))}")

    def day(self, day: date) -> Html:
        """A day of these weeks, with its weekday."""
        pattern = "EEE, d MMM" if self.language == "en" else "M 月 d 日（EEE）"
        return Html(format_date(day, format=pattern, locale=self.locale))

    def day_with_year(self, day: date) -> Html:
        """A day that may be long ago."""
        pattern = "d MMM y" if self.language == "en" else "y 年 M 月 d 日"
        return Html(format_date(day, format=pattern, locale=self.locale))

    def points_in_words(self, hundredths: int) -> Html:
        """A number of points with the word; a language's plural goes by the whole of it (1 point, 1.5 points)."""
        one = hundredths in (100, -100)
        return self._filled(
            self._catalogue.ngettext("{points} point", "{points} points", 1 if one else 2),
            {"points": self.points(hundredths)},
        )

    def place(self, rank: int) -> Html:
        """A rank as one says it: 8th, 第 8 名."""
        if self.language != "en":
            return self.say("No. {rank}", rank=self.number(rank))
        ending = "th" if rank % 100 in (11, 12, 13) else {1: "st", 2: "nd", 3: "rd"}.get(rank % 10, "th")
        return Html(f"{self.number(rank)}{ending}")

    def moment(self, moment: datetime) -> Html:
        """A day, its weekday and the time of day in the reader's zone."""
        pattern = "EEE, d MMM HH:mm" if self.language == "en" else "M 月 d 日（EEE）HH:mm"
        return Html(format_datetime(moment.astimezone(zone(self.time_zone)), format=pattern, locale=self.locale))


def lines(*parts: Html | None) -> Html:
    """The parts one under another; those that are empty are left out."""
    return Html("\n".join(part for part in parts if part))


def paragraphs(*parts: Html | None) -> Html:
    """The parts with an empty line between; those that are empty are left out."""
    return Html("\n\n".join(part for part in parts if part))


def linked_to(address: str | None, words: Html) -> Html:
    """Words that lead somewhere, where there is an address."""
    return words if address is None else Html(f'<a href="{address}">{words}</a>')


def plain(text: Html) -> str:
    """The text without its markup, for places where Telegram takes none."""
    return html.unescape(re.sub(r"<[^>]*>", "", text))
