"""Every text with values that somebody could really meet; `test_texts.py` prints them in all languages."""

import dataclasses
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from functools import partial
from typing import Any, Final

from handlers.texts import (
    audit,
    badges,
    calendar,
    challenges,
    checkins,
    communities,
    corrections,
    dialogues,
    earn,
    faces,
    featuring,
    forgetting,
    help,  # noqa: A004 - the feature is called help
    languages,
    leading,
    levels,
    orders,
    periods,
    points,
    preparing,
    privacy,
    profile,
    questions,
    roles,
    settings,
    setup,
    staff,
    standings,
    topic_news,
    topics,
    values,
    ways,
    why,
)
from handlers.texts.reader import Html, Reader, lines
from models.audit import Audit
from models.badges import Collection
from models.badges import Held as HeldBadge
from models.calendar import BROUGHT_BACK, HURRIED, MOVED, SKIPPED
from models.calendar import Entry as Timed
from models.challenges import Joined, Result
from models.checkins import CheckedIn, Participation
from models.checkins import Standing as CheckinStanding
from models.corrections import Done
from models.earn import numbers
from models.fairness import UncountedLately
from models.occurrences import Place as When
from models.occurrences import Stage
from models.places import MessagePlace
from models.profile import Card
from models.rules.badges import Badge
from models.rules.boards import BoardsSettings
from models.rules.challenges import BEGIN, Obstacle, Plan
from models.rules.checkins import How, Kept, Outcome
from models.rules.cocreations import CocreationsSettings
from models.rules.communities import Lack
from models.rules.corrections import Kind
from models.rules.exchange import Problem, Unfit
from models.rules.fairness import Reason, Tier
from models.rules.features import FEATURE_SETTINGS
from models.rules.kits import Kit
from models.rules.levels import Progress
from models.rules.points import Period
from models.rules.polls import PollsSettings
from models.rules.rhythm import OCCASIONS
from models.rules.roles import Role, RolesSettings, Turn
from models.rules.settings import about, hashtags, text, topic, weekday, weekdays
from models.rules.setup import Template
from models.rules.topic_files import Problem as FileProblem
from models.rules.topic_files import UnfitFile
from models.rules.topics import Depth, Dimension, TopicsSettings
from models.rules.topics import Reason as Chosen
from models.rules.zones import COMMON
from models.settings import Change
from models.standings import Place, Score
from models.topic_days import Answer, Recap
from models.topics import ADDED, CHANGED, TopicBank, TopicDays
from models.why import Entry
from tests.handlers import (
    board_samples,
    channel_samples,
    cocreation_samples,
    poll_samples,
    question_samples,
    work_samples,
)

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
    checkins_this_week=2,
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
    checkins_this_week=0,
    active_days_this_week=0,
    streak=0,
    since=None,
)
ALL_LACKS = (Lack.ALL_MESSAGES, Lack.REACTIONS, Lack.JOINS, Lack.TIDYING)
TODAY = date(2026, 11, 20)
NOW = datetime(2026, 11, 20, 1, 5, tzinfo=UTC)
ACTIONS = ("message", "reply", "reaction_given", "reaction_received", "helped", "work", "work_featured")
ALL_ON = {feature: {"on": True} for feature in ("checkins", "questions", "topics", "works")}
PURSE = points.Purse(
    balance=1250,
    scores={Period.DAY: 60, Period.WEEK: 350, Period.MONTH: 900, Period.SEASON: 1250, Period.ALL: 104_000},
    today={"message": 40, "reply": 10, "reaction_received": 10},
    prices=numbers({}).prices,
    caps={tier: numbers({}).fairness.daily_cap(tier) for tier in Tier},
)
BUSY_PURSE = replace(
    PURSE, today={"message": 40, "topic_answer": 100, "work": 300, "work_featured": 500}, prices=numbers(ALL_ON).prices
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
VAST = {
    Period.WEEK: standings.Standing(Score(350, 1203), None),
    Period.ALL: standings.Standing(Score(20, None, is_far=True), None),
}
NO_PLACES = {period: standings.Standing(Score(350, None), 40) for period in Period}
BOARD = (Place(1, 1, 104_000), Place(2, 2, 1250), Place(2, 3, 1250), Place(4, 4, 5))
NAMES = {1: "Lin", 2: "Wei", 3: "小安"}
ENTRIES = (
    Entry("message", 20, NOW, is_reversal=False, place=MessagePlace(-1001234567890, 77)),
    Entry("reaction_given", -5, NOW, is_reversal=True, place=MessagePlace(-1001234567890, 76)),
    Entry("reply", 10, NOW, is_reversal=False, place=MessagePlace(-4321, 5)),
    Entry("message", 30, NOW, is_reversal=False, place=None, factor=150),
    Entry("work", 25, NOW, is_reversal=False, place=None, factor=125, cut_from=375),
    Entry("of tomorrow", 300, NOW, is_reversal=False, place=None),
)
LATELY = (
    UncountedLately(action="message", reason="too_short", source="message:-1001234567890:78", at=NOW),
    UncountedLately(action="message", reason="same_again", source="album:-1001234567890:7", at=NOW),
)
EVERYTHING = numbers(ALL_ON)
JUDGED = numbers({"questions": {"on": True}, "works": {"on": True}})
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
    "replies": {"cool_down_seconds": 2},
    "reactions": {"mutual_in_full": 1, "given_cool_down_seconds": 1},
    "likeness": {"days": 1},
    "newcomers": {"gate_hours": 1, "gate_messages": 0},
}


def _each_period(say: Callable[[Reader, Period], Html]) -> Callable[[Reader], Html]:
    return lambda reader: lines(*[say(reader, period) for period in Period])


def _board(period: Period, places: Sequence[Place], reader: Reader) -> Html:
    return standings.board(reader, title="Book Club", period=period, today=TODAY, places=places, names=NAMES, own=2)


def _offers(reader: Reader) -> Html:
    own, together, personal = ("me", profile.about), ("ask", questions.about_ask), ("help", help.about_help)
    told = [[(name, what(reader))] for name, what in (own, together, personal)]
    return help.offers(reader, own=told[0], together=told[1], personal=told[2])


def _hello_again(reader: Reader, *, name: str, titles: Sequence[str]) -> Html:
    told = [(command, what(reader)) for command, what in (("me", profile.about), ("ask", questions.about_ask))]
    return help.hello_again(reader, name=name, titles=titles, offers=told)


def _staff_offers(reader: Reader) -> Html:
    return help.for_staff(reader, offers=[("settings", settings.about(reader))])


