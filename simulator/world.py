"""The simulated Telegram as a whole, and how people, bots and groups come into it."""

from datetime import datetime

from simulator.bots import Bot
from simulator.chats import Chat
from simulator.errors import NotPossible
from simulator.ground import Ground
from simulator.people import Person
from simulator.queue import UpdateQueue
from simulator.rights import OWNER


class World(Ground):
    """The real clock without a time; keep_messages, keep_calls and keep_updates bound what is remembered."""

    def __init__(
        self,
        now: datetime | None = None,
        *,
        seed: int = 1,
        keep_messages: int = 20_000,
        keep_calls: int = 5_000,
        keep_updates: int = 5_000,
    ) -> None:
        super().__init__(now, seed=seed, keep_messages=keep_messages, keep_calls=keep_calls, keep_updates=keep_updates)
        self.people: dict[int, Person] = {}

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
            queue=UpdateQueue(clock=self.clock, ids=self.ids, keep=self.keep_updates),
            keep_calls=self.keep_calls,
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
        self.people[number] = self.humans[number] = person
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

    def bot_named(self, name: str) -> Bot:
        """By token or username."""
        if name in self.bots:
            return self.bots[name]
        wanted = name.lstrip("@").lower()
        for bot in self.bots.values():
            if (bot.username or "").lower() == wanted:
                return bot
        raise NotPossible(f"there is no bot {name!r}")
