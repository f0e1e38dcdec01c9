"""An update that asks something, while it is answered: one transaction, what is to be said, and what went wrong."""

import functools
import html
from collections.abc import Callable, Collection, Coroutine, Mapping, Sequence
from contextvars import ContextVar
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession
from telegram import InlineKeyboardMarkup, Message, Update
from telegram.ext import Application, CallbackContext, ExtBot
from typing_extensions import override

from handlers.buttons import stands_there
from handlers.identity import Identity, Offer
from handlers.outgoing import Buttons, Call, edit, message, toast
from handlers.raw import Raw, an_object, maybe_object
from handlers.texts.reader import Html, Reader, language_for
from models import communities, people
from models.communities import Communities
from models.events import Priority
from models.people import Acquaintance
from models.refusals import Refused
from models.rules.keywords import word_of


@dataclass(frozen=True)
class Around:
    """The communities that somebody can ask about, and those among them that they run."""

    known: Sequence[int]
    led: frozenset[int]


@dataclass
class Asking:
    """What a handler works with; `calls` go out after the commit and are gone with a rollback.

    `files` holds, by Telegram's id, what a handler has wanted to read (`FileIsUnread`), `around` what was looked up of
    a person, by their id.
    """

    session: AsyncSession
    now: datetime
    me: Identity
    owners: frozenset[int]
    offers: tuple[Offer, ...]
    default_language: str
    calls: list[Call] = field(default_factory=list)
    error: Exception | None = None
    reader: Reader | None = None
    files: Mapping[str, bytes] = field(default_factory=dict)
    around: dict[int, Around] = field(default_factory=dict)


class FileIsUnread(Exception):
    """A handler wants to read a file: it is fetched outside of the transaction, and the handler runs again."""

    def __init__(self, file_id: str) -> None:
        super().__init__(file_id)
        self.file_id = file_id


class FileIsUnreadable(Refused):
    """Telegram did not hand over a file, or it is far too large."""


CURRENT: ContextVar[Asking] = ContextVar("asking")

AnyData = dict[Any, Any]


class Context(CallbackContext[ExtBot[None], AnyData, AnyData, AnyData]):
    """The library's context with the asking in it, and who asks where in which language."""

    asking: Asking
    person: Acquaintance | None
    community: Communities | None
    reader: Reader
    is_silent: bool
    asked_at: datetime

    @classmethod
    @override
    def from_update(cls, update: object, application: "Application[Any, Context, Any, Any, Any, Any]") -> "Context":
        context = super().from_update(update, application)
        context.asking = CURRENT.get()
        return context

    @property
    def session(self) -> AsyncSession:
        """The session of this update's own transaction."""
        return self.asking.session

    @property
    def now(self) -> datetime:
        """The moment at which the update is answered."""
        return self.asking.now

    async def prepare(self, update: Update) -> None:
        """Find out who asks, where, and in which language to answer."""
        chat, user = update.effective_chat, update.effective_user
        # A press of a button has no date; what is written counts when it was written, however late we read it.
        self.asked_at = self.now if update.message is None else update.message.date
        self.person = await people.find(self.session, user_id=user.id) if user else None
        in_group = chat is not None and chat.id < 0
        self.community = await communities.of_chat(self.session, chat_id=chat.id) if chat and in_group else None
        served = self.community is not None and self.community.state in communities.SERVED
        # A group that waits for an owner's word, or did not get it, is not spoken to.
        self.is_silent = in_group and not served and update.callback_query is None
        if self.community is not None:
            self.asking.reader = self.reader = Reader(self.community.language, time_zone=self.community.time_zone)
            return
        chosen = self.person.language if self.person else None
        hint = user.language_code if user else None
        self.asking.reader = self.reader = Reader(chosen or language_for(hint, otherwise=self.asking.default_language))

    def answer(self, update: Update, text: Html, *, buttons: Buttons = ()) -> None:
        """Answer where it was asked: in a group in reply, and only for a while."""
        call = answer_to(update, text, buttons=buttons)
        if call is not None:
            self.asking.calls.append(call)

    def say_privately(self, user_id: int, text: Html, *, buttons: Buttons = ()) -> None:
        """Say something to somebody in private, wherever they asked."""
        self.asking.calls.append(message(user_id, text, buttons=buttons, priority=Priority.AWAITED))

    def replace(self, update: Update, text: Html, *, buttons: Buttons = ()) -> None:
        """Put a new text in place of the message whose button was pressed, unless it reads so already."""
        pressed = update.effective_message
        if pressed is not None and lies_at(update) is not None and not _reads_so(pressed, text, buttons):
            self.asking.calls.append(edit(pressed.chat_id, pressed.message_id, text, buttons=buttons))

    def show(self, update: Update, text: Html, *, buttons: Buttons = ()) -> None:
        """Answer; or, where a button was pressed, put it in place of the message under which it stands."""
        if update.callback_query is None:
            self.answer(update, text, buttons=buttons)
        else:
            self.toast(update)
            self.replace(update, text, buttons=buttons)

    def toast(self, update: Update, text: Html | None = None) -> None:
        """Say a short word to who pressed a button, or only that it was heard."""
        press = update.callback_query
        if press is not None:
            self.asking.calls.append(toast(press.from_user.id, press.id, text))


