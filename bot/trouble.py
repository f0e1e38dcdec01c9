"""Trouble of the database told apart: what passes by waiting, what by trying anew, and what is wrong with the data."""

from sqlalchemy.exc import DBAPIError, IntegrityError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout

# PostgreSQL's classes of errors that are no fault of the data (appendix A of its manual): connection exception,
# insufficient resources, operator intervention, system error; and deadlock, serialization failure, lock not available.
_PASSING_CLASSES = ("08", "53", "57", "58")
_COLLISION_STATES = ("40001", "40P01")
_PASSING_STATES = (*_COLLISION_STATES, "55P03", "25006")
_DOUBLED_STATE = "23505"
_PASSING_WORDS = ("malformed", "readonly", "disk", "unable to open", "not a database", "connection", "closed")


class Unrelated(RuntimeError):
    """An error of the system with which the database has nothing to do; its cause says what it is. It does not pass."""


def is_passing(error: BaseException) -> bool:
    """Whether the same work may succeed later: a lock, a full disk, a lost connection, a deadlock."""
    if isinstance(error, PoolTimeout | OperationalError | ConnectionError | OSError):
        return True
    if not isinstance(error, DBAPIError):
        return False
    if error.connection_invalidated:
        return True
    state = _state(error)
    if state:
        return state[:2] in _PASSING_CLASSES or state in _PASSING_STATES
    told = str(error.orig).lower()
    return any(word in told for word in _PASSING_WORDS)


def is_collision(error: BaseException) -> bool:
    """Whether two transactions were in each other's way, and the server ended this one: a deadlock, for one."""
    return isinstance(error, DBAPIError) and _state(error) in _COLLISION_STATES


def is_doubled(error: BaseException) -> bool:
    """Whether a row of the same key is there already."""
    if not isinstance(error, IntegrityError):
        return False
    return _state(error) == _DOUBLED_STATE or "UNIQUE constraint failed" in str(error.orig)


def _state(error: DBAPIError) -> str:
    return str(getattr(error.orig, "sqlstate", None) or "")
