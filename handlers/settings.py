"""`/settings`: a panel in private, made from what the features declare of their own numbers."""

import dataclasses
import zlib
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from telegram import InlineKeyboardButton, Update

from handlers import staff
from handlers.asking import Context, FileIsUnread, FileIsUnreadable
from handlers.buttons import button, ids_of
from handlers.feature import Command, Feature
from handlers.identity import Audience
from handlers.leading import Leading
from handlers.outgoing import document
from handlers.texts import settings as texts
from handlers.texts import setup as setup_texts
from handlers.texts import values as value_texts
from handlers.texts.reader import LANGUAGES, Html, Reader
from models import communities, dialogues, settings
from models.communities import Communities
from models.refusals import NoSuchThing
from models.rules import exchange
from models.rules.exchange import OWN, Problem, Unfit
from models.rules.features import FEATURE_SETTINGS
from models.rules.settings import Kind
from models.rules.settings import about as told_of
from models.rules.zones import COMMON, zone_called
from models.settings import SettingIsRefused

RIGHT = "can_change_info"
PANEL, PAGE, FIELD, SWITCH = "settings", "setpage", "setfield", "setswitch"
SETUP = "setup"
LANGUAGE, ZONE, SAVE, LOAD = "setlanguage", "setzone", "setsave", "setload"
TOPIC_ZONE, TOPIC_FILE = "time zone", "settings file"
FILE_NAME = "kith-settings.toml"
LARGEST_FILE = 64_000
# Telegram takes a hundred buttons under a message; some are ours.
MOST_TOPICS = 90

Rows = list[list[InlineKeyboardButton]]


def number_of(name: str) -> int:
    """The number under which a button names a feature or a field; it stays the same when others are added."""
    return zlib.crc32(name.encode())


def _feature_of(number: int) -> str:
    return named(number, FEATURE_SETTINGS)


def named(number: int, names: Iterable[str]) -> str:
    """Which of the names a button's number means; `NoSuchThing` if none."""
    found = next((name for name in names if number_of(name) == number), None)
    if found is None:
        raise NoSuchThing
    return found


# What belongs together stands together: what the group does, what it honours, what earns, and how Kith speaks.
OFFERED = (
    *("topics", "polls", "works", "cocreations", "questions", "checkins"),
    *("levels", "badges", "roles", "boards", "standings"),
    *("messages", "replies", "reactions", "difficulty", "fairness", "likeness", "newcomers", "corrections"),
    *("answers", "keywords", "reach"),
)


def field_of(number: int) -> tuple[str, "dataclasses.Field[Any]"]:
    """The feature and the field that a button means; `NoSuchThing` if there is none such."""
    for feature, made in FEATURE_SETTINGS.items():
        for field in dataclasses.fields(made):
            if number_of(f"{feature}.{field.name}") == number:
                return feature, field
    raise NoSuchThing


async def pressed(update: Update, context: Context, *, count: int) -> tuple[Communities, int, tuple[int, ...]]:
    """The group whose button was pressed, who pressed it, and the other ids; what was asked before is asked no more."""
    press = update.callback_query
    if press is None:
        raise NoSuchThing
    community_id, *others = ids_of(press.data, count=count)
    user_id = press.from_user.id
    community = await staff.chosen(context, community_id=community_id, user_id=user_id, right=RIGHT)
    await dialogues.end(context.session, user_id=user_id)
    return community, user_id, tuple(others)


async def _show_panel(update: Update, context: Context, *, community_id: int, user_id: int) -> None:
    community = await staff.chosen(context, community_id=community_id, user_id=user_id, right=RIGHT)
    show(update, context, *_panel(context.reader, community))


def show(update: Update, context: Context, text: Html, rows: Rows) -> None:
    """Show a page of the panel."""
    context.show(update, text, buttons=rows)


def in_order() -> Sequence[str]:
    """The features as they are offered; a later one that has no place yet comes last."""
    return [*OFFERED, *[name for name in FEATURE_SETTINGS if name not in OFFERED]]


def _panel(reader: Reader, community: Communities) -> tuple[Html, Rows]:
    here = community.community_id
    choices = [button(texts.feature(reader, name), PAGE, here, number_of(name)) for name in in_order()]
    rows = [[button(texts.language(reader), LANGUAGE, here, 0), button(texts.time_zone(reader), ZONE, here, 0)]]
    rows += [choices[place : place + 2] for place in range(0, len(choices), 2)]
    rows.append([button(setup_texts.set_up(reader), SETUP, here, 0, number_of("resume"))])
    rows.append([button(texts.save(reader), SAVE, here), button(texts.load(reader), LOAD, here)])
    text = texts.panel(reader, title=community.title, language=community.language, zone=community.time_zone)
    return text, rows


