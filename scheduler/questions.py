"""Telling administrators once a day of questions that nobody has answered."""

from models import questions
from models.rules.questions import REMIND
from scheduler.duty import Duty

REMINDER = Duty(REMIND, questions.remind)
