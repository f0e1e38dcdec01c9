"""A person in Telegram and everything a person does there."""

from datetime import datetime
from typing import TYPE_CHECKING, Any

from typing_extensions import override

from simulator.acts.answering import AnsweringActs
from simulator.acts.leading import LeadingActs
from simulator.acts.membership import MembershipActs
from simulator.acts.private import PrivateActs
from simulator.acts.writing import WritingActs

if TYPE_CHECKING:
    from simulator.world import World


class Person(WritingActs, AnsweringActs, MembershipActs, LeadingActs, PrivateActs):
    """Every act takes `at=`, the time it carries; without it, now."""

    def __init__(
        self,
        account_id: int,
        *,
        world: "World",
        name: str,
        last_name: str | None,
        username: str | None,
        language_code: str | None,
        premium: bool,
    ) -> None:
        super().__init__(account_id, name=name, last_name=last_name, username=username)
        self.world = world
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
