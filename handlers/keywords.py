"""Words instead of commands: what is a word of the group's, or opens with one, is answered like its command."""

from telegram import Update

from handlers.asking import Context
from handlers.faces import asked_about
from handlers.feature import Command
from models import communities, keywords
from models.communities import Communities
from models.rules.keywords import word_of


async def heed(update: Update, context: Context) -> bool:
    """Answer a message that is a word of the group's, or in private of one of the member's groups; whether it was."""
    asked = update.effective_message
    if asked is None or asked.text is None or asked.forward_origin is not None:
        return False
    for one in await _meant(update, context):
        words = keywords.words_of(one.settings)
        command = _command(context, words.get(word_of(asked.text, words)))
        if command is not None:
            await command.callback(update, context)
            return True
    return False


async def _meant(update: Update, context: Context) -> list[Communities]:
    if context.community is not None:
        return [context.community]
    user = update.effective_user
    found = [] if user is None else await asked_about(context, user_id=user.id)
    return list(await communities.among(context.session, community_ids=found))


def _command(context: Context, name: str | None) -> Command | None:
    for offer in context.asking.offers:
        if isinstance(offer, Command) and offer.name == name:
            return offer
    return None


async def on_group_message(update: Update, context: Context) -> None:
    """A message in a group that may be a word for a command there."""
    await heed(update, context)
