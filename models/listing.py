"""Who is listed: kept as a flag on the member, and the same on all rows of theirs on the boards.

The flag follows from what is true now, whatever came in which order: a member who is inside, does not hide, is not
forgotten, and is no staff where staff is not listed. It is judged anew for whoever a batch tells of, in one look at
all of them; nothing more is done where nothing has changed.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from functools import cache
from typing import Any, NamedTuple

from sqlalchemy import Connection, Row, Select, and_, or_, select, tuple_, update
from sqlalchemy.ext.asyncio import AsyncSession

from models import standings
from models.bulk import Rows, rows_for, table_of
from models.communities import Communities
from models.members import MemberKey, Members, is_inside
from models.prepared import ForAllRows
from models.pseudonyms import is_pseudonym
from models.refusals import NotForYou
from models.rules.settings import changed
from models.rules.standings import Candidate, StandingsSettings, is_listed
from models.staff import Staff, leads

_SETTINGS = StandingsSettings()


class Held(NamedTuple):
    """Of the members whom a look has found and held: those who are not listed, and those who earn nothing."""

    unlisted: Collection[MemberKey] = frozenset()
    frozen: Collection[MemberKey] = frozenset()


NOBODY = Held()


def _keys(connection: Connection) -> Rows:
    table = table_of(Members)
    return rows_for(connection, [table.c.community_id, table.c.user_id])


def _members(given: Rows) -> Select[Any]:
    table, keys = table_of(Members), given.table
    same = and_(keys.c.community_id == table.c.community_id, keys.c.user_id == table.c.user_id)
    kept = (table.c.community_id, table.c.user_id, table.c.listed, table.c.hides, table.c.frozen)
    picked = (*kept, is_inside().label("is_inside"))
    return select(*picked).select_from(keys.join(table, same))


def _with_staff(members: Any) -> Select[Any]:
    leader = and_(Staff.community_id == members.c.community_id, Staff.user_id == members.c.user_id, leads())
    return (
        select(members, Staff.user_id.is_not(None).label("is_staff"), Communities.settings)
        .select_from(members)
        .outerjoin(Staff, leader)
        .join(Communities, Communities.community_id == members.c.community_id)
    )


class _Found(NamedTuple):
    """What decides whether a member is listed, and whether they are, in the order in which statements tell it."""

    community_id: int
    user_id: int
    listed: bool
    hides: bool
    frozen: bool
    is_inside: bool
    is_staff: bool
    settings: Mapping[str, Any]

    @property
    def key(self) -> MemberKey:
        """Whom it is about."""
        return self.community_id, self.user_id


@cache
def _looking(given: Rows, hold: bool) -> ForAllRows:
    """Members of whom there is something to ask or to know; `hold` keeps all of them from other workers."""
    members = _members(given)
    if hold:
        table = table_of(Members)
        ordered = members.order_by(table.c.community_id, table.c.user_id)
        found: Any = ordered.with_for_update(of=table).cte("found")
    else:
        found = members.subquery("found")
    doubtful = or_(
        found.c.listed.is_not(True),
        found.c.is_inside.is_not(True),
        found.c.hides,
        found.c.frozen,
        Staff.user_id.is_not(None),
    )
    statement = _with_staff(found).where(doubtful)
    return given.prepared(statement, returned=statement.selected_columns)


@cache
def _judging(given: Rows) -> Any:
    return _with_staff(_members(given).subquery("found"))


@cache
def _marking(given: Rows, listed: bool) -> Any:
    table = table_of(Members)
    chosen = tuple_(table.c.community_id, table.c.user_id).in_(select(given.table))
    return update(table).where(chosen).values(listed=listed)


def _ought(row: _Found | Row[Any]) -> bool:
    settings = changed(_SETTINGS, row.settings.get("standings", {}))
    candidate = Candidate(
        is_named=not is_pseudonym(row.user_id), is_inside=row.is_inside, is_staff=row.is_staff, hides=row.hides
    )
    return is_listed(candidate, settings=settings)


def staff_listed(community: Communities) -> bool:
    """Whether those who run a community stand on its boards like everybody else."""
    return changed(_SETTINGS, community.settings.get("standings", {})).staff_listed


def hold(connection: Connection, keys: Iterable[MemberKey]) -> Held:
    """Have the members to ourselves until the commit, and set right what is said of their being listed.

    Returns those among them who are not listed, and those who are frozen. They are locked in one order, whoever books
    or takes back holds all of them before; on SQLite the transaction is the only writer anyway.
    """
    ordered = sorted(set(keys))
    if not ordered:
        return NOBODY
    given = _keys(connection)
    found = [_Found(*row) for row in _looking(given, not given.is_sqlite).over(connection, ordered)]
    if not found:
        return NOBODY
    flags = {row.key: row.listed for row in found}
    doubtful = [row.key for row in found if row.listed != _ought(row)]
    unlisted = {key for key, listed in (flags | _settle(connection, doubtful)).items() if not listed}
    return Held(unlisted, {row.key for row in found if row.frozen})


def _settle(connection: Connection, keys: Sequence[MemberKey]) -> dict[MemberKey, bool]:
    """Judge the members, who are held, by what is committed now, and write down what has changed."""
    if not keys:
        return {}
    given = _keys(connection)
    found = connection.execute(_judging(given), given.parameters(keys)).all()
    for listed in (True, False):
        turned = [(r.community_id, r.user_id) for r in found if _ought(r) is listed and r.listed is not listed]
        _mark(connection, sorted(turned), listed=listed)
    return {(row.community_id, row.user_id): _ought(row) for row in found}


def _mark(connection: Connection, keys: Sequence[MemberKey], *, listed: bool) -> None:
    if keys:
        given = _keys(connection)
        connection.execute(_marking(given, listed), given.parameters(keys))
        standings.mark(connection, keys, listed=listed)


def relist(connection: Connection, *, community_id: int, user_id: int | None = None) -> None:
    """Judge a community's members, or one of them, whatever their rows say: two have become one, or a rule changed."""
    here = [Members.community_id == community_id, *([] if user_id is None else [Members.user_id == user_id])]
    chosen = select(Members.community_id, Members.user_id).where(*here).order_by(Members.user_id).with_for_update()
    keys = [(row.community_id, row.user_id) for row in connection.execute(chosen)]
    if not keys:
        return
    given = _keys(connection)
    judged = {
        (r.community_id, r.user_id): _ought(r) for r in connection.execute(_judging(given), given.parameters(keys))
    }
    for listed in (True, False):
        _mark(connection, [key for key in keys if judged.get(key) is listed], listed=listed)


async def relist_all(session: AsyncSession, *, community_id: int) -> None:
    """Judge all members of a community anew: who may be listed there has changed."""
    connection = await session.connection()
    await connection.run_sync(lambda sync: relist(sync, community_id=community_id))


async def hiding(session: AsyncSession, *, community_id: int, user_ids: Collection[int]) -> set[int]:
    """Those of some people who have chosen to stand on no board: no ranking names them, and no word of honour."""
    here = (Members.community_id == community_id, Members.user_id.in_(user_ids), Members.hides)
    return set((await session.execute(select(Members.user_id).where(*here))).scalars())


async def choose(session: AsyncSession, *, community_id: int, user_id: int, listed: bool) -> None:
    """Carry out a member's own choice whether to be listed; `NotForYou` for who was never seen there."""
    here = (Members.community_id == community_id, Members.user_id == user_id)
    chosen = update(Members).where(*here).values(hides=not listed).returning(Members.user_id)
    if (await session.execute(chosen)).first() is None:
        raise NotForYou
    connection = await session.connection()
    await connection.run_sync(lambda sync: hold(sync, [(community_id, user_id)]))
