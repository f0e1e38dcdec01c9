"""The commands that work on a database, run as a person runs them, on both databases."""

import asyncio
import csv
import io
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from migrations import HEAD
from tests.bot import forked
from tests.living import TOKEN, living

KITH = (sys.executable, "-m", "bot.cli")


def plain(url: str) -> str:
    """The URL as the configuration takes it."""
    return url.replace("postgresql://postgres:@/", "postgresql://postgres@localhost/")


async def kith(*arguments: str, url: str, expect: int = 0, **environment: str) -> str:
    """What `kith` with these arguments prints; its exit code is as expected, and it shows no traceback."""
    done = await forked.kith(*arguments, folder=Path.cwd(), KITH_DATABASE__URL=plain(url), **environment)
    assert "Traceback" not in done.said
    assert done.code == expect, done.said
    return done.said


async def test_exports_are_read_by_any_spreadsheet_and_program(database_url: str) -> None:
    async with living(database_url) as town:
        lin, wei = town.world.person("Lin"), town.world.person("=cmd|evil", language_code="en")
        group = town.group(lin)
        wei.joins(group)
        hello = lin.writes(group, "hello")
        wei.writes(group, "hi", reply_to=hello)
        wei.reacts(hello, ["👍"])
        wei.reacts(hello, [])
        await town.settle()
    told = await kith("export", "activity", "--chat", str(group.id), url=database_url)
    rows = {int(row["user_id"]): row for row in csv.DictReader(io.StringIO(told))}
    assert rows[lin.id] | {"messages": "1", "reactions_received": "1"} == rows[lin.id]
    assert (
        rows[wei.id]
        | {
            "messages": "1",
            "replies": "1",
            "reactions_given": "1",
            "reactions_withdrawn": "1",
            "joins": "1",
        }
        == rows[wei.id]
    )
    points = json.loads(await kith("export", "points", "--chat", str(group.id), "--format", "json", url=database_url))
    booked = [(row["user_id"], row["action"], row["points"], row["reverses"] is None) for row in points]
    assert sorted(booked) == sorted(
        [
            (lin.id, "message", 0.2, True),
            (wei.id, "message", 0.2, True),
            (wei.id, "reply", 0.1, True),
            (wei.id, "reaction_given", 0.05, True),
            (lin.id, "reaction_received", 0.1, True),
            (wei.id, "reaction_given", -0.05, False),
            (lin.id, "reaction_received", -0.1, False),
        ]
    )
    assert {row["reverses"] for row in points if row["reverses"]} <= {row["entry_id"] for row in points}
    unknown = await kith("export", "points", "--chat", "-1", url=database_url, expect=1)
    assert f"No group has the id -1. Known: {group.id} (Readers)" in unknown


async def test_failures_are_listed_tried_again_and_dropped(database_url: str) -> None:
    assert await kith("failures", "list", url=database_url) == "No failures.\n"
    async with living(database_url) as town:
        for number in range(3):
            town.bot.push({"message": {"message_id": number, "text": "a secret of somebody's"}})
        await town.settle()
    listed = (await kith("failures", "list", "--full", url=database_url)).strip()
    assert "secret" not in listed
    ids = [line.split()[0] for line in listed.splitlines() if " told  Malformed: " in line]
    assert len(ids) == 3
    assert await kith("failures", "drop", ids[0], url=database_url) == "1 dropped.\n"
    assert (await kith("failures", "retry", "--all", url=database_url)).startswith("2 will be tried again")
    assert "There is no failure 7" in await kith("failures", "drop", "7", url=database_url, expect=1)
    await kith("failures", "drop", url=database_url, expect=2)


async def test_the_version_is_raised_told_and_lowered(new_database: str) -> None:
    assert "new" in await kith("db", "current", url=new_database)
    assert await kith("db", "upgrade", url=new_database) == f"The database has version {HEAD}.\n"
    assert await kith("db", "current", url=new_database) == f"{HEAD} (the newest)\n"
    told = await kith("db", "downgrade", "base", "--yes", url=new_database)
    assert told.endswith("The database is empty.\n")
    assert "no version" in await kith("db", "upgrade", "9999", url=new_database, expect=1)


async def test_a_backup_comes_back(sqlite_url: str, tmp_path: Path) -> None:
    async with living(sqlite_url) as town:
        lin = town.world.person("Lin")
        group = town.group(lin)
        lin.writes(group, "hello")
        await town.settle()
        copy = tmp_path / "copy.db"
        await kith("backup", str(copy), url=sqlite_url)
        assert copy.stat().st_mode & 0o077 == 0
        assert "is in use" in await kith("restore", str(copy), "--yes", url=sqlite_url, expect=1)
    before = await kith("export", "activity", "--chat", str(group.id), url=sqlite_url)
    await asyncio.to_thread(Path(sqlite_url.removeprefix("sqlite:///")).write_bytes, b"ruined")
    await kith("restore", str(copy), "--yes", url=sqlite_url)
    assert await kith("export", "activity", "--chat", str(group.id), url=sqlite_url) == before
    assert "is there already" in await kith("backup", str(copy), url=sqlite_url, expect=1)


async def test_check_says_what_is_there_and_what_is_missing(database_url: str) -> None:
    assert "no token yet" in await kith("check", url=database_url, expect=3)
    async with living(database_url) as town:
        lin = town.world.person("Lin")
        town.group(lin, "All works")
        town.group(lin, "Only a member", administrator=False)
        await town.settle()
        told = await kith(
            "check",
            url=database_url,
            KITH_TELEGRAM__TOKEN=TOKEN,
            KITH_TELEGRAM__API_URL=town.kith.configuration.telegram.api_url,
        )
    assert "/me can be drawn as a picture" in told
    assert "the token belongs to @kith_bot" in told
    assert "All works" in told
    assert "sees no reactions (make it an administrator)" in told
    refused = {"KITH_TELEGRAM__TOKEN": "100:WRONG", "KITH_TELEGRAM__API_URL": "http://127.0.0.1:9"}
    unreachable = await kith("check", url=database_url, expect=3, **refused)
    assert "cannot be reached" in unreachable
    assert "WRONG" not in unreachable


@pytest.mark.parametrize("command", ["export activity --chat -1", "failures list"])
async def test_a_database_that_is_not_there_is_told(command: str, tmp_path: Path) -> None:
    told = await kith(*command.split(), url=f"sqlite:///{tmp_path / 'none.db'}", expect=3)
    assert "There is no database" in told
    assert not (tmp_path / "none.db").exists()


async def test_who_reads_only_the_head_of_an_export_sees_no_complaint(sqlite_url: str) -> None:
    async with living(sqlite_url) as town:
        lin = town.world.person("Lin")
        group = town.group(lin)
        await town.settle()
    command = " ".join(KITH) + f" export activity --chat {group.id} | true"
    done = await asyncio.to_thread(
        subprocess.run,
        ["bash", "-c", command],
        env={**os.environ, "KITH_DATABASE__URL": sqlite_url},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.stderr == ""
