"""Trouble of the database told apart: what passes by waiting, and what is wrong with the data itself."""

from sqlalchemy.exc import DBAPIError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout

# PostgreSQL's classes of errors that are no fault of the data (appendix A of its manual): connection exception,
# insufficient resources, operator intervention, system error; and deadlock, serialization failure, lock not available.
_PASSING_CLASSES = ("08", "53", "57", "58")
_PASSING_STATES = ("40001", "40P01", "55P03", "25006")
_PASSING_WORDS = ("malformed", "readonly", "disk", "unable to open", "not a database", "connection", "closed")


def is_passing(error: BaseException) -> bool:
    """Whether the same work may succeed later: a lock, a full disk, a lost connection, a deadlock."""
    if isinstance(error, PoolTimeout | OperationalError | ConnectionError | OSError):
        return True
    if not isinstance(error, DBAPIError):
        return False
    if error.connection_invalidated:
        return True
    state = str(getattr(error.orig, "sqlstate", None) or "")
    if state:
        return state[:2] in _PASSING_CLASSES or state in _PASSING_STATES
    told = str(error.orig).lower()
    return any(word in told for word in _PASSING_WORDS)
