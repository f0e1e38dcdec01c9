"""What is said of co-creations, with values that somebody could really meet."""

from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from functools import partial
from typing import Final

from handlers.texts import badges, cocreation_news, cocreation_themes, cocreations
from handlers.texts.reader import Html, Reader
from models.cocreation_entries import Booked, Entry, Part
from models.cocreation_themes import CocreationThemes
from models.cocreations import Cocreations
from models.rules.cocreations import CocreationsSettings, Manner, Stage
from models.rules.works import Form
from models.works import Works

UNTIL = datetime(2026, 12, 14, 11, 0, tzinfo=UTC)
NAMES = {1: "Lin", 2: "Wei", 3: "小安"}
THEME = "Light <of> autumn"
SETTINGS = CocreationsSettings(on=True)
NO_TAGS = CocreationsSettings(on=True, hashtags=())


def _round(state: Stage, manner: Manner | None = None) -> Cocreations:
    about = {"voting_days": 3, "entries_until": UNTIL, "votes_until": UNTIL}
    return Cocreations(theme=THEME, state=state.value, manner=manner, **about)


def _entry(author: int, form: Form, votes: int | None, place: int | None = None) -> Entry:
    work = Works(chat_id=-1001234567890, message_id=70 + author, author_id=author, form=form.value)
    return Entry(work, author, votes, place)


def _collection(*entries: Entry, manner: Manner | None = Manner.POLL) -> cocreations.Collection:
    return cocreations.Collection(_round(Stage.ENDED, manner), entries, NAMES)


OPEN, VOTING, COUNTING = _round(Stage.OPEN), _round(Stage.VOTING), _round(Stage.COUNTING)
WON = _collection(
    _entry(1, Form.PICTURE, 5, 1), _entry(2, Form.VOICE, 1, 3), _entry(3, Form.ALBUM, 5, 1), _entry(4, Form.TEXT, 0)
)
ALONE = _collection(_entry(1, Form.PICTURE, 1, 1), _entry(2, Form.VOICE, 0))
LONE = _collection(_entry(1, Form.PICTURE, None), manner=None)
UNREAD = _collection(_entry(1, Form.PICTURE, None), _entry(2, Form.VOICE, None))
UNVOTED = _collection(_entry(1, Form.PICTURE, 0), _entry(2, Form.VOICE, 0))
TIED = _collection(_entry(1, Form.PICTURE, 1), _entry(2, Form.VOICE, 1))
MANY = cocreations.Collection(VOTING, [_entry(1, Form.PICTURE, None)] * 45, NAMES)


WORK = "https://t.me/c/1234567890/71"
LONG = cocreations.Collection(VOTING, [WON.entries[0]] * 10, {1: "a\u0302\u0323" * 40})


def _full(on: Cocreations | None, mine: Part, past: Sequence[cocreations.Collection]) -> Callable[[Reader], Html]:
    return partial(cocreations.full, title="Book Club", on=on, mine=mine, past=past, settings=SETTINGS)


def _unchosen(
    collection: cocreations.Collection, waiting: int = 0, *, in_vain: bool = False
) -> Callable[[Reader], Html]:
    told = partial(cocreation_news.unchosen, collection=collection, waiting=waiting, in_vain=in_vain)
    return partial(told, title="Book Club")


def _won(points: int, factor: int | None = None, *, badge: bool = True) -> Callable[[Reader], Html]:
    prize = cocreation_news.Prize("Book Club", THEME, Booked(1, points, factor), promised=1000, badge=badge)
    return partial(cocreation_news.won, prize=prize)


def _about_late(say: Callable[..., Html], count: int) -> Callable[[Reader], Html]:
    return partial(say, title="Book Club", theme=THEME, count=count)


def _outside(
    say: Callable[..., Html], *, link: str | None = "https://t.me/c/1234567890/71"
) -> Callable[[Reader], Html]:
    return partial(say, title="Book Club", work=link)


def _themes(*themes: str, monthly: bool, more: int = 0) -> Callable[[Reader], Html]:
    found = [CocreationThemes(theme=theme) for theme in themes]
    settings = CocreationsSettings(on=True, monthly=monthly, month_day=3)
    return partial(cocreation_themes.themes, title="Book Club", themes=found, settings=settings, more=more)


