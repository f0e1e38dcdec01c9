"""What is said of one setting: its value in words, how it is asked for, and why something cannot be it."""

import dataclasses
from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

from handlers.texts import dialogues
from handlers.texts.reader import Html, Reader, lines, paragraphs
from models.rules.exchange import Problem, Unfit
from models.rules.features import FEATURE_SETTINGS
from models.rules.settings import About, Kind, Unit, label_of, title_of
from models.rules.settings import about as told_of

Field = dataclasses.Field[Any]
Names = Mapping[int, str]
NO_NAMES: Names = MappingProxyType({})


def field(reader: Reader, field: Field, value_now: object, *, feature: str = "", topics: Names = NO_NAMES) -> Html:
    """A field and its value, short enough for a button."""
    label = reader.declared(label_of(field.name, feature))
    return reader.say("{label}: {value}", label=label, value=value(reader, value_now, told_of(field), topics))


def sentence(reader: Reader, field: Field) -> Html:
    """What a field says of itself."""
    return reader.declared(told_of(field).sentence)


def asked(reader: Reader, *, feature: str, field: Field, value_now: object, topics: Names = NO_NAMES) -> Html:
    """A setting is asked for."""
    told, title = told_of(field), reader.declared(title_of(feature))
    heading = reader.say(
        "<b>{feature} › {label}</b>", feature=title, label=reader.declared(label_of(field.name, feature))
    )
    now = reader.say(
        "Now {value}; the default is {default}.",
        value=value(reader, value_now, told, topics),
        default=value(reader, field.default, told, topics),
    )
    is_pressed = told.kind in (Kind.CHOICE, Kind.CHOICES) or told.unit is Unit.HOUR
    leaving = None if is_pressed else dialogues.way_out(reader)
    return paragraphs(lines(heading, sentence(reader, field)), lines(now, _wanted(reader, told), leaving))


def _wanted(reader: Reader, told: About) -> Html:
    match told.kind:
        case Kind.TEXT:
            return reader.say("Send me the new text, up to {most} characters.", most=reader.number(told.most or 0))
        case Kind.CHOICE:
            return reader.say("Choose one.")
        case Kind.CHOICES:
            return reader.say("Choose any of them.")
        case Kind.HASHTAGS:
            return reader.say_many(
                "Send me {number} hashtag.", "Send me up to {number} hashtags, with spaces between.", told.most or 1
            )
        case Kind.TOPIC:
            return reader.say("Choose one. If it isn't here, send me the link of a message in that topic.")
    if told.unit is Unit.HOUR:
        return reader.say("Choose the hour.")
    least, most = value(reader, told.least, told), value(reader, told.most, told)
    return reader.say("Send me a number, from {least} to {most}.", least=least, most=most)


def value(reader: Reader, value: object, told: About, topics: Names = NO_NAMES) -> Html:
    """A value in words."""
    match value:
        case bool():
            return reader.say("on") if value else reader.say("off")
        case "" | ():
            return reader.say("empty") if told.kind is not Kind.CHOICES else reader.say("none")
        case str() if told.kind is Kind.CHOICE:
            return option(reader, value)
        case str():
            return reader.say("<code>{text}</code>", text=value)
        # In the audit it stands as JSON has it.
        case tuple() | list():
            # A hashtag has letters, digits and _ alone.
            tags = told.kind is Kind.HASHTAGS
            return reader.listed([Html(f"#{word}") if tags else option(reader, word) for word in value])
        case int() if told.kind is Kind.TOPIC:
            return topic(reader, value, topics)
        case int():
            return _number(reader, value, told)
    return Html("–")


def _number(reader: Reader, number: int, told: About) -> Html:
    match told.unit:
        case Unit.POINTS:
            return reader.points_in_words(number)
        case Unit.SECONDS:
            return reader.say_many("{number} second", "{number} seconds", number)
        case Unit.MINUTES:
            return reader.say_many("{number} minute", "{number} minutes", number)
        case Unit.HOURS:
            return reader.say_many("{number} hour", "{number} hours", number)
        case Unit.DAYS:
            return reader.say_many("{number} day", "{number} days", number)
        case Unit.HOUR:
            return hour(number)
    return reader.number(number)


def hour(number: int) -> Html:
    """An hour as the clock shows it."""
    return Html(f"{number:02}:00")


def option(reader: Reader, word: str) -> Html:
    """One of the words that can be chosen."""
    return reader.declared(label_of(word))


def topic(reader: Reader, number: int, topics: Names = NO_NAMES) -> Html:
    """A topic of the group's forum by its name, if that was told."""
    if not number:
        return reader.say("the group itself")
    return reader.title(topics[number]) if number in topics else reader.say("topic {topic}", topic=number)


