"""Giving roles, warning those who may lose one, and ending what is not earned any more."""

from models import merits
from scheduler.stretches import Round


def judging() -> Round:
    """Judge those who hold a role or have done enough for one, once a day in each community, in its morning."""
    return Round(merits.look, merits.judge)
