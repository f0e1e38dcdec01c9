"""A group becomes a supergroup while three workers take in what is said and liked on both sides of the move."""

from collections import Counter
from collections.abc import Awaitable, Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import asyncpg
import pytest
from typing_extensions import override

from tests.bot.crews import NOON, Storm, crew
from tests.bot.forked import exported

OLD, NEW = -4_001, -1_001_234_567_890
CHATS = {OLD: {"id": OLD, "type": "group", "title": "Readers"}, NEW: {"id": NEW, "type": "supergroup", "title": "Book"}}
LIKE = {"type": "emoji", "emoji": "👍"}
# So many that nobody comes to a cap: each half of a group that is met twice would have one of its own.
MEMBERS = 45
# How far apart updates may overtake each other.
REACH = 60


@dataclass
class Move(Storm):
    """First all is in the old chat, then in the new; `told_at` is the share of the updates after which this is told."""

    told_at: float = 0.5
    likes: Counter[tuple[int, str]] = field(default_factory=Counter)

    @override
    def updates(self, count: int, *, first: int = 1) -> Iterator[dict[str, Any]]:
        """Messages in either chat, likes of those just before or after, and the news of the move from both sides."""
        placed = [(float(number), told) for number, told in enumerate(self._life(count))]
        news = [{"migrate_to_chat_id": NEW}, {"migrate_from_chat_id": OLD}]
        for chat_id, about in zip((OLD, NEW), news, strict=True):
            head = {"chat": CHATS[chat_id], "date": NOON, "message_id": 1 if chat_id == NEW else 900_000}
            placed.append((count * self.told_at, {"message": head | about}))
        placed.sort(key=lambda one: one[0] + self.chance.uniform(0, REACH))
        for number, (_, told) in enumerate(placed, first):
            yield {"update_id": number, **told}

    def _life(self, count: int) -> Iterator[dict[str, Any]]:
        said: list[tuple[int, int]] = []
        for number in range(count):
            half = number // (count // 2)
            chat_id = (OLD, NEW)[min(half, 1)]
            user_id = 1000 + self.chance.randrange(self.members)
            head = {"chat": CHATS[chat_id], "date": NOON + number // 50}
            if said and self.chance.random() < 0.4:
                yield {"message_reaction": {**head, **self._like(said.pop(), user_id)}}
                continue
            # Message ids begin anew in the new chat.
            message_id = 10 + number % (count // 2)
            if number == count // 2:
                said.clear()
            said.append((message_id, user_id))
            self._did(user_id, "messages")
            self.talk[user_id] += 1
            yield {"message": {**head, "from": _person(user_id), "message_id": message_id, "text": "well said"}}

    def _like(self, message: tuple[int, int], user_id: int) -> dict[str, Any]:
        message_id, author = message
        self._did(user_id, "reactions_given")
        self._did(author, "reactions_received")
        if user_id != author:
            self.likes[user_id, "reaction_given"] += 1
            self.likes[author, "reaction_received"] += 1
        changes = {"old_reaction": [], "new_reaction": [LIKE]}
        return {"message_id": message_id, "user": _person(user_id), **changes}

    def _did(self, user_id: int, what: str) -> None:
        self.done[user_id][what] += 1

    async def has_moved_whole(self, url: str) -> None:
        """One community is left, known by both chats, and in it is all that was told, once."""
        folder, settings = self.crew.folder, self.crew.settings
        for chat_id in CHATS:
            rows = await exported("activity", chat_id=chat_id, folder=folder, **settings)
            told = {row["user_id"]: Counter({k: v for k, v in row.items() if k != "user_id" and v}) for row in rows}
            assert told == self.done, self.crew.logs()
        entries = await exported("points", chat_id=NEW, folder=folder, **settings)
        earned = Counter((entry["user_id"], entry["action"]) for entry in entries)
        due = self.likes + Counter({(user_id, "message"): count for user_id, count in self.talk.items()})
        assert earned == due
        assert len({(entry["user_id"], entry["action"], entry["source"]) for entry in entries}) == len(entries)
        connection = await asyncpg.connect(url)
        assert await connection.fetchval("SELECT count(*) FROM communities") == 1
        assert await connection.fetchval("SELECT count(*) FROM early_reactions") == 0
        await connection.close()
        assert "Traceback" not in self.crew.logs(), self.crew.logs()


def _person(user_id: int) -> dict[str, Any]:
    return {"id": user_id, "is_bot": False, "first_name": f"Member {user_id}"}


@pytest.mark.parametrize("told_at", [0.0, 0.5, 0.9], ids=["before either is met", "in between", "after both are met"])
async def test_nothing_is_lost_or_double_when_a_group_moves_under_load(
    tmp_path: Path, make_house: Callable[[], Awaitable[str]], told_at: float
) -> None:
    url = await make_house()
    async with crew(tmp_path, url) as workers:
        move = Move(workers, members=MEMBERS, told_at=told_at)
        await move.rages(move.updates(900))
        await move.has_moved_whole(url)
