"""What administrators may do to a member's points by hand, and how they write down how many."""

import re
import unicodedata
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

from models.rules.points import in_hundredths
from models.rules.settings import Unit, number
from models.rules.words import tidy

_AMOUNT = re.compile(r"\+?[0-9]{1,12}(?:[.,][0-9]{1,2})?")
LONGEST_REASON = 200


class Kind(StrEnum):
    """What an administrator does to a member; also the action under which it stands in the ledger and the audit."""

    GRANT = "grant"
    DEDUCT = "deduct"
    REVERSE = "reverse"
    FREEZE = "freeze"
    UNFREEZE = "unfreeze"


# Which of Telegram's own rights it takes; every administrator has `can_manage_chat`. Freezing is a penalty.
RIGHTS = {
    Kind.GRANT: "can_manage_chat",
    Kind.DEDUCT: "can_manage_chat",
    Kind.REVERSE: "can_manage_chat",
    Kind.FREEZE: "can_restrict_members",
    Kind.UNFREEZE: "can_restrict_members",
}


@dataclass(frozen=True)
class CorrectionsSettings:
    """What administrators can give and take by hand."""

    most_at_once_points: int = number(
        100_000, "The most that one /grant or /deduct can change.", unit=Unit.POINTS, least=1, most=10_000_000
    )


def amount(written: str) -> int | None:
    """Points as somebody typed them, in hundredths; nothing if that is no number of at most two decimals.

    Full-width digits and a decimal comma are read too. Whether it is within bounds is another matter.
    """
    plain = unicodedata.normalize("NFKC", written)
    return in_hundredths(Decimal(plain.replace(",", "."))) if _AMOUNT.fullmatch(plain) else None


def reason(written: str) -> str:
    """A reason on one line, of a length that fits a line of the list."""
    plain = tidy(written)
    return plain if len(plain) <= LONGEST_REASON else plain[: LONGEST_REASON - 1].rstrip() + "…"
