"""The boards of weeks, months and seasons that are over post themselves."""

from models.boards import post_due
from models.rules.boards import MONTH, SEASON, WEEK
from scheduler.duty import Duty

DUTIES = (Duty(WEEK, post_due), Duty(MONTH, post_due), Duty(SEASON, post_due))
