"""What the panel says: a group's settings in words, and why something cannot be one."""

import dataclasses
import html
from collections.abc import Sequence
from typing import Final

from babel.dates import get_timezone_location

from handlers.texts import dialogues, values
from handlers.texts.reader import Html, Reader, lines, paragraphs
from models.rules.exchange import OWN
from models.rules.features import FEATURE_SETTINGS
from models.rules.settings import About, label_of, sentence_of, title_of
from models.rules.settings import about as told_of
from models.settings import Change

# A language is called by its own name, whatever the reader's is.
NAMES: Final = {"en": "English", "zh-Hant": "繁體中文", "zh-Hans": "简体中文"}
MOST_CHANGES = 8


def about(reader: Reader) -> Html:
    """What the command is for."""
    return reader.say("change how I work in your group")


def in_private(reader: Reader) -> Html:
    """The short answer in a group."""
    return reader.say("Settings are changed in private, by administrators.")


def open_panel(reader: Reader) -> Html:
    """The button that leads to the panel."""
    return reader.say("Open the settings")


def panel(reader: Reader, *, title: str, language: str, zone: str) -> Html:
    """The first page for a group."""
    return paragraphs(
        reader.say("<b>{title}</b>: settings", title=reader.title(title)),
        lines(
            reader.say("Language: {language}", language=language_named(language)),
            reader.say("Time zone: {zone}", zone=zone),
        ),
    )


def language(reader: Reader) -> Html:
    """The button to the languages."""
    return reader.say("Language")


def time_zone(reader: Reader) -> Html:
    """The button to the time zones."""
    return reader.say("Time zone")


def save(reader: Reader) -> Html:
    """The button that gives the settings as a file."""
    return reader.say("Save as a file")


def load(reader: Reader) -> Html:
    """The button that takes settings from a file."""
    return reader.say("Load a file")


def back(reader: Reader) -> Html:
    """The button to the page before."""
    return reader.say("‹ Back")


def feature(reader: Reader, name: str) -> Html:
    """What a feature is called."""
    return reader.declared(title_of(name))


def language_named(code: str) -> Html:
    """A language in its own words."""
    return Html(NAMES.get(code, code))


def zone_named(reader: Reader, zone: str) -> Html:
    """A time zone as its button shows it: by its city."""
    if "/" not in zone:
        return Html(zone)
    return Html(html.escape(get_timezone_location(zone, locale=reader.locale, return_city=True), quote=False))


def page(reader: Reader, *, title: str, feature: str, held: object, news: Html | None) -> Html:
    """What a feature's numbers mean, one under another; the buttons below show what they are."""
    meaning = [
        reader.say(
            "<b>{label}</b>: {meaning}",
            label=reader.declared(label_of(each.name, feature)),
            meaning=values.sentence(reader, each),
        )
        for each in dataclasses.fields(held)  # type: ignore[arg-type]
    ]
    heading = reader.say("<b>{title}</b> › {feature}", title=reader.title(title), feature=_title(reader, feature))
    return paragraphs(news, lines(heading, reader.declared(sentence_of(FEATURE_SETTINGS[feature]))), lines(*meaning))


def _title(reader: Reader, name: str) -> Html:
    return reader.say("Group") if name == OWN else reader.declared(title_of(name))


def change(reader: Reader, *, change: Change) -> Html:
    """One setting that was changed; one that a newer version has dropped is called by its old name."""
    label, before, after = Html(label_of(change.field, change.feature)), change.before, change.after
    if change.feature == OWN:
        label = language(reader) if change.field == "language" else time_zone(reader)
        shown = [language_named(str(value)) if change.field == "language" else str(value) for value in (before, after)]
    else:
        made = FEATURE_SETTINGS.get(change.feature)
        found = [each for each in dataclasses.fields(made) if each.name == change.field] if made else []
        label = reader.declared(label) if found else label
        told = told_of(found[0]) if found else About("")
        shown = [values.value(reader, value, told) for value in (before, after)]
    if label == _title(reader, change.feature):
        return reader.say("{feature}: {before} → {after}", feature=label, before=shown[0], after=shown[1])
    return reader.say(
        "{feature} › {label}: {before} → {after}",
        feature=_title(reader, change.feature),
        label=label,
        before=shown[0],
        after=shown[1],
    )


def changed(reader: Reader, *, changes: Sequence[Change]) -> Html:
    """What is different now."""
    if not changes:
        return reader.say("Nothing changed: it was so already.")
    return lines(reader.say("Changed:"), several(reader, changes=changes, most=MOST_CHANGES))


def several(reader: Reader, *, changes: Sequence[Change], most: int) -> Html:
    """Some changes one under another, and how many more there are."""
    more = len(changes) - most
    return lines(
        *[change(reader, change=each) for each in changes[:most]],
        reader.say_many("and {number} more", "and {number} more", more) if more > 0 else None,
    )


def with_news(text: Html, news: Html | None) -> Html:
    """A page with what has just changed above it."""
    return paragraphs(news, text)


def which_language(reader: Reader) -> Html:
    """The languages to choose from stand below."""
    return reader.say("Which language shall I speak in the group? In private everybody has their own.")


def which_zone(reader: Reader) -> Html:
    """The common time zones stand below."""
    asked = reader.say("Which time zone? Choose one, or send me its name, such as <code>Europe/Paris</code>.")
    return lines(asked, dialogues.way_out(reader))


def saved(reader: Reader, *, title: str) -> Html:
    """Under the file with all settings."""
    return reader.say(
        "All settings of {title}. Change what you like and send it back with “Load a file”.", title=reader.title(title)
    )


def send_file(reader: Reader, *, title: str) -> Html:
    """A file is asked for."""
    asked = reader.say(
        "Send me the settings file for <b>{title}</b>. All of it is taken, or nothing.", title=reader.title(title)
    )
    return lines(asked, dialogues.way_out(reader))


def file_unreadable(reader: Reader) -> Html:
    """The file is too large, or Telegram did not hand it over."""
    return reader.say("I couldn't read that file. It should be a small one, as “Save as a file” makes it.")
