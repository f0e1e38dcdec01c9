"""The ledger of points, and what derives from it: balances, the boards, and what a day's caps have left."""

from collections.abc import AsyncIterator, Collection, Iterable, Mapping, Sequence
from datetime import date, datetime
from operator import attrgetter, itemgetter
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Connection,
    Date,
    String,
    UniqueConstraint,
    and_,
    bindparam,
    cast,
    exists,
    func,
    or_,
    select,
    update,
)
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Mapped, aliased, mapped_column

from models import listing, returning, standings
from models.bulk import Merge, add, latest, look_up, look_up_columns, upsert
from models.facts import Batch
from models.ids import new_id
from models.listing import Held
from models.members import MemberKey
from models.returning import Former
from models.rules import sources
from models.rules.days import local_day
from models.rules.earning import NOTHING, Cause, Claim, DayKey, Earned, Granted, uncounted, within_limits
from models.rules.fairness import Reason
from models.rules.points import sum_by_key
from models.rules.ways import JUDGED, TIERS
from models.schema import COMPOSITE, Base, CommunityKey, Key

_EARNED: dict[str, Merge] = {"points": add, "last_at": latest}
_BALANCE: dict[str, Merge] = {"balance": add}


class Ledger(Base):
    """One immutable row per change of points, in hundredths. The unique key is what makes a source earn once.

    `factor` is by what they were multiplied, in hundredths, if they were: see `models/rules/difficulty.py`. `cut_from`
    is what they would have been, if a day's limit has left less.
    """

    __tablename__ = "ledger"
    __table_args__ = (
        UniqueConstraint("community_id", "user_id", "action", "source"),
        {"info": {"person": ("user_id",), "points": ("points", "cut_from")}, **COMPOSITE},
    )

    community_id: Mapped[CommunityKey]
    entry_id: Mapped[Key]
    user_id: Mapped[int]
    action: Mapped[str] = mapped_column(String(32))
    points: Mapped[int]
    source: Mapped[str] = mapped_column(String(128))
    day: Mapped[date] = mapped_column(Date)
    at: Mapped[datetime]
    factor: Mapped[int | None]
    cut_from: Mapped[int | None]
    reverses: Mapped[int | None]


class Balances(Base):
    """What a member has to spend; always the sum of the ledger. What they ever earned stands in `Standings`."""

    __tablename__ = "balances"
    __table_args__ = ({"info": {"person": ("user_id",), "merge": _BALANCE, "points": ("balance",)}, **COMPOSITE},)

    community_id: Mapped[CommunityKey]
    user_id: Mapped[Key]
    balance: Mapped[int] = mapped_column(default=0)


class EarnedOnDays(Base):
    """What a member has earned by one action on one day, and when last: what is left of the day's limits.

    What was taken back is in it still, unless somebody has undone a judgement by that.
    """

    __tablename__ = "earned_on_days"
    __table_args__ = ({"info": {"person": ("user_id",), "merge": _EARNED, "points": ("points",)}, **COMPOSITE},)

    community_id: Mapped[CommunityKey]
    user_id: Mapped[Key]
    day: Mapped[date] = mapped_column(Date, primary_key=True)
    action: Mapped[str] = mapped_column(String(32), primary_key=True)
    points: Mapped[int] = mapped_column(default=0)
    last_at: Mapped[datetime | None]


_ENTRY = ("community_id", "entry_id", "user_id", "action", "points", "source", "day", "at")
_SOURCE = ("community_id", "user_id", "action", "source")
_DAY = ("community_id", "user_id", "day", "action")
_MEMBER = ("community_id", "user_id", "balance")
_BY_SOURCE = itemgetter(*[_ENTRY.index(name) for name in _SOURCE])

# What earns once: community, member, action and source.
Source = tuple[int, int, str, str]


