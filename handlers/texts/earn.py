"""What `/earn` says: the numbers in force, as a member needs to know them."""

from collections.abc import Sequence

from handlers.texts import ways
from handlers.texts.reader import Html, Reader, lines, paragraphs
from models.earn import Numbers, Price
from models.rules.checkins import CHECKIN
from models.rules.difficulty import bounds
from models.rules.fairness import Tier
from models.rules.replies import REPLY

MOST_IN_A_LINE = 4


def about(reader: Reader) -> Html:
    """What the command is for."""
    return reader.say("what earns points here")


def brief(reader: Reader, *, numbers: Numbers) -> Html:
    """The one line in the group."""
    if not numbers.prices:
        return _nothing(reader)
    offers = [
        reader.say("{deed} {points}", deed=ways.deed(reader, price.action), points=_worth(reader, price))
        for price in _foremost(numbers.prices)
    ]
    if len(offers) < len(numbers.prices):
        return reader.say("Points: {offers}, and more.", offers=reader.listed(offers))
    return reader.say("Points: {offers}.", offers=reader.listed(offers))


def _foremost(prices: Sequence[Price]) -> list[Price]:
    """The first way, which is talking, and those worth the most: a line has room for few."""
    most = sorted(prices[1:], key=lambda price: price.points, reverse=True)[: MOST_IN_A_LINE - 1]
    return [price for price in prices if price is prices[0] or price in most]


def full(reader: Reader, *, title: str, numbers: Numbers) -> Html:
    """All of it in the private chat."""
    heading = reader.say("<b>{title}</b> · what earns points now", title=reader.title(title))
    if not numbers.prices:
        return paragraphs(heading, _nothing(reader))
    return paragraphs(
        heading,
        *[_tier(reader, numbers, tier) for tier in Tier],
        lines(reader.say("So that it stays fair:"), *_fairness(reader, numbers)),
        reader.say("/why shows what you got, and what did not count."),
    )


def _tier(reader: Reader, numbers: Numbers, tier: Tier) -> Html | None:
    """What the ways of a tier earn, and the limit that they have together."""
    prices = numbers.in_tier(tier)
    if not prices:
        return None
    cap = reader.points_in_words(numbers.fairness.daily_cap(tier))
    on_top = tier is Tier.BASIC and _replies(numbers)
    return lines(
        *[_price(reader, price, numbers.fairness.daily_cap(tier)) for price in prices],
        reader.say("A reply earns this on top of what the message earns.") if on_top else None,
        reader.say("All of this together brings at most {cap} a day.", cap=cap),
        _by_pace(reader, tier, prices) if numbers.difficulty.on else None,
    )


def _by_pace(reader: Reader, tier: Tier, prices: Sequence[Price]) -> Html | None:
    """What difficulty does to a tier, by the bounds of its formula."""
    least, most = bounds()[tier]
    factor = reader.points(most)
    if tier is Tier.ADVANCED:
        return reader.say("This counts up to ×{most} for those who were quiet in the two weeks before.", most=factor)
    if tier is Tier.COCREATION:
        return reader.say("This counts up to ×{most} for those who were busy in the two weeks before.", most=factor)
    if all(price.action == CHECKIN.action for price in prices):
        return None
    talk = reader.say(
        "Messages, replies and reactions count ×{most} for those who were quiet in the two weeks before, "
        "down to ×{least} for those who write all day.",
        most=factor,
        least=reader.points(least),
    )
    checkin = any(price.action == CHECKIN.action for price in prices)
    return lines(talk, reader.say("Check-ins always count the same.") if checkin else None)


def _replies(numbers: Numbers) -> bool:
    return any(price.action == REPLY.action for price in numbers.prices)


def _nothing(reader: Reader) -> Html:
    return reader.say("Nothing earns points here at the moment.")


def _worth(reader: Reader, price: Price) -> Html:
    """What a deed is worth; where deeds are graded, from the least to the best."""
    if price.best is None or price.best <= price.points:
        return reader.points(price.points)
    return reader.say("{least} to {best}", least=reader.points(price.points), best=reader.points(price.best))


