"""Opens an export file and picks the one chat that is wanted, or says in a sentence why it cannot."""

import gzip
import json
import re
import zlib
from pathlib import Path
from typing import Any

from simulator.history.records import SUPERGROUPS, UnreadableExport

GZIP = b"\x1f\x8b"
ZIP = b"PK\x03\x04"
# Telegram Desktop writes control characters as \x1F, which JSON does not know; a doubled backslash is no escape.
FALSE_ESCAPE = re.compile(r"\\\\|\\x([0-9A-Fa-f]{2})")
GROUPS = {"private_group": "group", "private_supergroup": "supergroup", "public_supergroup": "supergroup"}
NO_GROUPS = frozenset(
    {
        *("saved_messages", "replies", "personal_chat", "bot_chat", "private_channel", "public_channel"),
        "verification_codes",
    }
)


def chat_in(path: Path, *, chat: int | str | None) -> dict[str, Any]:
    """The exported chat as the file has it."""
    if path.is_dir() and (path / "result.json").exists():
        path = path / "result.json"
    content = _parsed(_bytes(path), path)
    if not isinstance(content, dict):
        raise UnreadableExport(f"{path} is JSON, but not what Telegram Desktop exports")
    chats = [content] if isinstance(content.get("messages"), list) else _listed(content)
    if not chats:
        raise UnreadableExport(f"{path} has neither 'messages' nor 'chats': it is no export of a chat's history")
    return _chosen(chats, chat, path)


def _bytes(path: Path) -> bytes:
    try:
        content = path.read_bytes()
    except FileNotFoundError:
        raise UnreadableExport(f"there is no file {path}") from None
    except OSError as error:
        raise UnreadableExport(f"{path} cannot be read: {error.strerror}") from None
    if content.startswith(GZIP):
        try:
            return gzip.decompress(content)
        except (OSError, EOFError, zlib.error):
            raise UnreadableExport(f"{path} is a damaged or cut-off gzip file") from None
    if content.startswith(ZIP):
        raise UnreadableExport(f"{path} is a zip archive: unpack it and name the result.json in it")
    return content


def _parsed(content: bytes, path: Path) -> Any:
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise UnreadableExport(f"{path} is no text in UTF-8, so no JSON export of Telegram Desktop") from None
    if text.lstrip()[:1] == "<":
        raise UnreadableExport(f"{path} is HTML: export the chat as 'Machine-readable JSON'")
    try:
        return json.loads(text)
    except RecursionError:
        raise UnreadableExport(f"{path} is nested too deep for an export of Telegram Desktop") from None
    except ValueError as first:
        try:
            return json.loads(FALSE_ESCAPE.sub(_mended, text), strict=False)
        except (ValueError, RecursionError):
            raise UnreadableExport(f"{path} is no whole JSON file: {first}") from None


def _mended(escape: re.Match[str]) -> str:
    return f"\\u00{escape.group(1)}" if escape.group(1) else escape.group()


def _listed(content: dict[str, Any]) -> list[dict[str, Any]]:
    found = []
    for name in ("chats", "left_chats"):
        part = content.get(name)
        chats = part.get("list") if isinstance(part, dict) else part
        if isinstance(chats, list):
            found += [chat for chat in chats if isinstance(chat, dict) and isinstance(chat.get("messages"), list)]
    return found


def _chosen(chats: list[dict[str, Any]], wanted: int | str | None, path: Path) -> dict[str, Any]:
    found = [chat for chat in chats if _is_group(chat)] if wanted is None else _matching(chats, str(wanted).strip())
    if len(found) == 1:
        if not _is_group(found[0]):
            raise UnreadableExport(f"{_shown(found[0])} is no group, and Kith lives in groups")
        return found[0]
    offered = found or chats
    listed = "; ".join(_shown(chat) for chat in offered[:50]) + ("; …" if len(offered) > 50 else "")
    if wanted is not None:
        problem = f"several chats in {path} fit {wanted!r}" if found else f"no chat in {path} is {wanted!r}"
    else:
        problem = f"{path} holds several groups, say which by id or name" if found else f"{path} holds no group"
    raise UnreadableExport(f"{problem}: {listed}")


def _is_group(chat: dict[str, Any]) -> bool:
    return chat.get("type") not in NO_GROUPS


def _matching(chats: list[dict[str, Any]], wanted: str) -> list[dict[str, Any]]:
    by_id = [chat for chat in chats if wanted in _spellings(chat.get("id"))]
    by_name = [chat for chat in chats if chat.get("name") == wanted]
    folded = [chat for chat in chats if str(chat.get("name")).casefold() == wanted.casefold()]
    return by_id or by_name or folded


def _spellings(number: Any) -> set[str]:
    if not isinstance(number, int):
        return {str(number)}
    return {str(number), str(-number), f"-100{number}", str(-SUPERGROUPS - number)}


def _shown(chat: dict[str, Any]) -> str:
    return f"{chat.get('name') or 'without a name'} (id {chat.get('id')}, {chat.get('type')})"
