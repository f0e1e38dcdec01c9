"""Secrets that the database itself keeps, each made when it is first wanted."""

import secrets

from sqlalchemy import Connection, LargeBinary, String
from sqlalchemy.orm import Mapped, mapped_column

from models.bulk import look_up, upsert
from models.schema import Base

BYTES = 32


class SecretKeys(Base):
    """Global: one row per secret. They lie here and not in the configuration, so that a backup is whole."""

    __tablename__ = "secret_keys"

    name: Mapped[str] = mapped_column(String(32), primary_key=True)
    value: Mapped[bytes] = mapped_column(LargeBinary)


def secret_key(connection: Connection, name: str) -> bytes:
    """The secret called `name`; two who make it at once get the same one."""
    found = _kept(connection, name)
    if found is not None:
        return found
    upsert(connection, SecretKeys, ("name", "value"), [(name, secrets.token_bytes(BYTES))])
    made = _kept(connection, name)
    assert made is not None  # noqa: S101 - ours or another's, it is there now
    return made


def _kept(connection: Connection, name: str) -> bytes | None:
    found = look_up(connection, SecretKeys, [(name,)], by=("name",), columns=("value",))
    return found[0][0] if found else None