def _price(reader: Reader, price: Price, together: int) -> Html:
    """A way and its limit; one that has no other than all of its tier `together` says none."""
    deed, points = ways.deed(reader, price.action), _worth(reader, price)
    if price.once_a_day:
        return reader.say("• {deed}: {points}, once a day", deed=deed, points=points)
    if price.daily_cap >= together:
        return reader.say("• {deed}: {points}", deed=deed, points=points)
    cap = reader.points(price.daily_cap)
    return reader.say("• {deed}: {points}, at most {cap} a day", deed=deed, points=points, cap=cap)


def _fairness(reader: Reader, numbers: Numbers) -> list[Html | None]:
    return [
        _message(reader, numbers),
        _reply(reader, numbers),
        _again(reader, numbers),
        _reaction(reader, numbers),
        _mutual(reader, numbers),
        _gate(reader, numbers),
    ]


def _message(reader: Reader, numbers: Numbers) -> Html | None:
    letters, pause = numbers.messages.least_letters, numbers.messages.cool_down_seconds
    long_enough = (
        reader.say_many(
            "• A message needs at least {number} letter; a Chinese character is worth three.",
            "• A message needs at least {number} letters; a Chinese character is worth three.",
            letters,
        )
        if letters > 1
        else None
    )
    slow_enough = (
        reader.say_many(
            "• Messages that count are at least {number} second apart.",
            "• Messages that count are at least {number} seconds apart.",
            pause,
        )
        if pause
        else None
    )
    return lines(long_enough, slow_enough) or None


def _reply(reader: Reader, numbers: Numbers) -> Html | None:
    """The pause between replies, where it is another than that between messages, which they are as well."""
    pause = numbers.replies.cool_down_seconds
    if not _replies(numbers) or pause <= numbers.messages.cool_down_seconds:
        return None
    return reader.say_many(
        "• Replies that count are at least {number} second apart.",
        "• Replies that count are at least {number} seconds apart.",
        pause,
    )


def _reaction(reader: Reader, numbers: Numbers) -> Html | None:
    """The pause between reactions that earn who gives them something; who receives them has none."""
    pause = numbers.reactions.given_cool_down_seconds
    if not (numbers.reactions.given_points and pause):
        return None
    return reader.say_many(
        "• Reactions that you give count when they are at least {number} second apart.",
        "• Reactions that you give count when they are at least {number} seconds apart.",
        pause,
    )


def _again(reader: Reader, numbers: Numbers) -> Html | None:
    forwarded = reader.say("• What is forwarded does not count.")
    if not numbers.likeness.days:
        return forwarded
    again = reader.say_many(
        "• The same text counts once in {number} day.",
        "• The same text counts once in {number} days.",
        numbers.likeness.days,
    )
    return lines(again, forwarded)


def _mutual(reader: Reader, numbers: Numbers) -> Html | None:
    if not (numbers.reactions.given_points or numbers.reactions.received_points):
        return None
    return reader.say_many(
        "• Reactions that go back and forth between two count in full {number} time a week, then half, a quarter…",
        "• Reactions that go back and forth between two count in full {number} times a week, then half, a quarter…",
        numbers.reactions.mutual_in_full,
    )


def _gate(reader: Reader, numbers: Numbers) -> Html | None:
    hours, messages = numbers.newcomers.gate_hours, numbers.newcomers.gate_messages
    if not (hours or messages):
        return None
    written = reader.say_many("{number} message", "{number} messages", messages)
    if not hours:
        return reader.say("• A newcomer's reactions wait for {messages} of theirs.", messages=written)
    waiting = reader.say_many("{number} hour", "{number} hours", hours)
    if not messages:
        return reader.say("• A newcomer's reactions wait {hours}, then they count.", hours=waiting)
    return reader.say(
        "• A newcomer's reactions wait {hours} and for {messages} of theirs, then they count.",
        hours=waiting,
        messages=written,
    )
