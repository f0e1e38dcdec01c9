"""Every text with values that somebody could really meet; `test_texts.py` prints them in all languages."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime
from functools import partial
from typing import Final

from handlers.texts import (
    communities,
    earn,
    faces,
    forgetting,
    help,  # noqa: A004 - the feature is called help
    languages,
    periods,
    points,
    privacy,
    profile,
    standings,
    ways,
    why,
)
from handlers.texts.reader import Html, Reader, lines
from models.earn import numbers
from models.fairness import UncountedLately
from models.profile import Card
from models.rules.communities import Lack
from models.rules.fairness import Reason
from models.rules.points import Period
from models.standings import Place, Score
from models.why import Entry, MessagePlace

BUSY = Card(
    title="Book Club",
    time_zone="Asia/Taipei",
    balance=1250,
    lifetime=104_000,
    week=Score(points=350, rank=8),
    monday=date(2026, 11, 16),
    curve=(20, 0, 130, 200, -5),
    earned_today=300,
    daily_cap=1000,
    messages_this_week=12,
    reactions_given_this_week=1,
    reactions_received_this_week=1203,
    active_days_this_week=3,
    streak=12,
    since=date(2025, 3, 4),
)
FRESH = Card(
    title="Book Club",
    time_zone="Asia/Taipei",
    balance=0,
    lifetime=0,
    week=Score(points=0, rank=None),
    monday=date(2026, 11, 16),
    curve=(0, 0, 0, 0, 0),
    earned_today=0,
    daily_cap=100,
    messages_this_week=0,
    reactions_given_this_week=0,
    reactions_received_this_week=0,
    active_days_this_week=0,
    streak=0,
    since=None,
)
ALL_LACKS = (Lack.ALL_MESSAGES, Lack.REACTIONS, Lack.JOINS, Lack.TIDYING)
TODAY = date(2026, 11, 20)
NOW = datetime(2026, 11, 20, 1, 5, tzinfo=UTC)
ACTIONS = ("message", "reply", "reaction_given", "reaction_received")
PURSE = points.Purse(
    balance=1250,
    scores={Period.DAY: 60, Period.WEEK: 350, Period.MONTH: 900, Period.SEASON: 1250, Period.ALL: 104_000},
    today={"message": 40, "reply": 10, "reaction_received": 10},
    prices=numbers({}).prices,
)
PLACES = {
    period: standings.Standing(Score(points, rank), size)
    for period, points, rank, size in (
        (Period.DAY, 100, 1, 4),
        (Period.WEEK, 350, 8, 40),
        (Period.MONTH, 0, None, 0),
        (Period.SEASON, 104_000, 1203, 104_000),
        (Period.ALL, -50, None, 10),
    )
}
NO_PLACES = {period: standings.Standing(Score(350, None), 40) for period in Period}
BOARD = (Place(1, 1, 104_000), Place(2, 2, 1250), Place(2, 3, 1250), Place(4, 4, 5))
NAMES = {1: "Lin", 2: "Wei", 3: "小安"}
ENTRIES = (
    Entry("message", 20, NOW, is_reversal=False, place=MessagePlace(-1001234567890, 77)),
    Entry("reaction_given", -5, NOW, is_reversal=True, place=MessagePlace(-1001234567890, 76)),
    Entry("reply", 10, NOW, is_reversal=False, place=MessagePlace(-4321, 5)),
    Entry("of tomorrow", 300, NOW, is_reversal=False, place=None),
)
LATELY = (
    UncountedLately(action="message", reason="too_short", source="message:-1001234567890:78", at=NOW),
    UncountedLately(action="message", reason="same_again", source="album:-1001234567890:7", at=NOW),
)
NOTHING_EARNS = numbers(
    {"messages": {"points": 0}, "replies": {"points": 0}, "reactions": {"given_points": 0, "received_points": 0}}
)
UNBOUNDED = {
    "messages": {"least_letters": 0, "cool_down_seconds": 0},
    "reactions": {"given_points": 0, "received_points": 0},
    "likeness": {"days": 0},
    "newcomers": {"gate_hours": 0, "gate_messages": 0},
}
ONE_OF_EACH = {
    "messages": {"least_letters": 2, "cool_down_seconds": 1},
    "reactions": {"mutual_in_full": 1},
    "likeness": {"days": 1},
    "newcomers": {"gate_hours": 1, "gate_messages": 0},
}


def _each_period(say: Callable[[Reader, Period], Html]) -> Callable[[Reader], Html]:
    return lambda reader: lines(*[say(reader, period) for period in Period])


def _board(period: Period, places: Sequence[Place], reader: Reader) -> Html:
    return standings.board(reader, title="Book Club", period=period, today=TODAY, places=places, names=NAMES, own=2)


def _offers(reader: Reader) -> Html:
    about = (("me", profile.about), ("start", help.about_start), ("help", help.about_help))
    return help.offers(reader, commands=[(name, what(reader)) for name, what in about])


# The function's name, and after a colon what the sample is about.
SAMPLES: Final[dict[str, Callable[[Reader], Html]]] = {
    "communities.rights: all": partial(communities.rights, title="Book Club", is_administrator=True, lacks=()),
    "communities.rights: an administrator who may not delete": partial(
        communities.rights, title="Book Club", is_administrator=True, lacks=(Lack.TIDYING,)
    ),
    "communities.rights: a member": partial(
        communities.rights, title="Book Club", is_administrator=False, lacks=ALL_LACKS
    ),
    "communities.rights_in_group: all": partial(communities.rights_in_group, lacks=()),
    "communities.rights_in_group: may not delete": partial(communities.rights_in_group, lacks=(Lack.TIDYING,)),
    "communities.rights_in_group: a member": partial(communities.rights_in_group, lacks=ALL_LACKS),
    "communities.approval_needed": partial(communities.approval_needed, title="Book Club", adder="Wei"),
    "communities.approval_needed: by nobody we know": partial(
        communities.approval_needed, title="Book Club", adder=None
    ),
    "communities.approval_needed: without names": partial(communities.approval_needed, title="\u200b", adder="\u3164"),
    "communities.admit": communities.admit,
    "communities.decline": communities.decline,
    "communities.admitted": partial(communities.admitted, title="Book Club"),
    "communities.declined": partial(communities.declined, title="Book Club"),
    "help.about_start": help.about_start,
    "help.about_help": help.about_help,
    "help.hello: to a stranger": partial(help.hello, name="Wei", is_known=False),
    "help.hello: to a member": partial(help.hello, name="Wei", is_known=True),
    "help.hello: to somebody without a name": partial(help.hello, name="\u3164", is_known=True),
    "help.add": help.add,
    "help.offers": _offers,
    "help.not_understood": help.not_understood,
    "help.button_gone": help.button_gone,
    "help.not_for_you": help.not_for_you,
    "help.went_wrong": help.went_wrong,
    "profile.about": profile.about,
    "profile.brief": partial(profile.brief, name="Wei", card=BUSY),
    "profile.brief: nothing yet": partial(profile.brief, name="Wei", card=FRESH),
    "profile.brief: one point": partial(profile.brief, name="Wei", card=replace(FRESH, balance=100)),
    "profile.full": partial(profile.full, card=BUSY),
    "profile.full: nothing yet": partial(profile.full, card=FRESH),
    "profile.full: the day's cap of one point": partial(profile.full, card=replace(FRESH, earned_today=100)),
    "profile.full: one of each": partial(
        profile.full, card=replace(BUSY, messages_this_week=1, reactions_received_this_week=1, active_days_this_week=1)
    ),
    "profile.full: reactions to what is older": partial(
        profile.full, card=replace(FRESH, reactions_received_this_week=2)
    ),
    "profile.full: not listed": partial(profile.full, card=replace(BUSY, week=Score(points=350, rank=None))),
    "profile.full: below zero": partial(profile.full, card=replace(BUSY, balance=-150)),
    "profile.to_spend": partial(profile.to_spend, balance=1250, lifetime=104_000),
    "points.about": points.about,
    "points.brief": partial(points.brief, name="Wei", balance=1250),
    "points.full": partial(points.full, title="Book Club", purse=PURSE),
    "points.full: nothing earns": partial(
        points.full, title="Book Club", purse=replace(PURSE, balance=0, scores=dict.fromkeys(Period, 0), prices=())
    ),
    "standings.about_rank": standings.about_rank,
    "standings.about_top": standings.about_top,
    "standings.rank_brief": partial(standings.rank_brief, name="Wei", score=Score(350, 8), size=1240),
    "standings.rank_brief: no place": partial(standings.rank_brief, name="Wei", score=Score(350, None), size=0),
    "standings.rank": partial(standings.rank, title="Book Club", places=PLACES, unlisted=None),
    "standings.rank: hides": lambda reader: standings.rank(
        reader, title="Book Club", places=NO_PLACES, unlisted=standings.hides(reader)
    ),
    "standings.hides": standings.hides,
    "standings.leads": standings.leads,
    "standings.to_board": standings.to_board,
    "standings.podium": partial(standings.podium, places=BOARD[:3], names=NAMES),
    "standings.podium: nobody": partial(standings.podium, places=(), names={}),
    "standings.board: this week": partial(_board, Period.WEEK, BOARD),
    "standings.board: today": partial(_board, Period.DAY, BOARD[:1]),
    "standings.board: in all, nobody": partial(_board, Period.ALL, ()),
    "standings.find_me": standings.find_me,
    "standings.not_there": standings.not_there,
    "standings.here_already": standings.here_already,
    "periods.period_name": _each_period(periods.period_name),
    "periods.period_label": _each_period(periods.period_label),
    "periods.period_span": _each_period(partial(periods.period_span, today=TODAY)),
    "ways.deed": lambda reader: lines(*[ways.deed(reader, action) for action in (*ACTIONS, "of tomorrow")]),
    "why.about": why.about,
    "why.entries": partial(why.entries, title="Book Club", entries=ENTRIES),
    "why.entries: none": partial(why.entries, title="Book Club", entries=()),
    "why.older": why.older,
    "why.newer": why.newer,
    "why.to_uncounted": why.to_uncounted,
    "why.to_entries": why.to_entries,
    "why.uncounted": partial(
        why.uncounted, title="Book Club", times={Reason.TOO_SHORT: 12, Reason.DAILY_CAP: 1203}, lately=LATELY
    ),
    "why.uncounted: nothing": partial(why.uncounted, title="Book Club", times={}, lately=()),
    "why.reason_in_words": lambda reader: lines(*[why.reason_in_words(reader, reason) for reason in Reason]),
    "earn.about": earn.about,
    "earn.brief": partial(earn.brief, numbers=numbers({})),
    "earn.brief: nothing": partial(earn.brief, numbers=NOTHING_EARNS),
    "earn.full": partial(earn.full, title="Book Club", numbers=numbers({})),
    "earn.full: nothing": partial(earn.full, title="Book Club", numbers=NOTHING_EARNS),
    "earn.full: hardly bounded": partial(earn.full, title="Book Club", numbers=numbers(UNBOUNDED)),
    "earn.full: newcomers wait for a time": partial(earn.full, title="Book Club", numbers=numbers(ONE_OF_EACH)),
    "languages.about": languages.about,
    "languages.in_group": languages.in_group,
    "languages.which": languages.which,
    "languages.by_hint": languages.by_hint,
    "languages.chosen": partial(languages.chosen, by_hint=False),
    "languages.chosen: by Telegram's hint": partial(languages.chosen, by_hint=True),
    "privacy.about": privacy.about,
    "privacy.about_data": privacy.about_data,
    "privacy.privacy": partial(privacy.privacy, title="Book Club", hides=False, leads=False),
    "privacy.privacy: hides": partial(privacy.privacy, title="Book Club", hides=True, leads=True),
    "privacy.privacy: leads": partial(privacy.privacy, title="Book Club", hides=False, leads=True),
    "privacy.privacy_without_a_group": privacy.privacy_without_a_group,
    "privacy.hide_me": privacy.hide_me,
    "privacy.show_me": privacy.show_me,
    "privacy.my_data": privacy.my_data,
    "privacy.forget_me": privacy.forget_me,
    "privacy.data": privacy.data,
    "forgetting.about": forgetting.about,
    "forgetting.where": forgetting.where,
    "forgetting.everywhere": forgetting.everywhere,
    "forgetting.question": partial(forgetting.question, title=None),
    "forgetting.question: in one group": partial(forgetting.question, title="Book Club"),
    "forgetting.confirm": forgetting.confirm,
    "forgetting.keep": forgetting.keep,
    "forgetting.done": partial(forgetting.done, title=None),
    "forgetting.done: in one group": partial(forgetting.done, title="Book Club"),
    "forgetting.kept": forgetting.kept,
    "faces.more": faces.more,
    "faces.in_private": faces.in_private,
    "faces.open_private": faces.open_private,
    "faces.which": faces.which,
    "faces.nowhere": faces.nowhere,
    "faces.not_a_member": faces.not_a_member,
    "faces.nameless": faces.nameless,
}
