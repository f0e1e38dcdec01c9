"""Every text with values that somebody could really meet; `test_texts.py` prints them in all languages."""

import dataclasses
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime
from functools import partial
from typing import Any, Final

from handlers.texts import audit, communities, corrections, help, profile, settings, setup, staff  # noqa: A004 - the feature is called help
from handlers.texts.reader import Html, Reader
from models.audit import Audit
from models.corrections import Done
from models.profile import Card
from models.rules.communities import Lack
from models.rules.corrections import Kind
from models.rules.exchange import Problem, Unfit
from models.rules.features import FEATURE_SETTINGS
from models.rules.settings import about, text
from models.rules.setup import Template
from models.settings import Change
from models.standings import Score

BUSY = Card(
    title="Book Club",
    time_zone="Asia/Taipei",
    balance=1250,
    lifetime=104_000,
    week=Score(points=350, rank=8),
    earned_today=300,
    daily_cap=1000,
    messages_this_week=12,
    reactions_given_this_week=1,
    reactions_received_this_week=1203,
    active_days_this_week=3,
    since=date(2025, 3, 4),
)
FRESH = Card(
    title="Book Club",
    time_zone="Asia/Taipei",
    balance=0,
    lifetime=0,
    week=Score(points=0, rank=None),
    earned_today=0,
    daily_cap=100,
    messages_this_week=0,
    reactions_given_this_week=0,
    reactions_received_this_week=0,
    active_days_this_week=0,
    since=None,
)
ALL_LACKS = (Lack.ALL_MESSAGES, Lack.REACTIONS, Lack.JOINS, Lack.TIDYING)


def _offers(reader: Reader) -> Html:
    about = (("me", profile.about), ("start", help.about_start), ("help", help.about_help))
    return help.offers(reader, commands=[(name, what(reader)) for name, what in about])


def _act(action: str, points: int | None = None, reason: str = "counted by mistake") -> Audit:
    about = {"audit_id": 1, "user_id": 1, "action": action, "member_id": 2, "points": points, "reason": reason}
    details = {"changes": [list(dataclasses.astuple(each)) for each in CHANGES]}
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


def _field(feature: str, name: str) -> "dataclasses.Field[Any]":
    return next(each for each in dataclasses.fields(FEATURE_SETTINGS[feature]) if each.name == name)


def _unfit(problem: Problem, feature: str = "messages", name: str = "points") -> Unfit:
    return Unfit(problem, f"{feature}.{name}", about(_field(feature, name)))


@dataclasses.dataclass(frozen=True)
class _Greetings:
    greeting: str = text("", "What I say first.", most=200)


(WORDS,) = dataclasses.fields(_Greetings)

ACTS = (
    _act("settings", reason=""),
    _act("unfreeze"),
    _act("freeze", reason="two accounts like each other"),
    _act("reverse", 500, reason=""),
    _act("reverse", -20),
    _act("deduct", -500, reason="posted an advert"),
    _act("grant", 100, reason="helped a <newcomer>"),
)


