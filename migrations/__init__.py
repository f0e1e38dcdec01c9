"""The database's versions. `HEAD` is the newest; it stands here so that a start need not load Alembic to know it."""

HEAD = "0001"
