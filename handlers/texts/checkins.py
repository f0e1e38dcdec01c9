"""What is said to who checks in."""

from collections.abc import Sequence

from handlers.texts import challenges
from handlers.texts.reader import Html, Reader, lines, paragraphs, plain
from models.checkins import CheckedIn
from models.rules.checkins import How

# So many characters Telegram flashes to who presses a button.
LONGEST_FLASH = 200


def about(reader: Reader) -> Html:
    """What the command is for."""
    return reader.say("check in for today")


def check_in(reader: Reader) -> Html:
    """The button that checks in who presses it."""
    return reader.say("Check in")


def brief(reader: Reader, *, name: str, done: CheckedIn) -> Html:
    """The one line in the group."""
    return Html(" · ".join([reader.name(name), *_short(reader, done)]))


def pressed(reader: Reader, *, done: CheckedIn, challenge: Html | None = None) -> Html:
    """The short word to who pressed the button, whole sentences only; `/checkin` in private has all of it.

    Under a challenge's post it begins with what that press means for the `challenge`.
    """
    said = " · ".join(_short(reader, done))
    told = Html(said[:1].upper() + said[1:])
    for one in [challenge, *_news(reader, done)]:
        longer = lines(told, one)
        if len(plain(longer)) <= LONGEST_FLASH:
            told = longer
    return told


def _short(reader: Reader, done: CheckedIn) -> list[Html]:
    if done.outcome is None:
        return [reader.say("already checked in today"), *_in_a_row(reader, done.standing.streak)]
    streak = _in_a_row(reader, done.outcome.streak) or [reader.say("checked in")]
    return [reader.gain(done.points), *streak] if done.points else streak


def _in_a_row(reader: Reader, streak: int) -> list[Html]:
    if streak < 2:
        return []
    return [reader.say_many("day {number} in a row", "day {number} in a row", streak)]


def full(reader: Reader, *, title: str, done: CheckedIn) -> Html:
    """All of it in the private chat."""
    return paragraphs(
        reader.say("<b>{title}</b>", title=reader.title(title)),
        lines(_what(reader, done), *_news(reader, done)),
        lines(_longest(reader, done), _cards(reader, done)),
        lines(*[challenges.progress(reader, plan=one.plan, done=done.standing.done) for one in done.standing.joined]),
    )


def _what(reader: Reader, done: CheckedIn) -> Html:
    streak = done.standing.streak if done.outcome is None else done.outcome.streak
    words = reader.listed(_in_a_row(reader, streak))
    if done.outcome is None:
        said = reader.say("Already checked in today")
        return reader.say("{said}: {streak}.", said=said, streak=words) if words else reader.say("{said}.", said=said)
    said = reader.say("Checked in")
    parts = [part for part in (reader.gain(done.points) if done.points else None, words) if part]
    if not parts:
        return reader.say("{said}.", said=said)
    return reader.say("{said}: {streak}.", said=said, streak=reader.clauses(parts))


def _news(reader: Reader, done: CheckedIn) -> Sequence[Html]:
    """What a check-in has changed beside points and streak."""
    outcome = done.outcome
    if outcome is None:
        return []
    said = []
    if done.is_double:
        said.append(reader.say("Double, in your first days here."))
    if done.is_for_yesterday:
        said.append(reader.say("It counted for {day}. Once more is for today.", day=reader.day(outcome.day)))
    by_card = [day for day, how in sorted(outcome.bridged.items()) if how is How.CARD]
    if by_card:
        days = reader.listed([reader.day(day) for day in by_card])
        said.append(reader.say("A make-up card repaired {days}.", days=days))
    said += [challenges.finished(reader, plan=one.plan) for one in done.finished]
    if outcome.brings_card:
        said.append(reader.say("Your streak brought a make-up card: it repairs a missed day by itself."))
    return said


def _longest(reader: Reader, done: CheckedIn) -> Html | None:
    longest = done.standing.longest
    if longest <= done.standing.streak:
        return None
    return reader.say_many("Your longest: {number} day in a row.", "Your longest: {number} days in a row.", longest)


def _cards(reader: Reader, done: CheckedIn) -> Html | None:
    cards = done.standing.cards
    if not cards:
        return None
    return reader.say_many("You have {number} make-up card.", "You have {number} make-up cards.", cards)


def is_off(reader: Reader) -> Html:
    """The group has not switched it on."""
    return reader.say("Checking in is off here. Administrators can switch it on in /settings.")


def write_first(reader: Reader) -> Html:
    """Somebody presses who was never seen in the group."""
    return reader.say("I have not met you here yet. Say something in the group, then press again.")