def _settings_page(name: str, reader: Reader) -> Html:
    news = settings.changed(reader, changes=CHANGES[:1]) if name == "messages" else None
    return settings.page(reader, title="Book Club", feature=name, held=FEATURE_SETTINGS[name](), news=news)


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
    "help.hello: to a stranger": partial(help.hello, name="Wei", is_known=False),
    "help.hello: to a member": partial(help.hello, name="Wei", is_known=True),
    "help.hello: to somebody without a name": partial(help.hello, name="\u3164", is_known=True),
    "help.add": help.add,
    "help.offers": _offers,
    "help.in_private": help.in_private,
    "help.open_private": help.open_private,
    "help.not_understood": help.not_understood,
    "help.button_gone": help.button_gone,
    "help.not_for_you": help.not_for_you,
    "help.went_wrong": help.went_wrong,
    "staff.only_administrators": staff.only_administrators,
    "staff.right_missing: ban": partial(staff.right_missing, right="can_restrict_members"),
    "staff.right_missing: info": partial(staff.right_missing, right="can_change_info"),
    "staff.right_missing: any": partial(staff.right_missing, right="can_manage_chat"),
    "staff.cannot_check": staff.cannot_check,
    **{f"corrections.about: {kind}": partial(corrections.about, kind=kind) for kind in Kind},
    **{f"corrections.usage: {kind}": partial(corrections.usage, kind=kind) for kind in Kind},
    **{
        f"corrections.done: {kind}": partial(
            corrections.done, kind=kind, done=Done(2, "Wei", points), reason="helped a newcomer"
        )
        for kind, points in zip(Kind, (250, -100, -20, 0, 0), strict=True)
    },
    "corrections.done: again": partial(
        corrections.done, kind=Kind.GRANT, done=Done(2, "Wei", 100, is_again=True), reason="helped"
    ),
    "corrections.signed": partial(corrections.signed, points=-1250),
    "corrections.who_was_it": corrections.who_was_it,
    "corrections.it_was_me": corrections.it_was_me,
    "corrections.only_in_groups": corrections.only_in_groups,
    "corrections.out_of_bounds": partial(corrections.out_of_bounds, most=100_000),
    "corrections.not_a_member": corrections.not_a_member,
    "corrections.nothing_to_reverse": corrections.nothing_to_reverse,
    "corrections.frozen_already": corrections.frozen_already,
    "corrections.not_frozen": corrections.not_frozen,
    "audit.about": audit.about,
    "audit.in_private": audit.in_private,
    "audit.see": audit.see,
    "audit.nowhere": audit.nowhere,
    "audit.which": audit.which,
    "audit.newer": audit.newer,
    "audit.older": audit.older,
    "audit.listed": partial(audit.listed, title="Book Club", acts=ACTS, names={1: "Lin", 2: "Wei"}),
    "audit.listed: of who was forgotten": partial(audit.listed, title="Book Club", acts=ACTS[-1:], names={1: "Lin"}),
    "audit.listed: empty": partial(audit.listed, title="Book Club", acts=(), names={}),
    "settings.about": settings.about,
    "settings.in_private": settings.in_private,
    "settings.open_panel": settings.open_panel,
    "settings.nowhere": partial(settings.nowhere, username="kith_bot"),
    "settings.which": settings.which,
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
    "setup.done: all": partial(setup.done, title="Book Club", lacks=()),
    "setup.done: may not delete": partial(setup.done, title="Book Club", lacks=(Lack.TIDYING,)),
    "setup.done: a member": partial(setup.done, title="Book Club", lacks=ALL_LACKS),
    "setup.all_settings": setup.all_settings,
    **{
        f"settings.{what}: {name}": partial(say, name)
        for name, made in FEATURE_SETTINGS.items()
        for what, say in (("feature", lambda name, reader: settings.feature(reader, name)), ("page", _settings_page))
    },
    "settings.field": partial(settings.field, name="points", value=20, field=_field("messages", "points")),
    "settings.field: a switch": partial(
        settings.field, name="staff_listed", value=False, field=_field("standings", "staff_listed")
    ),
    "settings.field: a text": partial(settings.field, name="greeting", value="Hello <b>", field=WORDS),
    "settings.field: an empty text": partial(settings.field, name="greeting", value="", field=WORDS),
    "settings.asked": partial(settings.asked, feature="messages", field=_field("messages", "points"), value=50),
    "settings.asked: a time": partial(
        settings.asked, feature="messages", field=_field("messages", "cool_down_seconds"), value=1
    ),
    "settings.asked: an hour": partial(
        settings.asked, feature="reach", field=_field("reach", "quiet_from_hour"), value=9
    ),
    "settings.asked: a count": partial(settings.asked, feature="reach", field=_field("reach", "pings_a_week"), value=3),
    "settings.asked: a text": partial(settings.asked, feature="messages", field=WORDS, value="Hello"),
    "settings.change": partial(settings.change, change=CHANGES[0]),
    "settings.changed": partial(settings.changed, changes=CHANGES),
    "settings.changed: nothing": partial(settings.changed, changes=()),
    "settings.several": partial(settings.several, changes=CHANGES, most=1),
    "settings.which_language": settings.which_language,
    "settings.which_zone": settings.which_zone,
    "settings.saved": partial(settings.saved, title="Book Club"),
    "settings.send_file": partial(settings.send_file, title="Book Club"),
    "settings.file_unreadable": settings.file_unreadable,
    **{f"settings.unfit: {problem}": partial(settings.unfit, unfit=_unfit(problem)) for problem in Problem},
    "settings.unfit: no such key": partial(settings.unfit, unfit=Unfit(Problem.UNKNOWN_KEY, "messages.<b>")),
    "settings.unfit: no file": partial(settings.unfit, unfit=Unfit(Problem.NO_FILE)),
    "settings.unfit: no language": partial(settings.unfit, unfit=Unfit(Problem.NO_LANGUAGE, "community.language")),
    "settings.unfit: no zone": partial(settings.unfit, unfit=Unfit(Problem.NO_ZONE, "community.time_zone")),
    "settings.unfit: a count": partial(
        settings.unfit, unfit=_unfit(Problem.NO_WHOLE_NUMBER, "messages", "least_letters")
    ),
    "settings.unfit: a long text": partial(
        settings.unfit, unfit=Unfit(Problem.OUT_OF_BOUNDS, "greeting", about(WORDS))
    ),
    "profile.about": profile.about,
    "profile.brief": partial(profile.brief, name="Wei", card=BUSY),
    "profile.brief: nothing yet": partial(profile.brief, name="Wei", card=FRESH),
    "profile.brief: one point": partial(profile.brief, name="Wei", card=replace(FRESH, balance=100)),
    "profile.more": profile.more,
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
    "profile.which": profile.which,
    "profile.nowhere": profile.nowhere,
    "profile.not_a_member": profile.not_a_member,
}
