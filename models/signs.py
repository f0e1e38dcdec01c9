"""Kith's own reaction on a member's message: the quiet way to say that something was noticed or has counted."""

from dataclasses import dataclass
from enum import StrEnum

from models.events import Event, event


class Sign(StrEnum):
    """What a reaction of ours means; `NONE` takes it away."""

    SEEN = "seen"
    HELPED = "helped"
    ACCEPTED = "accepted"
    FEATURED = "featured"
    NONE = "none"


@event("signs.due", version=1)
@dataclass(frozen=True)
class SignDue(Event):
    """A message is to bear a sign of ours, in place of any other of ours."""

    chat_id: int
    message_id: int
    sign: str
