"""What is said about the day's topic, in the group and to who keeps its bank."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from handlers.links import message_link
from handlers.texts.reader import Html, Reader, lines, linked_to, paragraphs
from models.rules.kits import Kit
from models.rules.topic_files import MOST_IN_A_FILE, Problem, UnfitFile
from models.rules.topics import LONGEST_TAGS, LONGEST_TEXT, Depth, Dimension, Reason
from models.topic_days import Answer, Recap
from models.topics import TopicBank, TopicDays

# So wide is what a recap says of a topic to come, in letters; a Chinese character is as wide as two.
HINTED = 120


@dataclass(frozen=True)
class Coming:
    """The next topic, today or tomorrow: when, and its text if members have voted for it."""

    at: datetime
    is_tomorrow: bool
    voted: str | None = None


def about(reader: Reader) -> Html:
    """What the command is for."""
    return reader.say("the topics of the day, and why today's was chosen")


# In the group


def posted(reader: Reader, *, text: str) -> Html:
    """The day's topic."""
    return paragraphs(reader.say("💬 <b>Topic of the day</b>"), reader.say("{text}", text=text))


def does_it_count(reader: Reader) -> Html:
    """The button under the topic by which one sees whether one's answer counts."""
    return reader.say("Does my answer count?")


def propose(reader: Reader) -> Html:
    """The button under the topic by which one proposes another."""
    return reader.say("Propose a topic")


def counts(reader: Reader, *, liked_by: int, wanted: int) -> Html:
    """An answer counts; how many react to it, and how many it takes for more."""
    if liked_by >= wanted:
        return reader.say_many(
            "It counts, and {number} person has reacted to it.",
            "It counts, and {number} people have reacted to it.",
            liked_by,
        )
    return reader.say_many(
        "It counts. It earns once more when {number} person has reacted to it (now {now}).",
        "It counts. It earns once more when {number} people have reacted to it (now {now}).",
        wanted,
        now=reader.number(liked_by),
    )


def does_not_count(reader: Reader, *, least_letters: int = 0) -> Html:
    """Nobody has seen an answer that says something, and is as long as the group wants it."""
    if least_letters > 1:
        return reader.say(
            "Not yet. Reply to the topic with a sentence of {least} letters or more; "
            "“same”, “good” and edits don't count.",
            least=reader.number(letters_wanted(least_letters, language=reader.language)),
        )
    return reader.say("Not yet. Reply to the topic with a sentence or two; “same”, “good” and edits don't count.")


