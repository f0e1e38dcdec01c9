"""Every module that has tables: importing this one completes the metadata."""

from models import (
    activity,
    comings,
    communities,
    early,
    failures,
    fairness,
    likeness,
    members,
    messages,
    mutual,
    newcomers,
    outbox,
    people,
    points,
    polls,
    reach,
    rejections,
    secret_keys,
    updates,
    votes,
)
from models.schema import Base

MODULES = (
    activity,
    comings,
    communities,
    early,
    failures,
    fairness,
    likeness,
    members,
    messages,
    mutual,
    newcomers,
    outbox,
    people,
    points,
    polls,
    reach,
    rejections,
    secret_keys,
    updates,
    votes,
)
METADATA = Base.metadata
