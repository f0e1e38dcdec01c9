"""What the crowd says: talks and remarks in three languages, with gaps that are filled differently each time."""

import re
import tomllib
from dataclasses import dataclass
from pathlib import Path
from random import Random
from typing import Any

FOLDER = Path(__file__).with_name("lines")
GAP = re.compile(r"\{(\w+)\}")


@dataclass(frozen=True)
class Talk:
    """Somebody begins, others answer. A question is answered by those who help; `topic` counts a forum's topics."""

    opener: str
    replies: tuple[str, ...]
    question: bool
    picture: bool
    topic: int


class Lines:
    """One language. Talks come in a shuffled order, and each again only when all have been."""

    def __init__(self, language: str, rng: Random) -> None:
        told: dict[str, Any] = tomllib.loads((FOLDER / f"{language}.toml").read_text(encoding="utf-8"))
        self.talks = [_talk(one) for one in told["talks"]]
        self.remarks: list[str] = told["remarks"]
        self.thanks: list[str] = told["thanks"]
        self.hellos: list[str] = told["hellos"]
        self.spam: list[str] = told["spam"]
        self.polls: list[dict[str, Any]] = told["polls"]
        self.gaps: dict[str, list[str]] = told["gaps"]
        self._rng = rng
        self._decks: dict[str, list[Any]] = {}

    def talk(self) -> Talk:
        """The next talk."""
        found: Talk = self._next("talks", self.talks)
        return found

    def remark(self) -> str:
        """Something said to nobody in particular."""
        return self.filled(str(self._next("remarks", self.remarks)), {})

    def poll(self) -> tuple[str, list[str]]:
        """A question with its answers."""
        found = self._next("polls", self.polls)
        return found["question"], list(found["options"])

    def filled(self, text: str, known: dict[str, str]) -> str:
        """The text without gaps; what fills one in a talk fills it there to its end."""

        def fill(match: re.Match[str]) -> str:
            name = match.group(1)
            if name not in known:
                known[name] = self._rng.choice(self.gaps[name])
            return known[name]

        return GAP.sub(fill, text)

    def _next(self, name: str, all_of_them: list[Any]) -> Any:
        deck = self._decks.setdefault(name, [])
        if not deck:
            deck.extend(all_of_them)
            self._rng.shuffle(deck)
        return deck.pop()


def _talk(told: dict[str, Any]) -> Talk:
    return Talk(
        opener=told["opener"],
        replies=tuple(told["replies"]),
        question=bool(told.get("question", False)),
        picture=bool(told.get("picture", False)),
        topic=int(told.get("topic", 0)),
    )
