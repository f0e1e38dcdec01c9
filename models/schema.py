"""What every table is made of: the base class, the column types, and how constraints are named."""

from datetime import UTC, datetime, timedelta
from typing import Annotated, Any

from sqlalchemy import JSON, TIMESTAMP, BigInteger, Dialect, Integer, MetaData, TypeDecorator
from sqlalchemy.orm import DeclarativeBase, mapped_column
from sqlalchemy.types import TypeEngine
from typing_extensions import override

# Telegram's ids have up to 52 significant bits, ours 63; SQLite stores any integer that way under this name.
Int64 = BigInteger().with_variant(Integer(), "sqlite")

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
MICROSECOND = timedelta(microseconds=1)


def in_microseconds(moment: datetime) -> int:
    """A moment as microseconds since 1970; raises `ValueError` for one without a zone."""
    return (with_zone(moment) - EPOCH) // MICROSECOND


def with_zone(moment: datetime) -> datetime:
    """The moment as it is; raises `ValueError` if it has no zone."""
    if moment.tzinfo is None:
        raise ValueError("a moment without a zone cannot be stored")
    return moment


def from_microseconds(microseconds: int) -> datetime:
    """The moment so many microseconds after 1970 began."""
    return EPOCH + microseconds * MICROSECOND


class Utc(TypeDecorator[datetime]):
    """A moment, always with its zone: `timestamptz` on PostgreSQL, microseconds since 1970 on SQLite.

    SQLite has no type for it: its text comes back without a zone and sorts wrongly when the fractions differ.
    """

    impl = TIMESTAMP(timezone=True)
    cache_ok = True

    @override
    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        if dialect.name == "sqlite":
            return dialect.type_descriptor(Integer())
        return dialect.type_descriptor(TIMESTAMP(timezone=True))

    @override
    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> Any:
        if value is None:
            return None
        return in_microseconds(value) if dialect.name == "sqlite" else with_zone(value)

    @override
    def process_result_value(self, value: Any, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        moment: datetime = from_microseconds(value) if dialect.name == "sqlite" else value.astimezone(UTC)
        return moment


class Document(TypeDecorator[Any]):
    """JSON: `jsonb` on PostgreSQL, text on SQLite."""

    impl = JSON
    cache_ok = True

    @override
    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        if dialect.name == "sqlite":
            return dialect.type_descriptor(JSON())
        # The package of a database that nobody has would take 2 MB.
        from sqlalchemy.dialects.postgresql import JSONB

        return dialect.type_descriptor(JSONB())


class Base(DeclarativeBase):
    """The parent of all tables. Keys begin with `community_id`; a table without one says why it is global."""

    metadata = MetaData(
        naming_convention={
            "ix": "ix_%(table_name)s_%(column_0_N_name)s",
            "uq": "uq_%(table_name)s_%(column_0_N_name)s",
            "ck": "ck_%(table_name)s_%(constraint_name)s",
            "fk": "fk_%(table_name)s_%(column_0_N_name)s",
            "pk": "pk_%(table_name)s",
        }
    )
    type_annotation_map = {int: Int64, datetime: Utc(), dict[str, Any]: Document()}  # noqa: RUF012 - SQLAlchemy's own protocol


CommunityKey = Annotated[int, mapped_column(Int64, primary_key=True, autoincrement=False)]
Key = Annotated[int, mapped_column(Int64, primary_key=True, autoincrement=False)]
# SQLite keeps a table with a composite key as the key's own tree: half the size and one look-up less.
COMPOSITE = {"sqlite_with_rowid": False}
