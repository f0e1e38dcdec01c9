"""What one engine has compiled the next one need not compile anew.

SQLAlchemy keeps what becomes of a statement with the engine, and each test has engines of its own: a hundred statements
compiled in every one of them were an eighth of all that the tests about a running Kith take.
"""

from collections.abc import MutableMapping
from typing import Any

from sqlalchemy import Dialect, Engine
from sqlalchemy.dialects.postgresql.asyncpg import PGDialect_asyncpg
from sqlalchemy.dialects.sqlite.aiosqlite import SQLiteDialect_aiosqlite
from sqlalchemy.dialects.sqlite.pysqlite import SQLiteDialect_pysqlite
from sqlalchemy.util import LRUCache

# All that Kith ever says, in every dialect, with room to spare.
MOST = 10_000

# Those that Kith uses; it makes all engines of a kind alike, and there is one server.
DIALECTS: tuple[type[Dialect], ...] = (SQLiteDialect_aiosqlite, SQLiteDialect_pysqlite, PGDialect_asyncpg)


def share_compiled() -> None:
    """Have all engines of this process look at the same place for what was compiled, and dialects of a kind agree."""
    compiled: MutableMapping[Any, Any] = LRUCache(MOST)
    Engine._compiled_cache = property(lambda _engine: compiled, lambda _engine, _own: None)  # type: ignore[assignment]
    for dialect in DIALECTS:
        dialect.__eq__ = _is_alike  # type: ignore[assignment]
        dialect.__hash__ = _kind  # type: ignore[assignment]


def _is_alike(one: Dialect, other: object) -> bool:
    return type(one) is type(other)


def _kind(one: Dialect) -> int:
    return hash(type(one))
