"""parse_mode HTML, with Telegram's complaints."""

import re
from typing import Any

from simulator.errors import ApiError, bad_request
from simulator.text import utf16

NAMES = {
    "b": "bold",
    "strong": "bold",
    "i": "italic",
    "em": "italic",
    "s": "strikethrough",
    "strike": "strikethrough",
    "del": "strikethrough",
    "u": "underline",
    "ins": "underline",
    "tg-spoiler": "spoiler",
    "code": "code",
    "pre": "pre",
    "blockquote": "blockquote",
    "a": "text_link",
    "span": "spoiler",
    "tg-emoji": "custom_emoji",
}
REFERENCES = {"lt": "<", "gt": ">", "amp": "&", "quot": '"'}
REFERENCE = re.compile(r"&(?:#(\d{1,7})|#[xX]([0-9a-fA-F]{1,6})|([a-z]{2,4}));?")
TAG = re.compile(r"<(/?)([a-zA-Z][a-zA-Z0-9-]*)((?:\s+[a-zA-Z-]+(?:\s*=\s*(?:\"[^\"]*\"|'[^']*'|[^\s>\"']+))?)*)\s*>")
ATTRIBUTE = re.compile(r"([a-zA-Z-]+)(?:\s*=\s*(?:\"([^\"]*)\"|'([^']*)'|([^\s>\"']+)))?")


class HtmlText:
    def __init__(self, source: str) -> None:
        self._source = source
        self._out: list[str] = []
        self._at = 0
        self._open: list[tuple[str, int, dict[str, Any]]] = []
        self._entities: list[dict[str, Any]] = []

    def parse(self) -> tuple[str, list[dict[str, Any]]]:
        place, source = 0, self._source
        while place < len(source):
            letter = source[place]
            if letter == "<":
                place = self._tag(place)
            elif letter == "&":
                place = self._reference(place)
            else:
                end = next((i for i in range(place, len(source)) if source[i] in "<&"), len(source))
                self._write(source[place:end])
                place = end
        if self._open:
            raise self._wrong(f'Can\'t find end tag corresponding to start tag "{self._open[-1][0]}"')
        return "".join(self._out), self._entities

    def _write(self, text: str) -> None:
        self._out.append(text)
        self._at += utf16.length(text)

    def _reference(self, place: int) -> int:
        match = REFERENCE.match(self._source, place)
        if match is None:
            self._write("&")
            return place + 1
        decimal, hexadecimal, name = match.groups()
        letter = REFERENCES.get(name) if name else _letter(int(decimal) if decimal else int(hexadecimal, 16))
        if letter is None:
            self._write("&")
            return place + 1
        self._write(letter)
        return match.end()

    def _tag(self, place: int) -> int:
        offset = len(self._source[:place].encode("utf-8", errors="replace"))
        match = TAG.match(self._source, place)
        if match is None:
            raise self._wrong(f"Unclosed or unsupported tag at byte offset {offset}")
        closing, name, attributes = match.group(1), match.group(2).lower(), match.group(3)
        if closing:
            self._close(name, offset)
        else:
            self._start(name, _attributes(attributes), offset)
        return match.end()

    def _start(self, name: str, attributes: dict[str, str], offset: int) -> None:
        if name not in NAMES:
            raise self._wrong(f'Unsupported start tag "{name}" at byte offset {offset}')
        if name == "span" and attributes.get("class") != "tg-spoiler":
            raise self._wrong(f'Tag "span" must have class "tg-spoiler" at byte offset {offset}')
        more: dict[str, Any] = {}
        if name == "a":
            more["url"] = attributes.get("href", "")
        elif name == "tg-emoji":
            more["custom_emoji_id"] = attributes.get("emoji-id", "")
        elif name == "blockquote" and "expandable" in attributes:
            more["type"] = "expandable_blockquote"
        elif name == "code" and self._open and self._open[-1][0] == "pre":
            language = attributes.get("class", "")
            if language.startswith("language-"):
                self._open[-1][2]["language"] = language.removeprefix("language-")
        self._open.append((name, self._at, more))

    def _close(self, name: str, offset: int) -> None:
        if not self._open:
            raise self._wrong(f"Unexpected end tag at byte offset {offset}")
        expected, start, more = self._open.pop()
        if expected != name:
            raise self._wrong(f'Unmatched end tag at byte offset {offset}, expected "</{expected}>", found "</{name}>"')
        if self._at == start or (name == "code" and self._open and self._open[-1][0] == "pre"):
            return
        entity = {"offset": start, "length": self._at - start, "type": NAMES[name], **more}
        if name == "a":
            text = "".join(self._out)
            entity = _link(entity, text)
        if entity:
            self._entities.append(entity)

    def _wrong(self, reason: str) -> ApiError:
        return bad_request(f"can't parse entities: {reason}")


def _letter(code: int) -> str | None:
    if not 0 < code < 0x110000 or 0xD800 <= code < 0xE000:
        return None
    return chr(code)


def _attributes(text: str) -> dict[str, str]:
    return {
        name.lower(): _unescaped(double or single or bare) for name, double, single, bare in ATTRIBUTE.findall(text)
    }


def _unescaped(text: str) -> str:
    for name, letter in REFERENCES.items():
        if name != "amp":
            text = text.replace(f"&{name};", letter)
    return text.replace("&amp;", "&")


def _link(entity: dict[str, Any], text: str) -> dict[str, Any]:
    """A link to tg://user?id= is a mention; a link without address takes its own text."""
    if not entity["url"]:
        entity["url"] = text.encode("utf-16-le", "replace")[entity["offset"] * 2 :].decode("utf-16-le", "replace")
    user = re.match(r"tg://user\?id=(\d+)$", entity["url"])
    if user is not None:
        del entity["url"]
        return {**entity, "type": "text_mention", "user": {"id": int(user.group(1))}}
    if not re.match(r"(?:https?|tg|ton|tonsite|mailto|tel)[:/]", entity["url"]):
        # Telegram drops an address that it does not understand and keeps the words.
        if "." not in entity["url"] or re.search(r"\s", entity["url"]):
            return {}
        entity["url"] = f"http://{entity['url']}"
    return entity
