"""What is said about topics that members propose: to them, and on the cards of who decides."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from handlers.texts import audit
from handlers.texts.reader import Html, Reader, lines, paragraphs
from models.proposals import Proposals
from models.rules.days import local_day
from models.rules.proposals import Fault, Stage


@dataclass(frozen=True)
class Page:
    """What stands on the page of proposals: those of the next poll, one's own, and how many wait for a word."""

    title: str
    admitted: Sequence[Proposals]
    mine: Sequence[Proposals]
    longest: int
    waiting: int = 0


def about(reader: Reader) -> Html:
    """What the command is for."""
    return reader.say("propose a topic for the weekly poll")


def notice(reader: Reader) -> Html:
    """The line in the group for who has written nothing behind the command."""
    return reader.say("Write your topic after /propose, or reply with it to a message of your own.")


def proposed(reader: Reader) -> Html:
    """A proposal was taken."""
    return reader.say("Thank you. An administrator takes a look first; if it is approved, it goes into the next poll.")


def merged(reader: Reader) -> Html:
    """Somebody had nearly the same idea before."""
    return reader.say("Somebody proposed nearly the same before you. The two go on as one, so no votes are split.")


def joined(reader: Reader, *, title: str, text: str) -> Html:
    """Somebody else has had nearly the same idea, in private to who had it too."""
    return reader.say(
        "<b>{title}</b>: somebody else proposed nearly the same as your “{text}”. The two go on as one, "
        "so no votes are split.",
        title=reader.title(title),
        text=text,
    )


def joined_winner(reader: Reader, *, title: str, text: str, winner: str) -> Html:
    """The same where the other one has won a poll by then."""
    return reader.say(
        "<b>{title}</b>: “{winner}” has won the poll, and your “{text}” is nearly the same. The two go on as one.",
        title=reader.title(title),
        winner=winner,
        text=text,
    )


def page(reader: Reader, *, page: Page) -> Html:
    """The page in the private chat, which asks for a proposal."""
    heading = reader.say("<b>{title}</b> · topics for the next poll", title=reader.title(page.title))
    rows = [reader.say("• {topic}", topic=one.text) for one in page.admitted]
    mine = [_mine(reader, one) for one in page.mine]
    return paragraphs(
        heading,
        lines(*rows) if rows else reader.say("None yet."),
        lines(reader.say("Yours:"), *mine) if mine else None,
        reader.say(
            "What would you like to talk about? Write it in one message, up to {most} characters.",
            most=reader.number(page.longest),
        ),
    )


def _mine(reader: Reader, one: Proposals) -> Html:
    return reader.say("• {topic} · {state}", topic=one.text, state=state(reader, one=one))


def state(reader: Reader, *, one: Proposals) -> Html:
    """Where a proposal is."""
    if one.state == Stage.DECLINED:
        why = fault(reader, fault=Fault(one.fault or Fault.OFF_TOPIC))
        return reader.say("declined ({why})", why=why)
    words = {
        Stage.WAITING: reader.say("waits for an administrator"),
        Stage.ADMITTED: reader.say("in the next poll"),
        Stage.POLLED: reader.say("in the poll"),
        Stage.ADOPTED: reader.say("has won"),
        Stage.RESTED: reader.say("was not chosen"),
        Stage.MERGED: reader.say("one with another, nearly the same"),
    }
    return words[Stage(one.state)]


def fault(reader: Reader, *, fault: Fault) -> Html:
    """Why a proposal is declined, on a button."""
    sentences = {
        Fault.OFF_TOPIC: reader.say("Off topic"),
        Fault.UNCLEAR: reader.say("Not clear"),
        Fault.HAD_BEFORE: reader.say("Had it lately"),
        Fault.UNKIND: reader.say("Unkind"),
        Fault.ADVERT: reader.say("Advert"),
    }
    return sentences[fault]


def card(
    reader: Reader,
    *,
    title: str,
    one: Proposals,
    names: Mapping[int, str],
    backers: int,
    before: Proposals | None = None,
    into: Proposals | None = None,
) -> Html:
    """A proposal as administrators see it, and one `before` it that said nearly the same and was declined.

    `into` is the one that it goes on with.
    """
    who = reader.name(names.get(one.proposer_id))
    more = (
        reader.say_many("{number} more had nearly the same idea.", "{number} more had nearly the same idea.", backers)
        if backers
        else None
    )
    return paragraphs(
        reader.say("<b>{title}</b> · proposed topic", title=reader.title(title)),
        lines(
            reader.say("{who}: {topic}", who=who, topic=one.text),
            more,
            None if before is None else _declined_before(reader, before),
        ),
        _decided(reader, one, names, into),
    )


def _declined_before(reader: Reader, before: Proposals) -> Html:
    why = fault(reader, fault=Fault(before.fault or Fault.OFF_TOPIC))
    day = local_day(before.decided_at or before.proposed_at, time_zone=reader.time_zone)
    return reader.say("Nearly the same was declined on {day}: {why}.", day=reader.day(day), why=why)


def _decided(reader: Reader, one: Proposals, names: Mapping[int, str], into: Proposals | None) -> Html | None:
    who = reader.name(names.get(one.decided_by or 0), otherwise=audit.administrator(reader))
    match one.state:
        case Stage.WAITING:
            return None
        case Stage.ADMITTED:
            return reader.say("{who} approved it: it is in the next poll.", who=who)
        case Stage.DECLINED:
            why = fault(reader, fault=Fault(one.fault or Fault.OFF_TOPIC))
            return reader.say("{who} declined it: {why}.", who=who, why=why)
        case Stage.POLLED:
            return reader.say("It is in the poll.")
        case Stage.ADOPTED:
            return reader.say("It has won.")
        case Stage.MERGED if into is not None:
            return reader.say("It goes on as one with “{topic}”, so no votes are split.", topic=into.text)
        case Stage.MERGED:
            return reader.say("It goes on as one with another that says nearly the same.")
    return reader.say("It was not chosen.")


