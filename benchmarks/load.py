"""The load of the benchmarks: what a busy group sends, as raw updates, the same for every bot measured."""

import random
from collections.abc import Iterator
from typing import Any

CHAT: dict[str, Any] = {"id": -1001234567890, "type": "supergroup", "title": "Busy group"}
FIRST_MEMBER = 5_000_000
PEOPLE = 1000
POLLS = 20
# 65% messages, 25% reactions, 8% votes, 2% joins.
MESSAGES, REACTIONS, VOTES = 0.65, 0.90, 0.98
REPLIES = 0.3
WITHDRAWN = 0.1

# So many words that hardly any message resembles another, as it is among people.
_SYLLABLES = ("ba", "den", "fi", "go", "har", "ka", "lu", "mir", "no", "pe", "ro", "sel", "ti", "vu", "wan", "zo")
WORDS = [one + two for one in _SYLLABLES for two in _SYLLABLES] + ["再見", "謝謝", "今天", "讀書", "朋友", "大家"]


def user(number: int) -> dict[str, Any]:
    """The load's member of that number, as Telegram shows somebody."""
    return {
        "id": FIRST_MEMBER + number,
        "is_bot": False,
        "first_name": f"Member {number}",
        "language_code": "en",
    }


class Group:
    """A group of a thousand people, and of those who join them, in which something happens every second by chance.

    So each of them writes once in half an hour, which nobody would call too fast: what is measured is what counts.
    """

    def __init__(self, *, date: int, seed: int = 1) -> None:
        self.date = date
        self._chance = random.Random(seed)
        self._last_message = 0
        self._people = PEOPLE
        self._given: dict[str, Any] | None = None

    def updates(self, count: int) -> Iterator[dict[str, Any]]:
        """The next updates, without their ids; the very first ones are polls, to be voted in."""
        for _ in range(count):
            self.date += 1
            if self._last_message < POLLS:
                yield self._poll()
                continue
            chance = self._chance.random()
            if chance < MESSAGES:
                yield self._message()
            elif chance < REACTIONS:
                yield self._reaction()
            else:
                yield self._vote() if chance < VOTES else self._join()

    def _somebody(self) -> dict[str, Any]:
        return user(self._chance.randrange(self._people))

    def _next_message(self) -> dict[str, Any]:
        self._last_message += 1
        return {"message_id": self._last_message, "date": self.date, "chat": CHAT}

    def _message(self) -> dict[str, Any]:
        told = self._next_message() | {"from": self._somebody(), "text": self._text()}
        if self._chance.random() < REPLIES:
            told["reply_to_message"] = {
                "message_id": self._chance.randrange(1, self._last_message),
                "date": self.date,
                "chat": CHAT,
                "from": self._somebody(),
                "text": "earlier",
            }
        return {"message": told}

    def message(self, number: int, content: dict[str, Any]) -> dict[str, Any]:
        """The group's next message, written by a certain member."""
        return {"message": self._next_message() | {"from": user(number)} | content}

    def _text(self) -> str:
        return " ".join(self._chance.choices(WORDS, k=self._chance.randint(4, 12)))

    def _poll(self) -> dict[str, Any]:
        options = [{"persistent_id": word, "text": word, "voter_count": 0} for word in ("yes", "no")]
        told = self._next_message()
        poll = {
            "id": str(told["message_id"]),
            "question": "Shall we?",
            "options": options,
            "total_voter_count": 0,
            "is_closed": False,
            "is_anonymous": False,
            "type": "regular",
            "allows_multiple_answers": False,
            "allows_revoting": True,
            "members_only": False,
        }
        return {"message": {**told, "from": user(0), "poll": poll}}

    def _reaction(self) -> dict[str, Any]:
        if self._given is not None and self._chance.random() < WITHDRAWN:
            back = {**self._given, "old_reaction": self._given["new_reaction"], "new_reaction": []}
            self._given = None
            return {"message_reaction": back}
        emoji = {"type": "emoji", "emoji": self._chance.choice("👍❤🔥")}
        message_id = self._chance.randint(1, self._last_message)
        told = {"chat": CHAT, "message_id": message_id, "date": self.date, "user": self._somebody()}
        self._given = {**told, "old_reaction": [], "new_reaction": [emoji]}
        return {"message_reaction": self._given}

    def _vote(self) -> dict[str, Any]:
        told = {"poll_id": str(self._chance.randint(1, POLLS)), "user": self._somebody(), "option_ids": [0]}
        return {"poll_answer": {**told, "option_persistent_ids": ["yes"]}}

    def _join(self) -> dict[str, Any]:
        joined = user(self._people)
        self._people += 1
        old, fresh = {"user": joined, "status": "left"}, {"user": joined, "status": "member"}
        told = {"chat": CHAT, "from": joined, "date": self.date, "old_chat_member": old, "new_chat_member": fresh}
        return {"chat_member": told}