SAMPLES: Final[dict[str, Callable[[Reader], Html]]] = {
    "badges.cocreation_won": partial(badges.cocreation_won, theme=THEME),
    "cocreation_news.poll_doubled": partial(cocreation_news.poll_doubled, title="Book Club", theme=THEME),
    "cocreations.about": cocreations.about,
    "cocreations.more": cocreations.more,
    "cocreations.call": partial(cocreations.call, opened=OPEN, settings=SETTINGS, badge=True),
    "cocreations.call: without a hashtag or badges": partial(
        cocreations.call, opened=OPEN, settings=NO_TAGS, badge=False
    ),
    "cocreations.brief": partial(cocreations.brief, on=OPEN, hashtags=SETTINGS.hashtags),
    "cocreations.brief: voting": partial(cocreations.brief, on=VOTING, hashtags=()),
    "cocreations.brief: counting": partial(cocreations.brief, on=COUNTING, hashtags=()),
    "cocreations.full": _full(OPEN, Part(1), (WON, UNVOTED)),
    "cocreations.full: taking part twice": _full(OPEN, Part(2), ()),
    "cocreations.full: one in, one waits": _full(OPEN, Part(1, 1), ()),
    "cocreations.full: two in, two wait": _full(OPEN, Part(2, 2), ()),
    "cocreations.full: one waits": _full(OPEN, Part(0, 1), ()),
    "cocreations.full: two wait": _full(OPEN, Part(0, 2), ()),
    "cocreations.full: nothing is on": _full(None, Part(), (LONE,)),
    "cocreations.question": partial(cocreations.question, theme=THEME),
    "cocreations.option": partial(cocreations.option, number=2, entry=WON.entries[1], names=NAMES),
    "cocreations.option: withdrawn": partial(cocreations.option, number=2, entry=None, names=NAMES),
    "cocreations.put_to_poll": partial(cocreations.put_to_poll, collection=WON),
    "cocreations.put_to_poll: names of many signs": partial(cocreations.put_to_poll, collection=LONG),
    "cocreations.put_to_reactions": partial(
        cocreations.put_to_reactions, collection=cocreations.Collection(VOTING, WON.entries, NAMES)
    ),
    "cocreations.put_to_reactions: many": lambda reader: Html(
        cocreations.put_to_reactions(reader, collection=MANY).splitlines()[-1]
    ),
    "cocreations.ended": partial(cocreations.ended, collection=WON, badges=True),
    "cocreations.ended: with points": partial(cocreations.ended, collection=WON, badges=True, points=1000),
    "cocreations.ended: with points, no badges": partial(cocreations.ended, collection=WON, badges=False, points=1000),
    "cocreations.ended: one winner, with points": partial(
        cocreations.ended, collection=ALONE, badges=True, points=1000
    ),
    "cocreations.ended: one winner, with points alone": partial(
        cocreations.ended, collection=ALONE, badges=False, points=1000
    ),
    "cocreations.ended: one winner, no badges": partial(cocreations.ended, collection=ALONE, badges=False),
    "cocreations.ended: one winner": partial(cocreations.ended, collection=ALONE, badges=True),
    "cocreations.ended: nobody won": partial(cocreations.ended, collection=UNVOTED, badges=True),
    "cocreations.ended: votes that cannot be read": partial(cocreations.ended, collection=UNREAD, badges=True),
    "cocreations.ended: too many alike": partial(cocreations.ended, collection=TIED, badges=True),
    "cocreations.ended: one work": partial(cocreations.ended, collection=LONE, badges=True),
    "cocreations.started": partial(cocreations.started, opened=OPEN),
    "cocreations.stopped": partial(cocreations.stopped, theme=THEME),
    "cocreations.usage": cocreations.usage,
    "cocreations.which": cocreations.which,
    "cocreations.impossible": cocreations.impossible,
    "cocreations.one_is_on": cocreations.one_is_on,
    "cocreations.none_is_on": cocreations.none_is_on,
    "cocreations.are_off": cocreations.are_off,
    "cocreation_themes.in_private": cocreation_themes.in_private,
    "cocreation_themes.open_list": cocreation_themes.open_list,
    "cocreation_themes.themes": _themes("Autumn light", "Letters", monthly=True),
    "cocreation_themes.themes: more than are shown": _themes("Autumn light", "Letters", monthly=True, more=12),
    "cocreation_themes.themes: none": _themes(monthly=False),
    "cocreation_themes.add": cocreation_themes.add,
    "cocreation_themes.drop": partial(cocreation_themes.drop, place=3),
    "cocreation_themes.back": cocreation_themes.back,
    "cocreation_themes.write_themes": cocreation_themes.write_themes,
    "cocreation_themes.added": partial(cocreation_themes.added, number=3),
    "cocreation_themes.added: one": partial(cocreation_themes.added, number=1),
    "cocreation_themes.added: none": partial(cocreation_themes.added, number=0),
    "cocreation_themes.theme_unfit": cocreation_themes.theme_unfit,
    "cocreation_themes.too_many": cocreation_themes.too_many,
    "cocreation_news.won": _won(1000),
    "cocreation_news.won: by how active": _won(1020, 102),
    "cocreation_news.won: cut, without badges": _won(300, badge=False),
    "cocreation_news.won: nothing booked": _won(0),
    "cocreation_news.left_out": _about_late(cocreation_news.left_out, 1),
    "cocreation_news.left_out: two": _about_late(cocreation_news.left_out, 2),
    "cocreation_news.has_enough": _outside(partial(cocreation_news.has_enough, theme=THEME, most=2)),
    "cocreation_news.has_enough: one": _outside(partial(cocreation_news.has_enough, theme=THEME, most=1), link=None),
    "cocreation_news.too_late": _outside(partial(cocreation_news.too_late, theme=THEME)),
    "cocreation_news.called_off": _about_late(cocreation_news.called_off, 1),
    "cocreation_news.called_off: two": _about_late(cocreation_news.called_off, 2),
    "cocreation_news.unjudged": _about_late(cocreation_news.unjudged, 1),
    "cocreation_news.unjudged: three": _about_late(cocreation_news.unjudged, 3),
    "cocreation_news.unchosen: no work": _unchosen(_collection(manner=None), 2),
    "cocreation_news.unchosen: one work": _unchosen(LONE, 1),
    "cocreation_news.unchosen: unread": _unchosen(UNREAD),
    "cocreation_news.unchosen: nobody voted": _unchosen(UNVOTED),
    "cocreation_news.unchosen: tied": _unchosen(TIED),
    "cocreation_news.unchosen: voted for what cannot win": _unchosen(UNVOTED, in_vain=True),
    "cocreation_news.unchosen: nothing is left": _unchosen(_collection()),
    "cocreation_news.no_theme": partial(cocreation_news.no_theme, title="Book Club"),
    "cocreation_news.still_on": partial(cocreation_news.still_on, title="Book Club", theme=THEME),
}
