"""What leaves: one call to Telegram, described as data, so that it can wait for a commit and for its turn."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import IntEnum
from typing import Any

from telegram import InlineKeyboardButton, InlineKeyboardMarkup, LinkPreviewOptions, ReplyParameters
from telegram.constants import ParseMode

from handlers.texts.reader import Html, plain
from models.events import Priority


class Turn(IntEnum):
    """Whether a call waits for its turn among the messages; Telegram counts messages, not questions or clicks."""

    PACED = 1
    AT_ONCE = 2


@dataclass(frozen=True)
class Call:
    """One call of a method of the library's `Bot`.

    `chat_id` is whom it is for (a private chat's id is the person's); `expires` has the message deleted after the
    time that the group set, and with it the command `answers_to`. `memo` is for who composed it: it comes back to
    them with the answer. What it `draws` is made into a picture before it leaves. Of an answer, `then` is what follows
    it, unless Telegram refuses it with words that stand in `refused`: then it is what stands there.
    """

    method: str
    chat_id: int
    arguments: Mapping[str, Any] = field(default_factory=dict)
    priority: Priority = Priority.NOTICE
    turn: Turn = Turn.PACED
    expires: bool = False
    answers_to: int | None = None
    memo: str | None = None
    draws: str | None = None
    then: "Call | None" = None
    refused: Mapping[str, "Call"] = field(default_factory=dict)

    @property
    def is_private(self) -> bool:
        """Whether it goes to one person: groups' ids are negative."""
        return self.chat_id > 0


# The methods whose messages ring where they are not told to be silent; others, such as edits, take no such word.
_RINGING = ("send_", "copy_")


def without_sound(call: Call) -> Call:
    """The same, so that no phone rings."""
    if not call.method.startswith(_RINGING):
        return call
    return replace(call, arguments={**call.arguments, "disable_notification": True})


# Telegram takes 200 characters; what does not fit one line of a phone waits for a tap instead of flitting past.
LONGEST_TOAST = 200
ONE_LINE = 60

Buttons = Sequence[Sequence[InlineKeyboardButton]]


def message(
    chat_id: int,
    text: Html,
    *,
    buttons: Buttons = (),
    topic: int | None = None,
    reply_to: int | None = None,
    priority: Priority = Priority.NOTICE,
    expires: bool = False,
    memo: str | None = None,
) -> Call:
    """A text message; in a forum it goes to `topic`, and a reply to a message that is gone is sent all the same."""
    arguments: dict[str, Any] = {
        "chat_id": chat_id,
        "text": text,
        "parse_mode": ParseMode.HTML,
        "link_preview_options": LinkPreviewOptions(is_disabled=True),
    }
    if buttons:
        arguments["reply_markup"] = InlineKeyboardMarkup(buttons)
    if topic is not None:
        arguments["message_thread_id"] = topic
    if reply_to is not None:
        arguments["reply_parameters"] = ReplyParameters(reply_to, allow_sending_without_reply=True)
    if chat_id < 0:
        arguments["disable_notification"] = True
    return Call("send_message", chat_id, arguments, priority, expires=expires, answers_to=reply_to, memo=memo)


def poll(
    chat_id: int,
    question: str,
    options: Sequence[str],
    *,
    about: Html,
    several: bool = False,
    closes_at: datetime | None = None,
    buttons: Buttons = (),
    topic: int | None = None,
) -> Call:
    """A poll whose votes Telegram tells us, and who may change their mind; `about` stands above its options.

    It cannot be passed on: strangers could vote in another chat, and who wins is what Telegram counts.
    """
    arguments: dict[str, Any] = {
        "chat_id": chat_id,
        "question": question,
        "options": list(options),
        "description": about,
        "description_parse_mode": ParseMode.HTML,
        "is_anonymous": False,
        "allows_multiple_answers": several,
        "allows_revoting": True,
        "protect_content": True,
        "disable_notification": True,
    }
    if closes_at is not None:
        arguments["close_date"] = closes_at
    if buttons:
        arguments["reply_markup"] = InlineKeyboardMarkup(buttons)
    if topic is not None:
        arguments["message_thread_id"] = topic
    return Call("send_poll", chat_id, arguments)


def document(chat_id: int, content: bytes, *, name: str, caption: Html) -> Call:
    """A file that somebody has asked for."""
    arguments: dict[str, Any] = {
        "chat_id": chat_id,
        "document": content,
        "filename": name,
        "caption": caption,
        "parse_mode": ParseMode.HTML,
    }
    return Call("send_document", chat_id, arguments, Priority.AWAITED)


def picture(chat_id: int, draws: str, *, otherwise: Html) -> Call:
    """A picture that somebody has asked for; `otherwise` is said if it cannot be drawn."""
    return Call("send_photo", chat_id, {"chat_id": chat_id}, Priority.AWAITED, memo=otherwise, draws=draws)


def edit(chat_id: int, message_id: int, text: Html, *, buttons: Buttons = ()) -> Call:
    """The text and buttons of a message of ours replaced."""
    arguments: dict[str, Any] = {
        "chat_id": chat_id,
        "message_id": message_id,
        "text": text,
        "parse_mode": ParseMode.HTML,
        "link_preview_options": LinkPreviewOptions(is_disabled=True),
        "reply_markup": InlineKeyboardMarkup(buttons) if buttons else None,
    }
    return Call("edit_message_text", chat_id, arguments, Priority.AWAITED)


def toast(person_id: int, press_id: str, text: Html | None = None) -> Call:
    """The end of a button's waiting sign, with a short word if there is one; plain text of up to 200 characters."""
    arguments: dict[str, Any] = {"callback_query_id": press_id}
    if text is not None:
        said = plain(text)
        arguments |= {"text": said[:LONGEST_TOAST], "show_alert": len(said) > ONE_LINE}
    return Call("answer_callback_query", person_id, arguments, Priority.AWAITED, Turn.AT_ONCE)
