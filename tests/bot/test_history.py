"""The main job on real input: a history is played as live updates, and what Kith counted is compared with the file."""

import asyncio
import gzip
import json
import re
import subprocess
import sys
from collections import Counter, defaultdict
from pathlib import Path
from typing import Any

import pytest

DATA = Path(__file__).resolve().parents[3] / "shared" / "data"
FILES = ("public-group-en.json.gz", "composite-group-zh.json.gz")
KITH = (sys.executable, "-m", "bot.cli")


def counted_from_the_file(path: Path) -> dict[int, Counter[str]]:
    """Everybody's activity, counted from the JSON itself and from nothing of ours."""
    with gzip.open(path, "rt", encoding="utf-8") as opened:
        messages: list[dict[str, Any]] = json.load(opened)["messages"]
    found: dict[int, Counter[str]] = defaultdict(Counter)
    for message in messages:
        if message["type"] == "message":
            who = int(message["from_id"].removeprefix("user"))
            # What is said to a bot is no message to the others.
            is_command = re.match(
                r"/\w{1,32}(@\w+)?(\s|$)", message["text"] if isinstance(message["text"], str) else ""
            )
            found[who]["messages"] += not is_command
            found[who]["replies"] += "reply_to_message_id" in message and not is_command
        elif message.get("action") == "join_group_by_link":
            found[int(message["actor_id"].removeprefix("user"))]["joins"] += 1
        elif message.get("action") == "remove_members" and message["members"] == [message["actor"]]:
            found[int(message["actor_id"].removeprefix("user"))]["leaves"] += 1
    return found


async def run(*arguments: str, **environment: str) -> str:
    """What a command of ours prints."""
    import os

    done = await asyncio.to_thread(
        subprocess.run,
        [*KITH, *arguments],
        env={**os.environ, **environment},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


@pytest.mark.parametrize("name", FILES)
async def test_a_real_history_is_counted_to_the_last_message(name: str, tmp_path: Path) -> None:
    file = DATA / name
    if not file.exists():
        pytest.skip(f"{name} is not beside this checkout")
    database = tmp_path / "past.db"
    shown = await run("try", "--port", "0", "--history", str(file), "--keep", str(database))
    told = await run(
        "export",
        "activity",
        "--chat",
        "-1001000000001",
        "--format",
        "json",
        KITH_DATABASE__URL=f"sqlite:///{database}",
    )
    kith = {row.pop("user_id"): {k: v for k, v in row.items() if v} for row in json.loads(told)}
    file_says = {who: {k: v for k, v in counts.items() if v} for who, counts in counted_from_the_file(file).items()}
    assert kith == file_says
    assert "10,153  messages" in shown
    assert "0  updates that could not be taken in" in shown
