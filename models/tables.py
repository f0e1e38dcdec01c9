"""Every module that has tables: importing this one completes the metadata."""

from models import (
    activity,
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
    secret_keys,
    updates,
)
from models.schema import Base

MODULES = (
    activity,
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
    secret_keys,
    updates,
)
METADATA = Base.metadata
