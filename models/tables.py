"""Every module that has tables: importing this one completes the metadata."""

from models import (
    activity,
    communities,
    failures,
    members,
    messages,
    outbox,
    people,
    points,
    polls,
    reach,
    secret_keys,
    staff,
    standings,
    updates,
)
from models.schema import Base

MODULES = (
    activity,
    communities,
    failures,
    members,
    messages,
    outbox,
    people,
    points,
    polls,
    reach,
    secret_keys,
    staff,
    standings,
    updates,
)
METADATA = Base.metadata
