"""`/cocreate`: what is on, for everybody; administrators open one, call it off, and keep a list of themes."""

from dataclasses import replace

from telegram import Update

from handlers import cocreation_posts, staff
from handlers.asking import Context, answer_to
from handlers.buttons import button
from handlers.faces import Asker, Face, View
from handlers.feature import Command, Feature
from handlers.identity import Audience
from handlers.leading import Leading
from handlers.orders import Order, Ordering
from handlers.outgoing import message
from handlers.settings import RIGHT, answered, ask, pressed
from handlers.texts import cocreation_themes as theme_texts
from handlers.texts import cocreations as texts
from handlers.texts.reader import Html, Reader
from models import cocreation_entries, cocreation_steps, cocreation_themes, cocreations, dialogues, people
from models.cocreation_entries import Part
from models.cocreation_themes import TooManyThemes
from models.cocreations import (
    CocreationIsImpossible,
    CocreationIsOn,
    CocreationsAreOff,
    NoCocreation,
)
from models.communities import Communities
from models.refusals import Refused
from models.rules import cocreations as rules
from models.rules.days import local_day

WORD, BY_ME = "cocreate", "cocreatebyme"
THEMES, ADD, DROP = "cothemes", "cothemeadd", "cothemeoff"
ASKED_THEMES = "cocreation themes"
# Every administrator has it; the list of themes takes the right to set the group.
RIGHT_TO_OPEN = "can_manage_chat"
STOP = ("stop", "停止")
TO_THEMES = ("themes", "主題", "主题")
PAST = 5
# As many themes as fit into one message, however long they are; the others move up as these are used.
SHOWN_THEMES = 20


class NoThemeWritten(Refused):
    """The command bears no theme."""


class ThemeIsUnfit(Refused):
    """What was written holds no theme, or one that is too long."""


async def on_command(update: Update, context: Context) -> None:
    """Show what is on; with words behind it, do what an administrator says."""
    asked = update.effective_message
    words = (asked.text or "").split()[1:] if asked is not None else []
    if not words:
        await FACE.on_command(update, context)
    elif len(words) == 1 and words[0].casefold() in TO_THEMES:
        await LEADING.on_command(update, context)
    else:
        await ORDER.on_command(update, context)


async def start_or_stop(update: Update, context: Context, order: Order) -> None:
    """Open a co-creation, or call the one off that is on."""
    here, words = order.community, order.words
    about = {"community_id": here.community_id, "user_id": order.user_id, "now": context.now}
    if len(words) == 1 and words[0].casefold() in STOP:
        stopped = await cocreation_steps.stop(context.session, **about)  # type: ignore[arg-type]
        _tell_stopped(update, context, here, stopped.theme)
        return
    settings = cocreations.in_force(here)
    today = local_day(context.now, time_zone=here.time_zone)
    plan = rules.read_plan(words, today=today, settings=settings)
    if plan is None:
        raise NoThemeWritten
    opened = await cocreations.start(context.session, **about, plan=plan, source=order.source)  # type: ignore[arg-type]
    if context.community is None or update.callback_query is not None:
        # The group is called by a post of its own.
        reader = Reader(context.reader.language, time_zone=here.time_zone)
        context.show(update, texts.started(reader, opened=opened))


def _tell_stopped(update: Update, context: Context, here: Communities, theme: str) -> None:
    """Tell the group for good: its call stands there, and whoever follows it would work for nothing."""
    answer = answer_to(update, texts.stopped(context.reader, theme=theme))
    if answer is not None and context.community is not None and update.callback_query is None:
        context.asking.calls.append(replace(answer, expires=False))
        return
    context.show(update, texts.stopped(context.reader, theme=theme))
    topic = cocreations.settings_of(here).forum_topic or None
    context.asking.calls.append(message(here.chat_id, texts.stopped(Reader(here.language), theme=theme), topic=topic))


async def _notice(context: Context, here: Communities) -> Html:
    settings = cocreations.in_force(here)
    on = await cocreations.current(context.session, community_id=here.community_id)
    return texts.brief(context.reader, on=on, hashtags=settings.hashtags)


async def _full(context: Context, who: Asker) -> View:
    here, session = who.community, context.session
    settings = cocreations.in_force(here)
    on = await cocreations.current(session, community_id=here.community_id)
    mine = Part()
    if on is not None:
        about = {"community_id": here.community_id, "round_id": on.round_id, "user_id": who.user_id}
        mine = await cocreation_entries.of_member(session, **about)
    past = []
    for one in await cocreations.past(session, community_id=here.community_id, limit=PAST):
        found = await cocreation_entries.entries(session, community_id=here.community_id, round_id=one.round_id)
        names = await people.names(session, user_ids={each.work.author_id for each in found})
        past.append(texts.Collection(one, found, names))
    text = texts.full(who.reader, title=here.title, on=on, mine=mine, past=past, settings=settings)
    return View(text)