async def on_panel(update: Update, context: Context) -> None:
    """Somebody has chosen a group, or goes back to its panel."""
    community, _, _ = await pressed(update, context, count=1)
    show(update, context, *_panel(context.reader, community))


async def on_page(update: Update, context: Context) -> None:
    """Somebody looks at one feature."""
    community, _, (number,) = await pressed(update, context, count=2)
    show(update, context, *await page(context, community, _feature_of(number)))


async def page(context: Context, community: Communities, feature: str, news: Html | None = None) -> tuple[Html, Rows]:
    """A feature's settings, each with its button; `news` is what has just changed."""
    reader, here, held = context.reader, community.community_id, settings.in_force(community, feature)
    topics = await topics_of(context, community)
    rows: Rows = []
    for field in dataclasses.fields(held):
        number, value = number_of(f"{feature}.{field.name}"), getattr(held, field.name)
        label = value_texts.field(reader, field, value, feature=feature, topics=topics)
        if told_of(field).kind is Kind.SWITCH:
            rows.append([button(label, SWITCH, here, number, 0 if value else 1)])
        else:
            rows.append([button(label, FIELD, here, number)])
    rows.append([button(texts.back(reader), PANEL, here)])
    return texts.page(reader, title=community.title, feature=feature, held=held, news=news), rows


async def topics_of(context: Context, community: Communities) -> Mapping[int, str]:
    """The topics of a group that can be offered, by their numbers."""
    found = await communities.topics(context.session, community_id=community.community_id, chat_id=community.chat_id)
    return dict(list(found.items())[:MOST_TOPICS])


async def ask(context: Context, community: Communities, user_id: int, topic: str, details: dict[str, Any]) -> None:
    """Wait for what an administrator will write; `topic` says which reply takes it."""
    await dialogues.ask(
        context.session,
        community_id=community.community_id,
        topic=topic,
        details=details,
        now=context.now,
        user_id=user_id,
    )


async def on_switch(update: Update, context: Context) -> None:
    """Somebody turns something on or off; pressed twice, it stays as it is."""
    community, user_id, (number, on) = await pressed(update, context, count=3)
    feature, field = field_of(number)
    if told_of(field).kind is not Kind.SWITCH or on not in (0, 1):
        raise NoSuchThing
    values = {feature: {field.name: bool(on)}}
    news = await change(context, community, user_id, values)
    show(update, context, *await page(context, community, feature, news))


async def change(
    context: Context, community: Communities, user_id: int, values: dict[str, dict[str, Any]], *, way: str = ""
) -> Html:
    """Change settings that were judged; returns what is said of it."""
    changes = await settings.change(
        context.session,
        community_id=community.community_id,
        values=values,
        user_id=user_id,
        now=context.now,
        way=way,
    )
    return texts.changed(context.reader, changes=changes)


async def answered(update: Update, context: Context) -> tuple[Communities, int, dict[str, Any], str]:
    """Somebody answers a question of ours in private: for which group, who, what was asked, and what they wrote."""
    user, told = update.effective_user, update.effective_message
    asked = None if user is None else await dialogues.open_for(context.session, user_id=user.id, now=context.now)
    if user is None or told is None or asked is None:
        raise NoSuchThing
    community = await staff.chosen(context, community_id=asked.community_id, user_id=user.id, right=RIGHT)
    return community, user.id, asked.details, told.text or ""


async def on_language(update: Update, context: Context) -> None:
    """Somebody looks at the languages (0), or has chosen one of them (from 1)."""
    community, user_id, (number,) = await pressed(update, context, count=2)
    here = community.community_id
    if number:
        if not 1 <= number <= len(LANGUAGES):
            raise NoSuchThing
        news = await change(context, community, user_id, {OWN: {"language": LANGUAGES[number - 1]}})
        text, rows = _panel(context.reader, community)
        show(update, context, texts.with_news(text, news), rows)
        return
    rows = [[button(texts.language_named(name), LANGUAGE, here, place)] for place, name in enumerate(LANGUAGES, 1)]
    rows.append([button(texts.back(context.reader), PANEL, here)])
    show(update, context, texts.which_language(context.reader), rows)


