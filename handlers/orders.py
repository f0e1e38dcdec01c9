"""The frame of what administrators order in a group: one who writes as the group confirms by a button who they are."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from telegram import InlineKeyboardButton, Message, Update

from handlers import staff
from handlers.asking import Context
from handlers.buttons import button, ids_of
from handlers.faces import MOST_CHOICES
from handlers.texts import orders as texts
from handlers.texts.reader import Html, Reader
from models import dialogues
from models.communities import Communities
from models.corrections import Target
from models.dialogues import Dialogues
from models.refusals import NoSuchThing, Refused
from models.staff import IsNotStaff

Written = dict[str, Any]


@dataclass(frozen=True)
class Order:
    """What an administrator, who may order it, has written behind a command; `source` names the command's message.

    `told` is the message that the command answers, if it answers one.
    """

    community: Communities
    user_id: int
    words: Sequence[str]
    source: str
    told: Target | None = None


@dataclass(frozen=True)
class Ordering:
    """A command of administrators with that right of Telegram's, in the group that it is for.

    `word` is that of the button by which it is confirmed. In private it is refused by `elsewhere`, or, where `which` is
    given, done for the one group that somebody runs, or the one that they choose by a button. `work` answers by
    `Context.show`, so that its answer takes the place of the question.
    """

    word: str
    right: str
    work: Callable[[Update, Context, Order], Awaitable[None]]
    elsewhere: type[Refused]
    which: Callable[[Reader], Html] | None = None

    async def on_command(self, update: Update, context: Context) -> None:
        """Do it for who may; ask who it is where nobody can tell."""
        asked, community = update.effective_message, context.community
        if asked is None or (community is None and self.which is None):
            raise self.elsewhere
        user_id, written = staff.actor(update), _written(asked)
        if community is None:
            await self._in_private(update, context, user_id or 0, written)
        elif user_id is not None:
            await staff.must_lead(context, community=community, user_id=user_id, right=self.right)
            await self.work(update, context, _order(community, user_id, written))
        else:
            here = community.community_id
            await ask_who(update, context, community_id=here, topic=self.word, word=self.word, details=written)

    async def _in_private(self, update: Update, context: Context, user_id: int, written: Written) -> None:
        led = await staff.led_by(context, user_id)
        if not led or self.which is None:
            raise IsNotStaff
        if len(led) == 1:
            await staff.must_lead(context, community=led[0], user_id=user_id, right=self.right)
            await self.work(update, context, _order(led[0], user_id, written))
            return
        title = context.reader.title
        rows = [[await self._button(context, title(one.title), one, written)] for one in led[:MOST_CHOICES]]
        context.answer(update, self.which(context.reader), buttons=rows)

    async def _button(
        self, context: Context, label: Html, community: Communities, written: Written
    ) -> InlineKeyboardButton:
        """The button by which what was ordered is done in a community."""
        here = community.community_id
        number = await dialogues.ask(
            context.session, community_id=here, topic=self.word, details=written, now=context.now
        )
        return button(label, self.word, here, number)

    async def on_confirmed(self, update: Update, context: Context) -> None:
        """Somebody says that it was they, or which group they mean: their rights are looked at."""
        press, place = update.callback_query, context.community
        if press is None:
            raise NoSuchThing
        community_id, number = ids_of(press.data, count=2)
        asked = await dialogues.find(context.session, community_id=community_id, dialogue_id=number, now=context.now)
        if asked is None or asked.topic != self.word or (place is not None and place.community_id != community_id):
            raise NoSuchThing
        user_id = press.from_user.id
        community = await staff.chosen(context, community_id=community_id, user_id=user_id, right=self.right)
        await self.work(update, context, _order(community, user_id, asked.details))
        await dialogues.close(context.session, community_id=community_id, dialogue_id=number)


async def ask_who(
    update: Update,
    context: Context,
    *,
    community_id: int,
    topic: str,
    word: str,
    details: Written,
    member_id: int | None = None,
) -> None:
    """Ask who ordered something as the group; `details` are kept under `topic` until a button of `word` is pressed."""
    number = await dialogues.ask(
        context.session,
        community_id=community_id,
        topic=topic,
        details=details,
        now=context.now,
        member_id=member_id,
    )
    confirm = button(texts.it_was_me(context.reader), word, community_id, number)
    context.answer(update, texts.who_was_it(context.reader), buttons=[[confirm]])


async def asked_about(update: Update, context: Context, *, topic: str) -> tuple[int, Communities, Dialogues]:
    """Who says that it was they, in which group, and what was kept of their order; their rights are yet to be seen."""
    press, community = update.callback_query, context.community
    if press is None or community is None:
        raise NoSuchThing
    community_id, number = ids_of(press.data, count=2)
    asked = await dialogues.find(context.session, community_id=community_id, dialogue_id=number, now=context.now)
    if asked is None or asked.topic != topic or community_id != community.community_id:
        raise NoSuchThing
    return press.from_user.id, community, asked


def _written(asked: Message) -> Written:
    """A command as it is kept until somebody says who has given it."""
    replied = asked.reply_to_message
    # In a forum everything answers the notice that its topic was opened.
    told = None if replied is None or replied.forum_topic_created is not None else _target(replied)
    return {
        "words": (asked.text or "").split()[1:],
        "source": f"command:{asked.chat_id}:{asked.message_id}",
        "told": None if told is None else asdict(told),
    }


def _target(told: Message) -> Target:
    return Target(chat_id=told.chat_id, message_id=told.message_id, album=told.media_group_id)


def _order(community: Communities, user_id: int, written: Written) -> Order:
    told = written["told"]
    return Order(community, user_id, written["words"], written["source"], None if told is None else Target(**told))
