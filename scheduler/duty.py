"""What a feature does when something of its kind is due."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection

from models.occurrences import Due, Settled
from models.rules.occasions import Occasion, Why


@dataclass(frozen=True)
class Duty:
    """A kind of timed work and what carries it out, for several communities at once.

    `work` is plain synchronous Core with a few statements for all of them, writes its events to the outbox, and returns
    which it has skipped and why; what it does not name is done. `left_out` brings to an end what is stuck without an
    occurrence that is not carried out, for whatever reason.
    """

    occasion: Occasion
    work: Callable[[Connection, Sequence[Due], datetime], Settled]
    left_out: Callable[[Connection, Due, Why, datetime], None] | None = None
