"""`/start`, `/help`, and the answer to whatever nobody else understands."""

import structlog
from telegram import Update

from handlers import keywords
from handlers.asking import Context
from handlers.buttons import link
from handlers.faces import NotMet, asked_about
from handlers.feature import Command, Feature
from handlers.identity import Audience, Offer
from handlers.texts import faces
from handlers.texts import help as texts
from models import communities, staff
from models.refusals import NotForYou, Refused

log = structlog.get_logger()

# What Telegram has somebody send into the group to which they add the bot by our button.
ADDED = "kith"


async def on_start(update: Update, context: Context) -> None:
    """Greet somebody in private; in a group, lead there."""
    if context.community is not None:
        # Who adds the bot is set up in private already, and the group has not asked for anything.
        if context.args != [ADDED]:
            _lead_to_private(update, context)
        return
    user = update.effective_user
    if user is None:
        return
    known = await asked_about(context.session, user_id=user.id)
    address = f"https://t.me/{context.asking.me.username}?startgroup={ADDED}&admin=delete_messages"
    greeting = texts.hello(context.reader, name=user.first_name, is_known=bool(known))
    context.answer(update, greeting, buttons=[] if known else [[link(texts.add(context.reader), address)]])
    if user.id in context.asking.owners:
        await communities.ask_again(context.session, owner_id=user.id, now=context.now)


async def on_help(update: Update, context: Context) -> None:
    """Say what can be done here."""
    if context.community is not None:
        _lead_to_private(update, context)
    else:
        offers = await _useful(update, context)
        commands = [(offer.name, offer.about(context.reader)) for offer in offers]
        context.answer(update, texts.offers(context.reader, commands=commands))


async def _useful(update: Update, context: Context) -> list[Offer]:
    """The commands that are of use to who asks."""
    user = update.effective_user
    useful = {Audience.EVERYBODY}
    if user is not None and await asked_about(context.session, user_id=user.id):
        useful.add(Audience.MEMBERS)
    if user is not None and await staff.led_by(context.session, user_id=user.id):
        useful.add(Audience.STAFF)
    return [offer for offer in context.asking.offers if offer.audience in useful]


def _lead_to_private(update: Update, context: Context) -> None:
    door = link(faces.open_private(context.reader), context.asking.me.deep_link("hello"))
    context.answer(update, faces.in_private(context.reader), buttons=[[door]])


async def on_anything_else(update: Update, context: Context) -> None:
    """Answer a private message that is no command of ours; a word for one will do."""
    if await keywords.heed(update, context):
        return
    context.answer(update, texts.not_understood(context.reader))


async def on_dead_button(update: Update, context: Context) -> None:
    """Answer a button that no feature owns any more.

    It is no refusal that is raised: nothing was written, so nothing has to be undone for it.
    """
    log.info("refused", what="dead button", update_id=update.update_id)
    context.toast(update, texts.button_gone(context.reader))


FEATURE = Feature(
    name="help",
    commands=(
        Command(name="start", about=texts.about_start, callback=on_start),
        Command(name="help", about=texts.about_help, callback=on_help),
    ),
    refusals={
        NotMet: lambda reader, _refusal: faces.not_a_member(reader),
        NotForYou: lambda reader, _refusal: texts.not_for_you(reader),
        Refused: lambda reader, _refusal: texts.button_gone(reader),
    },
)
