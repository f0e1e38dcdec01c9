"""Telling administrators and answer experts of questions that nobody has answered, at most once a day."""

from models import questions
from models.rules.questions import REMIND
from scheduler.duty import Duty

REMINDER = Duty(REMIND, questions.remind)