def lies_at(update: Update) -> tuple[int, int] | None:
    """The chat and number of the message whose button was pressed, in private also of one too old to be read.

    None where it does not stand: by now, or it never did.
    """
    press = update.callback_query
    if press is None or press.message is None or not stands_there(press):
        return None
    return press.message.chat.id, press.message.message_id


def _reads_so(pressed: Message, text: Html, buttons: Buttons) -> bool:
    """Whether a message says just that already: Telegram would refuse to change nothing, and counts the call.

    What only looks the same, and is marked up in another way, counts as different.
    """
    markup = InlineKeyboardMarkup(buttons) if buttons else None
    said = html.unescape(pressed.text_html) if pressed.text is not None else None
    return said == html.unescape(text) and pressed.reply_markup == markup


def answer_to(update: Update, text: Html, *, buttons: Buttons = ()) -> Call | None:
    """An answer where it was asked; none if nobody can tell where that was."""
    asked, chat = update.effective_message, update.effective_chat
    if chat is None:
        return None
    in_group = chat.id < 0
    topic = asked.message_thread_id if asked and asked.is_topic_message else None
    return message(
        chat.id,
        text,
        buttons=buttons,
        topic=topic,
        reply_to=asked.message_id if asked and in_group else None,
        priority=Priority.AWAITED,
        expires=in_group,
    )


def refusal_to(update: Update, text: Html) -> Call | None:
    """A no, to who pressed a button as a short word and to everybody else as an answer."""
    press = update.callback_query
    return answer_to(update, text) if press is None else toast(press.from_user.id, press.id, text)


Callback = Callable[[Update, Context], Coroutine[Any, Any, None]]


def guarded(callback: Callback) -> Callback:
    """`callback` prepared and watched: the library swallows what it raises, so the road looks at `asking.error`."""

    @functools.wraps(callback)
    async def watched(update: Update, context: Context) -> None:
        try:
            await context.prepare(update)
            if not context.is_silent:
                await callback(update, context)
        except Exception as error:  # noqa: BLE001 - kept for the road, which rolls back and files the update
            context.asking.error = error

    return watched


def asks(raw: Raw, *, me: Identity, offers: Mapping[str, Offer], words: Collection[str] = frozenset()) -> bool:
    """Whether an update asks something of us: a button, anything in private, or in a group a command that is ours.

    A message in a group that is one of `words`, in any group's list, or opens with one, may ask: the handler looks
    whether it does here.
    That we pinned something asks us to tidy up: Telegram tells us of it in a line of its own.
    """
    if "callback_query" in raw:
        return True
    if "message" not in raw:
        return False
    told = an_object(raw, "message")
    chat = an_object(told, "chat")
    if chat.get("type") == "private":
        return told.get("from") is not None and not told["from"].get("is_bot", False)
    text = told.get("text")
    if not isinstance(text, str):
        return "pinned_message" in told and (maybe_object(told, "from") or {}).get("id") == me.bot_id
    if text.startswith("/"):
        return _names_us(told, text, me, offers)
    return word_of(text, words) != ""


def word_in(raw: Raw, words: Collection[str]) -> str:
    """The word for a command that a message in a group is or opens with; empty for all others."""
    told = raw.get("message", {})
    text = told.get("text", "")
    is_word = told and not text.startswith("/") and told["chat"].get("type") != "private"
    return word_of(text, words) if is_word else ""


def _names_us(told: Raw, text: str, me: Identity, offers: Mapping[str, Offer]) -> bool:
    entities = told.get("entities")
    if not isinstance(entities, list) or not entities:
        return False
    first = entities[0]
    if not isinstance(first, dict) or first.get("type") != "bot_command" or first.get("offset") != 0:
        return False
    # The entity says where the command ends: a comma or a full stop may follow it, in any script.
    length = first.get("length")
    if not isinstance(length, int):
        return False
    name, _, target = text[1:length].partition("@")
    offer = offers.get(name.lower())
    if offer is None:
        return False
    return target.lower() == me.username.lower() if target else offer.bare_in_groups
