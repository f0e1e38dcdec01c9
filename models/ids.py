"""Our own ids: 64-bit integers that sort by time, made without asking the database.

SQLite has no autoincrement in a composite key, and an id made beforehand can be written into a button or an event of
the same transaction.
"""

import secrets
import threading
from datetime import UTC, datetime

EPOCH_MILLISECONDS = int(datetime(2024, 1, 1, tzinfo=UTC).timestamp() * 1000)
SEQUENCE_BITS = 22


class IdMaker:
    """Makes ids: 41 bits of milliseconds since 2024, then 22 bits that start at random and count up.

    Milliseconds come from the real clock and never go back, so ids stay unique when a clock is moved.
    """

    def __init__(self) -> None:
        self._last = 0
        self._lock = threading.Lock()

    def next(self) -> int:
        """An id greater than every one that this maker gave before."""
        milliseconds = int(datetime.now(UTC).timestamp() * 1000) - EPOCH_MILLISECONDS
        with self._lock:
            fresh = (milliseconds << SEQUENCE_BITS) | secrets.randbits(SEQUENCE_BITS - 2)
            self._last = max(fresh, self._last + 1)
            return self._last


_MAKER = IdMaker()


def new_id() -> int:
    """A fresh id, greater than all that this process made before."""
    return _MAKER.next()