def _act(action: str, points: int | None = None, reason: str = "counted by mistake") -> Audit:
    about = {"audit_id": 1, "user_id": 1, "action": action, "member_id": 2, "points": points, "reason": reason}
    details = {"changes": [list(dataclasses.astuple(each)) for each in CHANGES], "days": 21}
    return Audit(community_id=1, details=details, at=datetime(2026, 11, 16, 9, 5, tzinfo=UTC), **about)


CHANGES = (
    Change("messages", "points", 20, 50),
    Change("standings", "staff_listed", False, True),
    Change("community", "time_zone", "UTC", "Asia/Taipei"),
    Change("messages", "cool_down_seconds", 1, 10),
    Change("reach", "quiet_from_hour", 22, 9),
    Change("newcomers", "gate_hours", 24, 1),
    Change("likeness", "days", 7, 1),
    Change("gone", "old_name", 1, 2),
)


def _set_by(way: str) -> Audit:
    act = _act("settings", reason="")
    act.details = {**act.details, "way": way}
    return act


def _field(feature: str, name: str) -> "dataclasses.Field[Any]":
    return next(each for each in dataclasses.fields(FEATURE_SETTINGS[feature]) if each.name == name)


# A group that chose nothing which posts by itself.
QUIET = setup.Rhythm(TopicsSettings(), PollsSettings(), BoardsSettings(), CocreationsSettings())


def _unfit(problem: Problem, feature: str = "messages", name: str = "points") -> Unfit:
    return Unfit(problem, f"{feature}.{name}", about(_field(feature, name)))


@dataclasses.dataclass(frozen=True)
class _Garden:
    greeting: str = text("", "What I say first.", most=200)
    digging: str = weekday("monday", "When we dig.")
    open_on: tuple[str, ...] = weekdays(("saturday",), "When the gate is open.")
    tags: tuple[str, ...] = hashtags(("share",), "What shows a work.", least=1)
    place: int = topic("Where we meet.")


def _of_garden(name: str) -> "dataclasses.Field[Any]":
    return next(each for each in dataclasses.fields(_Garden) if each.name == name)


WORDS = _of_garden("greeting")
OF_THE_GARDEN = {
    Problem.NO_CHOICE: "digging",
    Problem.NO_LIST: "tags",
    Problem.NO_HASHTAG: "tags",
    Problem.NO_TOPIC: "place",
    Problem.ONLY_HERE: "place",
}

ACTS = (
    _act("challenge", reason=""),
    _act("challenge_stop", reason=""),
    _act("settings", reason=""),
    _act("unfreeze"),
    _act("work_accepted", 200, reason=""),
    _act("work_featured", 500, reason=""),
    _act("answer_featured", 100, reason=""),
    _act("answer_unfeatured", -100, reason=""),
    _act("work_declined", reason=""),
    _act("work_undone", -200, reason=""),
    _act("proposal_admitted", reason=""),
    _act("proposal_declined", reason=""),
    _act("poll", reason=""),
    _act("adminchat", reason=""),
    _act("channel", reason=""),
    _act("freeze", reason="two accounts like each other"),
    _act("reverse", 500, reason=""),
    _act("reverse", -20),
    _act("deduct", -500, reason="posted an advert"),
    _act("grant", 100, reason="helped a <newcomer>"),
)


QUESTION = "What you learned <this> week"
TOPIC = TopicBank(
    community_id=1,
    topic_id=2,
    text=QUESTION,
    dimension="need",
    depth="easy",
    tags="habits, notes",
    is_retired=False,
    posted_on=date(2026, 11, 16),
)
TOPICS = (
    TOPIC,
    TopicBank(text="Which book would you lend?", dimension="brand", depth="deep", tags="", is_retired=True),
    TopicBank(
        text="What now?", dimension="hot", depth="normal", tags="", is_retired=False, wanted_on=date(2026, 11, 20)
    ),
)
DAY = TopicDays(key=2026_11_16, reason=Chosen.TURN, dimension="hot", depth="normal")
WANTED = TopicDays(key=2026_11_16, reason=Chosen.WANTED, dimension="hot", depth="normal")
BEST = (Answer(1, 2026_11_16, 1, -1001234567890, 77, 12), Answer(1, 2026_11_16, 3, -4321, 78, 3))
ENTRY = Timed(When(1, "topics.post", 2026_11_20), NOW)
PLANNED = (
    ENTRY,
    Timed(When(1, "topics.close", 2026_11_20), NOW),
    Timed(When(1, "topics.post", 2026_11_21), NOW, is_moved=True),
    Timed(When(1, "topics.post", 2026_11_22), NOW, state=Stage.SKIPPED, why="by_admin"),
    Timed(When(1, "of tomorrow", 7), NOW),
    Timed(When(1, "topics.post", 2026_11_23), NOW, words="A <b> to keep"),
)


def _timed(action: str, **details: Any) -> Audit:
    about = {"audit_id": 1, "user_id": 1, "action": action, "reason": ""}
    return Audit(community_id=1, details=details, at=datetime(2026, 11, 16, 9, 5, tzinfo=UTC), **about)


TIMED_ACTS = (
    _timed(ADDED, number=1),
    _timed(ADDED, number=10, way="kit learning"),
    _timed(CHANGED, topic=2),
    _timed(SKIPPED, kind="topics.post", key=2026_11_20),
    _timed(HURRIED, kind="topics.close", key=2026_11_20),
    _timed(BROUGHT_BACK, kind="topics.post", key=2026_11_20, after="2026-11-20T02:00:00+00:00"),
    _timed(MOVED, kind="of tomorrow", key=7, after="2026-11-21T01:00:00+00:00"),
)


def _every_dimension(reader: Reader) -> Html:
    return lines(*[topics.dimension(reader, each) for each in Dimension])


def _every_depth(reader: Reader) -> Html:
    return lines(*[topics.depth(reader, each) for each in Depth])


def _bank(reader: Reader, *, is_on: bool, number: int) -> Html:
    counts = {Dimension.NEED: number, Dimension.BRAND: 0, Dimension.HOT: 0}
    news = topics.added(reader, number) if is_on else None
    return topics.panel(reader, title="Book Club", counts=counts, is_on=is_on, hour=9, news=news)


def _recap(
    reader: Reader,
    *,
    answered: int,
    best: Sequence[Answer],
    coming: topics.Coming | None = None,
    unnamed: Sequence[int] = (),
    is_today: bool = True,
) -> Html:
    found = Recap(answered, best)
    return topics.recap(reader, recap=found, names=NAMES, coming=coming, unnamed=unnamed, is_today=is_today)


