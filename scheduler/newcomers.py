"""Letting newcomers through the gate once their time has come."""

from datetime import datetime

from sqlalchemy import Connection

from models import passing


def let_pass(connection: Connection, now: datetime) -> bool:
    """Count what some newcomers have liked who are newcomers no longer; returns whether there are more of them."""
    return passing.let_pass(connection, now=now).has_more
