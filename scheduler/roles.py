"""Giving roles, warning those who may lose one, and ending what is not earned any more."""

from models import roles
from scheduler.stretches import Round


def judging() -> Round:
    """Judge those who hold a role or have earned lately, once a day in each community, in its morning."""
    return Round(roles.look, roles.judge)
