"""Keeping the tags beside members' names."""

from models import tags
from scheduler.stretches import Round


def keeping() -> Round:
    """Look whose tag may say what is so no more, a few at a time in each community."""
    return Round(tags.look, tags.judge)
