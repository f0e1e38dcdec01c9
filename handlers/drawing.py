"""Prints as a PNG the picture that it is told as JSON; `bot/pictures.py` has it run when somebody wants one.

It is a process of its own, since the libraries and fonts would stay in memory. All fonts come from packages, so that a
picture looks the same on every machine. Each piece of a text is drawn in the first font that has all its signs: the
library's own way to another font gives up at the first sign that none has, and at signs that are joined.
"""

import html
import json
import sys
import unicodedata
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from functools import cache
from pathlib import Path
from typing import Any

import manimgx_fonts
import noto_cjk_sans_otc
import resvg_py
from fontTools.ttLib import TTFont

# Twice as many pixels as the picture is wide: sharp on a phone, and still a small file.
ZOOM = 2
SMALLEST = 12
_CHINESE = {"zh-Hant": ("Noto Sans CJK TC", 3), "zh-Hans": ("Noto Sans CJK SC", 2), "en": ("Noto Sans CJK TC", 3)}
_EMOJI = "Noto Emoji"
_JOINER, _AS_PICTURE, _AS_TEXT = "\u200d", "\ufe0f", "\ufe0e"
_UNSEEN = {_JOINER, _AS_PICTURE, _AS_TEXT}
_NONE = "□"
# What stands for the rest of a text that is too long.
_CUT = "…"


class Face:
    """A font: what it is called, which signs it has, and how wide they are, in its own units."""

    def __init__(self, path: Path, *, name: str | None = None, number: int = -1) -> None:
        self._font = TTFont(path, fontNumber=number, lazy=True)
        self.name = name or str(self._font["name"].getBestFamilyName())
        self._signs = self._font.getBestCmap()

    def has(self, cluster: str) -> bool:
        """Whether it can draw all of what is seen as one sign."""
        return all(ord(sign) in self._signs for sign in cluster if sign not in _UNSEEN)

    def width(self, run: str, size: float) -> float:
        """How wide a run is at a size."""
        units = 0
        for cluster in clusters(run):
            # What is joined is one picture; marks stand on their letter.
            units += self._font["hmtx"][self._signs.get(ord(cluster[0]), ".notdef")][0]
        return float(units) * size / float(self._font["head"].unitsPerEm)


def clusters(text: str) -> Iterator[str]:
    """What is seen as one sign each: a letter with its marks, a flag, a family of four."""
    found = ""
    for sign in text:
        if found and _belongs(sign, found):
            found += sign
        else:
            if found:
                yield found
            found = sign
    if found:
        yield found


def _belongs(sign: str, before: str) -> bool:
    flag = "\U0001f1e6" <= sign <= "\U0001f1ff" and "\U0001f1e6" <= before <= "\U0001f1ff"
    tone_or_tag = "\U0001f3fb" <= sign <= "\U0001f3ff" or "\U000e0020" <= sign <= "\U000e007f"
    return sign in _UNSEEN or before.endswith(_JOINER) or flag or tone_or_tag or unicodedata.category(sign)[0] == "M"


def _files() -> Sequence[Path]:
    folder = Path(manimgx_fonts.__file__).parent
    return [path for path in sorted(folder.glob("*.ttf")) if "Italic" not in path.name]


@cache
def _faces(language: str) -> Sequence[Face]:
    """All fonts, in the order in which they are asked."""
    name, number = _CHINESE[language]
    return [Face(Path(noto_cjk_sans_otc.FONT_PATH), name=name, number=number), *[Face(path) for path in _files()]]


Runs = list[tuple[Face, str]]


def runs(text: str, language: str) -> Runs:
    """A text in pieces, each with the font that draws it."""
    found: Runs = []
    seen = "".join(sign for sign in text if sign in _UNSEEN or unicodedata.category(sign) not in ("Cc", "Cf", "Cs"))
    # Of joiners alone there is nothing to see.
    for cluster in clusters(seen if any(sign not in _UNSEEN for sign in seen) else " "):
        face, drawn = _face_for(cluster, language, found[-1][0] if found else None)
        if found and found[-1][0] is face:
            found[-1] = (face, found[-1][1] + drawn)
        else:
            found.append((face, drawn))
    return found


def _face_for(cluster: str, language: str, before: Face | None) -> tuple[Face, str]:
    faces = _faces(language)
    if _AS_PICTURE in cluster or _JOINER in cluster:
        faces = sorted(faces, key=lambda face: face.name != _EMOJI)
    if cluster == " " and before is not None and before.has(cluster):
        return before, cluster
    for drawn in (cluster, unicodedata.normalize("NFKC", cluster)):
        for face in faces:
            if face.has(drawn):
                return face, drawn
    return _faces(language)[0], _NONE


def _width(pieces: Runs, size: float) -> float:
    return sum(face.width(run, size) for face, run in pieces)


def fitted(text: str, language: str, *, size: float, width: float) -> tuple[Runs, float]:
    """A text in pieces and its size: made smaller where it is too wide, to a half, and from there on shortened."""
    pieces = runs(text, language)
    wide = _width(pieces, size)
    if wide <= width:
        return pieces, size
    least = max(SMALLEST, size / 2)
    if wide * least <= width * size:
        return pieces, size * width / wide
    signs = list(clusters(text.rstrip(_CUT)))

    def begun(count: int) -> Runs:
        return runs("".join(signs[:count]).rstrip() + _CUT, language)

    most = bisect_right(range(len(signs) + 1), width, key=lambda count: _width(begun(count), least)) - 1
    return begun(max(most, 0)), least


def _drawn(text: dict[str, Any], language: str) -> Iterator[str]:
    """A text as elements, as large as it fits into its width."""
    pieces, size = fitted(text["text"], language, size=float(text["size"]), width=float(text["width"]))
    wide = _width(pieces, size)
    at = text["x"] - {"start": 0.0, "middle": wide / 2, "end": wide}[text["anchor"]]
    for face, run in pieces:
        style = f'font-family="{face.name}" font-size="{size:.2f}" fill="{text["fill"]}"'
        if text["strong"]:
            style += f' stroke="{text["fill"]}" stroke-width="{size / 36:.2f}"'
        escaped = html.escape(run)
        yield f'<text xml:space="preserve" x="{at:.2f}" y="{text["y"]}" {style}>{escaped}</text>'
        at += face.width(run, size)


def main() -> None:
    """Draw what is told."""
    told = json.load(sys.stdin.buffer)
    texts = [element for text in told["texts"] for element in _drawn(text, told["language"])]
    size = f'width="{told["width"]}" height="{told["height"]}"'
    svg = f'<svg xmlns="http://www.w3.org/2000/svg" {size}>{told["shapes"]}{"".join(texts)}</svg>'
    fonts = [*map(str, _files()), str(noto_cjk_sans_otc.FONT_PATH)]
    picture = resvg_py.svg_to_bytes(svg_string=svg, skip_system_fonts=True, font_files=fonts, zoom=ZOOM)
    sys.stdout.buffer.write(bytes(picture))


if __name__ == "__main__":
    main()
