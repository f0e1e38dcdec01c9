"""parse_mode MarkdownV2 and the old Markdown, with Telegram's complaints."""

import re
from typing import Any

from simulator.errors import ApiError, bad_request
from simulator.text import utf16

RESERVED = frozenset("_*[]()~`>#+-=|{}.!")
KINDS = {
    "*": "bold",
    "_": "italic",
    "__": "underline",
    "~": "strikethrough",
    "||": "spoiler",
    "`": "code",
    "```": "pre",
    "[": "text_link",
    "![": "custom_emoji",
}
TITLES = {
    "bold": "Bold",
    "italic": "Italic",
    "underline": "Underline",
    "strikethrough": "Strikethrough",
    "spoiler": "Spoiler",
    "code": "Code",
    "pre": "Pre",
    "text_link": "TextUrl",
    "custom_emoji": "CustomEmoji",
}
USER_LINK = re.compile(r"tg://user\?id=(\d+)$")
EMOJI_LINK = re.compile(r"tg://emoji\?id=(\d+)$")


class MarkdownV2Text:
    def __init__(self, source: str) -> None:
        self._source = source
        self._place = 0
        self._out: list[str] = []
        self._at = 0
        self._open: list[tuple[str, int, int]] = []
        self._entities: list[dict[str, Any]] = []
        self._quote: int | None = None

    def parse(self) -> tuple[str, list[dict[str, Any]]]:
        while self._place < len(self._source):
            self._step()
        if self._open:
            mark, _, offset = self._open[-1]
            raise _wrong(f"Can't find end of {TITLES[KINDS[mark]]} entity at byte offset {offset}")
        self._end_quote()
        return "".join(self._out), self._entities

    def _step(self) -> None:
        source, place = self._source, self._place
        letter = source[place]
        if letter == "\\" and place + 1 < len(source) and 0 < ord(source[place + 1]) < 127:
            self._write(source[place + 1])
            self._place += 2
            return
        if self._inside_code():
            self._code_step(letter)
            return
        if letter == ">" and (place == 0 or source[place - 1] == "\n"):
            self._quote = self._at if self._quote is None else self._quote
            self._place += 1
            return
        mark = self._mark()
        if mark is not None:
            self._toggle(mark)
            return
        if letter == "]" and self._open and self._open[-1][0] in ("[", "!["):
            self._close_link()
            return
        if letter in RESERVED:
            raise _wrong(f"Character '{letter}' is reserved and must be escaped with the preceding '\\'")
        self._write(letter)
        self._place += 1
        if letter == "\n" and not source.startswith(">", self._place):
            self._end_quote()

    def _mark(self) -> str | None:
        for mark in ("```", "![", "__", "||", "*", "_", "~", "`", "["):
            if self._source.startswith(mark, self._place):
                return mark
        return None

    def _inside_code(self) -> bool:
        return bool(self._open) and self._open[-1][0] in ("`", "```")

    def _code_step(self, letter: str) -> None:
        mark = self._open[-1][0]
        if self._source.startswith(mark, self._place):
            self._toggle(mark)
        elif letter == "`":
            raise _wrong("Character '`' is reserved and must be escaped with the preceding '\\'")
        else:
            self._write(letter)
            self._place += 1

    def _toggle(self, mark: str) -> None:
        offset = len(self._source[: self._place].encode())
        self._place += len(mark)
        if self._open and self._open[-1][0] == mark and mark not in ("[", "!["):
            _, start, _ = self._open.pop()
            self._add(KINDS[mark], start)
            return
        if any(opened == mark for opened, _, _ in self._open):
            inner, _, at = self._open[-1]
            raise _wrong(f"Can't find end of {TITLES[KINDS[inner]]} entity at byte offset {at}")
        self._open.append((mark, self._at, offset))
        if mark == "```":
            language = re.compile(r"([^\s`\\]*)\n").match(self._source, self._place)
            if language is not None:
                self._place = language.end()
                self._language = language.group(1)
            else:
                self._language = ""

    def _close_link(self) -> None:
        mark, start, offset = self._open.pop()
        target = re.compile(r"\]\(((?:[^)\\]|\\.)*)\)", re.DOTALL).match(self._source, self._place)
        if target is None:
            if self._source.startswith("](", self._place):
                raise _wrong(f"Can't find end of a URL at byte offset {offset}")
            self._place += 1
            return
        self._place = target.end()
        url = re.sub(r"\\(.)", r"\1", target.group(1))
        user, emoji = USER_LINK.match(url), EMOJI_LINK.match(url)
        if mark == "![":
            if emoji is None:
                raise _wrong("Custom emoji URL must have the form tg://emoji?id=")
            self._add("custom_emoji", start, custom_emoji_id=emoji.group(1))
        elif user is not None:
            self._add("text_mention", start, user={"id": int(user.group(1))})
        elif url:
            self._add("text_link", start, url=url)

    def _add(self, kind: str, start: int, **more: Any) -> None:
        if kind == "pre" and self._language:
            more["language"] = self._language
        if self._at > start:
            self._entities.append({"offset": start, "length": self._at - start, "type": kind, **more})

    def _end_quote(self) -> None:
        if self._quote is not None:
            self._add("blockquote", self._quote)
            self._quote = None

    def _write(self, letter: str) -> None:
        self._out.append(letter)
        self._at += utf16.length(letter)


OLD_MARK = re.compile(
    r"\\([_*`\[])|```(?:\w*\n)?(.*?)```|`([^`]*)`|\*([^*]*)\*|_([^_]*)_|\[([^\]]*)\]\(([^)]*)\)|([_*`\[])", re.DOTALL
)


def parse_markdown(source: str) -> tuple[str, list[dict[str, Any]]]:
    """The old mode: nothing nests."""
    out, entities, at, place = [], [], 0, 0
    for match in OLD_MARK.finditer(source):
        plain = source[place : match.start()]
        out.append(plain)
        at += utf16.length(plain)
        place = match.end()
        escaped, pre, code, bold, italic, words, url, lonely = match.groups()
        if lonely is not None:
            if lonely == "[":
                text, kind = "[", None
            else:
                offset = len(source[: match.start()].encode())
                raise _wrong(f"Can't find end of the entity starting at byte offset {offset}")
        else:
            kinds = (None, "pre", "code", "bold", "italic", "text_link")
            texts = (escaped, pre, code, bold, italic, words)
            text, kind = next((text, kind) for text, kind in zip(texts, kinds, strict=True) if text is not None)
        size = utf16.length(text)
        if kind is not None and size:
            entities.append({"offset": at, "length": size, "type": kind, **({"url": url} if url else {})})
        out.append(text)
        at += size
    out.append(source[place:])
    return "".join(out), entities


def _wrong(reason: str) -> ApiError:
    return bad_request(f"can't parse entities: {reason}")
