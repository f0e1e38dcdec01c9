"""What roles are called, what they take, and what is said when one comes or goes."""

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


def condition(reader: Reader, *, role: str, settings: RolesSettings) -> Html:
    """What it takes to have a role."""
    days, people = reader.number(settings.different_dates), reader.number(settings.different_people)
    within = reader.number(settings.within_days)
    if role == Role.EXPERT.value:
        return reader.say_many(
            "{number} answer that helped, on {days} different days and liked by {people} people, in {within} days",
            "{number} answers that helped, on {days} different days and liked by {people} people, in {within} days",
            settings.times,
            days=days,
            people=people,
            within=within,
        )
    return reader.say_many(
        "{number} accepted work, on {days} different days and liked by {people} people, in {within} days",
        "{number} accepted works, on {days} different days and liked by {people} people, in {within} days",
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
