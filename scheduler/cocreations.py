"""A co-creation opens by itself, is voted on, and comes to its end."""

from models import cocreation_steps
from models.rules.cocreations import CLOSE, OPEN, SETTLE, VOTE
from scheduler.duty import Duty

DUTIES = (
    Duty(OPEN, cocreation_steps.open_due),
    Duty(VOTE, cocreation_steps.vote_due, cocreation_steps.end_without_vote),
    Duty(CLOSE, cocreation_steps.close_due, cocreation_steps.end_without_result),
    Duty(SETTLE, cocreation_steps.settle_due, cocreation_steps.end_without_result),
)
