"""Small exports as Telegram Desktop writes them, for the tests of reading and playing."""

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from simulator.history.reader import read_export
from simulator.history.records import Export

BEGAN = 1_700_000_000
GROUP = 1_234_567_890


def said(
    number: int, *, by: Any = "user11", name: str | None = "Ann", text: Any = "hello", **more: Any
) -> dict[str, Any]:
    return {"id": number, "type": "message", **_at(number), "from": name, "from_id": by, "text": text, **more}


def happened(action: str, number: int, *, by: Any = "user11", name: str | None = "Ann", **more: Any) -> dict[str, Any]:
    told = {"actor": name, "actor_id": by, "action": action, "text": ""}
    return {"id": number, "type": "service", **_at(number), **told, **more}


def reaction(emoji: str, count: int, *givers: tuple[str, str, str]) -> dict[str, Any]:
    """Givers are a name, an id and a local date."""
    recent = [{"from": name, "from_id": number, "date": date} for name, number, date in givers]
    return {"type": "emoji", "count": count, "emoji": emoji, "recent": recent}


def chat(*messages: dict[str, Any], **more: Any) -> dict[str, Any]:
    return {"name": "Readers", "type": "private_supergroup", "id": GROUP, "messages": list(messages), **more}


def written(folder: Path, content: Any, *, name: str = "result.json") -> Path:
    path = folder / name
    path.write_text(content if isinstance(content, str) else json.dumps(content), encoding="utf-8")
    return path


def read(folder: Path, *messages: dict[str, Any], **more: Any) -> Export:
    return read_export(written(folder, chat(*messages, **more)))


def _at(number: int) -> dict[str, str]:
    """A minute for each number; the exporter's clock is Berlin's, in winter."""
    seconds = BEGAN + 60 * (number if number > 0 else number + 1_000_000_000 - 1_000_000)
    return {"date": local(seconds), "date_unixtime": str(seconds)}


def local(seconds: int) -> str:
    return (datetime.fromtimestamp(seconds, UTC) + timedelta(hours=1)).replace(tzinfo=None).isoformat()
