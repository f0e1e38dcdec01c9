"""What stands behind a button: a word and ids, never an amount or a right, and never more than Telegram's 64 bytes."""

from telegram import CallbackQuery, InlineKeyboardButton, Message

from handlers.texts.reader import Html, plain
from models.refusals import NoSuchThing

LONGEST_DATA = 64
# The first button under a topic of the day: by it the topic is known when somebody replies, whether or not we have
# heard which message it became.
TOPIC = "topicmine"
# Our ids have 63 bits: from the year 2031 on that many digits.
LONGEST_ID = len(str(2**63))


def button(label: Html, word: str, *ids: int) -> InlineKeyboardButton:
    """A button that calls the feature which owns `word` with those ids."""
    data = ":".join([word, *map(str, ids)])
    if len(data.encode()) > LONGEST_DATA:
        raise ValueError(f"{word} carries too much for a button")
    return InlineKeyboardButton(plain(label), callback_data=data)


def link(label: Html, url: str) -> InlineKeyboardButton:
    """A button that opens an address."""
    return InlineKeyboardButton(plain(label), url=url)


def stands_there(press: CallbackQuery) -> bool:
    """Whether the message bears the button that is said to have been pressed under it, as far as that matters.

    A program of somebody's own can send any data from any message of ours that it sees, and many an answer would take
    the place of that message before a whole group. In private it spoils its own chat alone.
    """
    pressed = press.message
    if pressed is None or pressed.chat.id > 0:
        return pressed is not None
    markup = pressed.reply_markup if isinstance(pressed, Message) else None
    return markup is not None and any(one.callback_data == press.data for row in markup.inline_keyboard for one in row)


def ids_of(data: str | None, *, count: int) -> tuple[int, ...]:
    """The ids behind a pressed button; `NoSuchThing` if somebody made it up."""
    parts = (data or "").split(":")[1:]
    if len(parts) != count or not all(_is_id(part) for part in parts):
        raise NoSuchThing
    return tuple(int(part) for part in parts)


def linked_id(text: str | None, word: str) -> int:
    """The id in the message that a deep link of ours has somebody send: `/start`, the word, a hyphen, the id."""
    (found,) = ids_of(f"{word}:{(text or '').partition(f'{word}-')[2]}", count=1)
    return found


def _is_id(part: str) -> bool:
    digits = part.removeprefix("-")
    return digits.isascii() and digits.isdigit() and len(digits) <= LONGEST_ID and int(digits) < 2**63
