"""Stretches: what is judged now and then in every community, so many of them at a time, however many there are."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Connection, and_, bindparam, select

from models.communities import Communities

# To look whether so many need anything takes a millisecond or two, so that a look never holds up those who write.
STRETCH = 500
# Of those that need something so many are handed out at once, more than are judged in one transaction.
AT_ONCE = 30


class Here(NamedTuple):
    """A community on a round, as far as what is judged there needs it."""

    community_id: int
    time_zone: str
    settings: Mapping[str, Mapping[str, Any]]
    bot_rights: Mapping[str, Any]


@dataclass(frozen=True)
class Stretch:
    """The communities whose ids are above `after` and not above `last`."""

    after: int
    last: int

    @property
    def bounds(self) -> dict[str, int]:
        """What stands in the places of `within`."""
        return {"after": self.after, "last": self.last}


# What a look at a stretch selects, and where it looks.
HERE = (Communities.community_id, Communities.time_zone, Communities.settings, Communities.bot_rights)


def within(column: Any) -> ColumnElement[bool]:
    """The condition that a community stands in the stretch."""
    return and_(column > bindparam("after"), column <= bindparam("last"))


_END = (
    select(Communities.community_id)
    .where(Communities.community_id > bindparam("after"))
    .order_by(Communities.community_id)
    .offset(STRETCH - 1)
    .limit(1)
)
# Above all ids there can be.
_ENDLESS = 2**63 - 1


def stretch(connection: Connection, *, after: int) -> tuple[Stretch, bool]:
    """The next stretch, and whether the round ends with it."""
    last = connection.execute(_END, {"after": after}).scalar_one_or_none()
    return Stretch(after, _ENDLESS if last is None else last), last is None
