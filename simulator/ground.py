"""What stands beneath everything that happens: the clock, the chats, the bots, and where things are found."""

import asyncio
from collections.abc import Callable
from datetime import datetime
from typing import Any

from simulator.accounts import Account, Human
from simulator.bots import Bot
from simulator.chats import Chat, InviteLink
from simulator.clock import Clock
from simulator.faults import Faults
from simulator.ids import Ids
from simulator.limits import Limits
from simulator.messages import Message
from simulator.polls import Poll
from simulator.presses import Press
from simulator.rights import MEMBER
from simulator.specification import specification

KINDS = ("group", "supergroup", "channel")


class Ground:
    """keep_messages, keep_calls and keep_updates bound what is remembered, for long runs."""

    def __init__(
        self,
        now: datetime | None = None,
        *,
        seed: int = 1,
        keep_messages: int = 20_000,
        keep_calls: int = 5_000,
        keep_updates: int = 5_000,
    ) -> None:
        self.clock = Clock(now)
        self.seed = seed
        self.ids = Ids(seed)
        self.spec = specification()
        self.faults = Faults()
        self.limits = Limits()
        self.humans: dict[int, Human] = {}
        self.bots: dict[str, Bot] = {}
        self.chats: dict[int, Chat] = {}
        self.links: dict[str, InviteLink] = {}
        self.polls: dict[str, Poll] = {}
        self.presses: dict[str, Press] = {}
        self.files: dict[str, bytes] = {}
        # Whoever shows the world (a page) is told of what was written or changed.
        self.watchers: list[Callable[[Message, bool], None]] = []
        self._private: dict[tuple[int, int], Chat] = {}
        self._keep_messages = keep_messages
        self.keep_calls = keep_calls
        self.keep_updates = keep_updates
        self._tasks: set[asyncio.Task[Any]] = set()

    def new_chat(
        self,
        title: str,
        *,
        kind: str,
        forum: bool = False,
        username: str | None = None,
        chat_id: int | None = None,
    ) -> Chat:
        if kind not in KINDS:
            raise ValueError(f"a chat's kind is one of {', '.join(KINDS)}, not {kind!r}")
        if (forum or username) and kind == "group":
            raise ValueError("a basic group has neither topics nor a public name")
        number = chat_id if chat_id is not None else self.ids.group() if kind == "group" else self.ids.supergroup()
        if number in self.chats or number >= 0:
            raise ValueError(f"{number} is no free id for a {kind}")
        chat = Chat(number, kind=kind, title=title, username=username, forum=forum, keep_messages=self._keep_messages)
        self.chats[number] = chat
        return chat

    def private(self, person: Human, bot: Bot) -> Chat:
        """The private chat of a person with a bot; empty until it is started."""
        key = (person.id, bot.id)
        if key not in self._private:
            chat = Chat(
                person.id,
                kind="private",
                title=person.name,
                username=None,
                forum=False,
                keep_messages=self._keep_messages,
            )
            chat.person = person
            chat.stand(person, MEMBER)
            self._private[key] = chat
        return self._private[key]

    def privates(self) -> dict[tuple[int, int], Chat]:
        return self._private

    def account(self, account_id: int) -> Account | None:
        if account_id in self.humans:
            return self.humans[account_id]
        return next((bot for bot in self.bots.values() if bot.id == account_id), None)

    def posted(self, message: Message) -> None:
        for watcher in self.watchers:
            watcher(message, True)

    def changed(self, message: Message) -> None:
        for watcher in self.watchers:
            watcher(message, False)

    def start(self, work: Any) -> None:
        """Runs something beside, until it ends or the server stops."""
        task = asyncio.get_running_loop().create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    def stop(self) -> None:
        """Sends waiting askers away and ends what runs beside."""
        for bot in self.bots.values():
            bot.updates.interrupt("closed")
            bot.webhook = None
        for task in self._tasks:
            task.cancel()
