"""A bot as Telegram knows it: its token, its settings, its waiting updates and what it asked for lately."""

from collections import deque
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Protocol

from simulator.accounts import Account
from simulator.queue import UpdateQueue


@dataclass
class ApiCall:
    method: str
    params: dict[str, Any]
    at: datetime
    status: int
    result: Any
    warnings: list[str] = field(default_factory=list)

    def json(self) -> dict[str, Any]:
        return {
            "method": self.method,
            "params": self.params,
            "at": self.at.isoformat(),
            "status": self.status,
            "result": self.result,
            "warnings": self.warnings,
        }


class Delivery(Protocol):
    """How updates are brought to a bot that does not fetch them."""

    url: str

    def info(self) -> dict[str, Any]: ...

    def end(self) -> None: ...


class Bot(Account):
    is_bot = True

    def __init__(
        self,
        bot_id: int,
        *,
        token: str,
        name: str,
        username: str,
        privacy: bool,
        can_join_groups: bool,
        queue: UpdateQueue,
        keep_calls: int,
    ) -> None:
        super().__init__(bot_id, name=name, last_name=None, username=username)
        self.token = token
        self.privacy = privacy
        self.can_join_groups = can_join_groups
        self.updates = queue
        self.calls: deque[ApiCall] = deque(maxlen=keep_calls)
        self.webhook: Delivery | None = None
        self.mention = f"@{username.lower()}"
        # People the bot has come across: to others it cannot even say that it may not write.
        self.known: set[int] = set()
        # When a join request came, for the five minutes in which the bot may write first.
        self.requests: dict[int, datetime] = {}
        self.commands: dict[tuple[str, str], list[dict[str, Any]]] = {}
        self.profile: dict[tuple[str, str], str] = {}
        self.menu_buttons: dict[int, dict[str, Any]] = {}
        self.default_rights: dict[bool, dict[str, Any]] = {}

    @property
    def pending(self) -> int:
        return self.updates.pending

    @property
    def polling(self) -> bool:
        return self.updates.polling

    @property
    def me(self) -> dict[str, Any]:
        return {
            **self.user,
            "can_join_groups": self.can_join_groups,
            "can_read_all_group_messages": not self.privacy,
            "supports_inline_queries": False,
            "can_connect_to_business": False,
            "has_main_web_app": False,
        }

    def push(self, update: dict[str, Any]) -> int:
        """Queues one whole update as it is, asked for or not."""
        return self.updates.push_many([update])[0]

    def push_many(self, updates: Iterable[dict[str, Any]]) -> list[int]:
        return self.updates.push_many(updates)

    def repeat(self, which: Iterable[int] | int = 1) -> list[int]:
        return self.updates.repeat(which)
