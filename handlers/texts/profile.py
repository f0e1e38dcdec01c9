"""What `/me` says."""

from handlers.texts.reader import Html, Reader, lines, paragraphs
from models.profile import Card


def about(reader: Reader) -> Html:
    """What the command is for."""
    return reader.say("your points and how your week goes")


def brief(reader: Reader, *, name: str, card: Card) -> Html:
    """The one line in the group."""
    points = reader.points_in_words(card.balance)
    if card.week.rank is None:
        return reader.say("{name} · {points}", name=reader.name(name), points=points)
    place = reader.place(card.week.rank)
    return reader.say("{name} · {points} · {place} this week", name=reader.name(name), points=points, place=place)


def more(reader: Reader) -> Html:
    """The button that leads to the private chat."""
    return reader.say("More in private")


def full(reader: Reader, *, card: Card) -> Html:
    """The whole card in the private chat."""
    return paragraphs(
        reader.say("<b>{title}</b>", title=reader.title(card.title)),
        lines(_points(reader, card), _week(reader, card), _cap(reader, card)),
        _doings(reader, card),
        reader.say("Here since {day}.", day=reader.day_with_year(card.since)) if card.since else None,
    )


def _points(reader: Reader, card: Card) -> Html:
    points = reader.points_in_words(card.balance)
    if card.lifetime == card.balance:
        return reader.say("{points} to spend.", points=points)
    earned = reader.points(card.lifetime)
    if card.balance < 0:
        return reader.say("{points} now, so nothing to spend; {earned} earned in all.", points=points, earned=earned)
    return reader.say("{points} to spend, {earned} earned in all.", points=points, earned=earned)


def _week(reader: Reader, card: Card) -> Html:
    points = reader.points_in_words(card.week.points)
    if card.week.rank is not None:
        return reader.say("This week: {points}, {place}.", points=points, place=reader.place(card.week.rank))
    if card.week.points > 0:  # somebody who is not listed
        return reader.say("This week: {points}.", points=points)
    return reader.say("This week: nothing yet. A message is a good start.")


def _cap(reader: Reader, card: Card) -> Html:
    if card.earned_today >= card.daily_cap:
        return reader.say("You have today's {cap} for chatting.", cap=reader.points_in_words(card.daily_cap))
    earned, cap = reader.points(card.earned_today), reader.points_in_words(card.daily_cap)
    return reader.say("Today: {earned} of at most {cap} for chatting.", earned=earned, cap=cap)


def _doings(reader: Reader, card: Card) -> Html | None:
    written, given, received = (
        card.messages_this_week,
        card.reactions_given_this_week,
        card.reactions_received_this_week,
    )
    sentences = (
        reader.say_many("{number} message", "{number} messages", written) if written else None,
        reader.say_many("{number} reaction given", "{number} reactions given", given) if given else None,
        reader.say_many("{number} reaction received", "{number} reactions received", received) if received else None,
    )
    done = [sentence for sentence in sentences if sentence]
    if not done:
        return None
    if not card.active_days_this_week:  # others reacted to what was written before this week
        return reader.say("You this week: {doings}.", doings=reader.listed(done))
    days = reader.say_many("on {number} day", "on {number} days", card.active_days_this_week)
    return reader.say("You this week: {doings}, {days}.", doings=reader.listed(done), days=days)


def which(reader: Reader) -> Html:
    """Somebody is in several communities: which one is meant?"""
    return reader.say("Which group?")


def nowhere(reader: Reader) -> Html:
    """Somebody asks in private and was never seen in a group."""
    return reader.say("I have not met you in a group yet. Say something where I am, then ask me again.")


def not_a_member(reader: Reader) -> Html:
    """A link or button for a community in which this person was never seen."""
    return reader.say("I have not met you in that group yet.")
