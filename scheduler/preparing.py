"""Telling administrators some days before of a weekly poll without topics, and a co-creation without a theme."""

from models import preparing
from models.rules.preparing import COCREATION, POLL
from scheduler.duty import Duty

DUTIES = (Duty(POLL, preparing.poll), Duty(COCREATION, preparing.cocreation))
