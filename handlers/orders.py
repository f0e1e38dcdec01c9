"""The frame of what administrators order in a group: one who writes as the group confirms by a button who they are."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass

from telegram import Update

from handlers import staff
from handlers.asking import Context
from handlers.buttons import button, ids_of
from handlers.texts import orders as texts
from models import dialogues
from models.communities import Communities
from models.refusals import NoSuchThing, Refused


@dataclass(frozen=True)
class Order:
    """What an administrator, who may order it, has written behind a command; `source` names the command's message."""

    community: Communities
    user_id: int
    words: Sequence[str]
    source: str


@dataclass(frozen=True)
class Ordering:
    """A command of administrators with that right of Telegram's, in the group that it is for.

    `word` is that of the button by which it is confirmed, `elsewhere` the refusal where no group is meant. `work`
    answers by `Context.show`, so that its answer takes the place of the question who it was.
    """

    word: str
    right: str
    work: Callable[[Update, Context, Order], Awaitable[None]]
    elsewhere: type[Refused]

    async def on_command(self, update: Update, context: Context) -> None:
        """Do it for who may; ask who it is where nobody can tell."""
        asked, community = update.effective_message, context.community
        if community is None or asked is None:
            raise self.elsewhere
        user_id, words = staff.actor(update), (asked.text or "").split()[1:]
        source = f"command:{asked.chat_id}:{asked.message_id}"
        if user_id is not None:
            await staff.must_lead(context, community=community, user_id=user_id, right=self.right)
            await self.work(update, context, Order(community, user_id, words, source))
            return
        details = {"words": words, "source": source}
        here = community.community_id
        number = await dialogues.ask(
            context.session, community_id=here, topic=self.word, details=details, now=context.now
        )
        confirm = button(texts.it_was_me(context.reader), self.word, here, number)
        context.answer(update, texts.who_was_it(context.reader), buttons=[[confirm]])

    async def on_confirmed(self, update: Update, context: Context) -> None:
        """Somebody says that it was they who wrote as the group: their rights are looked at."""
        press, community = update.callback_query, context.community
        if press is None or community is None:
            raise NoSuchThing
        community_id, number = ids_of(press.data, count=2)
        asked = await dialogues.find(context.session, community_id=community_id, dialogue_id=number, now=context.now)
        if asked is None or asked.topic != self.word or community_id != community.community_id:
            raise NoSuchThing
        await staff.must_lead(context, community=community, user_id=press.from_user.id, right=self.right)
        words, source = asked.details["words"], asked.details["source"]
        await self.work(update, context, Order(community, press.from_user.id, words, source))
        await dialogues.close(context.session, community_id=community_id, dialogue_id=number)