def award(
    connection: Connection, claims: Sequence[Claim], *, held: Held | None = None, former: Former | None = None
) -> Granted:
    """Book what the claims earn within their limits; returns what was booked and what of them did not count.

    A source that has earned earns no more, and is not told as uncounted: it did count. Whoever holds the members
    already says so by `held`, and whoever knows which of them have come back after they were forgotten by `former`.
    Who is frozen earns nothing.
    """
    if not claims:
        return Granted([], [])
    if held is None:
        held = hold(connection, claims)
    if former is None:
        former = returning.among(connection, {(claim.community_id, claim.user_id) for claim in claims})
    by_source = _by_source(claims)
    done = _done(connection, by_source, former)
    fresh = [claim for source, claim in by_source.items() if source not in done]
    stopped = [claim for claim in fresh if (claim.community_id, claim.user_id) in held.frozen] if held.frozen else []
    if stopped:
        fresh = [claim for claim in fresh if (claim.community_id, claim.user_id) not in held.frozen]
    granted = within_limits(fresh, earned=_earned(connection, fresh, former), tiers=TIERS)
    granted.uncounted.extend(uncounted(claim, Reason.FROZEN) for claim in stopped)
    booked = granted.claims
    _book(connection, booked)
    _add_up(connection, booked, held.unlisted)
    return granted


def _book(connection: Connection, claims: Sequence[Claim]) -> None:
    """Write the entries; only where something was multiplied or cut are there columns more."""
    entries: list[tuple[Any, ...]] = [
        (community_id, new_id(), user_id, way.action, points, source, day, at, factor, cut_from)
        for community_id, user_id, way, points, source, at, day, _, factor, cut_from in claims
    ]
    columns: tuple[str, ...] = (*_ENTRY, "factor", "cut_from")
    if all(entry[-1] is None for entry in entries):
        end = -2 if all(entry[-2] is None for entry in entries) else -1
        entries, columns = [entry[:end] for entry in entries], columns[:end]
    # The order of the unique key: it is the larger of the two indexes, and near each other its rows are written faster.
    entries.sort(key=_BY_SOURCE)
    upsert(connection, Ledger, columns, entries, once_by=_SOURCE)


def hold(connection: Connection, claims: Sequence[Claim | Cause], *, others: Collection[MemberKey] = ()) -> Held:
    """Have the members of the claims, and others, to ourselves until the commit, in one order, so that caps hold.

    Whoever both books and takes back holds all of them before, or two workers wait for each other. Returns those who
    are not listed, and those who are frozen.
    """
    return listing.hold(connection, {*others, *((claim.community_id, claim.user_id) for claim in claims)})


def take_back(connection: Connection, causes: Sequence[Cause], *, batch: Batch) -> None:
    """Reverse what the causes have earned, each entry once.

    A reversal is booked in the original's periods as far as they are open; closed boards stay. What the day's cap has
    let through stays used: who likes and takes it back has not won a new turn.
    """
    keys = sorted({(cause.community_id, cause.user_id, cause.action, cause.source) for cause in causes})
    at = {(c.community_id, c.user_id, c.action, c.source): c.at for c in causes}
    columns = ("entry_id", *_SOURCE, "points", "day")
    found = sorted(tuple(row) for row in look_up(connection, Ledger, keys, by=_SOURCE, columns=columns))
    wanted = [(row[1], row[2], row[3], f"reversal:{row[0]}") for row in found]
    done = {tuple(row) for row in look_up(connection, Ledger, sorted(wanted), by=_SOURCE, columns=_SOURCE)}
    fresh = [(row, source) for row, source in zip(found, wanted, strict=True) if source not in done]
    entries = [
        (*source[:1], new_id(), *source[1:3], -row[5], source[3], row[6], at[row[1:5]], row[0]) for row, source in fresh
    ]
    upsert(connection, Ledger, (*_ENTRY, "reverses"), entries, once_by=_SOURCE)
    today = {
        served.community_id: local_day(batch.now, time_zone=served.time_zone) for served in batch.communities.values()
    }
    _subtract(connection, [(row[1], row[2], row[6], row[5]) for row, _ in fresh], today=today)


