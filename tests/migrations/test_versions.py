"""The database's versions: up, down and up again, against the models, empty and filled, on both kinds."""

import ast
from pathlib import Path
from typing import Any

import pytest
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, inspect

import migrations
from bot import schema
from models.database import Database
from models.tables import METADATA
from tests.models.streams import greetings, held
from tests.models.telling import News, Telling, rows_of, telling

FOLDER = Path(migrations.__file__).parent
VERSIONS = sorted(path for path in (FOLDER / "versions").glob("[0-9]*.py"))


def script() -> ScriptDirectory:
    config = Config()
    config.set_main_option("script_location", str(FOLDER))
    return ScriptDirectory.from_config(config)


async def looked_at(url: str, look: Any) -> Any:
    database = Database(url)
    try:
        return await database.tell(look)
    finally:
        await database.close()


def differences(connection: Connection) -> list[Any]:
    """What the database has and the models lack, and the other way round; the version's own table aside."""
    context = MigrationContext.configure(connection, opts={"compare_type": True})
    return [found for found in compare_metadata(context, METADATA) if "alembic_version" not in str(found)]


def test_head_is_the_newest_version_and_there_is_one_line_of_them() -> None:
    assert script().get_heads() == [migrations.HEAD]
    assert [path.name.split("_")[0] for path in VERSIONS][-1] == migrations.HEAD


def test_versions_are_numbered_so_that_they_sort() -> None:
    numbers = [revision.revision for revision in script().walk_revisions()][::-1]
    assert numbers == [f"{number:04d}" for number in range(1, len(numbers) + 1)]


@pytest.mark.parametrize("path", VERSIONS, ids=lambda path: path.stem)
def test_a_version_imports_nothing_of_the_models(path: Path) -> None:
    """What the models become later must not change what an old version makes."""
    imported = {
        name.name if isinstance(node, ast.Import) else node.module
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.Import | ast.ImportFrom)
        for name in node.names
    }
    assert not {name for name in imported if name and name.split(".")[0] in ("models", "handlers", "bot", "scheduler")}


async def test_up_down_and_up_again(new_database: str) -> None:
    await schema.upgrade(new_database)
    assert await schema.current(new_database) == migrations.HEAD
    tables = await looked_at(new_database, lambda c: set(inspect(c).get_table_names()))
    assert tables == METADATA.tables.keys() | {"alembic_version"}
    await schema.downgrade(new_database, to="base")
    assert await schema.current(new_database) is None
    left = await looked_at(new_database, lambda c: inspect(c).get_table_names())
    assert left == ["alembic_version"]
    await schema.upgrade(new_database)
    assert await looked_at(new_database, differences) == []


async def test_the_newest_version_is_what_the_models_say(database_url: str) -> None:
    assert await looked_at(database_url, differences) == []


async def test_the_comparison_sees_what_differs(database_url: str) -> None:
    """Were it blind, the tests above would say nothing."""

    def changed(connection: Connection) -> list[Any]:
        connection.exec_driver_sql("ALTER TABLE people ADD COLUMN shoe_size VARCHAR(4)")
        connection.exec_driver_sql("DROP INDEX ix_members_user_id")
        return differences(connection)

    assert len(await looked_at(database_url, changed)) == 2


def fill(teller: Telling) -> int:
    """Some life; returns the chat's id."""
    news = News()
    said = news.said(1, poll_id=f"poll{news.chat_id}", album="a")
    teller.tell(*greetings(), news.came(), said, news.reacted(2, said.message_id, "AB"), news.joined(3), news.left(3))
    teller.tell(news.voted(2, f"poll{news.chat_id}", 0), news.reacted(2, said.message_id, "", "A"), news.said(2))
    return news.chat_id


def content(teller: Telling) -> dict[str, list[dict[str, Any]]]:
    """Every row of every table."""
    return teller.work(lambda c: {name: rows_of(c, table) for name, table in METADATA.tables.items()})


@pytest.mark.parametrize("step", range(len(VERSIONS)), ids=[path.stem for path in VERSIONS])
def test_a_filled_database_survives_each_version_down_and_up_again(database_url: str, step: int) -> None:
    """Below the first version there is nothing to survive; of the others, what both of them know must be kept."""
    with telling(database_url) as teller:
        chat_id = fill(teller)
        before, counted = content(teller), held(teller, chat_id)
        target = "base" if step == 0 else f"{step:04d}"
        teller.runner.run(schema.downgrade(database_url, to=target))
        teller.runner.run(schema.upgrade(database_url))
        if step == 0:
            assert not any(content(teller).values())
            assert held(teller, fill(teller)).totals == counted.totals
            return
        after = content(teller)
        assert {name: len(rows) for name, rows in after.items()} == {name: len(rows) for name, rows in before.items()}
        assert after["ledger"] == before["ledger"]
        assert held(teller, chat_id) == counted
