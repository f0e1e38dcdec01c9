"""What `/points` says."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from handlers.texts import ways
from handlers.texts.periods import period_name
from handlers.texts.profile import to_spend
from handlers.texts.reader import Html, Reader, lines, paragraphs
from models.earn import Price
from models.rules.fairness import Tier
from models.rules.points import Period
from models.rules.ways import TIERS


@dataclass(frozen=True)
class Purse:
    """A member's points in hundredths: now, by period, and today's by action, of what each can bring.

    `caps` are what a tier's ways can bring together.
    """

    balance: int
    scores: Mapping[Period, int]
    today: Mapping[str, int]
    prices: Sequence[Price]
    caps: Mapping[Tier, int]


def about(reader: Reader) -> Html:
    """What the command is for."""
    return reader.say("your points, and what today has brought")


def brief(reader: Reader, *, name: str, balance: int) -> Html:
    """The one line in the group."""
    return reader.say("{name} · {points}", name=reader.name(name), points=reader.points_in_words(balance))


def full(reader: Reader, *, title: str, purse: Purse) -> Html:
    """All of it in the private chat."""
    earned = [
        reader.say("{period}: {points}", period=period_name(reader, period), points=reader.points(purse.scores[period]))
        for period in Period
        if period is not Period.ALL
    ]
    return paragraphs(
        reader.say("<b>{title}</b>", title=reader.title(title)),
        to_spend(reader, balance=purse.balance, lifetime=purse.scores[Period.ALL]),
        lines(*earned),
        _today(reader, purse),
        reader.say("/why shows each entry, /earn what else counts."),
    )


def _today(reader: Reader, purse: Purse) -> Html | None:
    kinds = [lines(*brought) for tier in Tier if (brought := _of_tier(reader, purse, tier))]
    if not kinds:
        return None
    # A line between them shows which ways a sum is of.
    return paragraphs(lines(reader.say("Today by what you did:"), kinds[0]), *kinds[1:])


def _of_tier(reader: Reader, purse: Purse, tier: Tier) -> list[Html]:
    """What the ways of a tier have brought today, and together, where one has no limit of its own."""
    cap = purse.caps.get(tier, 0)
    prices = [price for price in purse.prices if TIERS[price.action] is tier and purse.today.get(price.action)]
    brought = [_brought(reader, price, purse.today[price.action], together=cap) for price in prices]
    if all(price.once_a_day or price.daily_cap < cap for price in prices):
        return brought
    total = reader.points(sum(purse.today[price.action] for price in prices))
    return [*brought, reader.say("All of this kind: {points} of at most {cap}.", points=total, cap=reader.points(cap))]


def _brought(reader: Reader, price: Price, points: int, *, together: int) -> Html:
    """What a way has brought today, of what it can bring, unless it is bounded with all of its tier `together`."""
    deed, brought = ways.deed(reader, price.action), reader.points(points)
    if price.once_a_day or price.daily_cap >= together:
        return reader.say("• {deed}: {points}", deed=deed, points=brought)
    cap = reader.points(price.daily_cap)
    return reader.say("• {deed}: {points} of at most {cap}", deed=deed, points=brought, cap=cap)
