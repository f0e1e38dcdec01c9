"""Every text with values that somebody could really meet; `test_texts.py` prints them in all languages."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime
from functools import partial
from typing import Final

from handlers.texts import audit, communities, corrections, help, profile, staff  # noqa: A004 - the feature is called help
from handlers.texts.reader import Html, Reader
from models.audit import Audit
from models.corrections import Done
from models.profile import Card
from models.rules.communities import Lack
from models.rules.corrections import Kind
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
    return Audit(community_id=1, details={}, at=datetime(2026, 11, 16, 9, 5, tzinfo=UTC), **about)


ACTS = (
    _act("unfreeze"),
    _act("freeze", reason="two accounts like each other"),
    _act("reverse", 500, reason=""),
    _act("reverse", -20),
    _act("deduct", -500, reason="posted an advert"),
    _act("grant", 100, reason="helped a <newcomer>"),
)


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
