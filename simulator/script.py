"""Acts told by name, with ids in place of objects: what stands between JSON and the people who act."""

import inspect
from collections.abc import Callable
from datetime import datetime
from types import MappingProxyType
from typing import Any

from simulator.accounts import Account
from simulator.bots import Bot
from simulator.chats import Chat, InviteLink, Topic
from simulator.errors import NotPossible
from simulator.messages import Message
from simulator.people import Person
from simulator.presses import Press
from simulator.rights import Standing
from simulator.world import World

# What a person can be told to do; parameters are those of the method of the same name.
ACTS = frozenset(
    {
        *("writes", "asks", "edits", "deletes", "reacts", "votes", "presses", "taps", "joins", "leaves"),
        *("adds", "promotes", "demotes", "removes", "bans", "unbans", "mutes", "unmutes", "decides"),
        *("creates_link", "creates_topic", "closes_topic", "reopens_topic", "pins", "links_channel", "migrates"),
        *("starts", "blocks", "unblocks"),
    }
)
# What makes something new, and needs nobody to do it.
MAKES = frozenset({"person", "group", "bot", "settle"})
# A chat's members are shown up to here; their number is told in any case.
MOST_MEMBERS = 500
PLAIN: MappingProxyType[str, type | tuple[type, ...]] = MappingProxyType(
    {
        "text": str,
        "album": str,
        "media": str,
        "message_id": int,
        "question": str,
        "options": list,
        "anonymous": bool,
        "multiple": bool,
        "chosen": list,
        "which": str,
        "timeout": (int, float),
        "administrator": bool,
        "rights": dict,
        "accepted": bool,
        "name": str,
        "last_name": str,
        "username": str,
        "language_code": str,
        "premium": bool,
        "id": int,
        "title": str,
        "kind": str,
        "forum": bool,
        "token": str,
        "privacy": bool,
        "can_join_groups": bool,
        "payload": str,
        "new_id": int,
        "creates_join_request": bool,
        "member_limit": int,
    }
)


