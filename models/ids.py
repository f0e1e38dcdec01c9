"""Our own ids: 64-bit integers that sort by time, made without asking the database.

SQLite has no autoincrement in a composite key, and an id made beforehand can be written into a button or an event of
the same transaction.
"""

import random
import secrets
import threading
import time
from datetime import UTC, datetime, timedelta

EPOCH_MILLISECONDS = int(datetime(2024, 1, 1, tzinfo=UTC).timestamp() * 1000)
SEQUENCE_BITS = 16
WORKER_BITS = 6

# A worker without a number of its own: the only process on its database, the command line, or one too many.
NOBODY = 0
WORKERS = range(1, 1 << WORKER_BITS)


class IdMaker:
    """Makes ids: 41 bits of milliseconds since 2024, 16 that start at random and count up, 6 of the worker's number.

    Milliseconds come from the real clock and never go back, so ids stay unique when a clock is moved; and two workers
    that have numbers can never make the same one.
    """

    def __init__(self, worker: int = NOBODY) -> None:
        self._worker = worker
        self._millisecond = 0
        self._last = 0
        self._lock = threading.Lock()
        # The system is asked once only: each time another thread would take the interpreter from who makes an id.
        self._chance = random.Random(secrets.randbits(128))  # noqa: S311 - no secret; makers must only differ

    def be(self, worker: int) -> None:
        """Make ids of this worker's number from now on."""
        with self._lock:
            self._worker = worker

    def next(self) -> int:
        """An id greater than every one that this maker gave before."""
        millisecond = time.time_ns() // 1_000_000 - EPOCH_MILLISECONDS
        with self._lock:
            following = (self._last >> WORKER_BITS) + 1
            if millisecond > self._millisecond:
                self._millisecond = millisecond
                # One bit less than there are, so that there is room to count up in.
                following = max(following, (millisecond << SEQUENCE_BITS) | self._chance.getrandbits(SEQUENCE_BITS - 1))
            self._last = following << WORKER_BITS | self._worker
            return self._last


_MAKER = IdMaker()


def new_id() -> int:
    """A fresh id, greater than all that this process made before."""
    return _MAKER.next()


def id_before(span: timedelta) -> int:
    """A number below every id that was made within the last `span`, by the real clock."""
    millisecond = time.time_ns() // 1_000_000 - EPOCH_MILLISECONDS - span // timedelta(milliseconds=1)
    return millisecond << (SEQUENCE_BITS + WORKER_BITS)


def be_worker(number: int) -> None:
    """Make this process's ids with `number` in them, which no other process on the database has."""
    _MAKER.be(number)
