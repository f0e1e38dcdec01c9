"""What badges are called, what each takes, and what is said of them."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from handlers.texts import roles as role_texts
from handlers.texts.reader import Html, Reader, lines, paragraphs
from models.badges import Collection
from models.rules.badges import NEEDS, Badge
from models.rules.days import local_day
from models.rules.roles import RolesSettings

# The badge of a finished challenge is not one of the ten: there are as many as there were challenges.
CHALLENGE = "challenge"
# Nor is that of a co-creation that was won.
COCREATION = "cocreation"


@dataclass(frozen=True)
class Held:
    """A badge by its name, and when it was given."""

    name: Html
    at: datetime


_NAMES: Mapping[str, Callable[[Reader], Html]] = {
    Badge.FIRST_WORD: lambda reader: reader.say("First word"),
    Badge.FIRST_REPLY: lambda reader: reader.say("First reply"),
    Badge.FIRST_LIKE: lambda reader: reader.say("First like"),
    Badge.WEEK: lambda reader: reader.say("A week"),
    Badge.MONTH: lambda reader: reader.say("A month"),
    Badge.HUNDRED: lambda reader: reader.say("A hundred days"),
    Badge.REGULAR: lambda reader: reader.say("Part of the place"),
    Badge.CONVERSATION: lambda reader: reader.say("Good company"),
    Badge.LIKED: lambda reader: reader.say("Well liked"),
    Badge.SEASON: lambda reader: reader.say("Podium of a season"),
}


def about(reader: Reader) -> Html:
    """What the command is for."""
    return reader.say("your badges and roles")


def badge_named(reader: Reader, badge: str) -> Html:
    """What a badge is called; a later version may have had others."""
    return _NAMES[badge](reader) if badge in _NAMES else reader.say("A badge")


def condition(reader: Reader, badge: Badge) -> Html:
    """What a badge takes."""
    needs = NEEDS[badge]
    match badge:
        case Badge.FIRST_WORD:
            return reader.say("write something")
        case Badge.FIRST_REPLY:
            return reader.say("reply to somebody")
        case Badge.FIRST_LIKE:
            return reader.say("somebody reacts to what you wrote")
        case Badge.WEEK | Badge.MONTH | Badge.HUNDRED:
            return reader.say_many(
                "check in on {number} day in a row", "check in on {number} days in a row", needs.streak
            )
        case Badge.REGULAR:
            return reader.say_many("be active on {number} day", "be active on {number} days", needs.active_days)
        case Badge.CONVERSATION:
            return reader.say_many(
                "{number} reply, on {days} days or more",
                "{number} replies, on {days} days or more",
                needs.replies,
                days=reader.number(needs.active_days),
            )
        case Badge.LIKED:
            return reader.say_many(
                "{number} reaction received, on {days} days or more",
                "{number} reactions received, on {days} days or more",
                needs.likes,
                days=reader.number(needs.active_days),
            )
        case Badge.SEASON:
            return reader.say("be among the first three when a season ends")


def cocreation_won(reader: Reader, *, theme: str) -> Html:
    """The badge of who has won a co-creation, by its theme."""
    return reader.say("Co-creation won: {theme}", theme=theme)


def brief(reader: Reader, *, name: str, collection: Collection, ending: Sequence[tuple[str, date]] = ()) -> Html:
    """The one line in the group."""
    line = reader.say_many(
        "{name} · {number} badge",
        "{name} · {number} badges",
        len(collection.held),
        name=reader.name(name),
    )
    return role_texts.ending(reader, line, ending)


def full(
    reader: Reader,
    *,
    title: str,
    held: Sequence[Held],
    missing: Sequence[Badge],
    roles: Sequence[tuple[str, date | None]],
    settings: RolesSettings,
) -> Html:
    """All of it in the private chat; of each role up to which day it is theirs, where they may lose it."""
    mine = [
        reader.say(
            "• {badge}, {day}",
            badge=one.name,
            day=reader.day_with_year(local_day(one.at, time_zone=reader.time_zone)),
        )
        for one in held
    ]
    left = [
        reader.say("• {badge}: {condition}", badge=badge_named(reader, badge), condition=condition(reader, badge))
        for badge in missing
    ]
    bearing = [role_texts.held(reader, role=role, until=until) for role, until in roles]
    keeping = [role_texts.to_keep(reader, role=role, settings=settings) for role, until in roles if until is not None]
    return paragraphs(
        reader.say("<b>{title}</b>", title=reader.title(title)),
        lines(reader.say("Your role: {roles}", roles=reader.listed(bearing)), *keeping) if bearing else None,
        # Where the ten are off there is nothing to wait for.
        lines(*mine) if mine else reader.say("No badges yet.") if left else None,
        lines(reader.say("Still to get:"), *left) if left else None,
    )


def given(reader: Reader, *, title: str, badges: Sequence[str]) -> Html:
    """Somebody has new badges, in private."""
    named = reader.listed([badge_named(reader, badge) for badge in badges])
    return reader.say_many(
        "A new badge in {title}: {badges}. /badges shows all.",
        "New badges in {title}: {badges}. /badges shows all.",
        len(badges),
        title=reader.title(title),
        badges=named,
    )


def is_off(reader: Reader) -> Html:
    """The group has no badges."""
    return reader.say("There are no badges here. Administrators can switch them on in /settings.")
