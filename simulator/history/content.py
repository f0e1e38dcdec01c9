"""What an exported message says, in the Bot API's fields: text with entities, media, contacts, places."""

from typing import Any
from zlib import crc32

from simulator.history.records import Poll
from simulator.media import PREFIX
from simulator.text import found, utf16

# The export's names for the parts of a text, where the Bot API has others; what it does not know is plain.
ENTITIES = {
    "mention": "mention",
    "hashtag": "hashtag",
    "bot_command": "bot_command",
    "link": "url",
    "email": "email",
    "bold": "bold",
    "italic": "italic",
    "code": "code",
    "pre": "pre",
    "text_link": "text_link",
    "mention_name": "text_mention",
    "phone": "phone_number",
    "cashtag": "cashtag",
    "underline": "underline",
    "strikethrough": "strikethrough",
    "blockquote": "blockquote",
    "expandable_blockquote": "expandable_blockquote",
    "spoiler": "spoiler",
    "custom_emoji": "custom_emoji",
}
# media_type in the export, the Bot API's name, and what such a file always has.
FILES: dict[str, tuple[str, dict[str, Any]]] = {
    "sticker": ("sticker", {"type": "regular", "is_animated": False, "is_video": False}),
    "video_message": ("video_note", {"length": 240, "duration": 0}),
    "voice_message": ("voice", {"duration": 0}),
    "animation": ("animation", {"width": 320, "height": 240, "duration": 0}),
    "video_file": ("video", {"width": 1280, "height": 720, "duration": 0}),
    "audio_file": ("audio", {"duration": 0}),
}
SIDES = {"width": 512, "height": 512}


def body_of(raw: dict[str, Any], *, at: int) -> dict[str, Any]:
    body = _media(raw) or _other(raw)
    text, entities = text_of(raw)
    if text:
        told, marks = ("caption", "caption_entities") if body else ("text", "entities")
        body[told] = text
        if entities:
            body[marks] = entities
    if "forwarded_from" in raw:
        name = raw["forwarded_from"] or "Deleted Account"
        body["forward_origin"] = {"type": "hidden_user", "sender_user_name": str(name), "date": at}
    if isinstance(raw.get("via_bot"), str):
        name = raw["via_bot"].lstrip("@")
        # The export has the bot's name alone; an id of its own keeps two such bots apart.
        body["via_bot"] = {"id": 2**40 + crc32(name.encode()), "is_bot": True, "first_name": name, "username": name}
    if isinstance(raw.get("author"), str):
        body["author_signature"] = raw["author"]
    return body


def text_of(raw: dict[str, Any]) -> tuple[str, list[dict[str, Any]]]:
    """The whole text, and its entities counted in UTF-16."""
    parts = raw.get("text_entities") or raw.get("text") or ""
    if isinstance(parts, str):
        parts = [parts]
    if not isinstance(parts, list):
        return "", []
    text, length, entities = [], 0, []
    for part in parts:
        piece = utf16.sane(_words(part))
        size = utf16.length(piece)
        entity = _entity(part, piece) if isinstance(part, dict) and size else None
        if entity is not None:
            entities.append({"offset": length, "length": size, **entity})
        text.append(piece)
        length += size
    whole = "".join(text)
    # A text without any mark may have lost its marks: Telegram itself would find commands and names in it.
    return whole, entities or found.find(whole)


def poll_of(raw: dict[str, Any]) -> Poll | None:
    poll = raw.get("poll")
    if not isinstance(poll, dict):
        return None
    answers = poll.get("answers")
    options = tuple(_words(answer) for answer in answers) if isinstance(answers, list) else ()
    return Poll(question=_words(poll.get("question")), options=options)


def votes_in(raw: dict[str, Any]) -> int:
    """Voters, or if the export does not say, the answers' votes."""
    poll = raw.get("poll")
    if not isinstance(poll, dict):
        return 0
    answers = poll.get("answers")
    listed = answers if isinstance(answers, list) else []
    given = [_number(answer.get("voters")) for answer in listed if isinstance(answer, dict)]
    return _number(poll.get("total_voters")) or sum(given)