def _subtract(connection: Connection, lost: Sequence[standings.Earned], *, today: Mapping[int, date]) -> None:
    """Take what a member has earned on a day off their total and off the scores of periods still open `today`."""
    balances = sum_by_key(((community, user, -points) for community, user, _, points in lost), keys=2)
    upsert(connection, Balances, _MEMBER, balances, merge=_BALANCE)
    standings.take_off(connection, lost, today=today)


def _make_room(connection: Connection, lost: Sequence[tuple[int, int, date, str, int]]) -> None:
    """Take what a member has earned by an action on a day out of what the day's limits count; few rows, and held."""
    for *key, points in sum_by_key(lost, keys=4):
        this = [getattr(EarnedOnDays, name) == value for name, value in zip(_DAY, key, strict=True)]
        connection.execute(update(EarnedOnDays).where(*this).values(points=EarnedOnDays.points - points))


def correct(
    connection: Connection,
    *,
    community_id: int,
    user_id: int,
    action: str,
    points: int,
    source: str,
    at: datetime,
    day: date,
) -> int | None:
    """Book what an administrator gives or, below nothing, takes; its number, or nothing if it was booked before.

    No cap bounds it, and it stands on the day's boards like everything else. The member may be frozen.
    """
    held = listing.hold(connection, [(community_id, user_id)])
    entry = (community_id, new_id(), user_id, action, points, source, day, at)
    if look_up(connection, Ledger, [(community_id, user_id, action, source)], by=_SOURCE, columns=("entry_id",)):
        return None
    upsert(connection, Ledger, _ENTRY, [entry], once_by=_SOURCE)
    upsert(connection, Balances, _MEMBER, [(community_id, user_id, points)], merge=_BALANCE)
    standings.add_up(connection, [(community_id, user_id, day, points)], unlisted=held.unlisted)
    return entry[1]


def was_undone(
    *, community_id: ColumnElement[int], user_id: ColumnElement[int], action: str, source: ColumnElement[str]
) -> ColumnElement[bool]:
    """Of the rows of a statement: that what the member has earned by the action from the source was reversed."""
    earned, undoing = aliased(Ledger), aliased(Ledger)
    # A reversal bears the member and the action of what it reverses; by these it is in an index.
    same = [getattr(undoing, name) == getattr(earned, name) for name in ("community_id", "user_id", "action")]
    about = (earned.community_id == community_id, earned.user_id == user_id, earned.action == action)
    found = select(earned.entry_id).join(undoing, and_(*same, undoing.reverses == earned.entry_id))
    return found.where(*about, earned.source == source).exists()


def reverse(
    connection: Connection, *, community_id: int, user_id: int, entries: Sequence[int], at: datetime, today: date
) -> tuple[int, int]:
    """Undo entries of a member's by their numbers, each once; returns what they came to (hundredths) and how many.

    What was judged gives the day's limits back what it had used of them: it may be judged anew.
    """
    listing.hold(connection, [(community_id, user_id)])
    mine = (Ledger.community_id == community_id, Ledger.user_id == user_id)
    chosen = select(Ledger).where(*mine, Ledger.entry_id.in_(entries), Ledger.reverses.is_(None))
    done = select(Ledger.reverses).where(*mine, Ledger.reverses.in_(entries))
    undone = set(connection.execute(done).scalars())
    columns = (*_ENTRY, "reverses")
    found = [row for row in connection.execute(chosen.order_by(Ledger.entry_id)) if row.entry_id not in undone]
    rows = [
        (community_id, new_id(), user_id, e.action, -e.points, f"reversal:{e.entry_id}", e.day, at, e.entry_id)
        for e in found
    ]
    upsert(connection, Ledger, columns, rows, once_by=_SOURCE)
    lost = [(community_id, user_id, entry.day, entry.points) for entry in found]
    _subtract(connection, lost, today={community_id: today})
    _make_room(connection, [(community_id, user_id, e.day, e.action, e.points) for e in found if e.action in JUDGED])
    return sum(entry.points for entry in found), len(found)