def chosen(label: Html) -> Html:
    """What is in force among what can be chosen."""
    return Html(f"✓ {label}")


def empty_it(reader: Reader) -> Html:
    """The button that leaves a text or a list empty."""
    return reader.say("Leave it empty")


def take_default(reader: Reader) -> Html:
    """The button that brings the default back."""
    return reader.say("Back to the default")


def unfit(reader: Reader, *, unfit: Unfit) -> Html:
    """Why something cannot be a setting, and what can."""
    told, name = unfit.told, _name(reader, unfit)
    if unfit.problem in (Problem.NO_NUMBER, Problem.NO_WHOLE_NUMBER) and told is not None:
        least, most = value(reader, told.least, told), value(reader, told.most, told)
        if told.unit is Unit.POINTS:
            return reader.say(
                "{name} is a number with at most two decimals, from {least} to {most}. Nothing was changed.",
                name=name,
                least=least,
                most=most,
            )
        return reader.say(
            "{name} is a whole number, from {least} to {most}. Nothing was changed.", name=name, least=least, most=most
        )
    if unfit.problem is Problem.OUT_OF_BOUNDS and told is not None:
        return _out_of_bounds(reader, name, told)
    return _not_such(reader, unfit, name)


def _feature_with(told: About) -> str:
    """The feature whose field says this of itself."""
    every = ((name, each) for name, made in FEATURE_SETTINGS.items() for each in dataclasses.fields(made))
    return next((name for name, each in every if told_of(each) is told), "")


def _name(reader: Reader, unfit: Unfit) -> Html:
    """What was written in the panel bears its label there, and what stood in a file the name that it bears in it."""
    if unfit.told is not None and "." not in unfit.place:
        return reader.declared(label_of(unfit.place, _feature_with(unfit.told)))
    return reader.say("<code>{text}</code>", text=unfit.place[:60])


def _out_of_bounds(reader: Reader, name: Html, told: About) -> Html:
    least, most = told.least or 0, told.most or 0
    match told.kind:
        case Kind.TEXT:
            return reader.say("Up to {most} characters, please. Nothing was changed.", most=reader.number(most))
        case Kind.CHOICES:
            return reader.say_many(
                "At least {number} must stay chosen. Nothing was changed.",
                "At least {number} must stay chosen. Nothing was changed.",
                least,
            )
        case Kind.HASHTAGS:
            return reader.say(
                "{name}: from {least} to {most} hashtags. Nothing was changed.",
                name=name,
                least=reader.number(least),
                most=reader.number(most),
            )
    return reader.say(
        "{name} goes from {least} to {most}. Nothing was changed.",
        name=name,
        least=value(reader, least, told),
        most=value(reader, most, told),
    )


def _not_such(reader: Reader, unfit: Unfit, name: Html) -> Html:
    among = reader.listed([reader.say("<code>{text}</code>", text=word) for word in (unfit.told or About("")).among])
    sentences = {
        Problem.NO_FILE: reader.say(
            "That isn't a settings file (TOML). “Save as a file” shows how one looks. Nothing was changed."
        ),
        Problem.NO_LANGUAGE: reader.say(
            "I speak <code>en</code>, <code>zh-Hant</code> and <code>zh-Hans</code>. Nothing was changed."
        ),
        Problem.NO_ZONE: reader.say("I don't know that time zone. Send a name such as <code>Asia/Taipei</code>."),
        Problem.NO_SWITCH: reader.say("{name} must be true or false. Nothing was changed.", name=name),
        Problem.NO_TEXT: reader.say("{name} is a text in quotes. Nothing was changed.", name=name),
        Problem.NO_CHOICE: reader.say("{name} is one of {among}. Nothing was changed.", name=name, among=among),
        Problem.NO_LIST: reader.say(
            "{name} is a list of texts in quotes, in square brackets. Nothing was changed.", name=name
        ),
        Problem.NO_HASHTAG: reader.say(
            "A hashtag is one word of letters, digits and _, such as <code>#share</code>. Nothing was changed."
        ),
        Problem.NO_TOPIC: reader.say(
            "That isn't a link into one of this group's topics. Copy one from a message there. Nothing was changed."
        ),
        Problem.ONLY_HERE: reader.say(
            "{name} means something in one group alone, so no file sets it. Choose it here in the panel. Nothing was"
            " changed.",
            name=name,
        ),
    }
    return sentences.get(unfit.problem, reader.say("There is no setting {name}. Nothing was changed.", name=name))