async def _show_themes(update: Update, context: Context, *, community_id: int, user_id: int) -> None:
    community = await staff.chosen(context, community_id=community_id, user_id=user_id, right=RIGHT)
    await _themes(update, context, community)


async def _themes(update: Update, context: Context, community: Communities, news: Html | None = None) -> None:
    here = community.community_id
    found = await cocreation_themes.to_come(context.session, community_id=here)
    shown = found[:SHOWN_THEMES]
    numbers = [
        button(theme_texts.drop(context.reader, place), DROP, here, one.theme_id) for place, one in enumerate(shown, 1)
    ]
    rows = [numbers[place : place + 5] for place in range(0, len(numbers), 5)]
    rows.append([button(theme_texts.add(context.reader), ADD, here)])
    settings = cocreations.settings_of(community)
    about = {"title": community.title, "themes": shown, "more": len(found) - len(shown)}
    text = theme_texts.themes(context.reader, **about, settings=settings, news=news)  # type: ignore[arg-type]
    context.show(update, text, buttons=rows)


async def on_themes(update: Update, context: Context) -> None:
    """An administrator has chosen a group, or goes back to its list."""
    community, _, _ = await pressed(update, context, count=1)
    await _themes(update, context, community)


async def on_add(update: Update, context: Context) -> None:
    """An administrator wants to add themes: they are asked for."""
    community, user_id, _ = await pressed(update, context, count=1)
    await ask(context, community, user_id, ASKED_THEMES, {})
    back = [[button(theme_texts.back(context.reader), THEMES, community.community_id)]]
    context.show(update, theme_texts.write_themes(context.reader), buttons=back)


async def on_written(update: Update, context: Context) -> None:
    """An administrator has written themes, a line each."""
    community, user_id, _, written = await answered(update, context)
    found = [theme for line in written.splitlines() if (theme := rules.clean(line))]
    if not found or any(len(theme) > rules.LONGEST_THEME for theme in found):
        raise ThemeIsUnfit
    about = {"community_id": community.community_id, "user_id": user_id, "now": context.now}
    added = await cocreation_themes.add(context.session, themes=found, **about)  # type: ignore[arg-type]
    await dialogues.end(context.session, user_id=user_id)
    await _themes(update, context, community, theme_texts.added(context.reader, number=added))


async def on_drop(update: Update, context: Context) -> None:
    """An administrator takes a theme off the list."""
    community, user_id, (theme_id,) = await pressed(update, context, count=2)
    about = {"community_id": community.community_id, "user_id": user_id, "now": context.now}
    await cocreation_themes.drop(context.session, theme_id=theme_id, **about)  # type: ignore[arg-type]
    await _themes(update, context, community)


FACE = Face(WORD, notice=_notice, full=_full, present=True)
ORDER = Ordering(BY_ME, RIGHT_TO_OPEN, start_or_stop, elsewhere=NoThemeWritten, which=texts.which)
LEADING = Leading(
    word=THEMES, right=RIGHT, doorstep=theme_texts.in_private, door=theme_texts.open_list, show=_show_themes
)
FEATURE = Feature(
    name="cocreations",
    switch="cocreations",
    commands=(
        Command(name=WORD, about=texts.about, bare_in_groups=True, callback=on_command, audience=Audience.MEMBERS),
    ),
    buttons={
        WORD: FACE.on_chosen,
        BY_ME: ORDER.on_confirmed,
        THEMES: on_themes,
        ADD: on_add,
        DROP: on_drop,
    },
    starts={WORD: FACE.on_link, THEMES: LEADING.on_link},
    posts=cocreation_posts.POSTS,
    replies={ASKED_THEMES: on_written},
    refusals={
        NoThemeWritten: lambda reader, _refusal: texts.usage(reader),
        ThemeIsUnfit: lambda reader, _refusal: theme_texts.theme_unfit(reader),
        CocreationsAreOff: lambda reader, _refusal: texts.are_off(reader),
        CocreationIsOn: lambda reader, _refusal: texts.one_is_on(reader),
        CocreationIsImpossible: lambda reader, _refusal: texts.impossible(reader),
        NoCocreation: lambda reader, _refusal: texts.none_is_on(reader),
        TooManyThemes: lambda reader, _refusal: theme_texts.too_many(reader),
    },
)
