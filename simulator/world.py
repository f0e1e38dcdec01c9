"""The simulated Telegram as a whole: its people, bots, chats and clock."""

import asyncio
from collections.abc import Callable
from datetime import datetime
from typing import Any

from simulator.accounts import Account
from simulator.bots import Bot
from simulator.buttons import Press
from simulator.chats import Chat, InviteLink
from simulator.clock import Clock
from simulator.errors import NotPossible
from simulator.faults import Faults
from simulator.ids import Ids
from simulator.limits import Limits
from simulator.messages import Message
from simulator.people import Person
from simulator.polls import Poll
from simulator.queue import UpdateQueue
from simulator.rights import MEMBER, OWNER
from simulator.specification import specification

KINDS = ("group", "supergroup", "channel")


class World:
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
        self.ids = Ids(seed)
        self.spec = specification()
        self.faults = Faults()
        self.limits = Limits()
        self.people: dict[int, Person] = {}
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
        self._keep_calls = keep_calls
        self._keep_updates = keep_updates
        self._tasks: set[asyncio.Task[Any]] = set()

    def add_bot(
        self,
        *,
        token: str,
        username: str,
        name: str = "Bot",
        privacy: bool = True,
        can_join_groups: bool = True,
    ) -> Bot:
        number = token.partition(":")[0]
        if not number.isdecimal() or ":" not in token:
            raise ValueError("a token is a number, a colon and a secret")
        if token in self.bots:
            raise ValueError(f"there is a bot with this token already: {self.bots[token].username}")
        bot = Bot(
            int(number),
            token=token,
            name=name,
            username=username,
            privacy=privacy,
            can_join_groups=can_join_groups,
            queue=UpdateQueue(clock=self.clock, ids=self.ids, keep=self._keep_updates),
            keep_calls=self._keep_calls,
        )
        self.bots[token] = bot
        return bot

    def person(
        self,
        name: str,
        *,
        last_name: str | None = None,
        username: str | None = None,
        language_code: str | None = "zh-hant",
        premium: bool = False,
        id: int | None = None,  # noqa: A002 — the Bot API's own word
    ) -> Person:
        number = self.ids.user() if id is None else id
        if number in self.people:
            raise ValueError(f"there is a person {number} already: {self.people[number].name}")
        person = Person(
            number,
            world=self,
            name=name,
            last_name=last_name,
            username=username,
            language_code=language_code,
            premium=premium,
        )
        self.people[number] = person
        return person

    def group(
        self,
        title: str,
        *,
        owner: Person,
        kind: str = "supergroup",
        forum: bool = False,
        username: str | None = None,
        id: int | None = None,  # noqa: A002 — the Bot API's own word
    ) -> Chat:
        chat = self.new_chat(title, kind=kind, forum=forum, username=username, chat_id=id)
        chat.stand(owner, OWNER)
        return chat

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

    def private(self, person: Person, bot: Bot) -> Chat:
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
        if account_id in self.people:
            return self.people[account_id]
        return next((bot for bot in self.bots.values() if bot.id == account_id), None)

    def bot_named(self, name: str) -> Bot:
        """By token or username."""
        if name in self.bots:
            return self.bots[name]
        wanted = name.lstrip("@").lower()
        for bot in self.bots.values():
            if (bot.username or "").lower() == wanted:
                return bot
        raise NotPossible(f"there is no bot {name!r}")

    def find_message(self, chat_id: int, message_id: int) -> Message | None:
        chat = self.chats.get(chat_id)
        return chat.find(message_id) if chat is not None else None

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
