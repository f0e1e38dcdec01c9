"""`kith run` that cannot run: it says why in words, ends with the code for it, and never tells the token."""

import asyncio
import json
import sqlite3
import sys
from collections.abc import AsyncIterator
from pathlib import Path

import psutil
import pytest

from bot.kith import CONNECT_WAITS
from migrations import HEAD
from simulator.server import Server, serve
from simulator.world import World
from tests.bot import forked
from tests.bot.programs import TOKEN, Done, kith, running

SECRET = TOKEN.partition(":")[2]
UNKNOWN = "987654321:BBabcdefghijklmnopqrstuvwxyz0123456"


@pytest.fixture
async def server() -> AsyncIterator[Server]:
    world = World()
    world.add_bot(token=TOKEN, username="kith_bot", name="Kith")
    async with serve(world) as server:
        yield server


def silent_about(done: Done, *secrets: str) -> bool:
    return not any(secret in done.said for secret in secrets) and "Traceback" not in done.said


async def test_without_a_token_it_says_where_to_get_one_and_how_to_do_without(tmp_path: Path) -> None:
    done = await kith("run", folder=tmp_path)
    assert done.code == 3
    for told in ("@BotFather", "KITH_TELEGRAM__TOKEN", "config.toml", "kith try"):
        assert told in done.said
    assert silent_about(done)
    assert not (tmp_path / "kith.db").exists()


async def test_an_unknown_token_is_said_to_be_unknown(tmp_path: Path, server: Server) -> None:
    settings = {"KITH_TELEGRAM__TOKEN": UNKNOWN, "KITH_TELEGRAM__API_URL": server.url}
    done = await forked.kith("run", folder=tmp_path, **settings)
    assert done.code == 3
    assert "does not know this token" in done.said
    assert silent_about(done, UNKNOWN, UNKNOWN.partition(":")[2])


async def test_a_token_that_telegram_takes_back_ends_the_run(tmp_path: Path, server: Server) -> None:
    settings = {"KITH_TELEGRAM__TOKEN": TOKEN, "KITH_TELEGRAM__API_URL": server.url}
    async with running("run", folder=tmp_path, **settings) as process:
        await until_polling(server)
        server.app.world.bots.pop(TOKEN).updates.interrupt("over")
        said, _ = await asyncio.wait_for(process.communicate(), 60)
    assert process.returncode == 3, said.decode()
    assert silent_about(Done(3, said.decode()), TOKEN, SECRET)


async def until_polling(server: Server) -> None:
    bot = server.app.world.bots[TOKEN]
    # The first start begins Python three times, which a busy machine takes its time for.
    async with asyncio.timeout(40):
        while not bot.polling:  # noqa: ASYNC110 - the simulator has no event for what only tests wait for
            await asyncio.sleep(0.02)


def test_the_wait_for_a_server_that_is_not_there_has_an_end() -> None:
    assert sum(CONNECT_WAITS) < 30


async def test_a_server_that_is_not_there_is_said_to_be_out_of_reach(tmp_path: Path) -> None:
    hurried = "import bot.kith; bot.kith.CONNECT_WAITS = (0.1, 0.2); from bot.cli import main; main()"
    url = "http://127.0.0.1:9"
    settings = {"KITH_TELEGRAM__TOKEN": TOKEN, "KITH_TELEGRAM__API_URL": url}
    done = await kith("-c", hurried, "run", folder=tmp_path, program=sys.executable, **settings)
    assert done.code == 3
    assert f"Telegram cannot be reached at {url}" in done.said
    assert silent_about(done, TOKEN, SECRET)


async def test_the_token_stands_in_no_line_and_in_no_process_list(tmp_path: Path, server: Server) -> None:
    settings = {"KITH_TELEGRAM__TOKEN": TOKEN, "KITH_TELEGRAM__API_URL": server.url, "KITH_LOG__LEVEL": "debug"}
    server.app.world.faults.add(method="getUpdates", kind="garbage")
    server.app.world.faults.add(method="getUpdates", kind="drop")
    async with running("run", folder=tmp_path, **settings) as process:
        await until_polling(server)
        me = psutil.Process(process.pid)
        shown = json.dumps([found.cmdline() for found in (me, *me.children(recursive=True))])
        assert SECRET not in shown
        process.terminate()
        said, _ = await asyncio.wait_for(process.communicate(), 60)
    assert process.returncode == 0, said.decode()
    assert "kith is listening" in said.decode()
    assert silent_about(Done(0, said.decode()), TOKEN, SECRET)


