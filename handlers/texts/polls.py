"""What is said about polls: under them, of their results, and to administrators."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime

from handlers.texts.reader import Html, Reader, lines, paragraphs
from models.ballots import Verdict
from models.rules.polls import LEAST_OPTIONS, LONGEST_DAYS, LONGEST_OPTION, LONGEST_QUESTION, MOST_OPTIONS, Fate


@dataclass(frozen=True)
class AdoptedTopic:
    """A proposal that has won, who had the idea, and the day on which it is the topic."""

    text: str
    author: str | None
    votes: int
    day: date | None


def about(reader: Reader) -> Html:
    """What the command is for."""
    return reader.say("hold a poll: question, options, days")


def weekly_question(reader: Reader) -> Html:
    """What the weekly poll asks."""
    return reader.say("What shall we talk about next week?")


def closes(reader: Reader, *, at: datetime, several: bool) -> Html:
    """When a poll closes, under its question."""
    if several:
        return reader.say("Choose as many as you like, until {moment}.", moment=reader.moment(at))
    return reader.say("Open until {moment}.", moment=reader.moment(at))


def does_my_vote_count(reader: Reader) -> Html:
    """The button under a poll."""
    return reader.say("Does my vote count?")


def propose(reader: Reader) -> Html:
    """The button under the weekly poll that leads to proposing."""
    return reader.say("Propose a topic")


def does_it_count(reader: Reader, *, verdict: Verdict, worth: int) -> Html:
    """What is flashed to who asks whether their vote counts."""
    sentences = {
        Verdict.PAID: reader.say("Your vote counts: {points}.", points=reader.gain(worth)),
        Verdict.NO_VOTE: reader.say("You have not voted here yet."),
        Verdict.WITHDRAWN: reader.say("You took your vote back. Vote again before the end, and it counts."),
        Verdict.STILL_NEW: reader.say("Your vote stands. It brings points if you are no newcomer any more at the end."),
        Verdict.NOTHING_ELSE: reader.say(
            "Your vote stands. Write something in the group before the end, and it brings points."
        ),
        Verdict.LATER: reader.say("Your vote stands, and is looked at once more at the end."),
    }
    return sentences[verdict]


def weekly_result(reader: Reader, *, adopted: Sequence[AdoptedTopic], is_put_off: bool) -> Html:
    """What the weekly poll has chosen, in the group. Where there is no topic a day any more, no day is promised."""
    if is_put_off:
        heading = reader.say("Chosen by you, for when there is a topic a day again:")
        return lines(heading, *[_adopted(reader, replace(one, day=None)) for one in adopted])
    heading = reader.say_many("Next week's topic, chosen by you:", "Next week's topics, chosen by you:", len(adopted))
    return lines(heading, *[_adopted(reader, one) for one in adopted])


def _adopted(reader: Reader, one: AdoptedTopic) -> Html:
    author = reader.name(one.author)
    if one.day is None:
        return reader.say("• {topic} ({author})", topic=one.text, author=author)
    return reader.say("• {day}: {topic} ({author})", day=reader.day(one.day), topic=one.text, author=author)


def own_result(reader: Reader, *, question: str, best: Sequence[str], votes: int) -> Html:
    """What has come of an administrator's poll, in the group."""
    chosen = reader.listed([reader.say("<b>{option}</b>", option=option) for option in best])
    return lines(
        reader.say("The poll “{question}” is over.", question=question),
        reader.say_many("{options}, with {number} vote", "{options}, with {number} votes", votes, options=chosen)
        if len(best) == 1
        else reader.say_many(
            "Equal: {options}, with {number} vote each",
            "Equal: {options}, with {number} votes each",
            votes,
            options=chosen,
        ),
    )


def came_to_nothing(
    reader: Reader, *, title: str, why: Fate, question: str | None, waiting: int, in_forum: bool = False
) -> Html:
    """A word to administrators about a poll; `question` is that of one of theirs."""
    shown = reader.title(title)
    if why is Fate.TOO_FEW:
        return paragraphs(
            reader.say("<b>{title}</b>: no poll this week. It takes at least two approved topics.", title=shown),
            reader.say_many("{number} waits for your word.", "{number} wait for your word.", waiting)
            if waiting
            else reader.say("Members propose topics with /propose, in the group or here."),
        )
    if why is Fate.NO_TOPICS:
        return paragraphs(
            reader.say(
                "<b>{title}</b>: no weekly poll while the topic of the day is off, for that is what it chooses.",
                title=shown,
            ),
            reader.say("What members have proposed stays. /settings switches the topic on, or the weekly poll off."),
        )
    poll = reader.say("the weekly poll") if question is None else reader.say("the poll “{question}”", question=question)
    said = {
        Fate.REFUSED: reader.say(
            "<b>{title}</b>: Telegram did not take {poll}. May members send polls there?", title=shown, poll=poll
        ),
        Fate.DOUBTED: reader.say(
            "<b>{title}</b>: I was cut off while posting {poll}, and could not post it once more. "
            "If it stands in the group, delete it: votes in it do not count.",
            title=shown,
            poll=poll,
        ),
        Fate.GONE: reader.say("<b>{title}</b>: {poll} was deleted, so it has no result.", title=shown, poll=poll),
        Fate.NOBODY: reader.say("<b>{title}</b>: nobody voted in {poll}, so it has no result.", title=shown, poll=poll),
    }
    if why is Fate.REFUSED and in_forum:
        said[why] = reader.say(
            "<b>{title}</b>: Telegram did not take {poll}. Its place in the forum may be closed or gone; choose "
            "another one in /settings. If it is open: may members send polls there?",
            title=shown,
            poll=poll,
        )
    return paragraphs(said[why], reader.say("Its proposals stand in the next one.") if question is None else None)


def see_proposals(reader: Reader) -> Html:
    """The button to the proposals that wait."""
    return reader.say("See the proposals")


def it_comes(reader: Reader) -> Html:
    """They may."""
    return reader.say("The poll is on its way.")


def usage(reader: Reader) -> Html:
    """How the command is written."""
    return lines(
        reader.say("Days and question, and below it each option in a line of its own:"),
        reader.say("<code>/poll 2 Where do we meet?\nThe café\nThe library</code>"),
        reader.say(
            "{least} to {most} different options, {days} days at most.",
            least=reader.number(LEAST_OPTIONS),
            most=reader.number(MOST_OPTIONS),
            days=reader.number(LONGEST_DAYS),
        ),
    )


def too_long(reader: Reader) -> Html:
    """Telegram would not take it."""
    return reader.say(
        "A question has {question} characters at most, an option {option}.",
        question=reader.number(LONGEST_QUESTION),
        option=reader.number(LONGEST_OPTION),
    )


def in_the_group(reader: Reader) -> Html:
    """The command was given in private."""
    return lines(reader.say("Send that in the group that it is for."), usage(reader))


def are_off(reader: Reader) -> Html:
    """The group has no polls."""
    return reader.say("Polls are switched off here. An administrator can change that in /settings.")


def too_many_open(reader: Reader, *, most: int) -> Html:
    """So many are open already."""
    return reader.say_many(
        "{number} poll is open already. /calendar ends it sooner.",
        "{number} polls are open already. /calendar ends one sooner.",
        most,
    )
