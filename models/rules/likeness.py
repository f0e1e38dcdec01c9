"""Whether a member says the same again: texts are told apart by fingerprints, so that none need be kept.

A text of some length has a SimHash: Moses Charikar, "Similarity Estimation Techniques from Rounding Algorithms", 2002.
Each pair of neighbouring characters votes by its keyed hash on each of 64 bits, so texts that share most pairs differ
in few bits. A short text has too few pairs for that; its fingerprint is its hash, which only the same text has.
"""

import re
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from functools import lru_cache
from hashlib import blake2b
from itertools import pairwise
from operator import add

from models.rules.settings import Unit, number

BITS = 64
# Below this many characters a text is compared as a whole.
SHORTEST = 10
# Tried on real histories: up to six bits apart are texts with a word more or less; from nine on they only share words.
NEAR = 6
# Of sentences that are kept whole: with another verb or subject, even long ones share no nine in ten of their pairs.
ALIKE, MORE = 0.9, 1 / 3
# What a Chinese sentence may have or lack without saying anything else. Plain texts are in Simplified Chinese.
_PARTICLES = dict.fromkeys(map(ord, "的了吗呢吧啊呀嘛们都着著"))
_WAYS = (("时候", "时"), ("怎么样", "怎么"), ("怎样", "怎么"), ("如何", "怎么"), ("什么样", "什么"))
_DENYING = "不没"
# To ask "会不会" is to ask "会".
_EITHER = re.compile(rf"(.)[{_DENYING}]\1")
# The sums of up to so many pairs fit into the seven lower bits of a byte.
MOST_PAIRS = 127
# So many pairs are remembered, which is all that a group that writes Chinese uses in some days.
MOST_KNOWN = 16_384

_BYTES = BITS // 8
_IN_EACH_BYTE = int.from_bytes(b"\x01" * BITS, "little")
_HIGHEST_OF_EACH = _IN_EACH_BYTE << 7
# A byte's eight bits, each in a byte of its own.
_SPREAD = [bytes(byte >> bit & 1 for bit in range(8)) for byte in range(256)]
_AS_DIGITS = bytes(ord("1") if byte & 0x80 else ord("0") for byte in range(256))


@dataclass(frozen=True)
class LikenessSettings:
    """Saying the same again."""

    days: int = number(
        14,
        "For how many days a text that is said again earns nothing; with 0 it always earns.",
        unit=Unit.DAYS,
        least=0,
        most=14,
    )


def fingerprint(plain: str, *, key: bytes) -> int:
    """64 bits that stand for a text (see `handlers/plain.py`); without the `key` they tell nobody anything of it."""
    if len(plain) < SHORTEST:
        return exact(plain, key=key)
    pairs: Collection[str] = dict.fromkeys(map(add, plain, plain[1:]))
    if len(plain) > MOST_PAIRS:
        pairs = list(pairs)[:MOST_PAIRS]
    votes = sum(map(_votes(key).__getitem__, pairs))
    # With this added, the highest bit of a byte says whether more than half of the pairs have voted for its place.
    more_than_half = votes + _IN_EACH_BYTE * (127 - len(pairs) // 2)
    digits = (more_than_half & _HIGHEST_OF_EACH).to_bytes(BITS, "big").translate(_AS_DIGITS)
    return int(digits, 2)


def likeness(plain: str, *, work: str | None, key: bytes) -> int | None:
    """The fingerprint of a message: of its text, or else of the `work` that it carries; none where it has neither."""
    if plain:
        return fingerprint(plain, key=key)
    return None if work is None else exact(work, key=key)


def exact(text: str, *, key: bytes) -> int:
    """64 bits that only the same text has."""
    digest = blake2b(text.encode("utf-8", "surrogatepass"), key=key, digest_size=_BYTES).digest()
    return int.from_bytes(digest, "little")


class _Votes(dict[str, int]):
    """The bits of each pair's hash, each in a byte of its own, so that many add up side by side in one great number."""

    def __init__(self, key: bytes) -> None:
        super().__init__()
        self._key = key

    def __missing__(self, pair: str) -> int:
        if len(self) >= MOST_KNOWN:
            self.clear()
        digest = blake2b(pair.encode("utf-8", "surrogatepass"), key=self._key, digest_size=_BYTES).digest()
        self[pair] = votes = int.from_bytes(b"".join([_SPREAD[byte] for byte in digest]), "little")
        return votes


@lru_cache(maxsize=4)
def _votes(key: bytes) -> _Votes:
    """What is known of the pairs by a key; a database has one."""
    return _Votes(key)


def nearly_same(one: str, other: str) -> bool:
    """Whether two plain texts say nearly the same; they were kept, so that no chance is in it as with fingerprints.

    So do those that share nine in ten of their pairs of neighbouring characters (L. R. Dice, "Measures of the Amount of
    Ecologic Association Between Species", 1945), or where one has something more in one place, up to a third.

    A Chinese text has so few pairs that a particle more breaks too many of them: it is compared without those, and by
    one of several ways to put a word. The tests (`tests/models/test_rules.py`) hold the pairs by which that was chosen:
    without particles those that are the same have 0.91 and more of their pairs in common, or one of them has a word
    more; those that only look alike ("去年读了什么", "今年读了什么") have 0.83 at most. One that denies is another.
    """
    if one == other:
        return True
    one, other = _said(one), _said(other)
    return _denials(one) == _denials(other) and (one == other or _share_pairs(one, other) or _has_more(one, other))


def _share_pairs(one: str, other: str) -> bool:
    pairs, others = ({a + b for a, b in pairwise(text)} for text in (one, other))
    return bool(pairs) and 2 * len(pairs & others) >= ALIKE * (len(pairs) + len(others))


def _has_more(one: str, other: str) -> bool:
    shorter, longer = sorted((one, other), key=len)
    added = len(longer) - len(shorter)
    begun = next((place for place, (a, b) in enumerate(zip(shorter, longer, strict=False)) if a != b), len(shorter))
    return 0 < added <= len(shorter) * MORE and shorter[begun:] == longer[begun + added :]


@lru_cache(maxsize=4096)
def _said(plain: str) -> str:
    """A plain text without Chinese particles, and with one word for several that say the same."""
    said = _EITHER.sub(r"\1", plain.translate(_PARTICLES))
    for word, usual in _WAYS:
        said = said.replace(word, usual)
    return said or plain


def _denials(said: str) -> int:
    return sum(map(said.count, _DENYING))


def find_like(one: int, others: Iterable[int]) -> int | None:
    """The place of the first of `others` that says the same as `one`."""
    for place, other in enumerate(others):
        if (one ^ other).bit_count() <= NEAR:
            return place
    return None
