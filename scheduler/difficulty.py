"""Finding each afternoon how active everybody is held to be on the next day."""

from models import difficulty
from scheduler.stretches import Round


def looking_ahead() -> Round:
    """Find it for the communities where that is on, once a day."""
    return Round(difficulty.look, difficulty.look_ahead)
