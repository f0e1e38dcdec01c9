"""How many likes have gone between two members in a week: what goes back and forth between them fades.

Who liked stands here under a pseudonym, so that an export of the author's rows shows nobody who liked them.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from typing import NamedTuple

from sqlalchemy import Connection, Date, delete
from sqlalchemy.orm import Mapped, mapped_column

from models.bulk import Merge, add, look_up, upsert
from models.schema import COMPOSITE, Base, CommunityKey, Key

_SUM: dict[str, Merge] = {"likes": add}


class LikesBetween(Base):
    """How often one member has liked another's messages in the week that begins on `week`."""

    __tablename__ = "likes_between"
    __table_args__ = ({"info": {"person": ("author_id",), "merge": _SUM}, **COMPOSITE},)

    community_id: Mapped[CommunityKey]
    author_id: Mapped[Key]
    giver: Mapped[Key]
    week: Mapped[date] = mapped_column(Date, primary_key=True)
    likes: Mapped[int] = mapped_column(default=0)


_KEY = ("community_id", "author_id", "giver", "week")
_Key = tuple[int, int, int, date]


class Pair(NamedTuple):
    """Who gives and who receives in one week, each under their id and their pseudonym."""

    community_id: int
    giver_id: int
    author_id: int
    giver: int
    author: int
    week: date

    @property
    def given(self) -> _Key:
        """Where the likes of this direction are counted."""
        return (self.community_id, self.author_id, self.giver, self.week)

    @property
    def returned(self) -> _Key:
        """Where the likes of the other direction are counted."""
        return (self.community_id, self.giver_id, self.author, self.week)


@dataclass
class Between:
    """What has gone between some members before, and what is added to it."""

    before: dict[_Key, int] = field(default_factory=dict)
    added: dict[_Key, int] = field(default_factory=dict)

    @classmethod
    def load(cls, connection: Connection, pairs: Iterable[Pair]) -> "Between":
        """What has gone both ways between the members of each pair."""
        keys = sorted({key for pair in pairs for key in (pair.given, pair.returned)})
        found = look_up(connection, LikesBetween, keys, by=_KEY, columns=(*_KEY, "likes"))
        return cls({(row[0], row[1], row[2], row[3]): row[4] for row in found})

    def count(self, pair: Pair) -> tuple[int, int]:
        """How many likes the giver has given and how many came back, as counted so far."""
        return self._count(pair.given), self._count(pair.returned)

    def _count(self, key: _Key) -> int:
        return self.before.get(key, 0) + self.added.get(key, 0)

    def give(self, pair: Pair) -> None:
        """Count one more."""
        self.added[pair.given] = self.added.get(pair.given, 0) + 1

    def keep(self, connection: Connection) -> None:
        """Write down what was added."""
        rows = [(*key, likes) for key, likes in sorted(self.added.items())]
        upsert(connection, LikesBetween, (*_KEY, "likes"), rows, merge=_SUM)


def forget_before(connection: Connection, *, day: date) -> None:
    """Drop the counts of weeks that began before `day`."""
    connection.execute(delete(LikesBetween).where(LikesBetween.week < day))
