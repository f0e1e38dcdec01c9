"""A chat: who is in it, what was written, its topics and its invite links."""

from dataclasses import dataclass, field
from typing import Any

from simulator.accounts import Account
from simulator.errors import NotPossible
from simulator.messages import Message
from simulator.places import Place

GENERAL_TOPIC = 1


@dataclass
class Topic:
    chat: "Chat"
    thread_id: int
    name: str
    created: Message | None = None
    closed: bool = False
    hidden: bool = False
    icon_color: int = 7322096

    def json(self) -> dict[str, Any]:
        return {"message_thread_id": self.thread_id, "name": self.name, "icon_color": self.icon_color}


@dataclass(eq=False)
class InviteLink:
    chat: "Chat"
    url: str
    creator: Account
    name: str | None = None
    creates_join_request: bool = False
    is_primary: bool = False
    is_revoked: bool = False
    expire_date: int | None = None
    member_limit: int | None = None
    joined: set[int] = field(default_factory=set)
    waiting: set[int] = field(default_factory=set)

    def json(self, *, viewer: Account) -> dict[str, Any]:
        """As this bot may see it: others' links are cut short."""
        url = self.url if viewer is self.creator else self.url[: len(self.url) - 8] + "..."
        told: dict[str, Any] = {
            "invite_link": url,
            "creator": self.creator.user,
            "creates_join_request": self.creates_join_request,
            "is_primary": self.is_primary,
            "is_revoked": self.is_revoked,
        }
        for name in ("name", "expire_date", "member_limit"):
            if getattr(self, name):
                told[name] = getattr(self, name)
        if self.creates_join_request and self.waiting:
            told["pending_join_request_count"] = len(self.waiting)
        return told


class Chat(Place):
    def __init__(
        self, chat_id: int, *, kind: str, title: str, username: str | None, forum: bool, keep_messages: int
    ) -> None:
        super().__init__(chat_id, kind=kind, title=title, username=username, forum=forum)
        self.requests: dict[int, InviteLink | None] = {}
        self.messages: list[Message] = []
        self.topics: dict[int, Topic] = {}
        self.general = Topic(chat=self, thread_id=GENERAL_TOPIC, name="General")
        self.links: dict[str, InviteLink] = {}
        self.pinned: list[int] = []
        self.linked: Chat | None = None
        self._by_id: dict[int, Message] = {}
        self._next_message = 1
        self._keep = keep_messages

    def take_id(self, wanted: int | None = None) -> int:
        number = self._next_message if wanted is None else wanted
        if number in self._by_id:
            raise NotPossible(f"message {number} exists already in {self.title}")
        self._next_message = max(self._next_message, number + 1)
        return number

    def keep(self, message: Message) -> None:
        self.messages.append(message)
        self._by_id[message.id] = message
        # Trimmed by an eighth at a time: cutting one message off a list for each new one would be slow.
        if len(self.messages) > self._keep + self._keep // 8:
            surplus = len(self.messages) - self._keep
            for old in self.messages[:surplus]:
                self._by_id.pop(old.id, None)
            del self.messages[:surplus]

    def find(self, message_id: int) -> Message | None:
        """A message that is still there for all to see."""
        message = self._by_id.get(message_id)
        return None if message is None or message.deleted else message
