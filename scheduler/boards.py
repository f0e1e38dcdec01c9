"""The boards of weeks, months and seasons that are over post themselves."""

from models.boards import keep_quietly, post_due
from models.rules.boards import MONTH, SEASON, WEEK
from scheduler.duty import Duty

DUTIES = tuple(Duty(each, post_due, keep_quietly) for each in (WEEK, MONTH, SEASON))