def admit(reader: Reader) -> Html:
    """The button that admits a proposal."""
    return reader.say("Approve")


def decline(reader: Reader) -> Html:
    """The button that leads to the reasons."""
    return reader.say("Decline…")


def back(reader: Reader) -> Html:
    """The button from the reasons back to the card."""
    return reader.say("‹ Back")


def following(reader: Reader) -> Html:
    """The button to the next that waits."""
    return reader.say("Next ›")


def review(reader: Reader, *, waiting: int) -> Html:
    """The button to what waits, for who leads the group."""
    return reader.say_many("Waiting for you: {number}", "Waiting for you: {number}", waiting)


def nothing_waits(reader: Reader) -> Html:
    """No proposal waits any more."""
    return reader.say("No proposal waits.")


def told_admitted(reader: Reader, *, title: str, text: str, is_changed: bool = False) -> Html:
    """What is told to who proposed a topic that is admitted; `is_changed` if it had been declined before."""
    if is_changed:
        return reader.say(
            "<b>{title}</b>: looked at again, your topic “{text}” will be in the next poll after all.",
            title=reader.title(title),
            text=text,
        )
    return reader.say(
        "<b>{title}</b>: your topic “{text}” will be in the next poll.", title=reader.title(title), text=text
    )


def told_admitted_too(reader: Reader, *, title: str, text: str, is_changed: bool = False) -> Html:
    """The same for who proposed nearly the same."""
    if is_changed:
        return reader.say(
            "<b>{title}</b>: looked at again, the topic that you proposed too, “{text}”, "
            "will be in the next poll after all.",
            title=reader.title(title),
            text=text,
        )
    return reader.say(
        "<b>{title}</b>: the topic that you proposed too, “{text}”, will be in the next poll.",
        title=reader.title(title),
        text=text,
    )


def told_declined(reader: Reader, *, title: str, text: str, fault: Fault, is_changed: bool = False) -> Html:
    """What is told to who proposed one that is not; `is_changed` if it had been admitted before."""
    told = reader.say(
        "<b>{title}</b>: your topic “{text}” will not be in the poll.", title=reader.title(title), text=text
    )
    if is_changed:
        told = reader.say(
            "<b>{title}</b>: looked at again, your topic “{text}” will not be in the poll after all.",
            title=reader.title(title),
            text=text,
        )
    return paragraphs(told, _why_not(reader, fault))


def told_declined_too(reader: Reader, *, title: str, text: str, fault: Fault, is_changed: bool = False) -> Html:
    """The same for who proposed nearly the same."""
    told = reader.say(
        "<b>{title}</b>: the topic that you proposed too, “{text}”, will not be in the poll.",
        title=reader.title(title),
        text=text,
    )
    if is_changed:
        told = reader.say(
            "<b>{title}</b>: looked at again, the topic that you proposed too, “{text}”, "
            "will not be in the poll after all.",
            title=reader.title(title),
            text=text,
        )
    return paragraphs(told, _why_not(reader, fault))


def _why_not(reader: Reader, fault: Fault) -> Html:
    sentences = {
        Fault.OFF_TOPIC: reader.say("It does not fit what the group is about."),
        Fault.UNCLEAR: reader.say("It is not quite clear what one could answer. A question often helps."),
        Fault.HAD_BEFORE: reader.say("The group had it not long ago."),
        Fault.UNKIND: reader.say("It could hurt somebody here. Put another way it may fit."),
        Fault.ADVERT: reader.say("It reads like an advert."),
    }
    return sentences[fault]


def too_short(reader: Reader) -> Html:
    """It says too little."""
    return reader.say("That is a little short. What would you like the others to answer?")


def too_long(reader: Reader, *, most: int) -> Html:
    """It would not fit into a poll."""
    return reader.say_many(
        "A topic has {number} character at most, so that it fits into the poll.",
        "A topic has {number} characters at most, so that it fits into the poll.",
        most,
    )


def enough(reader: Reader, *, most: int) -> Html:
    """A member has proposed enough for a week."""
    return reader.say_many(
        "You can propose {number} topic a week here; send this one next week.",
        "You can propose {number} topics a week here; send this one next week.",
        most,
    )


def before(reader: Reader) -> Html:
    """The same member has proposed nearly the same."""
    return reader.say("You have proposed that already.")


def had_lately(reader: Reader, *, day: date, is_today: bool) -> Html:
    """The group had that topic not long ago."""
    if is_today:
        return reader.say("That is today's topic; each rests for 60 days after its turn.")
    return reader.say("The group had that topic on {day}; each rests for 60 days.", day=reader.day(day))


def in_the_bank(reader: Reader) -> Html:
    """The group has that topic."""
    return reader.say("That topic is in the group's bank already; its turn will come.")


def decided_before(reader: Reader) -> Html:
    """Another administrator was faster."""
    return reader.say("Somebody has just decided that, or it is in a poll by now.")


def nothing_proposed(reader: Reader) -> Html:
    """The command holds nothing that could be proposed."""
    return reader.say("Reply with /propose to a message of your own, or write your topic behind it.")


def topics_are_off(reader: Reader) -> Html:
    """There is no topic of the day that a proposal could become."""
    return reader.say(
        "Nothing can be proposed while there is no topic of the day here."
        " An administrator can change that in /settings."
    )
