"""People and a bot alone: starting it, blocking it."""

import re
from datetime import datetime

from simulator import posting
from simulator.acts.actor import Actor
from simulator.bots import Bot
from simulator.chats import Chat
from simulator.delivery import tell
from simulator.errors import NotPossible
from simulator.messages import Message
from simulator.rights import BANNED, MEMBER
from simulator.text import found

PAYLOAD = re.compile(r"[A-Za-z0-9_-]{1,64}")


class PrivateActs(Actor):
    def private(self, bot: Bot) -> Chat:
        return self.world.private(self, bot)

    def starts(self, bot: Bot, payload: str | None = None, *, at: datetime | None = None) -> Message:
        """The Start button, perhaps behind a deep link; only now may the bot write."""
        if payload is not None and not PAYLOAD.fullmatch(payload):
            raise NotPossible("a deep link's payload has 1 to 64 characters of A-Z a-z 0-9 _ -")
        self.unblocks(bot, at=at)
        chat = self.private(bot)
        chat.bots[bot.id] = bot
        self.started.setdefault(bot.id, at or self.world.clock.now())
        text = "/start" if payload is None else f"/start {payload}"
        return posting.post(self.world, chat, {"text": text, "entities": found.find(text)}, author=self, at=at)

    def blocks(self, bot: Bot, *, at: datetime | None = None) -> None:
        if bot.id not in self.blocked:
            self.blocked.add(bot.id)
            self._tell_block(bot, blocked=True, at=at)

    def unblocks(self, bot: Bot, *, at: datetime | None = None) -> None:
        if bot.id in self.blocked:
            self.blocked.discard(bot.id)
            self._tell_block(bot, blocked=False, at=at)

    def _tell_block(self, bot: Bot, *, blocked: bool, at: datetime | None) -> None:
        if bot.id not in self.started:
            return
        before, after = (MEMBER, BANNED) if blocked else (BANNED, MEMBER)
        tell(
            bot,
            "my_chat_member",
            {
                "chat": self.private(bot).json,
                "from": self.user,
                "date": int((at or self.world.clock.now()).timestamp()),
                "old_chat_member": before.json(bot, channel=False),
                "new_chat_member": after.json(bot, channel=False),
            },
        )
