"""The number under which a person is known where they must not be named: keyed, lasting, and traced back by nobody."""

import hashlib
import hmac
from collections.abc import Iterable, Mapping
from functools import lru_cache

from sqlalchemy import ColumnElement, Connection
from sqlalchemy.orm import InstrumentedAttribute

from models.secret_keys import secret_key

# Telegram's ids have up to 52 bits: with this bit always set, a number stands far outside of them.
HIGHEST_BIT = 1 << 61


def is_pseudonym(number: int) -> bool:
    """Whether an id stands for somebody who is not named."""
    return number <= -HIGHEST_BIT


def is_named(column: InstrumentedAttribute[int]) -> ColumnElement[bool]:
    """That who stands in a column is no such number."""
    return column > -HIGHEST_BIT


def of(connection: Connection, user_ids: Iterable[int]) -> Mapping[int, int]:
    """Each person's number; the same person always has the same one in one database, also once it is all they have."""
    wanted = set(user_ids)
    if not wanted:
        return {}
    key = secret_key(connection, "forgotten")
    return {user_id: user_id if is_pseudonym(user_id) else _number(key, user_id) for user_id in wanted}


def pseudonym(connection: Connection, *, user_id: int) -> int:
    """One person's number."""
    return of(connection, [user_id])[user_id]


# Who likes and is liked does so again.
@lru_cache(maxsize=2048)
def _number(key: bytes, user_id: int) -> int:
    digest = hmac.digest(key, str(user_id).encode("ascii"), hashlib.sha256)
    return -(HIGHEST_BIT | (int.from_bytes(digest[:8], "big") % HIGHEST_BIT))
