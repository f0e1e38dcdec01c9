"""A round through all communities: looked at a stretch at a time, judged a slice at a time."""

import time
from collections.abc import Callable, Sequence
from datetime import datetime

import structlog
from sqlalchemy import Connection

from models import stretches
from models.stretches import AT_ONCE, Here, Stretch
from scheduler.trouble import is_nobodys_fault

log = structlog.get_logger()

# After this no other community is begun in the same transaction: an update may have to wait for 50 ms at most.
SLICE_SECONDS = 0.02

Look = Callable[[Connection, Stretch, datetime], Sequence[Here]]
Judge = Callable[[Connection, Here, datetime], None]


class Round:
    """Judges those that need it of the next stretch of communities, each time that it is called.

    How far it has come is kept in memory alone: after a restart it begins anew, and only takes a little longer.
    """

    def __init__(self, look: Look, judge: Judge, *, unhurried: bool = False) -> None:
        """One that is unhurried does a slice and waits for its next turn."""
        self._look = look
        self._judge = judge
        self._unhurried = unhurried
        self._after = 0

    def __call__(self, connection: Connection, now: datetime) -> bool:
        """Judge a slice; whether there is more of the stretch."""
        began = time.monotonic()
        stretch, is_last = stretches.stretch(connection, after=self._after)
        found = self._look(connection, stretch, now)
        for number, here in enumerate(found, start=1):
            self._judge_one(connection, here, now)
            if number >= AT_ONCE or time.monotonic() - began > SLICE_SECONDS:
                self._after = here.community_id
                return not self._unhurried
        self._after = 0 if is_last else stretch.last
        return False

    def _judge_one(self, connection: Connection, here: Here, now: datetime) -> None:
        """One community that cannot be judged keeps no other from it."""
        try:
            with connection.begin_nested():
                self._judge(connection, here, now)
        except Exception as error:
            if is_nobodys_fault(error):
                raise
            log.exception("a community could not be judged", community=here.community_id)
