"""What a message is made of: the file that it carries, its form as a work, and what it is known again by."""

from handlers.plain import plain
from handlers.raw import Malformed, Raw, a_list, a_text, an_object, maybe_object, maybe_text
from models.rules.hashtags import without_tags
from models.rules.likeness import likeness
from models.rules.works import Form

# Beside pictures, what somebody makes or chooses to show the others (Bot API, "Message").
WORKS = {
    "video": Form.VIDEO,
    "voice": Form.VOICE,
    "audio": Form.VOICE,
    "document": Form.DOCUMENT,
    "video_note": Form.VIDEO,
}
_ADDRESSES = ("url", "text_link")


def work_in(message: Raw, poll: Raw | None) -> str | None:
    """Telegram's lasting name of the work that a message carries; stickers and the like are nobody's own."""
    if poll is not None:
        return f"poll:{a_text(poll, 'id')[:64]}"
    if "photo" in message:
        sizes = a_list(message, "photo")
        return a_text(an_object({"photo": sizes[-1]}, "photo"), "file_unique_id")[:64] if sizes else None
    for kind in WORKS:
        if kind in message:
            # An animation comes as a document too, for programs that know no animations.
            work = an_object(message, kind)
            return None if "animation" in message else a_text(work, "file_unique_id")[:64]
    return None


def form_of(message: Raw) -> Form:
    """What a message is as a work; of an album each picture is the whole album."""
    if message.get("media_group_id") is not None:
        return Form.ALBUM
    if "photo" in message:
        return Form.PICTURE
    for kind, form in WORKS.items():
        if kind in message:
            return Form.VIDEO if "animation" in message else form
    return Form.LINK if _has_address(message) else Form.TEXT


def _has_address(message: Raw) -> bool:
    entities = message.get("entities") or message.get("caption_entities") or []
    if not isinstance(entities, list) or not all(isinstance(entity, dict) for entity in entities):
        raise Malformed("entities is no list of objects")
    return any(entity.get("type") in _ADDRESSES for entity in entities)


def mark_of(message: Raw, *, key: bytes) -> int | None:
    """What a work is known again by: its file, or else its words, whatever hashtags stand beside them."""
    work = work_in(message, maybe_object(message, "poll"))
    if work is not None:
        return likeness("", work=work, key=key)
    written = maybe_text(message, "text") or maybe_text(message, "caption") or ""
    return likeness(plain(without_tags(written)), work=None, key=key)