async def on_zone(update: Update, context: Context) -> None:
    """Somebody looks at the time zones (0), which may be typed too, or has chosen one of them."""
    community, user_id, (number,) = await pressed(update, context, count=2)
    here = community.community_id
    if number:
        zone = named(number, COMMON)
        await _set_zone(update, context, community, user_id, zone)
        return
    await ask(context, community, user_id, TOPIC_ZONE, {})
    choices = [button(texts.zone_named(context.reader, zone), ZONE, here, number_of(zone)) for zone in COMMON]
    rows = [choices[place : place + 2] for place in range(0, len(choices), 2)]
    rows.append([button(texts.back(context.reader), PANEL, here)])
    show(update, context, texts.which_zone(context.reader), rows)


async def on_zone_typed(update: Update, context: Context) -> None:
    """Somebody has typed a time zone."""
    community, user_id, _, written = await answered(update, context)
    zone = zone_typed(written)
    await dialogues.end(context.session, user_id=user_id)
    await _set_zone(update, context, community, user_id, zone)


def zone_typed(written: str) -> str:
    """The time zone that somebody's words name; refused if there is none."""
    zone = zone_called(written) or _zone_as_shown(written)
    if zone is None:
        raise SettingIsRefused(Unfit(Problem.NO_ZONE, "time_zone"))
    return zone


def _zone_as_shown(written: str) -> str | None:
    """The time zone whose button shows these words, in any language."""
    shown = {texts.zone_named(Reader(language), zone): zone for language in LANGUAGES for zone in COMMON}
    return shown.get(Html(written.strip()))


async def _set_zone(update: Update, context: Context, community: Communities, user_id: int, zone: str) -> None:
    news = await change(context, community, user_id, {OWN: {"time_zone": zone}})
    text, rows = _panel(context.reader, community)
    show(update, context, texts.with_news(text, news), rows)


async def on_save(update: Update, context: Context) -> None:
    """Somebody wants all settings as a file."""
    community, user_id, _ = await pressed(update, context, count=1)
    content = exchange.written(
        language=community.language, time_zone=community.time_zone, settings=settings.all_in_force(community)
    )
    caption = texts.saved(context.reader, title=community.title)
    context.toast(update)
    context.asking.calls.append(document(user_id, content.encode(), name=FILE_NAME, caption=caption))


async def on_load(update: Update, context: Context) -> None:
    """Somebody wants to set all by a file: it is asked for."""
    community, user_id, _ = await pressed(update, context, count=1)
    await ask(context, community, user_id, TOPIC_FILE, {})
    back = button(texts.back(context.reader), PANEL, community.community_id)
    show(update, context, texts.send_file(context.reader, title=community.title), [[back]])


async def on_file(update: Update, context: Context) -> None:
    """Somebody has sent the file: all of it is set or nothing."""
    community, user_id, _, written = await answered(update, context)
    told = update.effective_message
    sent = None if told is None else told.document
    if sent is not None:
        if (sent.file_size or 0) > LARGEST_FILE:
            raise FileIsUnreadable
        if sent.file_id not in context.asking.files:
            raise FileIsUnread(sent.file_id)
        content = context.asking.files[sent.file_id]
    else:
        content = written.encode()
    try:
        values = exchange.read(content, features=FEATURE_SETTINGS, languages=LANGUAGES)
    except Unfit as unfit:
        raise SettingIsRefused(unfit) from unfit
    news = await change(context, community, user_id, values, way="file")
    await dialogues.end(context.session, user_id=user_id)
    text, rows = _panel(context.reader, community)
    show(update, context, texts.with_news(text, news), rows)


LEADING = Leading(word=PANEL, right=RIGHT, doorstep=texts.in_private, door=texts.open_panel, show=_show_panel)
FEATURE = Feature(
    name="settings",
    commands=(Command(name=PANEL, about=texts.about, callback=LEADING.on_command, audience=Audience.STAFF),),
    buttons={
        PANEL: on_panel,
        PAGE: on_page,
        SWITCH: on_switch,
        LANGUAGE: on_language,
        ZONE: on_zone,
        SAVE: on_save,
        LOAD: on_load,
    },
    starts={PANEL: LEADING.on_link},
    replies={TOPIC_ZONE: on_zone_typed, TOPIC_FILE: on_file},
    refusals={
        FileIsUnreadable: lambda reader, _refusal: texts.file_unreadable(reader),
    },
)
