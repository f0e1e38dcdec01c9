"""Telling Telegram the commands of groups that are new, or speak another language."""

from models import menu
from scheduler.stretches import Round


def telling() -> Round:
    """Have told what is not told yet, to some groups at a time: after an upgrade it is all of them."""
    return Round(menu.look, menu.tell, unhurried=True)
