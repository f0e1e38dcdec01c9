"""Votes that came before their poll do not wait for ever."""

from datetime import datetime

from sqlalchemy import Connection

from models import votes


def place_waiting(connection: Connection, now: datetime) -> bool:
    """Count the votes whose poll is known by now, or will not come any more; nothing is left to do after it."""
    votes.place_waiting(connection, now=now)
    return False
