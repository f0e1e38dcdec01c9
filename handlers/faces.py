"""What members ask about one community: a line in the group, all of it in private; and which community they mean.

A face is one such question. Whoever asks in the group means that group; in private it is the only one they are in, or
the one they choose by a button. Whose figures are shown is decided by who asks and by nothing a button carries.
"""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy.ext.asyncio import AsyncSession
from telegram import Update

from handlers.asking import Around, Callback, Context
from handlers.buttons import button, ids_of, link, linked_id
from handlers.feature import Command
from handlers.identity import Audience, Settings
from handlers.outgoing import Buttons
from handlers.texts import faces as texts
from handlers.texts.reader import Html, Reader
from models import communities, listing, members, staff
from models.communities import Communities
from models.members import Members
from models.people import Acquaintance
from models.refusals import NoSuchThing, NotForYou
from models.rules.days import local_day

# Telegram takes a hundred buttons under a message; nobody scrolls through as many.
MOST_CHOICES = 30
# Stands for a community's number where none in particular is meant; no community has it.
EVERYWHERE = 0


class NotMet(NotForYou):
    """Somebody asks about a community in which they were never seen, or which they have left."""


@dataclass(frozen=True)
class View:
    """What is shown in private: a text and the buttons under it."""

    text: Html
    buttons: Buttons = ()


@dataclass(frozen=True)
class Asker:
    """A member who asks about a community; `reader` is theirs, by the group's clock."""

    community: Communities
    member: Members
    reader: Reader

    @property
    def community_id(self) -> int:
        """The community that is meant."""
        return self.community.community_id

    @property
    def user_id(self) -> int:
        """Who asks."""
        return self.member.user_id


Line = Callable[[Context, Communities, Acquaintance], Awaitable[Html]]
Notice = Callable[[Context, Communities], Awaitable[Html]]
Full = Callable[[Context, Asker], Awaitable[View]]
Draw = Callable[..., Awaitable[View | Html]]


def today(context: Context, here: Communities) -> date:
    """The day that it is in a community."""
    return local_day(context.now, time_zone=here.time_zone)


async def asked_about(context: Context, *, user_id: int) -> Sequence[int]:
    """The communities that somebody can ask about: where they are now, and those that they run without a word."""
    return (await around(context, user_id=user_id)).known


async def around(context: Context, *, user_id: int) -> Around:
    """The communities around who asks, looked up once while one update is answered."""
    known = context.asking.around.get(user_id)
    if known is None:
        known = context.asking.around[user_id] = await look_around(context.session, user_id=user_id)
    return known


async def look_around(session: AsyncSession, *, user_id: int) -> Around:
    """The communities that somebody can ask about."""
    found = await members.communities_of(session, user_id=user_id)
    led = await staff.led_by(session, user_id=user_id)
    return Around([*found, *(one for one in led if one not in found)], frozenset(led))


async def settings_around(session: AsyncSession, here: Around) -> tuple[list[Settings], list[Settings]]:
    """The settings of the communities that somebody can ask about, and of those among them that they run."""
    known = await communities.among(session, community_ids=here.known)
    return [one.settings for one in known], [one.settings for one in known if one.community_id in here.led]


async def asker(context: Context, *, community_id: int, user_id: int, present: bool) -> Asker:
    """Who asks about which community; `NotMet` unless they are a member of it, or once were where that suffices."""
    community = await communities.find(context.session, community_id=community_id)
    here = {"community_id": community_id, "user_id": user_id}
    member = await members.find(context.session, **here)
    if member is None and await staff.is_staff(context.session, **here):
        # Telegram's list has named them, though they have never done anything there.
        await members.know_of(context.session, **here, at=context.now)
        connection = await context.session.connection()
        await connection.run_sync(lambda sync: listing.hold(sync, [(community_id, user_id)]))
        member = await members.find(context.session, **here)
    if community is None or member is None or (present and not member.is_there):
        raise NotMet
    return Asker(community, member, Reader(context.reader.language, time_zone=community.time_zone))