def earned_by_message(
    connection: Connection, *, community_id: int, user_id: int, chat_id: int, message_id: int, album: str | None
) -> list[int]:
    """The entries by which somebody's message earned, also by others' reactions to it."""
    named = [sources.of_message(chat_id, message_id), *([] if album is None else [sources.of_album(chat_id, album)])]
    # What somebody has judged bears the number of the judgement, and a like its giver, behind the message.
    begun = [*named, sources.of_reactions(chat_id, message_id)]
    further = [Ledger.source.startswith(f"{source}:", autoescape=True) for source in begun]
    here = (Ledger.community_id == community_id, Ledger.user_id == user_id, Ledger.reverses.is_(None))
    return list(
        connection.execute(select(Ledger.entry_id).where(*here, or_(Ledger.source.in_(named), *further))).scalars()
    )


def _by_source(claims: Sequence[Claim]) -> dict[Source, Claim]:
    """The claims by what makes each of them count once, without those whose source stands among them before."""
    first: dict[Source, Claim] = {}
    for claim in sorted(claims, key=attrgetter("at")):
        community_id, user_id, way, _, source, *_ = claim
        first.setdefault((community_id, user_id, way.action, source), claim)
    return first


def _done(connection: Connection, sources: Iterable[Source], former: Former) -> set[Source]:
    """Those of the sources that have earned, also where it was under the number of who was forgotten since."""
    asked = list(sources)
    done: set[Source] = set(map(tuple, look_up(connection, Ledger, asked, by=_SOURCE, columns=_SOURCE)))
    if former:
        before = {(s[0], former[s[:2]], *s[2:]): s for s in asked if s[:2] in former}
        found = look_up(connection, Ledger, list(before), by=_SOURCE, columns=_SOURCE)
        done |= {before[row[0], row[1], row[2], row[3]] for row in found}
    return done


def _earned(connection: Connection, claims: Sequence[Claim], former: Former) -> Mapping[DayKey, Earned]:
    """What the members have earned on the claims' days, by all actions."""
    earned = _earned_on(connection, {(claim.community_id, claim.user_id, claim.day) for claim in claims})
    if former:
        back = {(c.community_id, former[m], c.day): m for c in claims if (m := (c.community_id, c.user_id)) in former}
        for (community_id, number, day, action), before in _earned_on(connection, back).items():
            key = (*back[community_id, number, day], day, action)
            now = earned.get(key, NOTHING)
            last_at = max((at for _, at in (before, now) if at is not None), default=None)
            earned[key] = (before[0] + now[0], last_at)
    return earned


def _earned_on(connection: Connection, days: Iterable[tuple[int, int, date]]) -> dict[DayKey, Earned]:
    columns = (*_DAY, "points", "last_at")
    *key, points, last_at = look_up_columns(connection, EarnedOnDays, sorted(days), by=_DAY[:3], columns=columns)
    return dict(zip(zip(*key, strict=True), zip(points, last_at, strict=True), strict=True))


def _add_up(connection: Connection, booked: Sequence[Claim], unlisted: Collection[MemberKey]) -> None:
    earned: dict[DayKey, tuple[int, datetime]] = {}
    for community_id, user_id, way, points, _, at, day, _, _, _ in booked:
        key = (community_id, user_id, day, way.action)
        before = earned.get(key)
        earned[key] = (points, at) if before is None else (before[0] + points, max(before[1], at))
    rows = [(*key, *earned[key]) for key in sorted(earned)]
    upsert(connection, EarnedOnDays, (*_DAY, *_EARNED), rows, merge=_EARNED)
    days = sum_by_key([(*row[:3], row[4]) for row in rows], keys=3)
    balances = sum_by_key([(*row[:2], row[3]) for row in days], keys=2)
    upsert(connection, Balances, _MEMBER, balances, merge=_BALANCE)
    standings.add_up(connection, days, unlisted=unlisted)


