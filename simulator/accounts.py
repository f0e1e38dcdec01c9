"""Who can send in Telegram: what a person and a bot have in common, and the accounts Telegram itself owns."""

from datetime import datetime
from typing import Any

from typing_extensions import override

# Telegram's own accounts, which stand in `from` where nobody may be named.
GROUP_ANONYMOUS_BOT = {
    "id": 1087968824,
    "is_bot": True,
    "first_name": "Group",
    "username": "GroupAnonymousBot",
}
CHANNEL_BOT = {"id": 136817688, "is_bot": True, "first_name": "Channel", "username": "Channel_Bot"}
TELEGRAM = {"id": 777000, "is_bot": False, "first_name": "Telegram"}


class Account:
    is_bot = False

    def __init__(self, account_id: int, *, name: str, last_name: str | None, username: str | None) -> None:
        if not 0 < account_id < 2**52:
            raise ValueError("an account's id is a positive number of up to 52 bits")
        self.id = account_id
        self.name = name
        self.last_name = last_name
        self.username = username

    @property
    def user(self) -> dict[str, Any]:
        """The account as a User of the Bot API."""
        user: dict[str, Any] = {"id": self.id, "is_bot": self.is_bot, "first_name": self.name}
        if self.last_name:
            user["last_name"] = self.last_name
        if self.username:
            user["username"] = self.username
        return user

    @override
    def __repr__(self) -> str:
        return f"<{type(self).__name__} {self.name} {self.id}>"


class Human(Account):
    """A person as the chats and bots know one; what people do stands in simulator.people."""

    def __init__(
        self,
        account_id: int,
        *,
        name: str,
        last_name: str | None,
        username: str | None,
        language_code: str | None,
        premium: bool,
    ) -> None:
        super().__init__(account_id, name=name, last_name=last_name, username=username)
        self.language_code = language_code
        self.premium = premium
        self.deleted = False
        self.started: dict[int, datetime] = {}
        self.blocked: set[int] = set()

    @property
    @override
    def user(self) -> dict[str, Any]:
        user = super().user
        if self.language_code:
            user["language_code"] = self.language_code
        if self.premium:
            user["is_premium"] = True
        return user
