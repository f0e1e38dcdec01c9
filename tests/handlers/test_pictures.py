"""`/me` as a picture: drawn in a process of its own, whatever somebody is called, and not drawn twice for nothing."""

import asyncio
import json
import struct
import sys
import unicodedata
from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

import handlers
from bot import pictures as drawing_room
from handlers import drawing, pictures
from handlers.texts.reader import LANGUAGES, Html, Reader, plain
from models.rules.levels import progress
from simulator.people import Person
from tests.handlers.asking_in import asked_privately, forged, labels, pressed, toasts
from tests.handlers.test_checkins import ON as CHECKING_IN
from tests.handlers.test_checkins import readers, started
from tests.handlers.test_topics import last
from tests.handlers.text_samples import BUSY
from tests.living import Living

HOSTILE = (
    "<script>alert(1)</script>",
    "</text><image href='file:///etc/passwd'/>",
    "\u202egnp.exe\u202c &amp; \"'",
    "龘" * 64,
    "W" * 64,
    "👩‍👩‍👧‍👦🇹🇼👍🏽 5️⃣ ❤️",
    "مريم ไทย हिन्दी 𝕷𝖎𝖓 ꧁༺",
    "\x00\x07\ud800",
    "",
)


def size(png: bytes) -> tuple[int, int]:
    """How wide and how high a PNG is."""
    assert png.startswith(b"\x89PNG\r\n\x1a\n")
    wide, high = struct.unpack(">II", png[16:24])
    return wide, high


async def drawn(told: str) -> bytes:
    script = Path(handlers.__file__).with_name("drawing.py")
    pipe = asyncio.subprocess.PIPE
    process = await asyncio.create_subprocess_exec(sys.executable, "-I", str(script), stdin=pipe, stdout=pipe)
    picture, _ = await process.communicate(told.encode())
    assert process.returncode == 0
    return picture


@pytest.mark.parametrize("language", LANGUAGES)
async def test_whatever_somebody_is_called_there_is_a_picture(language: str) -> None:
    reader = Reader(language)
    together = json.loads(pictures.portrait(reader, name=HOSTILE[0], card=BUSY, badges=[]))
    for name in HOSTILE[1:]:
        together["texts"] += json.loads(pictures.portrait(reader, name=name, card=BUSY, badges=[]))["texts"]
    picture = await drawn(json.dumps(together))
    assert size(picture) == (pictures.WIDTH * drawing.ZOOM, pictures.HEIGHT * drawing.ZOOM)


@settings(max_examples=200, deadline=None)
@example("\u200d", "en")
@given(st.text(max_size=40), st.sampled_from(LANGUAGES))
def test_no_sign_is_lost_and_each_is_drawn_by_a_font_that_has_it(text: str, language: str) -> None:
    assert "".join(drawing.clusters(text)) == text
    pieces = drawing.runs(text, language)
    assert all(face.has(run) for face, run in pieces)
    # What is shown is as many signs as were written; what no font has stands as an empty box.
    seen = [c for c in text if unicodedata.category(c) not in ("Cc", "Cf", "Cs")]
    assert bool("".join(run for _, run in pieces).strip()) <= bool(seen)


def test_chinese_and_emoji_are_drawn_as_what_they_are() -> None:
    (only,) = drawing.runs("Lin 小安 打卡", "zh-Hant")
    assert (only[0].name, only[1]) == ("Noto Sans CJK TC", "Lin 小安 打卡")
    assert drawing.runs("简体", "zh-Hans")[0][0].name == "Noto Sans CJK SC"
    assert [(face.name, run) for face, run in drawing.runs("Lin ❤️👩‍👩‍👧🇹🇼", "en")] == [
        ("Noto Sans CJK TC", "Lin "),
        ("Noto Emoji", "❤️👩‍👩‍👧🇹🇼"),
    ]
    assert [run for _, run in drawing.runs("𝕷\U000f0000", "en")] == ["L□"]
    narrow, wide = (sum(face.width(run, 40) for face, run in drawing.runs(text, "en")) for text in ("小", "小安小安"))
    assert wide == pytest.approx(4 * narrow) == pytest.approx(160)


LONG = {
    "Latin": "The Most Honourable Keeper of the Ancient Library and of All Its Forgotten Manuscripts",
    "Chinese": "在深夜裡守護古老圖書館所有被遺忘手稿的最尊貴的榮譽館長以及七種語言的翻譯者與朗讀者們",
    "emoji": "🌳🌲🌴👩‍👩‍👧‍👦🇹🇼" * 6,
    "badge": "W" * 60,
}


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("long", LONG.values(), ids=LONG)
def test_no_words_are_wider_than_their_place(long: str, language: str) -> None:
    reader, level = Reader(language), progress(100, curve="quickly")
    card = replace(BUSY, title=long, level=level, level_names=(long,))
    told = json.loads(pictures.portrait(reader, name=long, card=card, badges=[Html(long)]))
    for text in told["texts"]:
        pieces, size = drawing.fitted(text["text"], language, size=text["size"], width=text["width"])
        assert sum(face.width(run, size) for face, run in pieces) <= text["width"] + 0.01
        assert size >= max(drawing.SMALLEST, text["size"] / 2)
        # What could not be made small enough says that there is more of it.
        said = "".join(run for _, run in pieces)
        assert said.endswith("…") or len(said) >= len(text["text"])