def _settings_page(name: str, reader: Reader) -> Html:
    news = settings.changed(reader, changes=CHANGES[:1]) if name == "messages" else None
    return settings.page(reader, title="Book Club", feature=name, held=FEATURE_SETTINGS[name](), news=news)


HELD_BADGE = HeldBadge("week", datetime(2026, 11, 16, 9, 5, tzinfo=UTC))
ENDING = (("expert", date(2026, 12, 29)),)
EARLY = Plan(21, date(2026, 12, 1), 1000, "Early birds")
WEEK = Plan(7, date(2026, 12, 1), 0)
_NOON = datetime(2026, 12, 3, 4, tzinfo=UTC)
_KEPT = {date(2026, 12, day): Kept(How.CHECKED, _NOON, "Asia/Taipei") for day in (1, 2, 3)}
_STAYS = CheckinStanding(
    streak=31, longest=40, cards=1, is_done_today=True, done=_KEPT, joined=(Joined(1, EARLY), Joined(2, WEEK))
)
_FIRST = CheckinStanding(streak=1, longest=1, cards=0, is_done_today=True, done=_KEPT)
CHECKED_IN = CheckedIn(date(2026, 12, 3), Outcome(date(2026, 12, 3), 5, 1, {}, brings_card=False), _STAYS, points=50)
CHECKED_IN_FIRST = CheckedIn(
    date(2026, 12, 3),
    Outcome(date(2026, 12, 3), 1, 0, {}, brings_card=False),
    _FIRST,
    points=100,
    is_double=True,
)
CHECKED_IN_MUCH = CheckedIn(
    date(2026, 12, 3),
    Outcome(
        date(2026, 12, 3),
        60,
        1,
        {date(2026, 12, 1): How.CARD, date(2026, 12, 2): How.CARD, date(2026, 11, 30): How.ZONE},
        brings_card=True,
    ),
    _STAYS,
    finished=(Joined(1, EARLY),),
    is_for_yesterday=True,
)
CHECKED_IN_AGAIN = CheckedIn(date(2026, 12, 3), None, _STAYS)
CHECKINS: Final = {
    "": CHECKED_IN,
    ": the first": CHECKED_IN_FIRST,
    ": much": CHECKED_IN_MUCH,
    ": again": CHECKED_IN_AGAIN,
    ": the first again": replace(CHECKED_IN_AGAIN, standing=_FIRST),
    ": without points": replace(CHECKED_IN_FIRST, points=0, is_double=False),
}

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
    "communities.missing": partial(communities.missing, lacks=ALL_LACKS),
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
    "help.hello": partial(help.hello, name="Wei"),
    "help.hello: to somebody without a name": partial(help.hello, name="\u3164"),
    "help.hello_again": partial(_hello_again, name="Wei", titles=["Tea & Poems"]),
    "help.hello_again: in many groups": partial(_hello_again, name="Wei", titles=["A", "B", "C", "D", "E"]),
    "help.hello_again: to somebody without a name": partial(_hello_again, name="\u3164", titles=["A", "B"]),
    "help.add": help.add,
    "help.offers": _offers,
    "help.for_staff": _staff_offers,
    "help.to_staff": help.to_staff,
    "help.back": help.back,
    "help.not_understood": help.not_understood,
    "help.button_gone": help.button_gone,
    "help.not_for_you": help.not_for_you,
    "help.went_wrong": help.went_wrong,
    "staff.only_administrators": staff.only_administrators,
    "staff.right_missing: ban": partial(staff.right_missing, right="can_restrict_members"),
    "staff.right_missing: info": partial(staff.right_missing, right="can_change_info"),
    "staff.right_missing: any": partial(staff.right_missing, right="can_manage_chat"),
    "staff.cannot_check": partial(staff.cannot_check, minutes=1),
    "staff.cannot_check: for longer": partial(staff.cannot_check, minutes=4),
    **{f"corrections.about: {kind}": partial(corrections.about, kind=kind) for kind in Kind},
    **{f"corrections.usage: {kind}": partial(corrections.usage, kind=kind) for kind in Kind},
    "corrections.done": partial(corrections.done, done=Done(2, "Wei", -20), praise=None),
    "corrections.done: praise": partial(corrections.done, done=Done(2, "Wei", 250), praise="helped a newcomer"),
    "corrections.done: again": partial(corrections.done, done=Done(2, "Wei", 100, is_again=True), praise="helped"),
    **{
        f"corrections.to_admin: {kind}": partial(
            corrections.to_admin, title="Book Club", kind=kind, done=Done(2, "Wei", points), reason="helped a newcomer"
        )
        for kind, points in zip(Kind, (250, -100, -20, 0, 0), strict=True)
    },
    **{
        f"corrections.to_member: {kind}": partial(
            corrections.to_member, title="Book Club", kind=kind, points=points, reason="helped a <newcomer>"
        )
        for kind, points in zip(Kind, (250, -250, -20, 0, 0), strict=True)
    },
    "corrections.to_member: undone with a link": partial(
        corrections.to_member,
        title="Book Club",
        kind=Kind.REVERSE,
        points=-20,
        reason="copied",
        place=MessagePlace(-1001234567890, 77),
    ),
    "corrections.to_admin: undone with a link": partial(
        corrections.to_admin,
        title="Book Club",
        kind=Kind.REVERSE,
        done=Done(2, "Wei", -20),
        reason="copied",
        place=MessagePlace(-1001234567890, 77),
    ),
    "corrections.to_member: undone in favour": partial(
        corrections.to_member, title="Book Club", kind=Kind.REVERSE, points=250, reason=""
    ),
    "checkins.about": checkins.about,
    "checkins.check_in": checkins.check_in,
    **{f"checkins.brief{which}": partial(checkins.brief, name="Wei", done=done) for which, done in CHECKINS.items()},
    **{f"checkins.pressed{which}": partial(checkins.pressed, done=done) for which, done in CHECKINS.items()},
    "checkins.pressed: under a challenge": lambda reader: checkins.pressed(
        reader, done=CHECKED_IN_FIRST, challenge=challenges.joined(reader, plan=EARLY)
    ),
    **{
        f"checkins.full{which}": partial(checkins.full, title="Book Club", done=done)
        for which, done in CHECKINS.items()
    },
    "checkins.is_off": checkins.is_off,
    "checkins.write_first": checkins.write_first,
    "challenges.about": challenges.about,
    "challenges.name": partial(challenges.name, plan=WEEK),
    "challenges.opened": partial(challenges.opened, plan=EARLY),
    "challenges.opened: without points": partial(challenges.opened, plan=WEEK),
    "challenges.shut": partial(challenges.shut, plan=EARLY, is_stopped=False),
    "challenges.shut: by an administrator": partial(challenges.shut, plan=EARLY, is_stopped=True),
    "challenges.join": challenges.join,
    "challenges.joined": partial(challenges.joined, plan=EARLY),
    "challenges.joined: before it begins": partial(challenges.joined, plan=EARLY, has_begun=False),
    "challenges.progress": partial(challenges.progress, plan=EARLY, done=_KEPT),
    "challenges.finished": partial(challenges.finished, plan=EARLY),
    "challenges.ended": partial(challenges.ended, plan=WEEK, result=Result(12, 5)),
    "challenges.unjoined": partial(challenges.unjoined, title="Book Club", plan=EARLY),
    **{
        f"challenges.called_off: {obstacle.value}": partial(
            challenges.called_off, title="Book Club", plan=EARLY, obstacle=obstacle
        )
        for obstacle in Obstacle
    },
    "challenges.untold": partial(
        challenges.untold, title="Book Club", plan=WEEK, obstacle=Obstacle.SHUT, result=Result(12, 5)
    ),
    "challenges.untold: closed": partial(
        challenges.untold, title="Book Club", plan=WEEK, obstacle=Obstacle.CLOSED, result=Result(12, 5)
    ),
    "challenges.stopped": partial(challenges.stopped, plan=EARLY),
    "challenges.usage": challenges.usage,
    "challenges.impossible": challenges.impossible,
    "challenges.one_is_open": challenges.one_is_open,
    "challenges.no_challenge": challenges.no_challenge,
    "challenges.too_late": challenges.too_late,
    "challenges.only_in_the_group": challenges.only_in_the_group,
    "challenges.length_chosen": partial(challenges.length_chosen, plan=WEEK, participation=Participation(31, 200)),
    "challenges.length_chosen: nobody": partial(
        challenges.length_chosen, plan=WEEK, participation=Participation(0, 20)
    ),
    "challenges.started": partial(challenges.started, plan=EARLY),
    "badges.about": badges.about,
    "badges.badge_named": lambda reader: lines(
        *[badges.badge_named(reader, badge) for badge in (*Badge, "of_tomorrow")]
    ),
    "badges.condition": lambda reader: lines(*[badges.condition(reader, badge) for badge in Badge]),
    "badges.brief": partial(badges.brief, name="Wei", collection=Collection([HELD_BADGE, HELD_BADGE], [])),
    "badges.full": lambda reader: badges.full(
        reader,
        title="Book Club",
        held=[badges.Held(badges.badge_named(reader, Badge.WEEK), HELD_BADGE.at)],
        missing=tuple(Badge)[4:],
        roles=[("creator", None), ("expert", date(2026, 12, 29))],
        settings=RolesSettings(),
    ),
    "badges.full: none yet": partial(
        badges.full, title="Book Club", held=[], missing=tuple(Badge)[:3], roles=[], settings=RolesSettings()
    ),
    "badges.given": partial(badges.given, title="Book Club", badges=["first_word", "first_like"]),
    "badges.is_off": badges.is_off,
    "roles.role_named": lambda reader: lines(*[roles.role_named(reader, role) for role in (*Role, "of_tomorrow")]),
    "roles.tag_named": lambda reader: lines(*[roles.tag_named(reader, role) for role in Role]),
    "roles.held": partial(roles.held, role="expert", until=None),
    "roles.held: who is warned": partial(roles.held, role="expert", until=date(2026, 12, 29)),
    "roles.ending": partial(roles.ending, line=Html("Wei · 3 badges"), roles=ENDING),
    "roles.to_keep": partial(roles.to_keep, role="creator", settings=RolesSettings()),
    "roles.may_end": partial(roles.may_end, role="expert", until=date(2026, 12, 29)),
    "roles.condition": lambda reader: lines(
        *[roles.condition(reader, role=role, settings=RolesSettings()) for role in Role]
    ),
    **{
        f"roles.turned: {turn}": partial(
            roles.turned,
            title="Book Club",
            role="expert",
            turn=turn,
            until=date(2026, 12, 1),
            settings=RolesSettings(),
        )
        for turn in Turn
    },
    "levels.about": levels.about,
    "levels.own_names": lambda reader: lines(*[levels.named(reader, level) for level in levels.own_names(reader)]),
    "levels.named": partial(levels.named, level=1, names=("Seed",)),
    "levels.in_words": partial(levels.in_words, level=3),
    "levels.brief": partial(levels.brief, name="Wei", progress=Progress(4, 1250, 5000)),
    "levels.brief: the highest": partial(levels.brief, name="Wei", progress=Progress(10, 1250, None)),
    "levels.on_card": partial(levels.on_card, progress=Progress(4, 1250, 5000)),
    "levels.on_card: the highest": partial(levels.on_card, progress=Progress(10, 1250, None)),
    "levels.full": partial(
        levels.full, title="Book Club", progress=Progress(4, 1250, 5000), curve="steadily", names=(), days=None
    ),
    "levels.full: of who runs it": partial(
        levels.full,
        title="Book Club",
        progress=Progress(10, 1250, None),
        curve="steadily",
        names=("Seed", "Leaf"),
        days=levels.Days("steadily", 400),
    ),
    "levels.full: where nothing earns": partial(
        levels.full,
        title="Book Club",
        progress=Progress(1, 0, 500),
        curve="steadily",
        names=(),
        days=levels.Days("steadily", 0),
    ),
    "levels.reached": partial(levels.reached, title="Book Club", progress=Progress(4, 0, 5000)),
    "levels.reached: the highest": partial(levels.reached, title="Book Club", progress=Progress(10, 1250, None)),
    "levels.is_off": levels.is_off,
    "corrections.signed": partial(corrections.signed, points=-1250),
    "featuring.about": featuring.about,
    "featuring.featured": partial(featuring.featured, name="Lin", points=100),
    "featuring.featured: capped": partial(featuring.featured, name="Lin", points=0),
    "featuring.take_back": featuring.take_back,
    "featuring.taken_back": featuring.taken_back,
    "featuring.named_by_recap": featuring.named_by_recap,
    "featuring.nothing_to_feature": featuring.nothing_to_feature,
    "featuring.featured_before": featuring.featured_before,
    "featuring.not_accepted": featuring.not_accepted,
    "orders.who_was_it": orders.who_was_it,
    "orders.it_was_me": orders.it_was_me,
    "corrections.only_in_groups": partial(corrections.only_in_groups, kind=Kind.GRANT),
    "corrections.only_in_groups: without points": partial(corrections.only_in_groups, kind=Kind.REVERSE),
    "corrections.out_of_bounds": partial(corrections.out_of_bounds, most=100_000),
    "corrections.not_a_member": corrections.not_a_member,
    "corrections.nothing_to_reverse": corrections.nothing_to_reverse,
    "corrections.frozen_already": corrections.frozen_already,
    "corrections.not_frozen": corrections.not_frozen,
    "audit.about": audit.about,
    "audit.in_private": audit.in_private,
    "audit.see": audit.see,
    "audit.newer": audit.newer,
    "audit.older": audit.older,
    "audit.listed": partial(audit.listed, title="Book Club", acts=ACTS, names={1: "Lin", 2: "Wei"}),
    "audit.listed: of who was forgotten": partial(audit.listed, title="Book Club", acts=ACTS[-1:], names={1: "Lin"}),
    "audit.listed: a template and a file": partial(
        audit.listed,
        title="Book Club",
        acts=[_set_by(way) for way in ("template brand", "file")],
        names={1: "Lin", 2: "Wei"},
    ),
    "audit.listed: empty": partial(audit.listed, title="Book Club", acts=(), names={}),
    "settings.about": settings.about,
    "settings.in_private": settings.in_private,
    "settings.open_panel": settings.open_panel,
    "settings.panel": partial(settings.panel, title="Book Club", language="en", zone="Asia/Taipei"),
    "settings.language": settings.language,
    "settings.time_zone": settings.time_zone,
    "settings.save": settings.save,
    "settings.load": settings.load,
    "settings.back": settings.back,
    "setup.set_up": setup.set_up,
    "setup.language": partial(setup.language, title="Book Club"),
    "setup.zone": partial(setup.zone, zone="UTC"),
    "setup.template": setup.template,
    **{f"setup.template_named: {name}": partial(setup.template_named, template=name) for name in Template},
    "setup.keep": setup.keep,
    "setup.later": setup.later,
    "setup.go_on": setup.go_on,
    "setup.leave": setup.leave,
    "setup.left": setup.left,
    "setup.unfinished": partial(setup.unfinished, title="Book Club"),
    "setup.done: all": partial(setup.done, title="Book Club", lacks=(), rhythm=QUIET),
    "setup.done: may not delete": partial(setup.done, title="Book Club", lacks=(Lack.TIDYING,), rhythm=QUIET),
    "setup.done: a member": partial(setup.done, title="Book Club", lacks=ALL_LACKS, rhythm=QUIET),
    "setup.all_settings": setup.all_settings,
    **{
        f"settings.{what}: {name}": partial(say, name)
        for name, made in FEATURE_SETTINGS.items()
        for what, say in (("feature", lambda name, reader: settings.feature(reader, name)), ("page", _settings_page))
    },
    "values.field": partial(values.field, value_now=20, field=_field("messages", "points")),
    "values.field: a switch": partial(values.field, value_now=False, field=_field("standings", "staff_listed")),
    "values.field: a text": partial(values.field, value_now="Hello <b>", field=WORDS),
    "values.field: an empty text": partial(values.field, value_now="", field=WORDS),
    "values.asked": partial(values.asked, feature="messages", field=_field("messages", "points"), value_now=50),
    "values.asked: a time": partial(
        values.asked, feature="messages", field=_field("messages", "cool_down_seconds"), value_now=1
    ),
    "values.asked: an hour": partial(
        values.asked, feature="reach", field=_field("reach", "quiet_from_hour"), value_now=9
    ),
    "values.asked: a count": partial(values.asked, feature="reach", field=_field("reach", "pings_a_week"), value_now=3),
    "values.asked: a text": partial(values.asked, feature="messages", field=WORDS, value_now="Hello"),
    "settings.change": partial(settings.change, change=CHANGES[0]),
    "settings.changed": partial(settings.changed, changes=CHANGES),
    "settings.changed: nothing": partial(settings.changed, changes=()),
    "settings.several": partial(settings.several, changes=CHANGES, most=1),
    "settings.which_language": settings.which_language,
    "settings.zone_named": lambda reader: lines(*[settings.zone_named(reader, zone) for zone in COMMON]),
    "settings.which_zone": settings.which_zone,
    "settings.saved": partial(settings.saved, title="Book Club"),
    "settings.send_file": partial(settings.send_file, title="Book Club"),
    "settings.file_unreadable": settings.file_unreadable,
    **{
        f"values.unfit: {problem}": partial(values.unfit, unfit=_unfit(problem))
        for problem in Problem
        if problem not in OF_THE_GARDEN
    },
    "values.unfit: no such key": partial(values.unfit, unfit=Unfit(Problem.UNKNOWN_KEY, "messages.<b>x")),
    "values.unfit: no file": partial(values.unfit, unfit=Unfit(Problem.NO_FILE)),
    "values.unfit: no language": partial(values.unfit, unfit=Unfit(Problem.NO_LANGUAGE, "community.language")),
    "values.unfit: no zone": partial(values.unfit, unfit=Unfit(Problem.NO_ZONE, "community.time_zone")),
    "values.unfit: a count": partial(values.unfit, unfit=_unfit(Problem.NO_WHOLE_NUMBER, "messages", "least_letters")),
    "values.unfit: a long text": partial(values.unfit, unfit=Unfit(Problem.OUT_OF_BOUNDS, "greeting", about(WORDS))),
    "values.field: a choice": partial(values.field, value_now="friday", field=_of_garden("digging")),
    "values.field: several choices": partial(values.field, value_now=("monday", "sunday"), field=_of_garden("open_on")),
    "values.field: no choice": partial(values.field, value_now=(), field=_of_garden("open_on")),
    "values.field: hashtags": partial(values.field, value_now=("share", "分享"), field=_of_garden("tags")),
    "values.field: a topic": partial(values.field, value_now=7, field=_of_garden("place"), topics={7: "Q & <A>"}),
    "values.field: a topic without a name": partial(values.field, value_now=7, field=_of_garden("place")),
    "values.asked: a choice": partial(values.asked, feature="reach", field=_of_garden("digging"), value_now="monday"),
    "values.asked: several choices": partial(values.asked, feature="reach", field=_of_garden("open_on"), value_now=()),
    "values.asked: hashtags": partial(values.asked, feature="reach", field=_of_garden("tags"), value_now=("share",)),
    "values.asked: a topic": partial(values.asked, feature="reach", field=_of_garden("place"), value_now=0),
    "values.option": partial(values.option, word="monday"),
    "values.topic": partial(values.topic, number=0),
    "values.empty_it": values.empty_it,
    "values.take_default": values.take_default,
    "values.sentence": partial(values.sentence, field=_field("messages", "points")),
    "values.value": partial(values.value, value=20, told=about(_field("messages", "points"))),
    **{
        f"values.unfit: {problem} of {name}": partial(
            values.unfit, unfit=Unfit(problem, f"garden.{name}", about(_of_garden(name)))
        )
        for problem, name in (
            *OF_THE_GARDEN.items(),
            (Problem.OUT_OF_BOUNDS, "tags"),
            (Problem.OUT_OF_BOUNDS, "open_on"),
        )
    },
    "values.unfit: typed": partial(
        values.unfit, unfit=Unfit(Problem.OUT_OF_BOUNDS, "points", about(_field("messages", "points")))
    ),
    "profile.about": profile.about,
    "profile.brief": partial(profile.brief, name="Wei", card=BUSY),
    "profile.brief: nothing yet": partial(profile.brief, name="Wei", card=FRESH),
    "profile.brief: one point": partial(profile.brief, name="Wei", card=replace(FRESH, balance=100)),
    "profile.as_picture": profile.as_picture,
    "profile.no_picture": profile.no_picture,
    "profile.level_of": partial(profile.level_of, level=4, highest=10),
    "profile.points_to_spend": profile.points_to_spend,
    "profile.week_place": profile.week_place,
    "profile.week_points": profile.week_points,
    "profile.days_in_a_row": profile.days_in_a_row,
    "profile.this_week": profile.this_week,
    "profile.badge_count": partial(profile.badge_count, number=6),
    "profile.full": partial(profile.full, card=BUSY),
    "profile.full: nothing yet": partial(profile.full, card=FRESH),
    "profile.full: the day's cap of one point": partial(profile.full, card=replace(FRESH, earned_today=100)),
    "profile.full: one of each": partial(
        profile.full,
        card=replace(
            BUSY, messages_this_week=1, reactions_received_this_week=1, checkins_this_week=1, active_days_this_week=1
        ),
    ),
    "profile.full: reactions to what is older": partial(
        profile.full, card=replace(FRESH, reactions_received_this_week=2)
    ),
    "profile.full: not listed": partial(profile.full, card=replace(BUSY, week=Score(points=350, rank=None))),
    "profile.full: with a level": partial(profile.full, card=replace(BUSY, level=Progress(4, 1250, 5000))),
    "profile.full: with a role that may end": partial(profile.full, card=replace(BUSY, ending=ENDING)),
    "profile.full: below zero": partial(profile.full, card=replace(BUSY, balance=-150)),
    "profile.to_spend": partial(profile.to_spend, balance=1250, lifetime=104_000),
    "points.about": points.about,
    "points.brief": partial(points.brief, name="Wei", balance=1250),
    "points.full": partial(points.full, title="Book Club", purse=PURSE),
    "points.full: by what has a limit with others": partial(points.full, title="Book Club", purse=BUSY_PURSE),
    "points.full: the first week": partial(
        points.full,
        title="Book Club",
        purse=replace(PURSE, today={"checkin": 100}, prices=numbers({"checkins": {"on": True}}).prices),
    ),
    "points.full: nothing earns": partial(
        points.full, title="Book Club", purse=replace(PURSE, balance=0, scores=dict.fromkeys(Period, 0), prices=())
    ),
    "standings.about_rank": standings.about_rank,
    "standings.about_top": standings.about_top,
    "standings.rank_brief": partial(standings.rank_brief, name="Wei", standing=standings.Standing(Score(350, 8), 1240)),
    "standings.rank_brief: of a great many": partial(
        standings.rank_brief, name="Wei", standing=standings.Standing(Score(350, 8), None)
    ),
    "standings.rank_brief: far down": partial(
        standings.rank_brief, name="Wei", standing=standings.Standing(Score(350, None, is_far=True), None)
    ),
    "standings.rank_brief: no place": partial(
        standings.rank_brief, name="Wei", standing=standings.Standing(Score(350, None), None)
    ),
    "standings.rank": partial(standings.rank, title="Book Club", places=PLACES, unlisted=None),
    "standings.rank: among a great many": partial(standings.rank, title="Book Club", places=VAST, unlisted=None),
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
    "why.entries: with what counts more for who is busy": partial(
        why.entries,
        title="Book Club",
        entries=[*ENTRIES, Entry("work_featured", 525, NOW, is_reversal=False, place=None, factor=105)],
    ),
    "why.entries: none": partial(why.entries, title="Book Club", entries=()),
    "why.older": why.older,
    "why.newer": why.newer,
    "why.to_uncounted": why.to_uncounted,
    "why.to_entries": why.to_entries,
    "why.uncounted": partial(
        why.uncounted,
        title="Book Club",
        times={Reason.TOO_SHORT: 12, Reason.DAILY_CAP: 1203},
        lately=LATELY,
        places={LATELY[0].source: MessagePlace(-1001234567890, 78, topic=3, username="book_club")},
    ),
    "why.uncounted: nothing": partial(why.uncounted, title="Book Club", times={}, lately=(), places={}),
    "why.reason_in_words": lambda reader: lines(*[why.reason_in_words(reader, reason) for reason in Reason]),
    "earn.about": earn.about,
    "earn.brief": partial(earn.brief, numbers=numbers({})),
    "earn.brief: much": partial(earn.brief, numbers=EVERYTHING),
    "earn.brief: nothing": partial(earn.brief, numbers=NOTHING_EARNS),
    "earn.full": partial(earn.full, title="Book Club", numbers=numbers({})),
    "earn.full: by how active": partial(earn.full, title="Book Club", numbers=numbers({"difficulty": {"on": True}})),
    "earn.full: check-ins, by how active": partial(
        earn.full,
        title="Book Club",
        numbers=numbers({"difficulty": {"on": True}, "checkins": {"on": True}, "works": {"on": True}}),
    ),
    "earn.full: everything": partial(earn.full, title="Book Club", numbers=EVERYTHING),
    "earn.full: nothing": partial(earn.full, title="Book Club", numbers=NOTHING_EARNS),
    "earn.full: with what is judged": partial(earn.full, title="Book Club", numbers=JUDGED),
    "earn.full: hardly bounded": partial(earn.full, title="Book Club", numbers=numbers(UNBOUNDED)),
    "earn.full: newcomers wait for a time": partial(earn.full, title="Book Club", numbers=numbers(ONE_OF_EACH)),
    "languages.about": languages.about,
    "languages.in_group": languages.in_group,
    "languages.which": languages.which,
    "leading.nowhere": partial(leading.nowhere, command="/audit@kith_bot"),
    "leading.which": leading.which,
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
    "privacy.data_again": partial(privacy.data_again, minutes=7),
    "privacy.data_again: nearly": partial(privacy.data_again, minutes=1),
    "dialogues.about": dialogues.about,
    "dialogues.way_out": dialogues.way_out,
    "dialogues.in_words": dialogues.in_words,
    "dialogues.cancelled": dialogues.cancelled,
    "dialogues.nothing_asked": dialogues.nothing_asked,
    "forgetting.about": forgetting.about,
    "forgetting.where": forgetting.where,
    "forgetting.everywhere": forgetting.everywhere,
    "forgetting.question": partial(forgetting.question, title=None),
    "forgetting.question: in one group": partial(forgetting.question, title="Book Club"),
    "forgetting.question: to an administrator": partial(forgetting.question, title=None, leads=True),
    "forgetting.question: to an administrator, in one group": partial(
        forgetting.question, title="Book Club", leads=True
    ),
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
    "audit.listed: of what is timed": partial(
        audit.listed, title="Book Club", acts=TIMED_ACTS, names={1: "Lin", 2: "Wei"}
    ),
    "setup.done: with all that comes by itself": partial(
        setup.done,
        title="Book Club",
        lacks=(),
        rhythm=setup.Rhythm(
            TopicsSettings(on=True),
            PollsSettings(on=True),
            BoardsSettings(weekly=True, monthly=True, seasonal=True),
            CocreationsSettings(on=True, monthly=True),
        ),
    ),
    "topics.about": topics.about,
    "topics.posted": partial(topics.posted, text=QUESTION),
    "topics.does_it_count": topics.does_it_count,
    "topics.propose": topics.propose,
    "topics.taken_back": topics.taken_back,
    "topics.counts: not liked yet": partial(topics.counts, liked_by=0, wanted=3),
    "topics.counts: one will do": partial(topics.counts, liked_by=0, wanted=1),
    "topics.counts: liked by one": partial(topics.counts, liked_by=1, wanted=1),
    "topics.counts: liked by many": partial(topics.counts, liked_by=12, wanted=3),
    "topics.does_not_count": partial(topics.does_not_count, least_letters=12),
    "topics.does_not_count: however short": topics.does_not_count,
    "topics.too_late": partial(topics.too_late, next_at=NOW),
    "topics.too_late: none is planned": partial(topics.too_late, next_at=None),
    "topics.recap": partial(_recap, answered=12, best=BEST, coming=topics.Coming(NOW, is_tomorrow=True)),
    "topics.recap: one answer that is liked": partial(_recap, answered=1, best=BEST[:1], coming=None),
    "topics.recap: one answer of who has left the boards": partial(
        _recap, answered=1, best=BEST[:1], unnamed=(BEST[0].author_id,)
    ),
    "topics.recap: who has left the boards is not named": partial(
        _recap, answered=9, best=BEST, unnamed=(BEST[0].author_id,)
    ),
    "topics.recap: later today": partial(_recap, answered=2, best=(), coming=topics.Coming(NOW, is_tomorrow=False)),
    "topics.recap: voted for": partial(
        _recap,
        answered=2,
        best=(),
        coming=topics.Coming(NOW, is_tomorrow=True, voted=QUESTION),
    ),
    "topics.recap: voted for, later today, and long": partial(
        _recap, answered=2, best=(), coming=topics.Coming(NOW, is_tomorrow=False, voted="你今天早上在想" * 20)
    ),
    "topics.recap: the day after": partial(_recap, answered=2, best=(), coming=None, is_today=False),
    "topics.recap: one answer that nobody likes": partial(_recap, answered=1, best=(), coming=None),
    "topics.explained: its turn": partial(
        topics.explained, day=DAY, text=QUESTION, linked="https://t.me/c/1/2", is_as_deep=True
    ),
    "topics.explained: the first": partial(
        topics.explained, day=DAY, text=QUESTION, linked=None, is_as_deep=True, has_past=False
    ),
    "topics.explained: the nearest": partial(topics.explained, day=DAY, text=QUESTION, linked=None, is_as_deep=False),
    "topics.explained: promised": partial(topics.explained, day=WANTED, text=QUESTION, linked=None, is_as_deep=True),
    "topics.no_topic_yet": topics.no_topic_yet,
    "topics.dimension": _every_dimension,
    "topics.depth": _every_depth,
    "topic_news.unanswered": partial(topic_news.unanswered, title="Book Club", text=QUESTION),
    "topic_news.unanswered: an easy one": partial(
        topic_news.unanswered, title="Book Club", text=QUESTION, is_easy=True
    ),
    "topic_news.unanswered: too short": partial(
        topic_news.unanswered, title="Book Club", text=QUESTION, too_short=2, least_letters=12
    ),
    "topic_news.unanswered: several": partial(
        topic_news.unanswered, title="Book Club", text=QUESTION, is_easy=True, in_a_row=3
    ),
    "topic_news.missing": partial(topic_news.missing, title="Book Club"),
    "topic_news.low": partial(topic_news.low, title="Book Club", left=3),
    "topic_news.refused": partial(topic_news.refused, title="Book Club", in_forum=True),
    "topic_news.doubted": partial(topic_news.doubted, title="Book Club", text="Your book of the year"),
    "topic_news.refused: by rights": partial(topic_news.refused, title="Book Club", in_forum=False),
    "topics.in_private": topics.in_private,
    "topics.open_bank": topics.open_bank,
    "topics.panel: on, with one more": partial(_bank, is_on=True, number=1),
    "topics.panel: off": partial(_bank, is_on=False, number=12),
    "topics.add_one": topics.add_one,
    "topics.list_all": topics.list_all,
    "topics.load": topics.load,
    "topics.save": topics.save,
    **{f"topics.kit: {kit}": partial(topics.kit, kit=kit) for kit in Kit},
    "topics.write_one": topics.write_one,
    "topics.send_file": topics.send_file,
    "topics.saved": partial(topics.saved, title="Book Club"),
    "topics.added: none": partial(topics.added, number=0),
    "topics.added: many": partial(topics.added, number=10),
    "topics.listed": partial(topics.listed, title="Book Club", topics=TOPICS, first=7),
    "topics.listed: empty": partial(topics.listed, title="Book Club", topics=(), first=1),
    "topics.one": partial(topics.one, topic=TOPIC),
    "topics.retire": topics.retire,
    "topics.bring_back": topics.bring_back,
    "topics.why_today": topics.why_today,
    "topics.back": topics.back,
    "topics.newer": topics.newer,
    "topics.older": topics.older,
    "topics.too_many": topics.too_many,
    "topics.text_unfit": topics.text_unfit,
    **{f"topics.unfit: {problem}": partial(topics.unfit, unfit=UnfitFile(problem, 3)) for problem in FileProblem},
    "preparing.no_topics": partial(preparing.no_topics, title="Book Club", at=_NOON, waiting=2),
    "preparing.no_topics: none waits": partial(preparing.no_topics, title="Book Club", at=_NOON, waiting=0),
    "preparing.no_theme": partial(preparing.no_theme, title="Book Club", at=_NOON),
    "calendar.about": calendar.about,
    "calendar.in_private": calendar.in_private,
    "calendar.open_calendar": calendar.open_calendar,
    "calendar.kind": lambda reader: lines(
        *[calendar.kind(reader, each.name) for each in OCCASIONS if each.in_calendar]
    ),
    "calendar.listed": partial(calendar.listed, title="Book Club", entries=PLANNED, first=1),
    "calendar.listed: boards in one post": partial(
        calendar.listed,
        title="Book Club",
        entries=[Timed(When(1, f"boards.{each}", 20261228), NOW) for each in ("month", "season", "week")],
        first=1,
    ),
    "calendar.listed: without a theme": partial(
        calendar.listed,
        title="Book Club",
        entries=[Timed(When(1, "cocreations.open", 20261228), NOW, lacks=True)],
        first=1,
    ),
    "calendar.listed: without topics to choose from": partial(
        calendar.listed,
        title="Book Club",
        entries=[
            Timed(When(1, "polls.open", 202652), NOW, lacks=True),
            Timed(When(1, "polls.open", 202653), NOW + timedelta(days=7), lacks=True),
        ],
        first=1,
    ),
    "calendar.listed: without a topic left": partial(
        calendar.listed,
        title="Book Club",
        entries=[
            Timed(When(1, "topics.post", 20261228), NOW, lacks=True),
            Timed(When(1, "topics.post", 20261229), NOW + timedelta(days=1), lacks=True),
        ],
        first=1,
    ),
    "calendar.one: without a topic left": partial(
        calendar.one, entry=Timed(When(1, "topics.post", 20261228), NOW, lacks=True)
    ),
    "calendar.one: without topics to choose from": partial(
        calendar.one, entry=Timed(When(1, "polls.open", 202652), NOW, lacks=True)
    ),
    "calendar.one: without a theme": partial(
        calendar.one, entry=Timed(When(1, "cocreations.open", 20261228), NOW, lacks=True)
    ),
    "calendar.listed: empty": partial(calendar.listed, title="Book Club", entries=(), first=1),
    "calendar.one": partial(calendar.one, entry=ENTRY),
    "calendar.one: moved": partial(calendar.one, entry=PLANNED[2]),
    "calendar.one: skipped": partial(calendar.one, entry=PLANNED[3]),
    "calendar.choice": lambda reader: lines(
        *[calendar.choice(reader, entry=Timed(When(1, each.name, 7), NOW)) for each in OCCASIONS if each.in_calendar]
    ),
    "calendar.kind: that begins": partial(calendar.kind, name=BEGIN),
    "calendar.skip": calendar.skip,
    "calendar.move": calendar.move,
    "calendar.post_now": calendar.post_now,
    "calendar.back": calendar.back,
    "calendar.before": calendar.before,
    "calendar.after": calendar.after,
    "calendar.which_day": partial(calendar.which_day, entry=ENTRY),
    "calendar.which_hour": partial(calendar.which_hour, entry=ENTRY, day=TODAY),
    "calendar.has_one": partial(calendar.has_one, entry=ENTRY, other=PLANNED[2]),
    "calendar.has_one: today": partial(calendar.has_one, entry=ENTRY, other=PLANNED[2], is_today=True),
    "calendar.has_one: that came": partial(calendar.has_one, entry=ENTRY, other=PLANNED[-1]),
    "calendar.post_all_the_same": calendar.post_all_the_same,
    "calendar.move_all_the_same": calendar.move_all_the_same,
    "calendar.next_of_all": partial(calendar.next_of_all, title="Book Club", entries=PLANNED[:2]),
    "calendar.next_of_all: boards in one post": partial(
        calendar.next_of_all,
        title="Book Club",
        entries=[Timed(When(1, f"boards.{each}", 20261228), NOW) for each in ("month", "season", "week")],
    ),
    "calendar.listed: the second page": partial(
        calendar.listed,
        title="Book Club",
        entries=[
            Timed(When(1, "polls.open", 202652), NOW, lacks=True),
            Timed(When(1, "polls.open", 202653), NOW + timedelta(days=7), lacks=True),
            *[Timed(When(1, f"boards.{each}", 20261228), NOW + timedelta(days=8)) for each in ("month", "season")],
        ],
        first=2,
        most=2,
    ),
    "calendar.next_of_all: nothing": partial(calendar.next_of_all, title="Book Club", entries=()),
    "calendar.skipped": partial(calendar.skipped, entry=ENTRY),
    "calendar.bring_back": calendar.bring_back,
    "calendar.bring_back_all_the_same": calendar.bring_back_all_the_same,
    "calendar.brought_back": partial(calendar.brought_back, entry=ENTRY, at=NOW),
    "calendar.moved": partial(calendar.moved, entry=ENTRY, to=NOW),
    "calendar.hurried": partial(calendar.hurried, entry=ENTRY),
    "calendar.is_over": calendar.is_over,
    "calendar.too_early": partial(calendar.too_early, day=TODAY),
    "calendar.was": partial(calendar.was, kind_name="topics.post", key=2026_11_20),
    **board_samples.SAMPLES,
    **channel_samples.SAMPLES,
    **poll_samples.SAMPLES,
    **cocreation_samples.SAMPLES,
    **question_samples.SAMPLES,
    **work_samples.SAMPLES,
}
