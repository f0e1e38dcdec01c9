"""Secrets that the database itself keeps, each made when it is first wanted."""

import secrets

from sqlalchemy import Connection, LargeBinary, String, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Mapped, mapped_column

from models.schema import Base

BYTES = 32


class SecretKeys(Base):
    """Global: one row per secret. They lie here and not in the configuration, so that a backup is whole."""

    __tablename__ = "secret_keys"

    name: Mapped[str] = mapped_column(String(32), primary_key=True)
    value: Mapped[bytes] = mapped_column(LargeBinary)


def secret_key(connection: Connection, name: str) -> bytes:
    """The secret called `name`; two who make it at once get the same one."""
    wanted = select(SecretKeys.value).where(SecretKeys.name == name)
    found = connection.execute(wanted).scalar_one_or_none()
    if found is not None:
        return found
    insert = sqlite.insert if connection.dialect.name == "sqlite" else postgresql.insert
    made = insert(SecretKeys).values(name=name, value=secrets.token_bytes(BYTES))
    connection.execute(made.on_conflict_do_nothing())
    return connection.execute(wanted).scalar_one()
