"""All features of this floor, and the real `telegram.ext.Application` that carries their handlers."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from telegram import Update
from telegram.ext import (
    Application,
    ApplicationBuilder,
    CallbackQueryHandler,
    CommandHandler,
    ContextTypes,
    ExtBot,
    MessageHandler,
    filters,
)

from handlers import (
    admin_chats,
    answers,
    audit,
    badges,
    boards,
    calendar,
    challenges,
    channels,
    checkins,
    cocreations,
    communities,
    corrections,
    dialogues,
    earn,
    featuring,
    forgetting,
    help,  # noqa: A004 - the feature is called help
    keywords,
    languages,
    levels,
    menu,
    points,
    polls,
    preparing,
    privacy,
    profile,
    proposals,
    questions,
    roles,
    settings,
    setup,
    signs,
    staff,
    standings,
    tags,
    topics,
    values,
    why,
    withdrawing,
    works,
)
from handlers.asking import AnyData, Callback, Context, guarded
from handlers.feature import Command, Feature, Post, Refusal
from handlers.texts.reader import Html, Reader
from models.events import Event
from models.refusals import Refused

FEATURES: tuple[Feature, ...] = (
    profile.FEATURE,
    points.FEATURE,
    standings.FEATURE,
    boards.FEATURE,
    checkins.FEATURE,
    levels.FEATURE,
    tags.FEATURE,
    badges.FEATURE,
    roles.FEATURE,
    why.FEATURE,
    earn.FEATURE,
    questions.FEATURE,
    works.FEATURE,
    withdrawing.FEATURE,
    proposals.FEATURE,
    polls.FEATURE,
    preparing.FEATURE,
    cocreations.FEATURE,
    featuring.FEATURE,
    languages.FEATURE,
    privacy.FEATURE,
    forgetting.FEATURE,
    help.FEATURE,
    communities.FEATURE,
    answers.FEATURE,
    staff.FEATURE,
    corrections.FEATURE,
    challenges.FEATURE,
    audit.FEATURE,
    settings.FEATURE,
    admin_chats.FEATURE,
    channels.FEATURE,
    values.FEATURE,
    setup.FEATURE,
    dialogues.FEATURE,
    topics.FEATURE,
    calendar.FEATURE,
    menu.FEATURE,
    signs.FEATURE,
)

App = Application[ExtBot[None], Context, AnyData, AnyData, AnyData, Any]

COMMANDS: tuple[Command, ...] = tuple(
    replace(command, switch=feature.switch, is_own=feature.is_own)
    for feature in FEATURES
    for command in feature.commands
)
OFFERS: Mapping[str, Command] = {command.name: command for command in COMMANDS}
REFUSALS: Mapping[type[Refused], Refusal] = {
    refusal: say for feature in FEATURES for refusal, say in feature.refusals.items()
}
REPLIES: Mapping[str, Callback] = {topic: reply for feature in FEATURES for topic, reply in feature.replies.items()}
BUTTONS: Mapping[str, Callback] = {word: press for feature in FEATURES for word, press in feature.buttons.items()}
STARTS: Mapping[str, Callback] = {prefix: lead for feature in FEATURES for prefix, lead in feature.starts.items()}
ENDING: Mapping[str, Callback] = {command.name: dialogues.ending(command.callback) for command in COMMANDS}
POSTS: Mapping[type[Event], Post] = {event: post for feature in FEATURES for event, post in feature.posts.items()}


def build(bot: ExtBot[None]) -> App:
    """The application with every feature's handlers; it gets its updates from the road and has no updater."""
    contexts = ContextTypes(context=Context, bot_data=dict, chat_data=dict, user_data=dict)
    application: App = ApplicationBuilder().bot(bot).updater(None).job_queue(None).context_types(contexts).build()
    application.add_handler(CommandHandler(list(OFFERS), guarded(_on_command)))
    application.add_handler(CallbackQueryHandler(guarded(_on_button)))
    in_group = filters.ChatType.GROUPS & filters.UpdateType.MESSAGE & filters.TEXT
    application.add_handler(MessageHandler(in_group, guarded(keywords.on_group_message)))
    pinned = filters.ChatType.GROUPS & filters.StatusUpdate.PINNED_MESSAGE
    application.add_handler(MessageHandler(pinned, guarded(answers.on_pin_told)))
    # A notice (something pinned, a timer set) is written by nobody, so nobody waits for an answer to it.
    application.add_handler(MessageHandler(filters.ChatType.PRIVATE, _keep_menu), group=1)
    only_private = filters.ChatType.PRIVATE & filters.UpdateType.MESSAGE & ~filters.StatusUpdate.ALL
    application.add_handler(MessageHandler(only_private, guarded(_on_private_message)))
    application.add_error_handler(_keep_error)
    return application


async def _on_command(update: Update, context: Context) -> None:
    """Have the feature that owns a command answer it.

    One look-up: the library would try a handler for each command and each button, and there are a hundred.
    """
    told = update.effective_message
    if told is None or told.text is None:
        return
    name = told.text[1 : told.entities[0].length].partition("@")[0].lower()
    if name == "start" and context.args:
        prefix, hyphen, _ = context.args[0].partition("-")
        start = STARTS.get(prefix) if hyphen else None
        if start is not None:
            await start(update, context)
            return
    await ENDING[name](update, context)


async def _on_button(update: Update, context: Context) -> None:
    """Have the feature that owns a button's word answer it."""
    press = update.callback_query
    word, colon, _ = ((press.data if press else None) or "").partition(":")
    await (BUTTONS.get(word, help.on_dead_button) if colon else help.on_dead_button)(update, context)


async def _on_private_message(update: Update, context: Context) -> None:
    """What is no command of ours is the answer to a question of ours, or nothing that we understand."""
    asked = await dialogues.asked(update, context)
    reply = None if asked is None else REPLIES.get(asked.topic)
    if reply is None:
        await help.on_anything_else(update, context)
    elif not await dialogues.heed(update, context):
        await reply(update, context)


async def _keep_menu(update: Update, context: Context) -> None:
    """Whoever writes in private has the commands in the menu of that chat, in their language."""
    # After an error the transaction may be at its end, and the error is what the road must see.
    if context.asking.error is None:
        await guarded(_renew_menu)(update, context)


async def _renew_menu(update: Update, context: Context) -> None:
    user = update.effective_user
    if user is not None:
        speaks = menu.Speaks(context.reader.language, user.language_code or "", context.asking.default_language)
        await menu.renew(context, user_id=user.id, speaks=speaks, offers=COMMANDS)


def refused(reader: Reader, refusal: Refused) -> Html:
    """The sentence for a no: that of its own class or of the nearest parent that has one."""
    return next(REFUSALS[kind](reader, refusal) for kind in type(refusal).__mro__ if kind in REFUSALS)


async def _keep_error(_update: object, context: Context) -> None:
    # What the library itself raises while it looks for a handler would otherwise be logged and forgotten.
    context.asking.error = context.error
