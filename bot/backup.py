"""Copies of the database: SQLite by its own online backup, PostgreSQL by its own programs."""

import contextlib
import os
import shutil
import sqlite3
import subprocess
from pathlib import Path

from sqlalchemy.engine import make_url

PAGES_AT_ONCE = 1000


class BackupFailed(RuntimeError):
    """The copy could not be made or put back; the message says why."""


def copy_sqlite(source: Path, target: Path) -> None:
    """A consistent copy of an SQLite database while others read and write it; whole or not at all."""
    partial = target.with_name(target.name + ".part")
    partial.unlink(missing_ok=True)
    try:
        address = source.resolve().as_uri() + "?mode=ro"
        with (
            contextlib.closing(sqlite3.connect(address, uri=True)) as original,
            contextlib.closing(sqlite3.connect(partial)) as copy,
        ):
            original.backup(copy, pages=PAGES_AT_ONCE)
            copy.execute("PRAGMA journal_mode=DELETE")
        _write_through(partial)
        partial.replace(target)
    except (sqlite3.Error, OSError) as error:
        raise BackupFailed(f"the copy could not be written: {error}") from None
    finally:
        partial.unlink(missing_ok=True)


def _write_through(path: Path) -> None:
    with path.open("rb+") as opened:
        os.fsync(opened.fileno())


def check_sqlite(path: Path) -> None:
    """Raise `BackupFailed` unless the file is a sound database of Kith's."""
    try:
        with contextlib.closing(sqlite3.connect(path.resolve().as_uri() + "?mode=ro", uri=True)) as opened:
            verdict = opened.execute("PRAGMA integrity_check").fetchone()[0]
            versions = opened.execute("SELECT count(*) FROM alembic_version").fetchone()[0]
    except sqlite3.Error as error:
        raise BackupFailed(f"{path} is no backup of Kith's: {error}") from None
    if verdict != "ok" or not versions:
        raise BackupFailed(f"{path} is damaged: {verdict}")


def restore_sqlite(backup: Path, target: Path) -> None:
    """Put a backup in the database's place; nobody may be using the database."""
    check_sqlite(backup)
    if target.exists():
        _refuse_if_used(target)
    copy_sqlite(backup, target)
    for rest in ("-wal", "-shm"):
        target.with_name(target.name + rest).unlink(missing_ok=True)


def _refuse_if_used(target: Path) -> None:
    try:
        with contextlib.closing(sqlite3.connect(target, timeout=0, isolation_level=None)) as opened:
            # In WAL mode only the sole user of a database may leave that mode.
            mode = opened.execute("PRAGMA journal_mode=DELETE").fetchone()[0]
    except sqlite3.OperationalError:
        mode = "wal"
    except sqlite3.DatabaseError:
        return  # what is damaged is what a restore is for
    if mode != "delete":
        raise BackupFailed(f"{target} is in use; stop Kith first")


def _program(name: str) -> str:
    found = shutil.which(name)
    if found is None:
        raise BackupFailed(f"{name} is not on the PATH; it comes with PostgreSQL's client programs")
    return found


def _postgresql(name: str, url: str, *arguments: str) -> None:
    """Run one of PostgreSQL's programs; the password goes by the environment, where no process list shows it."""
    parsed = make_url(url)
    environment = dict(os.environ)
    if parsed.password:
        environment["PGPASSWORD"] = str(parsed.password)
    query = {key: str(value) for key, value in parsed.query.items()}
    address = {
        "host": query.get("host") or parsed.host,
        "port": query.get("port") or parsed.port,
        "username": parsed.username,
        "dbname": parsed.database,
    }
    named = [f"--{key}={value}" for key, value in address.items() if value]
    done = subprocess.run(  # noqa: S603 - the program is PostgreSQL's own and gets no shell
        [_program(name), *named, "--no-password", *arguments],
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode != 0:
        raise BackupFailed(f"{name} failed: {done.stderr.strip().splitlines()[-1] if done.stderr.strip() else '?'}")


def dump_postgresql(url: str, target: Path) -> None:
    """A consistent dump in PostgreSQL's own format."""
    partial = target.with_name(target.name + ".part")
    try:
        _postgresql("pg_dump", url, "--format=custom", f"--file={partial}")
        partial.replace(target)
    finally:
        partial.unlink(missing_ok=True)


def restore_postgresql(url: str, backup: Path) -> None:
    """Put a dump in the database's place, all or nothing."""
    arguments = ("--clean", "--if-exists", "--no-owner", "--single-transaction", "--exit-on-error", str(backup))
    _postgresql("pg_restore", url, *arguments)
