"""`/start`, `/help`, and the answer to whatever nobody else understands."""

from collections.abc import Sequence

import structlog
from telegram import Update

from handlers import keywords
from handlers.asking import Context
from handlers.buttons import button, ids_of, link
from handlers.faces import EVERYWHERE, NotMet, around, pressed_privately, settings_around
from handlers.feature import Command, Feature
from handlers.identity import Audience, Offer
from handlers.texts import faces
from handlers.texts import help as texts
from handlers.texts.reader import Html
from models import communities
from models.refusals import NotForYou, Refused

log = structlog.get_logger()

# What Telegram has somebody send into the group to which they add the bot by our button.
ADDED = "kith"
START, HELP = "start", "help"
# What a button under the help leads to.
FOR_MEMBERS, FOR_STAFF = 0, 1
# What a member is told of at the first hello, as far as it is on; /help has the rest.
FIRST, FIRST_FOR_STAFF = ("me", "checkin", "propose", "ask", "share"), ("settings", "calendar")


async def on_start(update: Update, context: Context) -> None:
    """Greet somebody in private; in a group, lead there."""
    if context.community is not None:
        # Who adds the bot is set up in private already, and the group has not asked for anything.
        if context.args != [ADDED]:
            _lead_to_private(update, context, "hello")
        return
    user = update.effective_user
    if user is None:
        return
    here = await around(context, user_id=user.id)
    known = await communities.among(context.session, community_ids=here.known)
    if known:
        own, led = await settings_around(context.session, here)
        now = [one for one in context.asking.offers if one.name in FIRST and one.is_on(own)]
        now += [one for one in context.asking.offers if one.name in FIRST_FOR_STAFF and led]
        titles, told = [one.title for one in known], _told(context, now)
        greeting = texts.hello_again(context.reader, name=user.first_name, titles=titles, offers=told)
        context.answer(update, greeting)
    else:
        address = f"https://t.me/{context.asking.me.username}?startgroup={ADDED}&admin=delete_messages"
        greeting = texts.hello(context.reader, name=user.first_name)
        context.answer(update, greeting, buttons=[[link(texts.add(context.reader), address)]])
    if user.id in context.asking.owners:
        await communities.ask_again(context.session, owner_id=user.id, now=context.now)


async def on_help(update: Update, context: Context) -> None:
    """Say what can be done here."""
    if context.community is not None:
        _lead_to_private(update, context, f"{HELP}-{EVERYWHERE}")
    else:
        await _show(update, context, for_staff=False)


async def on_page(update: Update, context: Context) -> None:
    """Somebody turns to the commands of who runs a group, or back."""
    press = update.callback_query
    if press is not None:
        pressed_privately(update)
        (page,) = ids_of(press.data, count=1)
        await _show(update, context, for_staff=page == FOR_STAFF)


async def _show(update: Update, context: Context, *, for_staff: bool) -> None:
    """The commands that are of use to who asks and on in a group of theirs; those of who runs one stand apart."""
    user = update.effective_user
    if user is None:
        return
    own, led = await settings_around(context.session, await around(context, user_id=user.id))
    offers = context.asking.offers
    if for_staff and led:
        theirs = [one for one in offers if one.audience is Audience.STAFF and one.is_on(led)]
        back = button(texts.back(context.reader), HELP, FOR_MEMBERS)
        context.show(update, texts.for_staff(context.reader, offers=_told(context, theirs)), buttons=[[back]])
        return
    personal = [one for one in offers if one.audience is Audience.EVERYBODY and one.name != START]
    shared = [one for one in offers if own and one.audience is Audience.MEMBERS and one.is_on(own)]
    text = texts.offers(
        context.reader,
        own=_told(context, [one for one in shared if one.is_own]),
        together=_told(context, [one for one in shared if not one.is_own]),
        personal=_told(context, personal),
    )
    more = [[button(texts.to_staff(context.reader), HELP, FOR_STAFF)]] if led else []
    context.show(update, text, buttons=more)


def _told(context: Context, offers: Sequence[Offer]) -> list[tuple[str, Html]]:
    return [(one.name, one.about(context.reader)) for one in offers]


def _lead_to_private(update: Update, context: Context, payload: str) -> None:
    door = link(faces.open_private(context.reader), context.asking.me.deep_link(payload))
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
        Command(name=START, about=texts.about_start, callback=on_start),
        Command(name=HELP, about=texts.about_help, callback=on_help),
    ),
    buttons={HELP: on_page},
    starts={HELP: on_help},
    refusals={
        NotMet: lambda reader, _refusal: faces.not_a_member(reader),
        NotForYou: lambda reader, _refusal: texts.not_for_you(reader),
        Refused: lambda reader, _refusal: texts.button_gone(reader),
    },
)
