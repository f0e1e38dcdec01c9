"""Giving badges to those who have come to them."""

from models import badges
from scheduler.stretches import Round


def judging() -> Round:
    """Look who has earned since the last time."""
    return Round(badges.look, badges.judge)
