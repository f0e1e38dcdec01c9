"""What every act needs of the one who acts."""

from typing import Any

from simulator.accounts import Human
from simulator.errors import NotPossible
from simulator.ground import Ground
from simulator.places import Place


class Actor(Human):
    def __init__(self, account_id: int, *, world: Ground, **names: Any) -> None:
        super().__init__(account_id, **names)
        self.world = world

    def must_be_in(self, chat: Place) -> None:
        if chat.migrated_to is not None:
            raise NotPossible(f"{chat.title} became a supergroup: {chat.migrated_to.id}")
        if not chat.standing(self).inside:
            raise NotPossible(f"{self.name} is not in {chat.title}")

    def must_have(self, right: str, chat: Place) -> None:
        self.must_be_in(chat)
        if not chat.standing(self).may(right):
            raise NotPossible(f"{self.name} has not the right {right} in {chat.title}")
