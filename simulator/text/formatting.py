"""From what a bot hands in to text and entities as Telegram keeps them."""

from typing import Any

from simulator.errors import bad_request
from simulator.text import found, utf16
from simulator.text.html import HtmlText
from simulator.text.markdown import MarkdownV2Text, parse_markdown

MAX_ENTITIES = 100
# Nothing is looked for inside these.
OPAQUE = frozenset({"code", "pre", "text_link", "text_mention", "custom_emoji"})


def formatted(
    source: str, *, parse_mode: str | None = None, entities: list[dict[str, Any]] | None = None
) -> tuple[str, list[dict[str, Any]]]:
    source = utf16.sane(source).replace("\r", "")
    text, given = _parsed(source, parse_mode, entities)
    text, given = _trimmed(text, given)
    opaque = [(e["offset"], e["offset"] + e["length"]) for e in given if e["type"] in OPAQUE]
    for entity in found.find(text):
        start, end = entity["offset"], entity["offset"] + entity["length"]
        if not any(start < other_end and other < end for other, other_end in opaque):
            given.append(entity)
    given.sort(key=lambda entity: (entity["offset"], -entity["length"]))
    # Telegram silently keeps the first hundred.
    return text, given[:MAX_ENTITIES]


def _parsed(
    source: str, parse_mode: str | None, entities: list[dict[str, Any]] | None
) -> tuple[str, list[dict[str, Any]]]:
    mode = (parse_mode or "").lower()
    if mode == "html":
        return HtmlText(source).parse()
    if mode == "markdownv2":
        return MarkdownV2Text(source).parse()
    if mode == "markdown":
        return parse_markdown(source)
    if mode:
        raise bad_request("unsupported parse_mode")
    return source, _fitting(entities or [], utf16.length(source))


def _fitting(entities: list[dict[str, Any]], total: int) -> list[dict[str, Any]]:
    kept = []
    for entity in entities:
        start, end = entity["offset"], entity["offset"] + entity["length"]
        if start < 0 or entity["length"] < 0 or end > total:
            raise bad_request(f"entity beginning at UTF-16 offset {start} ends after the end of the text")
        # What Telegram finds by itself it does not take from the bot.
        if entity["length"] and entity["type"] not in ("mention", "hashtag", "cashtag", "bot_command", "url", "email"):
            kept.append(dict(entity))
    return kept


def _trimmed(text: str, entities: list[dict[str, Any]]) -> tuple[str, list[dict[str, Any]]]:
    """White space at both ends goes, and entities shrink with it."""
    stripped = text.lstrip()
    lost = utf16.length(text[: len(text) - len(stripped)])
    stripped = stripped.rstrip()
    total = utf16.length(stripped)
    kept = []
    for entity in entities:
        start = max(entity["offset"] - lost, 0)
        end = min(entity["offset"] + entity["length"] - lost, total)
        if end > start:
            kept.append({**entity, "offset": start, "length": end - start})
    return stripped, kept
