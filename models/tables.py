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
    rejections,
    secret_keys,
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
    rejections,
    secret_keys,
    updates,
)
METADATA = Base.metadata
