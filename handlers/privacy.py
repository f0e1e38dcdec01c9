"""`/privacy` and `/mydata`: what is kept of a person, whether they stand on the boards, and all of it as a file."""

import json
import math
from datetime import datetime, timedelta

from telegram import InlineKeyboardButton, Update

from handlers.asking import Context
from handlers.buttons import button
from handlers.faces import EVERYWHERE, Asker, Face, View, by_button, pressed_privately, privately
from handlers.feature import Command, Feature
from handlers.forgetting import FORGET
from handlers.outgoing import document
from handlers.texts import privacy as texts
from handlers.texts.reader import Reader
from models import forgetting, listing, people, staff

SHOW, HIDE = "listme", "hideme"
DATA = "mydata"
# To gather the file is work for the whole database, and to press a button is none.
AGAIN_AFTER = timedelta(minutes=10)


async def _privacy(context: Context, who: Asker) -> View:
    return await _shown(context, who, hides=who.member.hides)


async def _shown(context: Context, who: Asker, *, hides: bool) -> View:
    here = {"community_id": who.community_id, "user_id": who.user_id}
    leads = not listing.staff_listed(who.community) and await staff.is_staff(context.session, **here)
    text = texts.privacy(who.reader, title=who.community.title, hides=hides, leads=leads)
    choices = []
    if hides:
        choices = [[button(texts.show_me(who.reader), SHOW, who.community_id)]]
    elif not leads:
        # Who runs the group stands on no board that they could be taken off.
        choices = [[button(texts.hide_me(who.reader), HIDE, who.community_id)]]
    return View(text, [*choices, _own(who.reader)])


def _own(reader: Reader) -> list[InlineKeyboardButton]:
    return [button(texts.my_data(reader), DATA, EVERYWHERE), button(texts.forget_me(reader), FORGET, EVERYWHERE)]


def _without_a_group(context: Context) -> View:
    return View(texts.privacy_without_a_group(context.reader), [_own(context.reader)])


async def _show(context: Context, who: Asker) -> View:
    return await _choose(context, who, listed=True)


async def _hide(context: Context, who: Asker) -> View:
    return await _choose(context, who, listed=False)


async def _choose(context: Context, who: Asker, *, listed: bool) -> View:
    await listing.choose(context.session, community_id=who.community_id, user_id=who.user_id, listed=listed)
    return await _shown(context, who, hides=not listed)


async def on_data(update: Update, context: Context) -> None:
    """Hand somebody all that is kept of them, as a file."""
    user = update.effective_user
    if user is None:
        return
    if update.callback_query is not None:
        pressed_privately(update)
    given_at = await people.give_data(context.session, user_id=user.id, now=context.now, again_after=AGAIN_AFTER)
    if given_at is not None:
        _not_yet(update, context, given_at + AGAIN_AFTER)
        return
    context.toast(update)
    rows = await forgetting.export(context.session, community_id=None, user_id=user.id)
    content = json.dumps(rows, ensure_ascii=False, indent=1).encode()
    name = f"kith-{context.now:%Y-%m-%d}.json"
    context.asking.calls.append(document(user.id, content, name=name, caption=texts.data(context.reader)))


def _not_yet(update: Update, context: Context, again_at: datetime) -> None:
    minutes = max(1, math.ceil((again_at - context.now) / timedelta(minutes=1)))
    text = texts.data_again(context.reader, minutes=minutes)
    if update.callback_query is not None:
        context.toast(update, text)
    else:
        context.answer(update, text)


PRIVACY = Face("privacy", full=_privacy, otherwise=_without_a_group)
FEATURE = Feature(
    name="privacy",
    commands=(
        PRIVACY.command(texts.about, bare=False),
        Command(name=DATA, about=texts.about_data, callback=privately(DATA, on_data)),
    ),
    buttons={PRIVACY.word: PRIVACY.on_chosen, SHOW: by_button(_show), HIDE: by_button(_hide), DATA: on_data},
    starts={PRIVACY.word: PRIVACY.on_link, DATA: on_data},
)
