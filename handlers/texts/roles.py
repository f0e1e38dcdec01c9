"""What roles are called, what they take, and what is said when one comes or goes."""

from collections.abc import Sequence
from datetime import date

from handlers.texts.reader import Html, Reader, lines
from models.rules.roles import Role, RolesSettings, Turn


def role_named(reader: Reader, role: str) -> Html:
    """What a role is called; a later version may have had others."""
    names = {
        Role.CREATOR.value: reader.say("Content co-creator"),
        Role.EXPERT.value: reader.say("Answer expert"),
    }
    return names.get(role) or reader.say("A role")


def tag_named(reader: Reader, role: str) -> Html:
    """The same as short as a tag must be."""
    names = {Role.CREATOR.value: reader.say("Co-creator"), Role.EXPERT.value: reader.say("Answer expert")}
    return names.get(role) or Html("")


def held(reader: Reader, *, role: str, until: date | None) -> Html:
    """A role that somebody has, and up to which day if they may lose it."""
    if until is None:
        return role_named(reader, role)
    return reader.say("{role} until {day}", role=role_named(reader, role), day=reader.day(until))


def ending(reader: Reader, line: Html, roles: Sequence[tuple[str, date]]) -> Html:
    """A line in the group about somebody, with the roles that they may lose: it may be all that they see of it."""
    for role, until in roles:
        line = reader.say("{line} · {role}", line=line, role=held(reader, role=role, until=until))
    return line


def to_keep(reader: Reader, *, role: str, settings: RolesSettings) -> Html:
    """What it takes not to lose a role."""
    takes = condition(reader, role=role, settings=settings)
    return reader.say("To keep “{role}” longer: {condition}.", role=role_named(reader, role), condition=takes)


def may_end(reader: Reader, *, role: str, until: date) -> Html:
    """The line on `/me` about a role that may be lost."""
    return reader.say(
        "You keep the role “{role}” until {day}; /badges says what it takes to keep it longer.",
        role=role_named(reader, role),
        day=reader.day(until),
    )


def condition(reader: Reader, *, role: str, settings: RolesSettings) -> Html:
    """What it takes to have a role."""
    days, people = reader.number(settings.different_dates), reader.number(settings.different_people)
    within = reader.number(settings.within_days)
    if role == Role.EXPERT.value:
        return reader.say_many(
            "{number} answer that helped {people} different people, on {days} different days, in {within} days",
            "{number} answers that helped {people} different people, on {days} different days, in {within} days",
            settings.times,
            days=days,
            people=people,
            within=within,
        )
    return reader.say_many(
        "{number} accepted work that {people} different people reacted to, on {days} different days, in {within} days",
        "{number} accepted works that {people} different people reacted to, on {days} different days, in {within} days",
        settings.times,
        days=days,
        people=people,
        within=within,
    )


def turned(reader: Reader, *, title: str, role: str, turn: Turn, until: date, settings: RolesSettings) -> Html:
    """What has become of a role; `until` is the day up to which somebody who is warned keeps it."""
    here, name = reader.title(title), role_named(reader, role)
    takes = condition(reader, role=role, settings=settings)
    match turn:
        case Turn.GIVEN:
            return reader.say("In {title} you now have the role “{role}”: /badges.", title=here, role=name)
        case Turn.KEPT:
            return reader.say("In {title} you keep the role “{role}”.", title=here, role=name)
        case Turn.WARNED:
            return lines(
                reader.say(
                    "In {title} you keep the role “{role}” until {day}.",
                    title=here,
                    role=name,
                    day=reader.day(until),
                ),
                reader.say("To keep it longer: {condition}.", condition=takes),
            )
        case Turn.LOST:
            return lines(
                reader.say("In {title} the role “{role}” has ended.", title=here, role=name),
                reader.say("It comes back with: {condition}.", condition=takes),
            )
