"""What is said of challenges: to the group, to who joins, and to administrators."""

from collections.abc import Collection
from datetime import date

from handlers.texts.reader import Html, Reader, lines
from models.challenges import Result
from models.checkins import Participation
from models.rules import challenges as rules
from models.rules.challenges import Obstacle, Plan


def about(reader: Reader) -> Html:
    """What the command is for."""
    return reader.say("start a check-in challenge")


def name(reader: Reader, plan: Plan) -> Html:
    """What a challenge is called."""
    if plan.title:
        return reader.title(plan.title)
    return reader.say_many("{number}-day challenge", "{number}-day challenge", plan.days)


def opened(reader: Reader, *, plan: Plan) -> Html:
    """The post in the group."""
    first, last = reader.day(plan.starts_on), reader.day(plan.ends_on)
    return lines(
        reader.say_many(
            "<b>{name}</b>: check in on {number} day, from {first} to {last}.",
            "<b>{name}</b>: check in on {number} days, from {first} to {last}.",
            plan.days,
            name=name(reader, plan),
            first=first,
            last=last,
        ),
        reader.say("Join, then check in on all of them: that brings {prize}.", prize=_prize(reader, plan)),
    )


def shut(reader: Reader, *, plan: Plan, is_stopped: bool) -> Html:
    """The same post once nobody can join any more."""
    over = reader.say("An administrator has ended it.") if is_stopped else reader.say("It is over.")
    return lines(opened(reader, plan=plan), over)


def _prize(reader: Reader, plan: Plan) -> Html:
    if not plan.prize:
        return reader.say("a badge")
    return reader.say("{points} and a badge", points=reader.points_in_words(plan.prize))


def join(reader: Reader) -> Html:
    """The button under the post."""
    return reader.say("Join")


def joined(reader: Reader, *, plan: Plan, has_begun: bool = True) -> Html:
    """Somebody takes part from now on, or from its first day on."""
    first, last = reader.day(plan.starts_on), reader.day(plan.ends_on)
    if has_begun:
        return reader.say("You are in. Check in each day until {last}.", last=last)
    return reader.say("You are in. Check in each day from {first} to {last}.", first=first, last=last)


def progress(reader: Reader, *, plan: Plan, done: Collection[date]) -> Html:
    """How far somebody is."""
    kept = reader.number(rules.progress(plan, done=done))
    return reader.say_many(
        "{name}: {kept} of {number} day.",
        "{name}: {kept} of {number} days.",
        plan.days,
        name=name(reader, plan),
        kept=kept,
    )


def finished(reader: Reader, *, plan: Plan) -> Html:
    """Somebody has all of its days."""
    called, prize = name(reader, plan), _prize(reader, plan)
    return reader.say("You finished {name}: {prize}.", name=called, prize=prize)


def ended(reader: Reader, *, plan: Plan, result: Result) -> Html:
    """The result in the group."""
    return reader.say_many(
        "<b>{name}</b> is over: {finished} of {number} completed it.",
        "<b>{name}</b> is over: {finished} of {number} completed it.",
        result.joined,
        name=name(reader, plan),
        finished=reader.number(result.finished),
    )


def unjoined(reader: Reader, *, title: str, plan: Plan) -> Html:
    """Those who run the group are told that there is no result."""
    return reader.say(
        "<b>{title}</b>: “{name}” is over. Nobody joined, so the group hears nothing of it.",
        title=reader.title(title),
        name=name(reader, plan),
    )


def called_off(reader: Reader, *, title: str, plan: Plan, obstacle: Obstacle) -> Html:
    """Those who run the group are told that Telegram did not take a challenge."""
    first = reader.say(
        "<b>{title}</b>: I could not post “{name}”, so it is called off.",
        title=reader.title(title),
        name=name(reader, plan),
    )
    return lines(first, _called_off_why(reader, obstacle))


def _called_off_why(reader: Reader, obstacle: Obstacle) -> Html:
    if obstacle is Obstacle.CLOSED:
        return reader.say("That topic of the forum is closed. Open it, or choose another; then send /challenge again.")
    if obstacle is Obstacle.GONE:
        return reader.say("That topic of the forum is gone. Send /challenge again in another one.")
    return reader.say("I may not write there. Once I may, send /challenge again.")


def untold(reader: Reader, *, title: str, plan: Plan, obstacle: Obstacle, result: Result) -> Html:
    """Those who run the group are told the result that the group could not be told."""
    first = reader.say("<b>{title}</b>: I could not tell the group this result:", title=reader.title(title))
    if obstacle is Obstacle.CLOSED:
        return lines(first, ended(reader, plan=plan, result=result), reader.say("The topic General is closed."))
    return lines(first, ended(reader, plan=plan, result=result), reader.say("I may not write there."))


def started(reader: Reader, *, plan: Plan) -> Html:
    """An administrator has started it."""
    return reader.say("Started: {name}.", name=name(reader, plan))


def length_chosen(reader: Reader, *, plan: Plan, participation: Participation) -> Html:
    """An administrator has left it to Kith how long it is, and is told why it is so long."""
    first = _days_for_a_badge(reader, plan)
    if not participation.checked_in:
        why = reader.say("Nobody has checked in on the last seven days, so I begin with few.")
    else:
        share = participation.checked_in * 100 // participation.active
        why = reader.say(
            "On the last seven days {share}% of those who were active checked in.", share=reader.number(share)
        )
    return lines(
        reader.say("{first} {why}", first=first, why=why),
        reader.say("Days and points before the name set both: <code>/challenge 21 10 Early birds</code>."),
    )


def _days_for_a_badge(reader: Reader, plan: Plan) -> Html:
    return reader.say_many("{number} day, for a badge.", "{number} days, for a badge.", plan.days)


def stopped(reader: Reader, *, plan: Plan) -> Html:
    """An administrator has stopped it."""
    return reader.say("Stopped: {name}. Whoever has finished it keeps the prize.", name=name(reader, plan))


def usage(reader: Reader) -> Html:
    """How the command is written."""
    return lines(
        reader.say("Days and a name: <code>/challenge 7 Read a page a day</code>. It begins tomorrow, for a badge."),
        reader.say("With points as a prize between them: <code>/challenge 21 10 Early birds</code>."),
        reader.say("A name alone, <code>/challenge Early birds</code>: I choose the days, by how many check in."),
        reader.say(
            "Another first day stands before the name: <code>/challenge 21 10 2026-12-01 Early birds</code>. "
            "<code>/challenge stop</code> ends it."
        ),
    )


def impossible(reader: Reader) -> Html:
    """It cannot be so long, so far away, or so rich."""
    return reader.say(
        "A challenge has {least} to {most} days, begins within {ahead} days and brings {prize} at most.",
        least=reader.number(rules.SHORTEST),
        most=reader.number(rules.LONGEST),
        ahead=reader.number(rules.FURTHEST.days),
        prize=reader.points_in_words(rules.MOST_PRIZE),
    )


def one_is_open(reader: Reader) -> Html:
    """There is one already."""
    return reader.say("There is a challenge already. <code>/challenge stop</code> ends it.")


def no_challenge(reader: Reader) -> Html:
    """There is none, or it is over."""
    return reader.say("No challenge is on.")


def too_late(reader: Reader) -> Html:
    """A day of it has passed without a check-in."""
    return reader.say("Too late for this challenge: a day of it has passed without you. You can join the next.")


def only_in_the_group(reader: Reader) -> Html:
    """In private it is not clear which group is meant."""
    return lines(reader.say("Send that in the group that it is for."), usage(reader))