class Script:
    def __init__(self, world: World) -> None:
        self.world = world
        self._readers: dict[str, Callable[[Any, dict[str, Any]], Any]] = {
            **dict.fromkeys(("chat", "to", "group", "channel", "sender_chat"), self._chat),
            **dict.fromkeys(("account", "member"), lambda value, _: self.account(value)),
            "bot": lambda value, _: self.world.bot_named(str(value)),
            "owner": lambda value, _: self.person(value),
            **dict.fromkeys(("message", "reply_to", "forward_of"), self._message),
            "topic": self._topic,
            "link": lambda value, _: value,
            **dict.fromkeys(("at", "until"), lambda value, _: moment(value)),
        }

    async def do(self, told: dict[str, Any]) -> Any:
        """Does one act and gives back what JSON can show of it."""
        name = told.get("do")
        if not isinstance(name, str) or name not in ACTS | MAKES:
            raise NotPossible(f"'do' is one of {', '.join(sorted(ACTS | MAKES))}, not {name!r}")
        rest = {key: value for key, value in told.items() if key not in ("do", "person") and value is not None}
        if name in MAKES:
            return shown(self._make(name, rest))
        if "person" not in told:
            raise NotPossible("'person' is missing: an id or a name")
        rest["as"] = self.person(told["person"])
        method = getattr(rest["as"], name)
        result = method(**self._arguments(method, rest))
        return shown(await result if inspect.isawaitable(result) else result)

    def person(self, value: Any) -> Person:
        if isinstance(value, int):
            person = self.world.people.get(value)
            if person is None:
                raise NotPossible(f"there is no person {value}")
            return person
        found = [person for person in self.world.people.values() if value in (person.name, person.username)]
        if len(found) != 1:
            raise NotPossible(f"there is no person {value!r}" if not found else f"several are called {value!r}")
        return found[0]

    def account(self, value: Any) -> Account:
        try:
            return self.person(value)
        except NotPossible:
            account = self.world.account(value) if isinstance(value, int) else None
            return account or self.world.bot_named(str(value))

    def chat(self, value: Any) -> Chat:
        if isinstance(value, int) and value in self.world.chats:
            return self.world.chats[value]
        found = [chat for chat in self.world.chats.values() if value in (chat.title, chat.username)]
        if len(found) != 1:
            raise NotPossible(f"there is no chat {value!r}" if not found else f"several are called {value!r}")
        return found[0]

    def _make(self, name: str, rest: dict[str, Any]) -> Any:
        if name == "settle":
            chat = self.chat(rest.get("chat"))
            chat.settle(*(self.account(value) for value in rest.get("people", [])))
            return None
        makers: dict[str, Callable[..., Any]] = {
            "person": self.world.person,
            "group": self.world.group,
            "bot": self.world.add_bot,
        }
        make = makers[name]
        try:
            return make(**self._arguments(make, rest))
        except ValueError as error:
            raise NotPossible(str(error)) from None

    def _arguments(self, method: Callable[..., Any], rest: dict[str, Any]) -> dict[str, Any]:
        wanted = inspect.signature(method).parameters
        unknown = rest.keys() - wanted.keys() - {"as", "chat"}
        if unknown:
            raise NotPossible(f"{method.__name__} takes {', '.join(wanted)}, not {', '.join(sorted(unknown))}")
        missing = [n for n, p in wanted.items() if p.default is inspect.Parameter.empty and n not in rest]
        if missing:
            raise NotPossible(f"{method.__name__} needs {', '.join(missing)}")
        return {name: self._read(name, value, rest) for name, value in rest.items() if name in wanted}

    def _read(self, name: str, value: Any, rest: dict[str, Any]) -> Any:
        reader = self._readers.get(name)
        if reader is not None:
            return reader(value, rest)
        kind = PLAIN[name]
        if not isinstance(value, kind) or (isinstance(value, bool) and kind is not bool):
            expected = kind if isinstance(kind, type) else kind[0]
            raise NotPossible(f"{name} must be of the type {expected.__name__}, not {value!r}")
        return value

    def _chat(self, value: Any, rest: dict[str, Any]) -> Chat:
        """A chat's id or title; {"private": bot} is the private chat with a bot."""
        if isinstance(value, dict) and "private" in value:
            return self.world.private(rest["as"], self.world.bot_named(str(value["private"])))
        return self.chat(value)

    def _message(self, value: Any, rest: dict[str, Any]) -> Message:
        """A message's id in the chat that is named beside it, or {"chat": …, "id": …}."""
        place, number = (value.get("chat"), value.get("id")) if isinstance(value, dict) else (rest.get("chat"), value)
        if place is None:
            raise NotPossible("a message is named by its id and its chat")
        message = self._chat(place, rest).find(number) if isinstance(number, int) else None
        if message is None:
            raise NotPossible(f"there is no message {number!r} in {place!r}")
        return message

    def _topic(self, value: Any, rest: dict[str, Any]) -> Topic:
        topic = self._chat(rest.get("chat"), rest).topics.get(value)
        if topic is None:
            raise NotPossible(f"there is no topic {value!r}")
        return topic


def moment(value: Any) -> datetime:
    try:
        when = datetime.fromisoformat(value)
    except (TypeError, ValueError):
        raise NotPossible(f"{value!r} is no ISO time") from None
    if when.tzinfo is None:
        raise NotPossible(f"{value!r} has no time zone")
    return when


def shown(value: Any) -> Any:
    if isinstance(value, Message):
        return message_json(value)
    if isinstance(value, Press):
        return value.json()
    if isinstance(value, Topic):
        return value.json()
    if isinstance(value, InviteLink):
        return {"url": value.url, "name": value.name, "creates_join_request": value.creates_join_request}
    if isinstance(value, Bot):
        return {**value.me, "pending": value.pending, "polling": value.polling}
    if isinstance(value, Account):
        return value.user
    if isinstance(value, Chat):
        return chat_json(value)
    return value


def message_json(message: Message) -> dict[str, Any]:
    return {
        "id": message.id,
        "chat": message.chat.id,
        "author": message.author.id if message.author is not None else None,
        "text": message.text,
        "reactions": {str(actor): chosen for actor, chosen in message.reactions.items()},
        "deleted": message.deleted,
        "markup": message.markup,
        "raw": message.raw,
    }


def chat_json(chat: Chat) -> dict[str, Any]:
    members = chat.members()
    return {
        **chat.json,
        "messages": len(chat.messages),
        "migrated_to": chat.migrated_to.id if chat.migrated_to is not None else None,
        "topics": [topic.json() for topic in chat.topics.values()],
        "member_count": len(members),
        "members": [_member(account, standing) for account, standing in members[:MOST_MEMBERS]],
    }


def _member(account: Account, standing: Standing) -> dict[str, Any]:
    return {"id": account.id, "name": account.name, "is_bot": account.is_bot, "status": standing.status}