def letters_wanted(least_letters: int, *, language: str) -> int:
    """How many letters an answer takes, as one counts them in a language: a Chinese character is worth three."""
    return least_letters if language == "en" else -(-least_letters // 3)


def taken_back(reader: Reader) -> Html:
    """An administrator has undone what the answer brought."""
    return reader.say("It doesn't count: an administrator took its points back. /why shows it.")


def too_late(reader: Reader, *, next_at: datetime | None) -> Html:
    """The topic is closed; the next one comes at that moment, if one is planned."""
    if next_at is None:
        return reader.say("This topic is closed: answers don't count any more.")
    return reader.say("This topic is closed. The next one: {moment}.", moment=reader.moment(next_at))


def recap(
    reader: Reader,
    *,
    recap: Recap,
    names: Mapping[int, str],
    coming: Coming | None,
    unnamed: Collection[int] = frozenset(),
    is_today: bool = True,
) -> Html:
    """What came of the day's topic, under the topic itself, so it is not repeated; nobody `unnamed` is named."""
    return lines(
        reader.say_many("<b>{number} answer</b> today.", "<b>{number} answers</b> today.", recap.answered)
        if is_today
        else reader.say_many("<b>{number} answer</b> in all.", "<b>{number} answers</b> in all.", recap.answered),
        _liked(reader, recap, names, unnamed) if recap.best else None,
        None if coming is None else _coming(reader, coming),
    )


def _liked(reader: Reader, recap: Recap, names: Mapping[int, str], unnamed: Collection[int]) -> Html | None:
    best = reader.listed([_best(reader, answer, names, unnamed) for answer in recap.best])
    if recap.answered > 1:
        return reader.say("Liked most: {names}", names=best)
    # There is nothing that it is liked more than.
    return None if recap.best[0].author_id in unnamed else reader.say("From: {names}", names=best)


def _coming(reader: Reader, coming: Coming) -> Html:
    if coming.voted is not None:
        topic = reader.shortened(coming.voted, width=HINTED)
        if coming.is_tomorrow:
            return reader.say("Tomorrow, as you voted: “{topic}”", topic=topic)
        return reader.say("Later today, as you voted: “{topic}”", topic=topic)
    return reader.say("The next topic: {moment}", moment=reader.moment(coming.at))


def _best(reader: Reader, answer: Answer, names: Mapping[int, str], unnamed: Collection[int]) -> Html:
    is_named = answer.author_id not in unnamed
    name = reader.name(names.get(answer.author_id)) if is_named else reader.say("an answer")
    address = message_link(chat_id=answer.chat_id, message_id=answer.message_id)
    return reader.say("{name} (liked by {times})", name=linked_to(address, name), times=reader.number(answer.liked_by))


def explained(
    reader: Reader, *, day: TopicDays, text: str, linked: str | None, is_as_deep: bool, has_past: bool = True
) -> Html:
    """Why the day's topic was chosen.

    `is_as_deep` unless another depth was wanted than it has; `has_past` unless nobody could be counted before it.
    """
    heading = linked_to(linked, reader.say("“{text}”", text=text))
    if day.reason == Reason.WANTED:
        return lines(heading, reader.say("Members chose it in a poll."))
    turn, effort = dimension(reader, day.dimension), depth(reader, day.depth)
    return lines(
        heading,
        reader.say(
            "It was the turn of: {dimension}. Effort: {depth}, going by how many answered lately.",
            dimension=turn,
            depth=effort,
        )
        if has_past
        else reader.say(
            "It was the turn of: {dimension}. Effort: {depth}; no earlier answers to go by yet.",
            dimension=turn,
            depth=effort,
        ),
        None if is_as_deep else reader.say("Of the topics left, this one came closest."),
    )


def no_topic_yet(reader: Reader) -> Html:
    """Somebody asks why, and there was none."""
    return reader.say("There has been no topic of the day yet.")


def dimension(reader: Reader, name: str) -> Html:
    """Where a topic comes from."""
    words = {
        Dimension.NEED: reader.say("what members need"),
        Dimension.BRAND: reader.say("what we stand for"),
        Dimension.HOT: reader.say("what is hot now"),
    }
    return words[Dimension(name)]


def depth(reader: Reader, name: str) -> Html:
    """How much thought an answer takes."""
    words = {
        Depth.EASY: reader.say("easy"),
        Depth.NORMAL: reader.say("takes a moment"),
        Depth.DEEP: reader.say("takes some thought"),
    }
    return words[Depth(name)]


# To who runs the group


def in_private(reader: Reader) -> Html:
    """The short answer in a group."""
    return reader.say("The bank of topics is kept in private. /topic why explains today's.")


def open_bank(reader: Reader) -> Html:
    """The button that leads to the private chat."""
    return reader.say("Open the bank")


def panel(
    reader: Reader, *, title: str, counts: Mapping[Dimension, int], is_on: bool, hour: int, news: Html | None = None
) -> Html:
    """What the bank holds, and when the next one comes."""
    number = sum(counts.values())
    each = [
        reader.say("{dimension}: {times}", dimension=dimension(reader, name), times=reader.number(counts[name]))
        for name in Dimension
    ]
    return paragraphs(
        news,
        lines(
            reader.say("<b>{title}</b> · topics of the day", title=reader.title(title)),
            reader.say_many("{number} topic in the bank", "{number} topics in the bank", number),
            *each,
        ),
        reader.say("One is posted every day at {hour}:00. /calendar shows the coming days.", hour=f"{hour:02}")
        if is_on
        else reader.say("The daily topic is off. /settings turns it on, under “Topics”."),
    )


def add_one(reader: Reader) -> Html:
    """The button to add a topic."""
    return reader.say("Add a topic")


def list_all(reader: Reader) -> Html:
    """The button to the list."""
    return reader.say("All topics")


def load(reader: Reader) -> Html:
    """The button to add topics by a file."""
    return reader.say("Load a file")


def save(reader: Reader) -> Html:
    """The button to the topics as a file."""
    return reader.say("Save as a file")


def kit(reader: Reader, kit: Kit) -> Html:
    """The button to a starter kit."""
    words = {
        Kit.LEARNING: reader.say("Kit: learning"),
        Kit.BRAND: reader.say("Kit: brand"),
        Kit.DEVELOPERS: reader.say("Kit: developers"),
    }
    return words[kit]


def write_one(reader: Reader) -> Html:
    """A topic is asked for."""
    return reader.say("Send me the topic: one question, up to {most} characters.", most=reader.number(LONGEST_TEXT))


def send_file(reader: Reader) -> Html:
    """A file is asked for."""
    return lines(
        reader.say(
            "Send me a file, up to {most} topics. What is in the bank already is left out.",
            most=reader.number(MOST_IN_A_FILE),
        ),
        reader.say(
            "A table (CSV) with the columns <code>text</code>, <code>dimension</code> (need, brand, hot), "
            "<code>depth</code> (easy, normal, deep) and <code>tags</code>, or what “Save as a file” makes."
        ),
    )


def saved(reader: Reader, *, title: str) -> Html:
    """Under the file."""
    return reader.say("The topics of {title}.", title=reader.title(title))


def added(reader: Reader, number: int) -> Html:
    """So many topics are new."""
    if not number:
        return reader.say("Nothing was added: all of it is in the bank already.")
    return reader.say_many("{number} topic added.", "{number} topics added.", number)


def listed(reader: Reader, *, title: str, topics: Sequence[TopicBank], first: int) -> Html:
    """A page of the bank; the numbers are those of the buttons below."""
    heading = reader.say("<b>{title}</b> · all topics", title=reader.title(title))
    if not topics:
        return paragraphs(heading, reader.say("None yet. Add one, or begin with a starter kit."))
    return paragraphs(heading, *[_line(reader, topic, number) for number, topic in enumerate(topics, start=first)])


def _line(reader: Reader, topic: TopicBank, number: int) -> Html:
    text = reader.say("{place}. {text}", place=reader.number(number), text=topic.text)
    return lines(text, reader.say("<i>{state}</i>", state=_state(reader, topic)))


def _state(reader: Reader, topic: TopicBank) -> Html:
    parts = [dimension(reader, topic.dimension), depth(reader, topic.depth)]
    if topic.is_retired:
        parts.append(reader.say("retired"))
    if topic.wanted_on is not None:
        parts.append(reader.say("promised for {day}", day=reader.day(topic.wanted_on)))
    elif topic.posted_on is not None:
        parts.append(reader.say("last on {day}", day=reader.day(topic.posted_on)))
    return reader.listed(parts)


def one(reader: Reader, *, topic: TopicBank, news: Html | None = None) -> Html:
    """One topic, with buttons to change it below."""
    tags = reader.say("Tags: {tags}", tags=topic.tags) if topic.tags else None
    return paragraphs(news, reader.say("{text}", text=topic.text), lines(_state(reader, topic), tags))


def retire(reader: Reader) -> Html:
    """The button by which a topic is posted no more."""
    return reader.say("Retire")


def bring_back(reader: Reader) -> Html:
    """The button by which a retired topic may be posted again."""
    return reader.say("Bring back")


def why_today(reader: Reader) -> Html:
    """The button that explains the last choice."""
    return reader.say("Why the last one?")


def back(reader: Reader) -> Html:
    """The button back to the bank."""
    return reader.say("‹ Back")


def newer(reader: Reader) -> Html:
    """The button to the page before."""
    return reader.say("‹ Before")


def older(reader: Reader) -> Html:
    """The button to the page after."""
    return reader.say("After ›")


def too_many(reader: Reader) -> Html:
    """The bank is full."""
    return reader.say("The bank is full. Nothing was added.")


def text_unfit(reader: Reader) -> Html:
    """What was written is no topic."""
    return reader.say(
        "A topic is a text of up to {most} characters. Nothing was added.", most=reader.number(LONGEST_TEXT)
    )


def unfit(reader: Reader, *, unfit: UnfitFile) -> Html:
    """Why a file cannot be taken."""
    place = reader.number(unfit.number)
    sentences = {
        Problem.NO_FILE: reader.say("I couldn't read that as topics: a CSV with a column named text, or a TOML file."),
        Problem.NO_TEXT: reader.say("Topic {place} has no text.", place=place),
        Problem.TOO_LONG: reader.say(
            "Topic {place} is too long: up to {most} characters, its tags up to {tags}.",
            place=place,
            most=reader.number(LONGEST_TEXT),
            tags=reader.number(LONGEST_TAGS),
        ),
        Problem.NO_DIMENSION: reader.say("Topic {place}: its dimension is need, brand or hot.", place=place),
        Problem.NO_DEPTH: reader.say("Topic {place}: its depth is easy, normal or deep.", place=place),
        Problem.TOO_MANY: reader.say("Up to {most} topics at a time.", most=reader.number(MOST_IN_A_FILE)),
    }
    return lines(sentences[unfit.problem], reader.say("Nothing was added."))
