"""What happens in busy groups, as Telegram's raw updates: people talk, answer, react, vote, come and go."""

import random
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from simulator.chats import Chat

Raw = dict[str, Any]

# Message ids far above those that the simulator gives out.
FIRST_MESSAGE = 1_000_000
SYLLABLES = ("ba", "den", "fi", "go", "har", "ka", "lu", "mir", "no", "pe", "ro", "sel", "ti", "vu", "wan", "zo")


def person(number: int) -> Raw:
    """One of the people, as Telegram shows them."""
    return {"id": 5_000_000 + number, "is_bot": False, "first_name": f"Member {number}", "language_code": "en"}


@dataclass
class Written:
    """A message that others may answer or react to; `number` counts the updates before its own."""

    number: int
    raw: Raw
    likes: dict[int, list[Raw]] = field(default_factory=dict)


@dataclass
class Place:
    """One group and what lately happened there."""

    chat: Raw
    written: list[Written] = field(default_factory=list)
    polls: list[tuple[int, str]] = field(default_factory=list)
    outside: set[int] = field(default_factory=set)


class Traffic:
    """Makes the next update; its id is the simulator's to give.

    Telegram promises no order between a message and the reactions to it. While `known` is a number, only messages are
    reacted to, and polls voted in, before which so many updates were made: the harness says so of those that arrived.
    """

    def __init__(self, chats: Sequence[Chat], *, people: int = 60, date: int, seed: int = 4) -> None:
        self.places = [Place(chat.json) for chat in chats]
        self.people = people
        self.date = date
        self.made = 0
        self.known: int | None = None
        self._chance = random.Random(seed)
        self._last_message = FIRST_MESSAGE

    def update(self) -> Raw:
        """The next update."""
        place = self._chance.choice(self.places)
        made = self._chance.choices(
            (self._talk, self._answer, self._react, self._vote, self._move, self._other), (40, 15, 25, 10, 5, 5)
        )[0](place)
        self.made += 1
        return made

    def _somebody(self) -> Raw:
        return person(self._chance.randrange(self.people))

    def _text(self) -> str:
        return " ".join("".join(self._chance.choices(SYLLABLES, k=3)) for _ in range(self._chance.randint(4, 9)))

    def _head(self, place: Place) -> Raw:
        return {"chat": place.chat, "date": self.date + self.made // 50}

    def _says(self, place: Place, **told: Any) -> Raw:
        self._last_message += 1
        raw = {"message_id": self._last_message, **self._head(place), "from": self._somebody(), **told}
        if "poll" in raw:
            place.polls = [*place.polls[-5:], (self.made, raw["poll"]["id"])]
        place.written = [*place.written[-40:], Written(self.made, raw)]
        return {"message": raw}

    def _talk(self, place: Place) -> Raw:
        return self._says(place, text=self._text())

    def _answer(self, place: Place) -> Raw:
        if not place.written:
            return self._talk(place)
        answered = self._chance.choice(place.written).raw
        shown = {key: value for key, value in answered.items() if key != "reply_to_message"}
        return self._says(place, text=self._text(), reply_to_message=shown)

    def _other(self, place: Place) -> Raw:
        album = str(self._last_message // 20)
        origin = {"type": "hidden_user", "date": self.date, "sender_user_name": "Somebody"}
        command = {"type": "bot_command", "offset": 0, "length": 5}
        return self._chance.choice(
            (
                lambda: self._says(place, text="/roll", entities=[command]),
                lambda: self._says(place, text=self._text(), forward_origin=origin),
                lambda: self._says(place, photo=[], media_group_id=album),
                lambda: self._says(place, text=self._text(), sender_chat=place.chat),
                lambda: self._says(place, poll=self._poll()),
            )
        )()

    def _poll(self) -> Raw:
        told = {"id": f"poll {self.made}", "question": "Shall we?", "options": [], "total_voter_count": 0}
        flags = ("is_closed", "is_anonymous", "allows_multiple_answers", "allows_revoting", "members_only")
        return {**told, **dict.fromkeys(flags, False), "type": "regular"}

    def _arrived(self, number: int) -> bool:
        return self.known is None or number < self.known

    def _react(self, place: Place) -> Raw:
        here = [written for written in place.written if self._arrived(written.number)]
        if not here:
            return self._talk(place)
        written, giver = self._chance.choice(here), self._somebody()
        old = written.likes.get(giver["id"], [])
        fresh = [
            {"type": "emoji", "emoji": sign} for sign in self._chance.sample("👍❤🔥", self._chance.choice((1, 1, 2)))
        ]
        fresh = [] if old and self._chance.random() < 0.5 else fresh
        if fresh == old:
            return self._talk(place)
        written.likes[giver["id"]] = fresh
        about = {"message_id": written.raw["message_id"], "user": giver, "old_reaction": old, "new_reaction": fresh}
        return {"message_reaction": {**self._head(place), **about}}

    def _vote(self, place: Place) -> Raw:
        polls = [poll_id for number, poll_id in place.polls if self._arrived(number)]
        if not polls:
            return self._says(place, poll=self._poll()) if not place.polls else self._talk(place)
        chosen = self._chance.choice(([0], [1], [0, 1], []))
        told = {"poll_id": self._chance.choice(polls), "user": self._somebody(), "option_ids": chosen}
        return {"poll_answer": {**told, "option_persistent_ids": [str(option) for option in chosen]}}

    def _move(self, place: Place) -> Raw:
        who = self._somebody()
        is_back = who["id"] in place.outside
        place.outside ^= {who["id"]}
        states = [{"user": who, "status": "left"}, {"user": who, "status": "member"}]
        old, new = states if is_back else states[::-1]
        return {"chat_member": {**self._head(place), "from": who, "old_chat_member": old, "new_chat_member": new}}
