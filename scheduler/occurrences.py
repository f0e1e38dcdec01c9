"""The clock: whatever is due by the schedule is carried out, a slice at a time so that others may write in between."""

import time
from collections.abc import Mapping, Sequence
from datetime import datetime
from types import MappingProxyType

import structlog
from sqlalchemy import Connection

from models import occurrences
from models.occurrences import Due, Place, Settled
from models.rules.occasions import Why
from scheduler import boards, challenges, cocreations, polls, preparing, questions, topics, works
from scheduler.duty import Duty
from scheduler.trouble import is_nobodys_fault

log = structlog.get_logger()

DUTIES: tuple[Duty, ...] = (
    *topics.DUTIES,
    questions.REMINDER,
    works.REMINDER,
    *preparing.DUTIES,
    *polls.DUTIES,
    *cocreations.DUTIES,
    challenges.RESULT,
    *boards.DUTIES,
)
BY_KIND: Mapping[str, Duty] = MappingProxyType({duty.occasion.name: duty for duty in DUTIES})
# An update may have to wait for 50 ms while a slice is carried out. So many are claimed as were lately done in half of
# that, its commit not counted; of the first, whose statements are not compiled yet, nobody knows how long they take.
SLICE, LEAST, MOST = 15, 5, 60
SLICE_SECONDS = 0.02


class Slices:
    """Carries out what is due, as much at a time as this machine does in a moment."""

    def __init__(self) -> None:
        self.size = SLICE

    def __call__(self, connection: Connection, now: datetime) -> bool:
        """Carry out a slice; whether anything was due."""
        began = time.monotonic()
        found = carry_out(connection, now=now, most=self.size)
        if found:
            self._learn(time.monotonic() - began)
        return found

    def _learn(self, took: float) -> None:
        """Fewer at once after a slow slice, and gradually more again."""
        wanted = int(self.size * min(1.25, SLICE_SECONDS / max(took, 0.001)))
        self.size = min(MOST, max(LEAST, wanted))


def carry_out(
    connection: Connection, *, now: datetime, most: int = SLICE, duties: Mapping[str, Duty] = BY_KIND
) -> bool:
    """Carry out up to `most` of what is due; whether anything was."""
    due = occurrences.claim(connection, now=now, most=most)
    if not due:
        return False
    wanted, settled = occurrences.judge(connection, due, now=now)
    for one in due:
        why = settled.get(one.place)
        if why is not None:
            _leave_out(connection, duties.get(one.place.kind), one, why, now)
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
        if is_nobodys_fault(error):
            raise
        if len(due) > 1:
            found: dict[Place, Why | None] = {}
            for one in due:
                found |= _done(connection, duty, [one], now)
            return found
        log.exception("what was due could not be done", kind=duty.occasion.name, community=due[0].community_id)
        _leave_out(connection, duty, due[0], Why.FAILED, now)
        return {due[0].place: Why.FAILED}


def _leave_out(connection: Connection, duty: Duty | None, one: Due, why: Why, now: datetime) -> None:
    """Have what an occurrence was a step of come to its end without it."""
    if duty is None or duty.left_out is None:
        return
    try:
        with connection.begin_nested():
            duty.left_out(connection, one, why, now)
    except Exception as error:
        if is_nobodys_fault(error):
            raise
        log.exception("what was left out leaves something open", kind=one.place.kind, community=one.community_id)