def keep_sources_apart(connection: Connection, *, community_id: int | None, old: int, new: int) -> None:
    """Rename those sources of `old` that `new` has too, before the one takes the other's place in the ledger.

    So it is with somebody who was forgotten in the middle of an album and came back before its last picture.
    """
    theirs = aliased(Ledger)
    same = [getattr(theirs, name) == getattr(Ledger, name) for name in ("community_id", "action", "source")]
    shared = exists().where(theirs.user_id == new, *same)
    here = [] if community_id is None else [Ledger.community_id == community_id]
    renamed = Ledger.source + ":" + cast(Ledger.entry_id, String)
    connection.execute(update(Ledger).where(Ledger.user_id == old, shared, *here).values(source=renamed))


# An entry may be committed by so much later than its number was made: that many are looked at twice.
OVERLAP = (30 * 1000) << 22


def newest_entry(connection: Connection, *, community_id: int) -> int:
    """The number of a community's latest entry; 0 without any."""
    newest = select(func.max(Ledger.entry_id)).where(Ledger.community_id == community_id)
    return connection.execute(newest).scalar_one_or_none() or 0


def earned_since(connection: Connection, *, community_id: int, entry_id: int) -> Mapping[int, int]:
    """What members have earned by the entries after one, in hundredths; a few before it are looked at again."""
    since = (Ledger.community_id == community_id, Ledger.entry_id > entry_id - OVERLAP)
    sums = select(Ledger.user_id, func.sum(Ledger.points)).where(*since).group_by(Ledger.user_id)
    return {row[0]: int(row[1]) for row in connection.execute(sums)}


# Built once: they are asked with every card.
_BALANCE_OF = select(Balances.balance).where(
    Balances.community_id == bindparam("its_id"), Balances.user_id == bindparam("their_id")
)
_EARNED_ON = select(EarnedOnDays.points).where(
    EarnedOnDays.community_id == bindparam("its_id"),
    EarnedOnDays.user_id == bindparam("their_id"),
    EarnedOnDays.day == bindparam("that_day"),
    EarnedOnDays.action == bindparam("that_action"),
)


async def balance(session: AsyncSession, *, community_id: int, user_id: int) -> int:
    """What a member has to spend, in hundredths."""
    own = await session.execute(_BALANCE_OF, {"its_id": community_id, "their_id": user_id})
    return own.scalar_one_or_none() or 0


async def earned_on(session: AsyncSession, *, community_id: int, user_id: int, day: date, action: str) -> int:
    """What a member earned by one action on one day, in hundredths."""
    chosen = {"its_id": community_id, "their_id": user_id, "that_day": day, "that_action": action}
    return (await session.execute(_EARNED_ON, chosen)).scalar_one_or_none() or 0


async def earned_by_action(session: AsyncSession, *, community_id: int, user_id: int, day: date) -> Mapping[str, int]:
    """What a member earned on one day by each action, in hundredths."""
    here = (EarnedOnDays.community_id == community_id, EarnedOnDays.user_id == user_id, EarnedOnDays.day == day)
    found = await session.execute(select(EarnedOnDays.action, EarnedOnDays.points).where(*here))
    return {row.action: row.points for row in found}


async def entries(session: AsyncSession, *, community_id: int) -> AsyncIterator[Ledger]:
    """The whole ledger of a community, the oldest entry first, without holding all of it."""
    statement = select(Ledger).where(Ledger.community_id == community_id).order_by(Ledger.entry_id)
    async for entry in await session.stream_scalars(statement.execution_options(yield_per=1000)):
        yield entry
