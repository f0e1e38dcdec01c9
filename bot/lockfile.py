"""One process at a time on an SQLite file: a lock on a file beside it, which the system gives back however we end."""

import contextlib
import os
import sys
from collections.abc import Iterator
from pathlib import Path


class DatabaseIsTaken(RuntimeError):
    """Another process runs on this database."""


@contextlib.contextmanager
def only_one(database: Path) -> Iterator[None]:
    """Hold the lock of the database's file meanwhile; raises `DatabaseIsTaken` if somebody else does.

    The file stays when the lock goes: were it deleted, two processes could each lock one of the same name.
    """
    # Whoever comes to the file by a symbolic link must meet the same lock.
    file = database.resolve()
    handle = os.open(file.with_name(f"{file.name}.lock"), os.O_RDWR | os.O_CREAT, 0o600)
    try:
        if not _locked(handle):
            raise DatabaseIsTaken(f"Another kith runs on {database}; on SQLite there can be one. Stop it first.")
        yield
    finally:
        os.close(handle)


if sys.platform == "win32":

    def _locked(handle: int) -> bool:
        import msvcrt

        try:
            msvcrt.locking(handle, msvcrt.LK_NBLCK, 1)
        except OSError:
            return False
        return True

else:

    def _locked(handle: int) -> bool:
        import fcntl

        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        return True
