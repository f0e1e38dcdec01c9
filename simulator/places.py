"""A place people are in: its kind, who belongs to it, and what they may do there."""

from typing import Any

from typing_extensions import override

from simulator.accounts import Account
from simulator.bots import Bot
from simulator.rights import GONE, MEMBER, NOT_AT_FIRST, PERMISSIONS, Standing


class Place:
    def __init__(self, chat_id: int, *, kind: str, title: str, username: str | None, forum: bool) -> None:
        self.id = chat_id
        self.kind = kind
        self.title = title
        self.username = username
        self.forum = forum
        self.description = ""
        # Whoever presses Join must be let in by an administrator.
        self.asks_first = False
        self.permissions = frozenset(PERMISSIONS) - NOT_AT_FIRST
        self.bots: dict[int, Bot] = {}
        self.person: Account | None = None
        self.migrated_to: Place | None = None
        self.last_bot_id: int | None = None
        self._standings: dict[int, Standing] = {}
        self._accounts: dict[int, Account] = {}

    @property
    def json(self) -> dict[str, Any]:
        if self.person is not None:
            user = self.person.user
            names: dict[str, Any] = {
                name: user[name] for name in ("first_name", "last_name", "username") if name in user
            }
            return {"id": self.id, **names, "type": self.kind}
        told: dict[str, Any] = {"id": self.id, "title": self.title, "type": self.kind}
        if self.username:
            told["username"] = self.username
        if self.forum:
            told["is_forum"] = True
        return told

    @property
    def private(self) -> bool:
        return self.kind == "private"

    @property
    def channel(self) -> bool:
        return self.kind == "channel"

    def standing(self, account: Account) -> Standing:
        return self._standings.get(account.id, GONE)

    def stand(self, account: Account, standing: Standing) -> None:
        """Writes the new standing down and tells nobody."""
        self._standings[account.id] = standing
        self._accounts[account.id] = account

    def settle(self, *accounts: Account) -> None:
        """Puts people in as members of long ago: no update, no service message."""
        for account in accounts:
            if not self.standing(account).inside:
                self.stand(account, MEMBER)

    def ever_met(self, account: Account) -> bool:
        return account.id in self._standings

    def members(self) -> list[tuple[Account, Standing]]:
        return [(self._accounts[number], standing) for number, standing in self._standings.items() if standing.inside]

    def may(self, account: Account, permission: str) -> bool:
        """Whether an ordinary permission is granted: administrators have them all."""
        standing = self.standing(account)
        if standing.leads or self.private:
            return True
        allowed = standing.permissions & self.permissions if standing.status == "restricted" else self.permissions
        return standing.inside and permission in allowed

    @override
    def __repr__(self) -> str:
        return f"<Chat {self.title} {self.id}>"
