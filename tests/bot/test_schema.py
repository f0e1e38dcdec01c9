"""The database's version: raised at the start, after a copy; never lowered by accident, never by two at once."""

import asyncio
import os
import shutil
import sqlite3
import sys
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest
from alembic.config import Config
from sqlalchemy import Connection, text

import migrations
from bot import schema
from models.database import Database

HERE = Path(__file__).parents[2]

# A next version as one might come: a parent table is rebuilt, which must not empty its child by the cascade.
NEXT = """
import sqlalchemy as sa
from alembic import op

revision, down_revision, branch_labels, depends_on = "0002", "0001", None, None


def upgrade():
    op.execute("CREATE TABLE pets (name TEXT, owner BIGINT REFERENCES people (user_id) ON DELETE CASCADE)")
    op.execute("INSERT INTO pets SELECT 'Rex', user_id FROM people")
    with op.batch_alter_table("people", recreate="always" if op.get_bind().dialect.name == "sqlite" else "auto") as p:
        p.add_column(sa.Column("shoe_size", sa.Integer()))
    {more}


def downgrade():
    op.execute("DROP TABLE pets")
    with op.batch_alter_table("people") as people:
        people.drop_column("shoe_size")
"""


@pytest.fixture
def next_version(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[str], None]:
    """A Kith that is one version further; what is returned has it do something more."""
    folder = tmp_path / "migrations"
    shutil.copytree(Path(migrations.__file__).parent, folder, ignore=shutil.ignore_patterns("__pycache__"))
    file = folder / "versions" / "0002_next.py"

    def write(more: str) -> None:
        file.write_text(NEXT.replace("{more}", more))

    write("")

    def config(connection: Connection) -> Config:
        made = Config()
        made.set_main_option("script_location", str(folder))
        made.attributes["connection"] = connection
        return made

    monkeypatch.setattr(schema, "_config", config)
    monkeypatch.setattr(schema, "HEAD", "0002")
    return write


async def run(url: str, *statements: str) -> list[tuple[object, ...]]:
    """The rows of the last of the statements."""

    def work(connection: Connection) -> list[tuple[object, ...]]:
        for statement in statements:
            result = connection.execute(text(statement))
        return [tuple(row) for row in result] if result.returns_rows else []

    database = Database(url)
    try:
        return await database.tell(work)
    finally:
        await database.close()


SOMEONE = "INSERT INTO people (user_id, first_name) VALUES (1, 'Ada')"


def copies(folder: Path) -> list[Path]:
    return sorted(folder.glob("*.backup-*"))


async def test_a_new_database_is_made_ready_without_a_copy(new_database: str, tmp_path: Path) -> None:
    assert await schema.current(new_database) is None
    assert await schema.make_ready(new_database) is None
    assert await schema.current(new_database) == migrations.HEAD
    assert await schema.make_ready(new_database) is None
    assert copies(tmp_path) == []


@pytest.mark.usefixtures("next_version")
async def test_an_older_database_is_raised_and_an_sqlite_file_copied_before(
    database_url_at_first: str, tmp_path: Path
) -> None:
    url = database_url_at_first
    await run(url, SOMEONE)
    copied = await schema.make_ready(url)
    assert await schema.current(url) == "0002"
    assert await run(url, "SELECT name, owner, shoe_size FROM pets JOIN people ON owner = user_id") == [
        ("Rex", 1, None)
    ]
    if schema.sqlite_file(url) is None:
        assert copied is None
        return
    assert copied is not None
    assert copies(tmp_path) == [copied]
    with closing(sqlite3.connect(copied)) as copy:
        assert copy.execute("SELECT version_num FROM alembic_version").fetchall() == [("0001",)]
        assert copy.execute("SELECT first_name FROM people").fetchall() == [("Ada",)]


@pytest.fixture
async def database_url_at_first(new_database: str) -> str:
    """The URL of a database of the first version."""
    await schema.upgrade(new_database, to="0001")
    return new_database


async def test_a_version_that_breaks_references_changes_nothing(
    next_version: Callable[[str], None], database_url_at_first: str
) -> None:
    url = database_url_at_first
    await run(url, SOMEONE)
    next_version("op.execute(\"INSERT INTO pets VALUES ('Stray', 99)\")")
    with pytest.raises(Exception, match=r"references|foreign key"):
        await schema.make_ready(url)
    assert await schema.current(url) == "0001"
    assert await run(url, "SELECT first_name FROM people") == [("Ada",)]


async def test_a_version_that_fails_half_way_changes_nothing(
    next_version: Callable[[str], None], database_url_at_first: str
) -> None:
    url = database_url_at_first
    await run(url, SOMEONE)
    next_version('raise ZeroDivisionError("half way")')
    with pytest.raises(ZeroDivisionError):
        await schema.make_ready(url)
    assert await schema.current(url) == "0001"
    with pytest.raises(Exception, match="pets"):
        await run(url, "SELECT * FROM pets")
    assert await run(url, "SELECT first_name FROM people") == [("Ada",)]


async def test_a_database_of_a_newer_kith_is_refused_in_words(database_url: str) -> None:
    await run(database_url, "UPDATE alembic_version SET version_num = '9999'")
    for work in (schema.make_ready, schema.upgrade):
        with pytest.raises(schema.VersionIsNewer, match=r"9999.*use the newer Kith"):
            await work(database_url)
    assert await schema.current(database_url) == "9999"


async def test_an_unknown_version_is_refused_in_words(database_url: str) -> None:
    with pytest.raises(schema.NoSuchVersion, match="7777"):
        await schema.upgrade(database_url, to="7777")
    with pytest.raises(schema.NoSuchVersion, match="7777"):
        await schema.downgrade(database_url, to="7777")
    assert await schema.current(database_url) == migrations.HEAD


async def test_several_processes_may_start_on_a_new_database_at_once(new_database: str) -> None:
    program = f"import asyncio; from bot import schema; asyncio.run(schema.make_ready({new_database!r}))"
    started = [
        await asyncio.create_subprocess_exec(sys.executable, "-c", program, cwd=HERE, stderr=asyncio.subprocess.PIPE)
        for _ in range(3)
    ]
    told = await asyncio.gather(*[process.communicate() for process in started])
    assert [process.returncode for process in started] == [0, 0, 0], told
    assert await schema.current(new_database) == migrations.HEAD


async def test_telling_the_version_does_not_wait_for_a_writer(sqlite_url: str) -> None:
    file = schema.sqlite_file(sqlite_url)
    assert file is not None
    with closing(sqlite3.connect(file, isolation_level=None)) as writer:
        writer.execute("BEGIN IMMEDIATE")
        assert await asyncio.wait_for(schema.current(sqlite_url), 60) == migrations.HEAD


async def test_to_ask_for_the_version_makes_no_file(tmp_path: Path) -> None:
    assert await schema.current(f"sqlite:///{tmp_path / 'none.db'}") is None
    assert os.listdir(tmp_path) == []  # noqa: PTH208 - pathlib's own is not for coroutines
