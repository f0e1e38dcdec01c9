"""One setting of a group in the panel: asked for, then chosen by a button, typed or emptied."""

import dataclasses
import re
from collections.abc import Mapping
from typing import Any

from telegram import InlineKeyboardButton, Update

from handlers.asking import Context
from handlers.buttons import button
from handlers.feature import Feature
from handlers.settings import (
    PAGE,
    Rows,
    answered,
    ask,
    change,
    field_of,
    named,
    number_of,
    page,
    pressed,
    show,
    topics_of,
)
from handlers.texts import settings as panel_texts
from handlers.texts import values as texts
from handlers.texts.reader import Html, Reader
from models import communities, dialogues, settings
from models.communities import Communities
from models.refusals import NoSuchThing
from models.rules import exchange
from models.rules.exchange import Problem, Unfit
from models.rules.settings import Kind, Unit
from models.rules.settings import about as told_of
from models.settings import SettingIsRefused

FIELD, CHOOSE, PUT = "setfield", "setchoose", "setput"
QUESTION = "setting"
EMPTY, DEFAULT = 0, 1
# Buttons in a row: hours are short, and names of days and topics are not.
HOURS_ABREAST, OPTIONS_ABREAST = 4, 2
# A forum's General topic has this number, and is written to as the group itself is.
GENERAL_TOPIC = 1
_TOPIC_LINK = re.compile(
    r"(?:https?://)?t\.me/(?:c/(?P<chat>\d{1,15})|[a-zA-Z]\w{3,31})/(?P<topic>\d{1,12})(?:/\d+)?/?"
)

Field = dataclasses.Field[Any]


async def on_field(update: Update, context: Context) -> None:
    """Somebody wants to change a setting: it is asked for."""
    community, user_id, (number,) = await pressed(update, context, count=2)
    feature, field = field_of(number)
    await _show_question(update, context, community, user_id, feature, field)


async def _show_question(
    update: Update,
    context: Context,
    community: Communities,
    user_id: int,
    feature: str,
    field: Field,
    news: Html | None = None,
) -> None:
    told, value = told_of(field), getattr(settings.in_force(community, feature), field.name)
    topics = await topics_of(context, community) if told.kind is Kind.TOPIC else {}
    if told.kind not in (Kind.CHOICE, Kind.CHOICES):
        await ask(context, community, user_id, QUESTION, {"feature": feature, "field": field.name})
    text = texts.asked(context.reader, feature=feature, field=field, value_now=value, topics=topics)
    rows = _options(context.reader, community.community_id, feature, field, value, topics)
    rows += _puts(context.reader, community.community_id, feature, field, value)
    rows.append([button(panel_texts.back(context.reader), PAGE, community.community_id, number_of(feature))])
    show(update, context, panel_texts.with_news(text, news), rows)


def _options(reader: Reader, here: int, feature: str, field: Field, value: Any, topics: Mapping[int, str]) -> Rows:
    """What can be chosen by a button; the one in force bears a mark."""
    told, number = told_of(field), number_of(f"{feature}.{field.name}")
    options: list[tuple[Html, int, bool]] = []
    if told.unit is Unit.HOUR:
        options = [(texts.hour(each), each, each == value) for each in range(24)]
    elif told.kind is Kind.TOPIC:
        options = [(texts.topic(reader, each, topics), each, each == value) for each in (0, *topics)]
    elif told.among:
        held = value if isinstance(value, tuple) else (value,)
        options = [(texts.option(reader, each), number_of(each), each in held) for each in told.among]
    # A second press on one of several takes it away; of one among others it changes nothing.
    is_alone = told.kind is not Kind.CHOICES
    abreast = HOURS_ABREAST if told.unit is Unit.HOUR else OPTIONS_ABREAST
    made = [
        button(texts.chosen(label) if on else label, CHOOSE, here, number, option, int(is_alone or not on))
        for label, option, on in options
    ]
    return [made[place : place + abreast] for place in range(0, len(made), abreast)]


def _puts(reader: Reader, here: int, feature: str, field: Field, value: Any) -> Rows:
    """Buttons for what cannot be typed: nothing at all, and what was there at first."""
    told, number = told_of(field), number_of(f"{feature}.{field.name}")
    found: list[InlineKeyboardButton] = []
    if value and told.kind in (Kind.TEXT, Kind.HASHTAGS) and told.least == 0:
        found.append(button(texts.empty_it(reader), PUT, here, number, EMPTY))
    if value != field.default and told.kind in (Kind.NUMBER, Kind.TEXT, Kind.HASHTAGS):
        found.append(button(texts.take_default(reader), PUT, here, number, DEFAULT))
    return [found] if found else []


