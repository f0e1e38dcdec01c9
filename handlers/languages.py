"""`/lang`: the language in which somebody is answered in private. A group's own is its admins' to choose."""

from telegram import Update

from handlers.asking import Context
from handlers.buttons import button, ids_of, link
from handlers.faces import pressed_privately
from handlers.feature import Command, Feature
from handlers.outgoing import Buttons
from handlers.texts import faces
from handlers.texts import languages as texts
from handlers.texts.reader import LANGUAGES, Reader, language_for
from models import people
from models.refusals import NoSuchThing

WORD = "lang"
# A button names a language by its place among these, counted from 1; 0 is Telegram's own hint.
BY_HINT = 0


async def on_lang(update: Update, context: Context) -> None:
    """Offer the languages in private; in a group, lead there."""
    if context.community is not None:
        door = link(faces.open_private(context.reader), context.asking.me.deep_link(f"{WORD}-{BY_HINT}"))
        context.answer(update, texts.in_group(context.reader), buttons=[[door]])
    else:
        context.answer(update, texts.which(context.reader), buttons=_choices(context.reader))


def _choices(reader: Reader) -> Buttons:
    own = [[button(texts.own_name(language), WORD, place)] for place, language in enumerate(LANGUAGES, start=1)]
    return [*own, [button(texts.by_hint(reader), WORD, BY_HINT)]]


async def on_chosen(update: Update, context: Context) -> None:
    """Somebody has chosen; from now on they are answered so."""
    press = update.callback_query
    if press is None:
        return
    pressed_privately(update)
    (place,) = ids_of(press.data, count=1)
    if not 0 <= place <= len(LANGUAGES):
        raise NoSuchThing
    language = None if place == BY_HINT else LANGUAGES[place - 1]
    if not await people.choose_language(context.session, user_id=press.from_user.id, language=language):
        raise NoSuchThing
    hint = press.from_user.language_code
    reader = Reader(language or language_for(hint, otherwise=context.asking.default_language))
    context.toast(update)
    context.replace(update, texts.chosen(reader, by_hint=language is None))


FEATURE = Feature(
    name="languages",
    commands=(Command(name=WORD, about=texts.about, callback=on_lang),),
    buttons={WORD: on_chosen},
    starts={WORD: on_lang},
)
