"""The daily topic comes, and is closed."""

from models import topic_days
from models.rules.topics import CLOSE, POST
from scheduler.duty import Duty

DUTIES = (Duty(POST, topic_days.post_due), Duty(CLOSE, topic_days.close_due, topic_days.close_quietly))
