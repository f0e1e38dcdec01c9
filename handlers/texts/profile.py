"""What `/me` says."""

from datetime import timedelta

from handlers.texts import levels, roles
from handlers.texts.reader import Html, Reader, lines, paragraphs
from models.profile import Card


def about(reader: Reader) -> Html:
    """What the command is for."""
    return reader.say("your points and how your week goes")


def brief(reader: Reader, *, name: str, card: Card) -> Html:
    """The one line in the group."""
    return roles.ending(reader, _brief(reader, name, card), card.ending)


def _brief(reader: Reader, name: str, card: Card) -> Html:
    """The points and the place of the same week: what they have to spend is their own business."""
    points = reader.points_in_words(card.week.points)
    if card.week.rank is None:
        return reader.say("{name} · {points} this week", name=reader.name(name), points=points)
    place = reader.place(card.week.rank)
    return reader.say("{name} · {points} this week, {place}", name=reader.name(name), points=points, place=place)


def full(reader: Reader, *, card: Card) -> Html:
    """The whole card in the private chat."""
    return paragraphs(
        reader.say("<b>{title}</b>", title=reader.title(card.title)),
        lines(to_spend(reader, balance=card.balance, lifetime=card.lifetime), _week(reader, card), _cap(reader, card)),
        levels.on_card(reader, progress=card.level, names=card.level_names) if card.level else None,
        lines(*[roles.may_end(reader, role=role, until=until) for role, until in card.ending]) if card.ending else None,
        _curve(reader, card),
        lines(_doings(reader, card), _streak(reader, card)),
        reader.say("Here since {day}.", day=reader.day_with_year(card.since)) if card.since else None,
    )


def to_spend(reader: Reader, *, balance: int, lifetime: int) -> Html:
    """What a member has, and what they ever earned where that is more."""
    points = reader.points_in_words(balance)
    if lifetime == balance:
        return reader.say("{points} to spend.", points=points)
    earned = reader.points(lifetime)
    if balance < 0:
        return reader.say("{points} now, so nothing to spend; {earned} earned in all.", points=points, earned=earned)
    return reader.say("{points} to spend, {earned} earned in all.", points=points, earned=earned)


def _week(reader: Reader, card: Card) -> Html:
    points = reader.points_in_words(card.week.points)
    if card.week.rank is not None:
        return reader.say("This week: {points}, {place}.", points=points, place=reader.place(card.week.rank))
    if card.week.points > 0:  # somebody who is not listed, or far down
        return reader.say("This week: {points}.", points=points)
    return reader.say("This week: nothing yet. A message is a good start.")


def _cap(reader: Reader, card: Card) -> Html:
    if card.earned_today >= card.daily_cap:
        return reader.say("You have today's {cap} for messages.", cap=reader.points_in_words(card.daily_cap))
    earned, cap = reader.points(card.earned_today), reader.points_in_words(card.daily_cap)
    return reader.say("Today: {earned} of at most {cap} for messages.", earned=earned, cap=cap)


# A day's share of the week's best, from a little to all of it.
_BARS = "▁▂▃▄▅▆▇█"
_NO_BAR = "·"


def _curve(reader: Reader, card: Card) -> Html | None:
    """The points of this week's days side by side, from its second day on; a day without points has a dot."""
    best = max(card.curve, default=0)
    if best <= 0 or len(card.curve) < 2:
        return None
    bars = [_BARS[(points * len(_BARS) - 1) // best] if points > 0 else _NO_BAR for points in card.curve]
    days = [card.monday + timedelta(days=passed) for passed in range(len(bars))]
    drawn = Html(" ".join(f"{reader.weekday(day)} {bar}" for day, bar in zip(days, bars, strict=True)))
    return reader.say("Points: {days}", days=drawn)


def _streak(reader: Reader, card: Card) -> Html | None:
    if card.streak < 2:
        return None
    return reader.say_many("Active {number} day in a row.", "Active {number} days in a row.", card.streak)


def _doings(reader: Reader, card: Card) -> Html | None:
    written, given, received, checked_in = (
        card.messages_this_week,
        card.reactions_given_this_week,
        card.reactions_received_this_week,
        card.checkins_this_week,
    )
    sentences = (
        reader.say_many("{number} message", "{number} messages", written) if written else None,
        reader.say_many("{number} reaction given", "{number} reactions given", given) if given else None,
        reader.say_many("{number} reaction received", "{number} reactions received", received) if received else None,
        reader.say_many("{number} check-in", "{number} check-ins", checked_in) if checked_in else None,
    )
    done = [sentence for sentence in sentences if sentence]
    if not done:
        return None
    if not card.active_days_this_week:  # others reacted to what was written before this week
        return reader.say("You this week: {doings}.", doings=reader.listed(done))
    days = reader.say_many("on {number} day", "on {number} days", card.active_days_this_week)
    return reader.say("You this week: {doings}, {days}.", doings=reader.listed(done), days=days)


def as_picture(reader: Reader) -> Html:
    """The button under the card that has it drawn."""
    return reader.say("As a picture")


def no_picture(reader: Reader) -> Html:
    """The picture could not be drawn."""
    return reader.say("The picture could not be drawn just now. /me in words works all the same.")


def level_of(reader: Reader, *, level: int, highest: int) -> Html:
    """On the picture: which level of how many."""
    return reader.say("Level {level} of {highest}", level=reader.number(level), highest=reader.number(highest))


def points_to_spend(reader: Reader) -> Html:
    """On the picture, under a number."""
    return reader.say("points")


def week_place(reader: Reader) -> Html:
    """On the picture, under a place."""
    return reader.say("place this week")


def week_points(reader: Reader) -> Html:
    """On the picture, under a number, of who has no place."""
    return reader.say("points this week")


def days_in_a_row(reader: Reader) -> Html:
    """On the picture, under a number."""
    return reader.say("active days in a row")


def this_week(reader: Reader) -> Html:
    """On the picture, over the bars of the days."""
    return reader.say("Points day by day")


def badge_count(reader: Reader, number: int) -> Html:
    """On the picture, over the badges."""
    return reader.say_many("{number} badge", "{number} badges", number)
