"""A member's own account: each entry of the ledger with the message that it came from."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from models import places
from models.places import MessagePlace
from models.points import Ledger


@dataclass(frozen=True)
class Entry:
    """One change of a member's points, in hundredths; `place` is the message it came from, where it came from one.

    `factor` is by what the points were multiplied, in hundredths, if they were; `cut_from` what they would have been,
    if the day's cap has left less.
    """

    action: str
    points: int
    at: datetime
    is_reversal: bool
    place: MessagePlace | None
    factor: int | None = None
    cut_from: int | None = None


async def entries(
    session: AsyncSession, *, community_id: int, user_id: int, limit: int, offset: int = 0
) -> Sequence[Entry]:
    """`limit` entries of a member, the latest first, after the first `offset` of them."""
    # The numbers alone are in the index by member; the rows themselves are read for one page.
    own = select(Ledger.entry_id).where(Ledger.community_id == community_id, Ledger.user_id == user_id)
    page = (await session.execute(own.order_by(Ledger.entry_id.desc()).limit(limit).offset(offset))).scalars().all()
    rows = await _rows(session, community_id, page)
    reversed_ones = [row.reverses for row in rows.values() if row.reverses is not None]
    originals = await _rows(session, community_id, reversed_ones)
    sources = {row.source: row.at for row in [*rows.values(), *originals.values()]}
    where = await places.of(session, community_id=community_id, user_id=user_id, sources=sources)
    return [_entry(rows[entry_id], originals, where) for entry_id in page if entry_id in rows]


async def _rows(session: AsyncSession, community_id: int, entry_ids: Sequence[int]) -> Mapping[int, Ledger]:
    if not entry_ids:
        return {}
    chosen = select(Ledger).where(Ledger.community_id == community_id, Ledger.entry_id.in_(entry_ids))
    return {row.entry_id: row for row in (await session.execute(chosen)).scalars()}


def _entry(row: Ledger, originals: Mapping[int, Ledger], where: Mapping[str, MessagePlace]) -> Entry:
    original = row if row.reverses is None else originals.get(row.reverses, row)
    is_reversal, place = row.reverses is not None, where.get(original.source)
    return Entry(row.action, row.points, row.at, is_reversal, place, row.factor, row.cut_from)
