"""Errors met while timed work is done: which are nobody's fault."""

from sqlalchemy.exc import DBAPIError, IntegrityError


def is_nobodys_fault(error: Exception) -> bool:
    """Whether it was a lock or a lost connection: then all of the slice is done again."""
    return isinstance(error, DBAPIError | OSError) and not isinstance(error, IntegrityError)
