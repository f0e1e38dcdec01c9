"""All features of this floor, and the real `telegram.ext.Application` that carries their handlers."""

from collections.abc import Mapping
from typing import Any

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
    answers,
    communities,
    earn,
    forgetting,
    help,  # noqa: A004 - the feature is called help
    keywords,
    languages,
    points,
    privacy,
    profile,
    staff,
    standings,
    why,
)
from handlers.asking import AnyData, Context, guarded
from handlers.feature import Command, Feature, Post
from models.events import Event

FEATURES: tuple[Feature, ...] = (
    profile.FEATURE,
    points.FEATURE,
    standings.FEATURE,
    why.FEATURE,
    earn.FEATURE,
    languages.FEATURE,
    privacy.FEATURE,
    forgetting.FEATURE,
    help.FEATURE,
    communities.FEATURE,
    answers.FEATURE,
    staff.FEATURE,
)

App = Application[ExtBot[None], Context, AnyData, AnyData, AnyData, Any]

COMMANDS: tuple[Command, ...] = tuple(command for feature in FEATURES for command in feature.commands)
OFFERS: Mapping[str, Command] = {command.name: command for command in COMMANDS}
POSTS: Mapping[type[Event], Post] = {event: post for feature in FEATURES for event, post in feature.posts.items()}


def build(bot: ExtBot[None]) -> App:
    """The application with every feature's handlers; it gets its updates from the road and has no updater."""
    contexts = ContextTypes(context=Context, bot_data=dict, chat_data=dict, user_data=dict)
    application: App = ApplicationBuilder().bot(bot).updater(None).job_queue(None).context_types(contexts).build()
    for feature in FEATURES:
        for prefix, callback in feature.starts.items():
            payload = filters.Regex(rf"^/start {prefix}-")
            application.add_handler(CommandHandler("start", guarded(callback), filters=payload))
    for command in COMMANDS:
        application.add_handler(CommandHandler(command.name, guarded(command.callback)))
    for feature in FEATURES:
        for word, callback in feature.buttons.items():
            application.add_handler(CallbackQueryHandler(guarded(callback), pattern=rf"^{word}:"))
    application.add_handler(CallbackQueryHandler(guarded(help.on_dead_button)))
    in_group = filters.ChatType.GROUPS & filters.UpdateType.MESSAGE & filters.TEXT
    application.add_handler(MessageHandler(in_group, guarded(keywords.on_group_message)))
    # A notice (something pinned, a timer set) is written by nobody, so nobody waits for an answer to it.
    only_private = filters.ChatType.PRIVATE & filters.UpdateType.MESSAGE & ~filters.StatusUpdate.ALL
    application.add_handler(MessageHandler(only_private, guarded(help.on_anything_else)))
    application.add_error_handler(_keep_error)
    return application


async def _keep_error(_update: object, context: Context) -> None:
    # What the library itself raises while it looks for a handler would otherwise be logged and forgotten.
    context.asking.error = context.error
