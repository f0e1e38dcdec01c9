"""Copies of the database: SQLite by its own online backup, PostgreSQL by its own programs."""

import contextlib
import os
import re
import shutil
import sqlite3
import subprocess
from pathlib import Path

from sqlalchemy.engine import make_url

# What a sound backup holds in any version: the table by which Alembic knows the version, and the groups.
ALWAYS_THERE = ("alembic_version", "communities")
OTHERS = (
    "SELECT count(*) FROM pg_stat_activity"
    " WHERE datname = current_database() AND usename IS NOT NULL AND pid <> pg_backend_pid()"
)
BESIDE = ("-wal", "-shm", "-journal")


class BackupFailed(RuntimeError):
    """The copy could not be made or put back; the message says why."""


def copy_sqlite(source: Path, target: Path) -> None:
    """A consistent copy of an SQLite database while others read and write it; whole or not at all."""
    partial = target.with_name(target.name + ".part")
    try:
        _remove(partial)
        address = source.resolve().as_uri() + "?mode=ro"
        with (
            contextlib.closing(sqlite3.connect(address, uri=True)) as original,
            contextlib.closing(sqlite3.connect(partial)) as copy,
        ):
            # All in one step: between steps every write of another process would begin the copy anew, so that a busy
            # database would never be copied. Nobody waits for it; a reader keeps no writer out.
            original.backup(copy, pages=-1)
            copy.execute("PRAGMA journal_mode=DELETE")
        _write_through(partial)
        partial.replace(target)
    except (sqlite3.Error, OSError) as error:
        raise BackupFailed(f"the copy could not be written: {error}") from None
    finally:
        with contextlib.suppress(OSError):
            _remove(partial)


def _remove(file: Path) -> None:
    """Delete a database and the files that SQLite lays beside it."""
    for ending in ("", *BESIDE):
        file.with_name(file.name + ending).unlink(missing_ok=True)


def _write_through(path: Path) -> None:
    with path.open("rb+") as opened:
        os.fsync(opened.fileno())


def check_sqlite(path: Path) -> None:
    """Raise `BackupFailed` unless the file is a sound database of Kith's."""
    try:
        with contextlib.closing(sqlite3.connect(path.resolve().as_uri() + "?mode=ro", uri=True)) as opened:
            verdict = opened.execute("PRAGMA integrity_check").fetchone()[0]
            counts = [opened.execute(f"SELECT count(*) FROM {table}").fetchone()[0] for table in ALWAYS_THERE]  # noqa: S608
    except sqlite3.Error as error:
        raise BackupFailed(f"{path} is no backup of Kith's: {error}") from None
    if verdict != "ok" or not counts[0]:
        raise BackupFailed(f"{path} is damaged: {verdict}")


def restore_sqlite(backup: Path, target: Path) -> None:
    """Put a backup in the database's place; nobody may be using the database."""
    check_sqlite(backup)
    if target.exists():
        _refuse_if_used(target)
    ready = target.with_name(target.name + ".restored")
    copy_sqlite(backup, ready)
    # Before the file itself: the log of the database that was must never be taken for that of the one that comes.
    for ending in BESIDE:
        target.with_name(target.name + ending).unlink(missing_ok=True)
    ready.replace(target)


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


def _postgresql(name: str, url: str, *arguments: str) -> str:
    """What one of PostgreSQL's programs says; the password goes by the environment, where no process list shows it."""
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
    return _run(name, *named, "--no-password", *arguments, environment=environment)


def _run(name: str, *arguments: str, environment: dict[str, str]) -> str:
    done = subprocess.run(  # noqa: S603 - the program is PostgreSQL's own and gets no shell
        [_program(name), *arguments], env=environment, capture_output=True, text=True, check=False
    )
    if done.returncode != 0:
        told = [line for line in done.stderr.splitlines() if line.strip()]
        raise BackupFailed(f"{name} failed: {'; '.join(told[:3]) or '?'}")
    return done.stdout


def dump_postgresql(url: str, target: Path) -> None:
    """A consistent dump in PostgreSQL's own format."""
    partial = target.with_name(target.name + ".part")
    try:
        _postgresql("pg_dump", url, "--format=custom", f"--file={partial}")
        partial.replace(target)
    finally:
        partial.unlink(missing_ok=True)


def restore_postgresql(url: str, backup: Path) -> None:
    """Put a dump in the database's place, all or nothing; nobody may be using the database."""
    listed = _run("pg_restore", "--list", str(backup), environment=dict(os.environ))
    if not all(re.search(rf" TABLE \S+ {table} ", listed) for table in ALWAYS_THERE):
        raise BackupFailed(f"{backup} is no backup of Kith's")
    if int(_postgresql("psql", url, "--no-psqlrc", "--tuples-only", f"--command={OTHERS}")):
        raise BackupFailed(f"the database {make_url(url).database} is in use; stop Kith first")
    arguments = ("--clean", "--if-exists", "--no-owner", "--single-transaction", "--exit-on-error", str(backup))
    _postgresql("pg_restore", url, *arguments)
