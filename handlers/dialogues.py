"""What somebody writes in private while a question of ours is open: its answer, a way out of it, or neither."""

import functools

from telegram import Update

from handlers.asking import Callback, Context
from handlers.buttons import link
from handlers.feature import Command, Feature
from handlers.identity import Audience
from handlers.texts import dialogues as texts
from handlers.texts import faces
from models import dialogues
from models.dialogues import Dialogues
from models.rules.keywords import normal

# Whoever writes nothing but this, in any of our languages, wants out of a question.
WAYS_OUT = frozenset({"cancel", "取消"})


async def asked(update: Update, context: Context) -> Dialogues | None:
    """The question that the writer of a private message was asked and has not answered."""
    user = update.effective_user
    return None if user is None else await dialogues.open_for(context.session, user_id=user.id, now=context.now)


async def heed(update: Update, context: Context) -> bool:
    """See to a message that is no answer, though one is awaited; whether it was such a one.

    It says that somebody wants out, or it says nothing in words: a picture or a sticker.
    """
    told = update.effective_message
    if told is None:
        return False
    if told.text is not None and normal(told.text) in WAYS_OUT:
        await on_cancel(update, context)
        return True
    if told.text is None and told.document is None:
        context.answer(update, texts.in_words(context.reader))
        return True
    return False


async def on_cancel(update: Update, context: Context) -> None:
    """Leave what was asked unanswered."""
    user = update.effective_user
    if context.community is not None:
        door = link(faces.open_private(context.reader), context.asking.me.deep_link("hello"))
        context.answer(update, faces.in_private(context.reader), buttons=[[door]])
    elif user is not None:
        ended = await dialogues.end(context.session, user_id=user.id)
        context.answer(update, texts.cancelled(context.reader) if ended else texts.nothing_asked(context.reader))


def ending(callback: Callback) -> Callback:
    """The callback of a command: whoever gives one in private wants something else than to answer what they were asked.

    That holds for all of them, so that a later word of theirs is not taken for an answer that they have long forgotten.
    """

    @functools.wraps(callback)
    async def on_command(update: Update, context: Context) -> None:
        user = update.effective_user
        if context.community is None and user is not None and callback is not on_cancel:
            await dialogues.end(context.session, user_id=user.id)
        await callback(update, context)

    return on_command


FEATURE = Feature(
    name="dialogues",
    commands=(Command(name="cancel", about=texts.about, callback=on_cancel, audience=Audience.ASKED),),
)
