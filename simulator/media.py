"""Pictures, sounds and files as they stand in a message; there is nothing in them unless a bot sent it."""

from typing import Any

from simulator.errors import NotPossible
from simulator.ids import Ids

SHAPES: dict[str, dict[str, Any]] = {
    "photo": {"width": 1280, "height": 960, "file_size": 120_000},
    "video": {"width": 1280, "height": 720, "duration": 12, "mime_type": "video/mp4", "file_size": 2_000_000},
    "voice": {"duration": 4, "mime_type": "audio/ogg", "file_size": 16_000},
    "document": {"file_name": "file.txt", "mime_type": "text/plain", "file_size": 1_000},
    "sticker": {
        "type": "regular",
        "width": 512,
        "height": 512,
        "is_animated": False,
        "is_video": False,
        "emoji": "👍",
        "file_size": 20_000,
    },
}


# What the page draws by a picture or a line of its own.
MEDIA_SHOWN = ("photo", "video", "voice", "animation", "audio", "video_note", "document", "sticker")

# Files that people send have nothing in them.
PREFIX = "AgAC"
EMPTY = b"simulated"


def content_of(files: dict[str, bytes], file_id: str) -> bytes | None:
    return files.get(file_id, EMPTY if file_id.startswith(PREFIX) else None)


def media_body(kind: str, *, world_ids: Ids, file_id: str | None = None, **known: Any) -> dict[str, Any]:
    if kind not in SHAPES:
        raise NotPossible(f"media is one of {', '.join(SHAPES)}, not {kind!r}")
    file = {
        "file_id": file_id or f"{PREFIX}{world_ids.word(48)}",
        "file_unique_id": world_ids.word(16),
        **SHAPES[kind],
        **known,
    }
    if kind != "photo":
        return {kind: file}
    small = {**file, "file_id": f"{PREFIX}{world_ids.word(48)}", "file_unique_id": world_ids.word(16)}
    return {"photo": [small | {"width": 320, "height": 240, "file_size": 8_000}, file]}
