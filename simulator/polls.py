"""A poll: its options and its votes."""

from dataclasses import dataclass, field
from typing import Any

from simulator.accounts import Account
from simulator.errors import NotPossible


@dataclass(eq=False)
class Poll:
    id: str
    question: str
    options: list[str]
    owner: Account
    is_anonymous: bool = True
    kind: str = "regular"
    multiple: bool = False
    revoting: bool = True
    correct: list[int] = field(default_factory=list)
    extra: dict[str, Any] = field(default_factory=dict)
    closed: bool = False
    votes: dict[int, list[int]] = field(default_factory=dict)

    def json(self) -> dict[str, Any]:
        counts = [0] * len(self.options)
        for chosen in self.votes.values():
            for place in chosen:
                counts[place] += 1
        told: dict[str, Any] = {
            "id": self.id,
            "question": self.question,
            "options": [
                {"persistent_id": str(place), "text": text, "voter_count": count}
                for place, (text, count) in enumerate(zip(self.options, counts, strict=True))
            ],
            "total_voter_count": len(self.votes),
            "is_closed": self.closed,
            "is_anonymous": self.is_anonymous,
            "type": self.kind,
            "allows_multiple_answers": self.multiple,
            "allows_revoting": self.revoting,
            "members_only": False,
            **self.extra,
        }
        if self.correct:
            told["correct_option_ids"] = self.correct
        return told

    def vote(self, voter: Account, chosen: list[int]) -> None:
        if self.closed:
            raise NotPossible("the poll is closed")
        if any(not 0 <= place < len(self.options) for place in chosen) or len(set(chosen)) != len(chosen):
            raise NotPossible(f"the poll has the options 0 to {len(self.options) - 1}")
        if len(chosen) > 1 and not self.multiple:
            raise NotPossible("the poll takes one answer only")
        before = self.votes.get(voter.id)
        if before is not None and not self.revoting:
            raise NotPossible("a vote in this poll cannot be changed")
        if before is None and not chosen:
            raise NotPossible(f"{voter.name} has no vote to take back")
        if chosen:
            self.votes[voter.id] = list(chosen)
        else:
            del self.votes[voter.id]