@settings(max_examples=100, deadline=None)
@given(st.text(max_size=60), st.integers(30, 300))
def test_whatever_is_written_fits_into_its_place(text: str, width: int) -> None:
    pieces, size = drawing.fitted(text, "en", size=28, width=width)
    assert sum(face.width(run, size) for face, run in pieces) <= width + 0.01
    whole = "".join(run for _, run in drawing.runs(text.rstrip("…"), "en"))
    said = "".join(run for _, run in pieces)
    assert said == whole or said.endswith("…")


def photos(town: Living) -> list[Any]:
    """What was sent as a picture: a new one, or the name of one that Telegram has."""
    return [call.params["photo"] for call in town.bot.calls if call.method == "sendPhoto"]


async def lins(town: Living) -> tuple[Person, Any]:
    lin = town.world.person("Lin 小安", language_code="en")
    group = town.group(town.world.person("Owner"))
    lin.joins(group)
    lin.writes(group, "Good morning all")
    await town.settle()
    return lin, group


async def test_a_member_gets_their_card_as_a_picture_in_private_alone(town: Living) -> None:
    lin, group = await lins(town)
    card = await asked_privately(town, lin, "/me")
    assert labels(card) == ["As a picture"]
    await pressed(town, lin, card, "As a picture")
    assert last(town, lin).raw["photo"]
    await pressed(town, lin, card, "As a picture")
    new, again = photos(town)
    assert again == last(town, lin).raw["photo"][-1]["file_id"]
    assert new != again
    # Other figures are another picture.
    lin.writes(group, "And here is something more")
    await town.settle()
    await pressed(town, lin, card, "As a picture")
    assert len(photos(town)) == 3
    assert photos(town)[2] != again
    # The same button under somebody else's fingers shows their own, and a stranger nothing.
    before = len(photos(town))
    eve = town.world.person("Eve", language_code="en")
    eve.starts(town.bot)
    await town.settle()
    community = await town.community(group)
    forged(town, eve, last(town, eve), f"mepicture:{community.community_id}")
    await town.settle()
    lin.writes(group, "/me")
    await town.settle()
    forged(town, lin, town.said(group)[-1], f"mepicture:{community.community_id}")
    await town.settle()
    assert len(photos(town)) == before
    assert toasts(town)[-2].startswith("I have not met you in that group")


async def test_what_cannot_be_drawn_is_said(town: Living, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    lin, _ = await lins(town)
    card = await asked_privately(town, lin, "/me")
    broken = tmp_path / "drawing.py"
    broken.write_text("import sys; sys.exit('no')")
    monkeypatch.setattr(drawing_room, "_DRAWING", broken)
    await pressed(town, lin, card, "As a picture")
    assert last(town, lin).text == "The picture could not be drawn just now. /me in words works all the same."
    broken.write_text("import time; time.sleep(60)")
    monkeypatch.setattr(drawing_room, "DRAWN_WITHIN_SECONDS", 0.2)
    # While it is drawn, everything else goes on.
    await lin.presses(card, "As a picture")
    await town.later(timedelta(seconds=1))
    assert town.told(lin)[-2:] == [last(town, lin).text] * 2
    assert photos(town) == []


async def test_where_it_cannot_be_drawn_it_is_not_offered(town: Living, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pictures, "NEEDED", (*pictures.NEEDED, "a_font_that_nobody_has"))
    pictures.can_draw.cache_clear()
    try:
        lin, _ = await lins(town)
        assert labels(await asked_privately(town, lin, "/me")) == []
        assert pictures.lacking() == ["a_font_that_nobody_has"]
    finally:
        pictures.can_draw.cache_clear()


async def test_the_badges_of_challenges_stand_there_by_their_names(
    live: Callable[..., Awaitable[Living]], monkeypatch: pytest.MonkeyPatch
) -> None:
    town = await live(settings=CHECKING_IN)
    group, lin, wei = await readers(town)
    post = await started(town, group, lin, "/challenge 2 0 today Early <birds>")
    for _ in range(2):
        await pressed(town, wei, post, "Check in")
        await town.later(timedelta(days=1))
    told: list[str] = []

    def portrait(*about: Any, **more: Any) -> str:
        told.append(drawn_as(*about, **more))
        return told[-1]

    drawn_as = pictures.portrait
    monkeypatch.setattr(pictures, "portrait", portrait)
    await pressed(town, wei, await asked_privately(town, wei, "/me"), "As a picture")
    (picture,) = told
    assert {"1 badge", "Early <birds>"} <= {text["text"] for text in json.loads(picture)["texts"]}


@given(st.text(max_size=128), st.text(max_size=128))
def test_the_same_figures_are_the_same_picture(name: str, other: str) -> None:
    one, two = (pictures.portrait(Reader("en"), name=each, card=BUSY, badges=[]) for each in (name, other))
    same = plain(Reader("en").name(name)) == plain(Reader("en").name(other))
    assert (one == two) is same