async def on_choose(update: Update, context: Context) -> None:
    """Somebody has chosen by a button; pressed twice, it stays as it is."""
    community, user_id, (number, option, on) = await pressed(update, context, count=4)
    feature, field = field_of(number)
    told = told_of(field)
    # What is one of several depends on the others: until the commit nobody else changes them.
    community = await communities.held(context.session, community_id=community.community_id) or community
    if told.unit is Unit.HOUR:
        value: Any = option
    elif told.kind is Kind.TOPIC:
        value = named_topic(option, await topics_of(context, community))
    else:
        value = named(option, told.among)
    if told.kind is Kind.CHOICES:
        held = getattr(settings.in_force(community, feature), field.name)
        value = tuple(each for each in told.among if (each in held and each != value) or (each == value and on))
    elif on != 1:
        raise NoSuchThing
    news = await _set(context, community, user_id, feature, field, value)
    if told.kind is Kind.CHOICES:
        await _show_question(update, context, community, user_id, feature, field, news)
    else:
        await _show_page(update, context, community, feature, news)


def named_topic(number: int, topics: Mapping[int, str]) -> int:
    """The topic that a button means; `NoSuchThing` if the group has none such."""
    if number and number not in topics:
        raise NoSuchThing
    return number


async def _show_page(update: Update, context: Context, community: Communities, feature: str, news: Html) -> None:
    show(update, context, *await page(context, community, feature, news))


async def _set(
    context: Context, community: Communities, user_id: int, feature: str, field: Field, value: object
) -> Html:
    try:
        stored = exchange.judged(settings.made(feature), field.name, value)
    except Unfit as unfit:
        raise SettingIsRefused(unfit) from unfit
    return await change(context, community, user_id, {feature: {field.name: stored}})


async def on_put(update: Update, context: Context) -> None:
    """Somebody empties a setting, or wants it as it was at first."""
    community, user_id, (number, what) = await pressed(update, context, count=3)
    feature, field = field_of(number)
    news = await change(context, community, user_id, {feature: {field.name: _put(field, what)}})
    await _show_page(update, context, community, feature, news)


def _put(field: Field, what: int) -> object:
    nothing: dict[Kind, object] = {Kind.TEXT: "", Kind.HASHTAGS: ()}
    kind = told_of(field).kind
    if what == EMPTY and kind in nothing and told_of(field).least == 0:
        return nothing[kind]
    if what == DEFAULT and kind in (Kind.NUMBER, *nothing):
        return field.default
    raise NoSuchThing


async def on_value(update: Update, context: Context) -> None:
    """Somebody has typed what was asked for."""
    community, user_id, asked, written = await answered(update, context)
    feature = asked["feature"]
    try:
        value = _typed(settings.made(feature), asked["field"], written, community)
    except Unfit as unfit:
        raise SettingIsRefused(unfit) from unfit
    news = await change(context, community, user_id, {feature: {asked["field"]: value}})
    await dialogues.end(context.session, user_id=user_id)
    await _show_page(update, context, community, feature, news)


def _typed(made: type, name: str, written: str, community: Communities) -> Any:
    field = next((each for each in dataclasses.fields(made) if each.name == name), None)
    if field is None or told_of(field).kind is not Kind.TOPIC:
        return exchange.typed(made, name, written)
    # Only a topic's link tells which it is: Telegram told its name once, perhaps before Kith was there.
    found = _TOPIC_LINK.fullmatch(written.strip())
    elsewhere = found is not None and found["chat"] is not None and f"-100{found['chat']}" != str(community.chat_id)
    if found is None or elsewhere:
        raise Unfit(Problem.NO_TOPIC, name, told_of(field))
    topic = int(found["topic"])
    return 0 if topic == GENERAL_TOPIC else topic


FEATURE = Feature(
    name="values",
    buttons={FIELD: on_field, CHOOSE: on_choose, PUT: on_put},
    replies={QUESTION: on_value},
    refusals={SettingIsRefused: lambda reader, refusal: texts.unfit(reader, unfit=refusal.unfit)},
)
