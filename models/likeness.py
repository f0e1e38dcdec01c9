"""What a member has written lately, as fingerprints: who says the same again earns nothing by it. No texts."""

import struct
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache

from sqlalchemy import Connection, LargeBinary, delete, select, update
from sqlalchemy.orm import Mapped, mapped_column

from models.bulk import Merge, look_up, new, upsert
from models.facts import Batch, Said
from models.returning import Former
from models.rules import likeness as rules
from models.schema import COMPOSITE, Base, CommunityKey, Key
from models.secret_keys import secret_key

# So many fingerprints are kept of each member: more than anybody repeats, and little enough to be one row.
MOST = 32


@cache
def _layout(count: int) -> struct.Struct:
    """How so many fingerprints are stored: all of them, and then their times."""
    return struct.Struct(f"<{count}Q{count}I")


_EACH = _layout(1).size
_RING: dict[str, Merge] = {"ring": new, "oldest_at": new}


class Likenesses(Base):
    """A member's latest fingerprints, each with its time in seconds, in one row: they are always read together."""

    __tablename__ = "likenesses"
    __table_args__ = ({"info": {"person": ("user_id",)}, **COMPOSITE},)

    community_id: Mapped[CommunityKey]
    user_id: Mapped[Key]
    ring: Mapped[bytes] = mapped_column(LargeBinary)
    oldest_at: Mapped[datetime]


@dataclass
class Ring:
    """A member's fingerprints and their times, the oldest first."""

    prints: list[int]
    times: list[int]

    @classmethod
    def read(cls, stored: bytes) -> "Ring":
        """The ring that was stored."""
        count = len(stored) // _EACH
        values = _layout(count).unpack(stored)
        return cls(list(values[:count]), list(values[count:]))

    def stored(self) -> bytes:
        """The ring as bytes."""
        return _layout(len(self.prints)).pack(*self.prints, *self.times)

    def takes(self, fingerprint: int, *, at: int, days: int) -> bool:
        """Remember a fingerprint; returns whether its like was there within so many days.

        The like is forgotten for the new one: who says the same every day says it again also after two weeks.
        """
        place = rules.find_like(fingerprint, self.prints)
        again = False
        if place is not None:
            again = abs(at - self.times[place]) < days * 86_400
            at = max(at, self.times[place])
            del self.prints[place], self.times[place]
        self.prints.append(fingerprint)
        self.times.append(at)
        del self.prints[:-MOST], self.times[:-MOST]
        return again

    def drop_before(self, moment: int) -> None:
        """Forget what is older."""
        kept = [place for place, at in enumerate(self.times) if at >= moment]
        self.prints = [self.prints[place] for place in kept]
        self.times = [self.times[place] for place in kept]


def key(connection: Connection) -> bytes:
    """The key of all fingerprints in this database."""
    return secret_key(connection, "likeness")


def said_again(connection: Connection, batch: Batch, said: Sequence[Said], *, former: Former) -> set[int]:
    """Which of the messages say what their writers have said lately, by their update ids; all are remembered.

    Whoever came back after they were forgotten (`former`) goes on from what they had said.
    """
    days = {chat_id: chosen.days for chat_id, chosen in batch.settings("likeness", rules.LikenessSettings()).items()}
    watched = [(fact, fact.likeness) for fact in said if days[fact.place.chat_id] and fact.likeness is not None]
    if not watched:
        return set()
    members = [_member(batch, fact) for fact, _ in watched]
    rings = _rings(connection, set(members))
    if former:
        back = {(key[0], former[key]): key for key in members if key in former and key not in rings}
        rings |= {back[key]: ring for key, ring in _rings(connection, set(back)).items()}
    again = set()
    for (fact, fingerprint), member in zip(watched, members, strict=True):
        ring = rings.get(member)
        if ring is None:
            rings[member] = ring = Ring([], [])
        if ring.takes(fingerprint, at=_seconds(fact.at), days=days[fact.place.chat_id]):
            again.add(fact.update_id)
    _write(connection, rings)
    return again


def _member(batch: Batch, fact: Said) -> tuple[int, int]:
    return (batch.communities[fact.place.chat_id].community_id, fact.person.user_id if fact.person else 0)


def _rings(connection: Connection, members: set[tuple[int, int]]) -> dict[tuple[int, int], Ring]:
    by = ("community_id", "user_id")
    found = look_up(connection, Likenesses, sorted(members), by=by, columns=(*by, "ring"))
    return {(community_id, user_id): Ring.read(ring) for community_id, user_id, ring in found}


def _write(connection: Connection, rings: dict[tuple[int, int], Ring]) -> None:
    rows = [
        (*member, rings[member].stored(), datetime.fromtimestamp(min(rings[member].times), UTC))
        for member in sorted(rings)
    ]
    upsert(connection, Likenesses, ("community_id", "user_id", *_RING), rows, merge=_RING)


def _seconds(moment: datetime) -> int:
    return max(0, int(moment.timestamp()))


def forget_before(connection: Connection, *, moment: datetime) -> None:
    """Drop the fingerprints from before `moment`."""
    stale = select(Likenesses.community_id, Likenesses.user_id, Likenesses.ring).where(Likenesses.oldest_at < moment)
    for community_id, user_id, stored in connection.execute(stale.with_for_update()).all():
        mine = (Likenesses.community_id == community_id, Likenesses.user_id == user_id)
        ring = Ring.read(stored)
        ring.drop_before(_seconds(moment))
        if ring.times:
            oldest = datetime.fromtimestamp(min(ring.times), UTC)
            connection.execute(update(Likenesses).where(*mine).values(ring=ring.stored(), oldest_at=oldest))
        else:
            connection.execute(delete(Likenesses).where(*mine))