def photo_of(raw: dict[str, Any]) -> list[dict[str, Any]]:
    large = _file(raw, {"width": _number(raw.get("width")) or 1280, "height": _number(raw.get("height")) or 960})
    return [{**large, "file_id": f"{large['file_id']}s", "width": 90, "height": 90}, large]


def _media(raw: dict[str, Any]) -> dict[str, Any]:
    if "photo" in raw:
        return {"photo": photo_of(raw)}
    if "file" not in raw and "media_type" not in raw:
        return {}
    kind, always = FILES.get(str(raw.get("media_type")), ("document", {}))
    file = _file(raw, always)
    file |= {name: raw[name] for name in ("mime_type", "file_name", "performer", "title") if _named(raw, name)}
    if kind in ("sticker", "animation", "video"):
        file |= {name: _number(raw.get(name)) or file.get(name) or size for name, size in SIDES.items()}
    if "duration" in always:
        file["duration"] = _number(raw.get("duration_seconds"))
    if _named(raw, "sticker_emoji"):
        file["emoji"] = raw["sticker_emoji"]
    # The Bot API shows an animation as a document too.
    return {kind: file, "document": file} if kind == "animation" else {kind: file}


def _other(raw: dict[str, Any]) -> dict[str, Any]:
    """Contacts, places, games and bills."""
    if isinstance(contact := raw.get("contact_information"), dict):
        names = {name: str(contact[name]) for name in ("last_name",) if contact.get(name)}
        phone = str(contact.get("phone_number", ""))
        return {"contact": {"phone_number": phone, "first_name": str(contact.get("first_name", "")), **names}}
    if isinstance(point := raw.get("location_information"), dict):
        place = {name: point.get(name, 0) for name in ("latitude", "longitude")}
        if "place_name" in raw:
            venue = {"location": place, "title": str(raw["place_name"]), "address": str(raw.get("address", ""))}
            return {"venue": venue, "location": place}
        return {"location": place}
    if "game_title" in raw:
        about = str(raw.get("game_description", ""))
        return {"game": {"title": str(raw["game_title"]), "description": about, "photo": photo_of(raw)}}
    if isinstance(bill := raw.get("invoice_information"), dict):
        said = {name: str(bill.get(name, "")) for name in ("title", "description", "currency")}
        return {"invoice": {**said, "start_parameter": "", "total_amount": _number(bill.get("amount"))}}
    return {}


def _file(raw: dict[str, Any], always: dict[str, Any]) -> dict[str, Any]:
    # The files themselves are not read: the id tells them apart, as bots tell files apart.
    name = f"history{raw.get('id')}"
    return {"file_id": f"{PREFIX}{name}", "file_unique_id": name, "file_size": _number(raw.get("file_size")), **always}


def _entity(part: dict[str, Any], piece: str) -> dict[str, Any] | None:
    kind = ENTITIES.get(str(part.get("type")))
    if kind is None:
        return None
    if kind == "text_link":
        return {"type": kind, "url": str(part.get("href", ""))}
    if kind == "text_mention":
        number = _number(part.get("user_id"))
        return {"type": kind, "user": {"id": number, "is_bot": False, "first_name": piece}} if number else None
    if kind == "custom_emoji":
        document = str(part.get("document_id", ""))
        return {"type": kind, "custom_emoji_id": custom_emoji(document)}
    if kind == "pre" and part.get("language"):
        return {"type": kind, "language": str(part["language"])}
    return {"type": kind}


def custom_emoji(document: str) -> str:
    """An id as Telegram's; where the export has only a file's path, a number made of it."""
    return document if document.isdecimal() else str(10**18 + crc32(document.encode()))


def _words(part: Any) -> str:
    """A text in one piece, whether it came as a string, an object or a list of both."""
    if isinstance(part, str):
        return part
    if isinstance(part, dict):
        return _words(part.get("text"))
    if isinstance(part, list):
        return "".join(_words(piece) for piece in part)
    return ""


def _number(value: Any) -> int:
    try:
        return max(int(value), 0)
    except (TypeError, ValueError, OverflowError):
        return 0


def _named(raw: dict[str, Any], name: str) -> bool:
    return isinstance(raw.get(name), str) and bool(raw[name])
