"""How active members have been, found once a day for the next one, and what their actions are worth by it.

What counts on a day stands before it begins and never changes: a fact that is told late is worth what it would have
been worth in time, and in whichever order facts come, each is worth the same.
"""

from collections.abc import Iterable, Sequence
from datetime import UTC, date, datetime, time, timedelta

from sqlalchemy import Connection, Date, bindparam, delete, func, or_, select, update
from sqlalchemy.orm import Mapped, mapped_column

from models.activity import MemberDays
from models.bulk import Merge, latest, look_up, upsert
from models.bulk import new as new_value
from models.communities import SERVED, Communities
from models.facts import Batch
from models.rules import difficulty as rules
from models.rules.days import local_day, zone
from models.rules.difficulty import DifficultySettings, Pace
from models.rules.earning import Claim
from models.schema import COMPOSITE, Base, CommunityKey, Key
from models.stretches import AT_ONCE, HERE, Here, Stretch, within

# Who has no row was never active enough to have a pace.
QUIET = Pace(date.min, 0, 0)
# From then on it is found who is how active on the next day.
NOON = time(12)
_DAY = timedelta(days=1)
_KEPT: dict[str, Merge] = {"valid_from": latest, "pace": latest, "before": latest}


class Paces(Base):
    """One row per member who is or was active, where difficulty is on; who has none is quiet."""

    __tablename__ = "paces"
    __table_args__ = ({"info": {"person": ("user_id",), "merge": _KEPT}, **COMPOSITE},)

    community_id: Mapped[CommunityKey]
    user_id: Mapped[Key]
    valid_from: Mapped[date] = mapped_column(Date)
    pace: Mapped[int]
    before: Mapped[int]


class PaceRuns(Base):
    """One row per community where difficulty is on: the first day on which it counts, the last that was found.

    The next one is found at `next_at`.
    """

    __tablename__ = "pace_runs"
    __table_args__ = (COMPOSITE,)

    community_id: Mapped[CommunityKey]
    first_day: Mapped[date] = mapped_column(Date)
    last_day: Mapped[date] = mapped_column(Date)
    next_at: Mapped[datetime]


def scale(connection: Connection, batch: Batch, claims: list[Claim]) -> list[Claim]:
    """The claims of a batch by what they are worth to their members; nothing is looked up where it is off."""
    chosen = batch.enabled("difficulty", DifficultySettings())
    on = {batch.communities[chat_id].community_id for chat_id in chosen}
    return scale_in(connection, on, claims) if on else claims


def scale_in(connection: Connection, communities: Iterable[int], claims: Sequence[Claim]) -> list[Claim]:
    """The same for claims of which those of some `communities` are scaled."""
    on = set(communities)
    firsts = {
        row[0]: row[1]
        for row in look_up(
            connection,
            PaceRuns,
            [(community_id,) for community_id in sorted(on)],
            by=("community_id",),
            columns=("community_id", "first_day"),
        )
    }
    keys = sorted({(claim.community_id, claim.user_id) for claim in claims if claim.community_id in firsts})
    columns = ("community_id", "user_id", "valid_from", "pace", "before")
    found = look_up(connection, Paces, keys, by=columns[:2], columns=columns)
    paces = {(row[0], row[1]): Pace(row[2], row[3], row[4]) for row in found}
    return [
        rules.for_pace(claim, pace=paces.get((claim.community_id, claim.user_id), QUIET).on(claim.day))
        if claim.community_id in firsts and claim.day >= firsts[claim.community_id]
        else claim
        for claim in claims
    ]


_ON = Communities.settings["difficulty"]["on"].as_boolean()
# Those for whom it is time.
_DUE = (
    select(*HERE)
    .outerjoin(PaceRuns, PaceRuns.community_id == Communities.community_id)
    .where(within(Communities.community_id), Communities.state.in_(SERVED), _ON)
    .where(or_(PaceRuns.next_at.is_(None), PaceRuns.next_at <= bindparam("now")))
    .order_by(Communities.community_id)
    .limit(AT_ONCE)
)
_OFF = (
    select(PaceRuns.community_id)
    .join(Communities, Communities.community_id == PaceRuns.community_id)
    .where(within(PaceRuns.community_id), ~_ON)
)


def look(connection: Connection, stretch: Stretch, now: datetime) -> Sequence[Here]:
    """The communities for which the next day is to be found; where it was switched off it ends."""
    _end(connection, stretch)
    return [Here._make(row) for row in connection.execute(_DUE, {**stretch.bounds, "now": now})]


def _end(connection: Connection, stretch: Stretch) -> None:
    for community_id in sorted(connection.execute(_OFF, stretch.bounds).scalars()):
        connection.execute(delete(Paces).where(Paces.community_id == community_id))
        connection.execute(delete(PaceRuns).where(PaceRuns.community_id == community_id))


def look_ahead(connection: Connection, here: Here, now: datetime) -> None:
    """Write down the paces of those in a community for whom tomorrow brings another one, unless that was done."""
    community_id, today = here.community_id, local_day(now, time_zone=here.time_zone)
    day, noon = today + _DAY, datetime.combine(today + _DAY, NOON, tzinfo=zone(here.time_zone))
    run = select(PaceRuns.first_day, PaceRuns.last_day).where(PaceRuns.community_id == community_id).with_for_update()
    before = connection.execute(run).one_or_none()
    if before is not None and before.last_day >= day:
        connection.execute(update(PaceRuns).where(PaceRuns.community_id == community_id).values(next_at=noon))
        return
    known = select(Paces.user_id, Paces.pace).where(Paces.community_id == community_id)
    paces = {row.user_id: row.pace for row in connection.execute(known)}
    found = _paces(connection, community_id, day)
    turned = {
        user_id: found.get(user_id, 0)
        for user_id in paces.keys() | found.keys()
        if found.get(user_id, 0) != paces.get(user_id, 0)
    }
    kept = ("valid_from", "pace", "before")
    rows = [(community_id, user_id, day, pace, paces.get(user_id, 0)) for user_id, pace in sorted(turned.items())]
    upsert(connection, Paces, ("community_id", "user_id", *kept), rows, merge=dict.fromkeys(kept, new_value))
    first = day if before is None else before.first_day
    columns = ("community_id", "first_day", "last_day", "next_at")
    upsert(
        connection,
        PaceRuns,
        columns,
        [(community_id, first, day, noon.astimezone(UTC))],
        merge=dict.fromkeys(columns[1:], new_value),
    )


def _paces(connection: Connection, community_id: int, day: date) -> dict[int, int]:
    first, last = rules.looked_at(day)
    deeds = func.sum(MemberDays.messages + MemberDays.reactions_given + MemberDays.votes)
    here = (MemberDays.community_id == community_id, MemberDays.day.between(first, last))
    sums = select(MemberDays.user_id, deeds).where(*here).group_by(MemberDays.user_id)
    return {row[0]: rules.pace_of(int(row[1])) for row in connection.execute(sums)}
