"""The frame of what administrators ask about a group: in the group the way to private, there which group is meant."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Protocol

from telegram import Update

from handlers import staff
from handlers.asking import Context
from handlers.buttons import button, link, linked_id
from handlers.texts import leading as texts
from handlers.texts.reader import Html, Reader
from models import dialogues


class Show(Protocol):
    """Shows a group's page to an administrator, whose rights it looks at (`staff.chosen`)."""

    def __call__(self, update: Update, context: Context, *, community_id: int, user_id: int) -> Awaitable[None]: ...


@dataclass(frozen=True)
class Leading:
    """A command of the private chat, for who runs a group by Telegram's word; `Face` is the like for members.

    `word` is the command's name, that of its deep link and of the button that chooses a group, which carries `ids`
    behind it. In a group it takes `right`, and is answered by `doorstep` with `door` on a button.
    """

    word: str
    right: str
    doorstep: Callable[[Reader], Html]
    door: Callable[[Reader], Html]
    show: Show
    ids: tuple[int, ...] = ()

    async def on_command(self, update: Update, context: Context) -> None:
        """Show the page of the one group that somebody runs, or ask which; in a group, lead to the private chat."""
        community, user = context.community, update.effective_user
        if community is not None:
            user_id = staff.actor(update)
            if user_id is not None:
                await staff.must_lead(context, community=community, user_id=user_id, right=self.right)
            address = context.asking.me.deep_link(f"{self.word}-{community.community_id}")
            context.answer(update, self.doorstep(context.reader), buttons=[[link(self.door(context.reader), address)]])
            return
        if user is None:
            return
        await dialogues.end(context.session, user_id=user.id)
        found = await staff.led_by(context, user.id)
        if not found:
            told = texts.nowhere(context.reader, command=f"/{self.word}@{context.asking.me.username}")
            context.answer(update, told)
        elif len(found) == 1:
            await self.show(update, context, community_id=found[0].community_id, user_id=user.id)
        else:
            title = context.reader.title
            rows = [[button(title(one.title), self.word, one.community_id, *self.ids)] for one in found]
            context.answer(update, texts.which(context.reader), buttons=rows)

    async def on_link(self, update: Update, context: Context) -> None:
        """An administrator follows the button in the group."""
        user, asked = update.effective_user, update.effective_message
        if user is not None and asked is not None:
            await self.show(update, context, community_id=linked_id(asked.text, self.word), user_id=user.id)
