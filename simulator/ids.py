"""Identifiers as large and as irregular as Telegram's, the same ones for the same seed."""

import random
import string

LETTERS = string.ascii_letters + string.digits + "_-"


class Ids:
    def __init__(self, seed: int) -> None:
        # Reproducible names for things, not secrets.
        self._random = random.Random(seed)  # noqa: S311

    def user(self) -> int:
        # Beyond 32 bits on purpose, within the 52 that Telegram promises.
        return self._random.randrange(2**33, 2**52)

    def supergroup(self) -> int:
        return -(1_000_000_000_000 + self._random.randrange(1_100_000_000, 9_999_999_999))

    def group(self) -> int:
        return -self._random.randrange(100_000_000, 5_000_000_000)

    def first_update(self) -> int:
        return self._random.randrange(10_000_000, 900_000_000)

    def number(self) -> str:
        return str(self._random.randrange(10**17, 10**18))

    def word(self, length: int) -> str:
        return "".join(self._random.choices(LETTERS, k=length))
