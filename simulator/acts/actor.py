"""What every act needs of the one who acts."""

from datetime import datetime
from typing import TYPE_CHECKING

from simulator.accounts import Account
from simulator.chats import Chat
from simulator.errors import NotPossible

if TYPE_CHECKING:
    from simulator.world import World


class Actor(Account):
    world: "World"
    premium: bool
    started: dict[int, datetime]
    blocked: set[int]

    def must_be_in(self, chat: Chat) -> None:
        if chat.migrated_to is not None:
            raise NotPossible(f"{chat.title} became a supergroup: {chat.migrated_to.id}")
        if not chat.standing(self).inside:
            raise NotPossible(f"{self.name} is not in {chat.title}")

    def must_have(self, right: str, chat: Chat) -> None:
        self.must_be_in(chat)
        if not chat.standing(self).may(right):
            raise NotPossible(f"{self.name} has not the right {right} in {chat.title}")
