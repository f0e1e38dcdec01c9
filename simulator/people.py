"""A person in Telegram: everything a person does there, put together."""

from simulator.acts.answering import AnsweringActs
from simulator.acts.leading import LeadingActs
from simulator.acts.membership import MembershipActs
from simulator.acts.private import PrivateActs
from simulator.acts.writing import WritingActs


class Person(WritingActs, AnsweringActs, MembershipActs, LeadingActs, PrivateActs):
    """Every act takes `at=`, the time it carries; without it, now."""