async def test_on_sqlite_a_second_kith_refuses_and_a_killed_one_leaves_its_place(
    tmp_path: Path, server: Server
) -> None:
    settings = {"KITH_TELEGRAM__TOKEN": TOKEN, "KITH_TELEGRAM__API_URL": server.url}
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / "elsewhere" / "link.db").symlink_to(tmp_path / "kith.db")
    by_link = {**settings, "KITH_DATABASE__URL": "sqlite:///elsewhere/link.db"}
    async with running("run", folder=tmp_path, **settings) as first:
        await until_polling(server)
        for way in (settings, by_link):
            second = await forked.kith("run", folder=tmp_path, **way)
            assert second.code == 3
            assert second.said.startswith("Error: Another kith runs on")
            assert len(second.said.strip().splitlines()) == 1
        first.kill()
        await first.wait()
    async with forked.running("run", folder=tmp_path, log=tmp_path / "third.log", **settings) as third:
        async with asyncio.timeout(60):
            while "kith is listening" not in (tmp_path / "third.log").read_text():  # noqa: ASYNC110 - as above
                await asyncio.sleep(0.05)
        assert third.returncode is None


async def test_a_wrong_configuration_is_told_line_by_line(tmp_path: Path) -> None:
    (tmp_path / "config.toml").write_text(f'[telegram]\nmod = 1\ntoken = "{TOKEN}"\n', encoding="utf-8")
    done = await kith("run", folder=tmp_path, KITH_LOG__LEVEL="loud")
    assert done.code == 2
    assert done.said.splitlines() == [
        "config.toml: [telegram] mod: unknown key; did you mean mode?",
        'KITH_LOG__LEVEL: must be "debug" or "info" or "warning" or "error", not "loud"',
    ]


async def test_a_database_that_cannot_be_made_or_is_too_new_is_told(tmp_path: Path) -> None:
    settings = {"KITH_TELEGRAM__TOKEN": TOKEN, "KITH_TELEGRAM__API_URL": "http://127.0.0.1:9"}
    with sqlite3.connect(tmp_path / "later.db") as later:
        later.execute("CREATE TABLE alembic_version (version_num VARCHAR(32) NOT NULL)")
        later.execute("INSERT INTO alembic_version VALUES ('9999')")
    done = await forked.kith("run", folder=tmp_path, KITH_DATABASE__URL="sqlite:///later.db", **settings)
    assert (done.code, done.said) == (
        1,
        f"Error: the database has version 9999, this Kith knows {HEAD}; use the newer Kith\n",
    )
    with sqlite3.connect(tmp_path / "others.db") as others:
        others.execute("CREATE TABLE people (name TEXT)")
    done = await forked.kith("run", folder=tmp_path, KITH_DATABASE__URL="sqlite:///others.db", **settings)
    assert done.code == 3
    assert done.said.startswith("Error: The database sqlite:///others.db cannot be used: table people already exists")
    assert silent_about(done, TOKEN, SECRET)


# What is needed at the start alone, or for another way to run, and would stay: together some 30 MB.
NOT_HELD = frozenset(
    {"alembic", "asyncpg", "mako", "opencc", "pydantic", "pydantic_core", "pydantic_settings", "starlette", "uvicorn"}
)
TELLS_WHAT_IT_HOLDS = """
import atexit, sys
atexit.register(lambda: print("held:", *sys.modules))
from bot.cli import main
main()
"""


async def test_a_bot_that_polls_holds_in_memory_only_what_it_needs(tmp_path: Path, server: Server) -> None:
    world = server.app.world
    bot, lin = world.bots[TOKEN], world.person("Lin", language_code="zh-hant")
    settings = {"KITH_TELEGRAM__TOKEN": TOKEN, "KITH_TELEGRAM__API_URL": server.url}
    program = ("-c", TELLS_WHAT_IT_HOLDS, "run")
    async with running(*program, folder=tmp_path, program=sys.executable, **settings) as process:
        await until_polling(server)
        group = world.group("Readers", owner=lin)
        lin.adds(bot, to=group, administrator=True)
        lin.writes(group, "大家早安，今天讀什麼？")
        lin.writes(group, "/me")
        async with asyncio.timeout(60):
            while bot.pending:  # noqa: ASYNC110 - as above
                await asyncio.sleep(0.02)
        process.terminate()
        said, _ = await asyncio.wait_for(process.communicate(), 60)
    assert process.returncode == 0, said.decode()
    modules = said.decode().rpartition("held:")[2].split()
    held = {name.partition(".")[0] for name in modules}
    assert {"telegram", "sqlalchemy", "httpx"} <= held
    assert not held & NOT_HELD
    assert "sqlalchemy.dialects.postgresql" not in modules
