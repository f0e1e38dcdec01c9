"""The clock: whatever is due by the schedule is carried out, a slice at a time so that others may write in between."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from types import MappingProxyType

import structlog
from sqlalchemy import Connection
from sqlalchemy.exc import DBAPIError, IntegrityError
from sqlalchemy.ext.asyncio import AsyncSession

from models import occurrences
from models.occurrences import Due, Place, Settled
from models.rules.occasions import Why
from scheduler import boards, cocreations, polls, questions, topics, works
from scheduler.duty import Duty

log = structlog.get_logger()

DUTIES: tuple[Duty, ...] = (
    *topics.DUTIES,
    questions.REMINDER,
    works.REMINDER,
    *polls.DUTIES,
    *cocreations.DUTIES,
    *boards.DUTIES,
)
BY_KIND: Mapping[str, Duty] = MappingProxyType({duty.occasion.name: duty for duty in DUTIES})
# So many are done in well under the 50 ms for which an update may have to wait.
SLICE = 30


async def carry_out(session: AsyncSession, now: datetime) -> bool:
    """Carry out a slice of what is due; whether anything was."""
    connection = await session.connection()
    return await connection.run_sync(lambda sync: carry_out_now(sync, now=now))


def carry_out_now(connection: Connection, *, now: datetime, duties: Mapping[str, Duty] = BY_KIND) -> bool:
    """The same with plain synchronous Core."""
    due = occurrences.claim(connection, now=now, most=SLICE)
    if not due:
        return False
    wanted, settled = occurrences.judge(connection, due, now=now)
    for kind in sorted({one.place.kind for one in wanted}):
        settled |= _done(connection, duties.get(kind), [one for one in wanted if one.place.kind == kind], now)
    occurrences.settle(connection, due, settled, now=now)
    return True


def _done(connection: Connection, duty: Duty | None, due: Sequence[Due], now: datetime) -> Settled:
    """What became of occurrences of one kind. One that cannot be done keeps no other from being done."""
    if duty is None:
        return dict.fromkeys([one.place for one in due], Why.OFF)
    try:
        with connection.begin_nested():
            return duty.work(connection, due, now)
    except Exception as error:
        # A lock or a lost connection is nobody's fault here: all of it is done again.
        if isinstance(error, DBAPIError | OSError) and not isinstance(error, IntegrityError):
            raise
        if len(due) > 1:
            found: dict[Place, Why | None] = {}
            for one in due:
                found |= _done(connection, duty, [one], now)
            return found
        log.exception("what was due could not be done", kind=duty.occasion.name, community=due[0].community_id)
        return {due[0].place: Why.FAILED}
