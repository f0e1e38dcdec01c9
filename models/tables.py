"""Every module that has tables: importing this one completes the metadata."""

from models import activity, communities, failures, members, messages, outbox, people, points, polls, reach, updates
from models.schema import Base

MODULES = (activity, communities, failures, members, messages, outbox, people, points, polls, reach, updates)
METADATA = Base.metadata