@dataclass(frozen=True)
class Face:
    """A question about a community, under the word of its command.

    In the group it is answered by the `line` about who asks, or by the `notice` that is the same for all, or, with
    neither, by the way to the private chat. `present` shuts out who has left. `otherwise` is shown in private to
    who is in no community.
    """

    word: str
    full: Full
    line: Line | None = None
    notice: Notice | None = None
    present: bool = False
    otherwise: Callable[[Context], View] | None = None

    def command(self, about: Callable[[Reader], Html], *, bare: bool = True) -> Command:
        """The command that asks it; `bare` if it is ours in groups without our name, too."""
        audience = Audience.MEMBERS if self.otherwise is None else Audience.EVERYBODY
        return Command(name=self.word, about=about, bare_in_groups=bare, audience=audience, callback=self.on_command)

    async def on_command(self, update: Update, context: Context) -> None:
        """Answer where it was asked."""
        if context.community is not None:
            await self._in_group(update, context, context.community)
        elif update.effective_user is not None:
            await self._in_private(update, context, user_id=update.effective_user.id)

    async def _in_group(self, update: Update, context: Context, here: Communities) -> None:
        label = texts.more
        if self.notice is not None:
            text = await self.notice(context, here)
        elif self.line is None:
            text, label = texts.in_private(context.reader), texts.open_private
        elif context.person is None:  # written as the group or as a channel
            text = texts.nameless(context.reader)
        else:
            text = await self.line(context, here, context.person)
        door = link(label(context.reader), context.asking.me.deep_link(f"{self.word}-{here.community_id}"))
        context.answer(update, text, buttons=[[door]])
        await staff.want(context.session, community_id=here.community_id, chat_id=here.chat_id, now=context.now)

    async def _in_private(self, update: Update, context: Context, *, user_id: int) -> None:
        found = await asked_about(context, user_id=user_id)
        if not found:
            view = View(texts.nowhere(context.reader)) if self.otherwise is None else self.otherwise(context)
            context.answer(update, view.text, buttons=view.buttons)
        elif len(found) == 1:
            await self._show(update, context, community_id=found[0], user_id=user_id)
        else:
            known = await communities.among(context.session, community_ids=found[:MOST_CHOICES])
            rows = [[button(context.reader.title(one.title), self.word, one.community_id)] for one in known]
            context.answer(update, texts.which(context.reader), buttons=rows)

    async def _show(self, update: Update, context: Context, *, community_id: int, user_id: int) -> None:
        who = await asker(context, community_id=community_id, user_id=user_id, present=self.present)
        view = await self.full(context, who)
        context.answer(update, view.text, buttons=view.buttons)

    async def on_link(self, update: Update, context: Context) -> None:
        """Somebody follows the link under the answer in the group."""
        user, asked = update.effective_user, update.effective_message
        if user is None or asked is None:
            return
        try:
            community_id = linked_id(asked.text, self.word)
        except NoSuchThing:
            raise NotMet from None
        await self._show(update, context, community_id=community_id, user_id=user.id)

    @property
    def on_chosen(self) -> Callback:
        """What follows when a community is chosen by its button."""
        return by_button(self.full, present=self.present)


def by_button(draw: Draw, *, ids: int = 0, present: bool = False) -> Callback:
    """The callback of a button that carries a community and so many `ids` more.

    A view that `draw` returns takes the place of the message under which was pressed; a text is only flashed.
    """

    async def on_pressed(update: Update, context: Context) -> None:
        press = update.callback_query
        if press is None:
            return
        pressed_privately(update)
        community_id, *rest = ids_of(press.data, count=1 + ids)
        who = await asker(context, community_id=community_id, user_id=press.from_user.id, present=present)
        shown = await draw(context, who, *rest)
        if isinstance(shown, View):
            context.toast(update)
            context.replace(update, shown.text, buttons=shown.buttons)
        else:
            context.toast(update, shown)

    return on_pressed


def pressed_privately(update: Update) -> None:
    """Raise `NotForYou` unless somebody pressed in their own private chat.

    What stands there is replaced for nobody else, and a group is shown no one's figures.
    """
    press = update.callback_query
    if press is None or press.message is None or press.message.chat.id != press.from_user.id:
        raise NotForYou


def privately(word: str, work: Callback) -> Callback:
    """The callback of a command that is of the private chat alone: in a group it shows the way there."""

    async def on_command(update: Update, context: Context) -> None:
        if context.community is None:
            await work(update, context)
            return
        door = link(texts.open_private(context.reader), context.asking.me.deep_link(f"{word}-{EVERYWHERE}"))
        context.answer(update, texts.in_private(context.reader), buttons=[[door]])

    return on_command
