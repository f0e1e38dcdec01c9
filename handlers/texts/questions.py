"""What is said about questions, the answers that helped, and what nobody has answered yet."""

from collections.abc import Mapping, Sequence

from handlers.links import message_link
from handlers.texts.reader import Html, Reader, lines, linked_to, paragraphs
from models.questions import Questions


def about_ask(reader: Reader) -> Html:
    """What the command is for."""
    return reader.say("ask the group a question")


def about_helped(reader: Reader) -> Html:
    """What the command is for."""
    return reader.say("say which answer helped, in reply to it")


def about_open(reader: Reader) -> Html:
    """What the command is for."""
    return reader.say("questions that wait for an answer")


def asked(reader: Reader) -> Html:
    """A question was noted."""
    return reader.say("Noted. When an answer helps, reply to it with /helped.")


def helped(reader: Reader, *, name: str | None) -> Html:
    """An answer helped; no name where it was written as the group."""
    if name is None:
        return reader.say("Noted: that answered the question.")
    return reader.say("Noted: {name}'s answer helped.", name=reader.name(name))


def helped_before(reader: Reader) -> Html:
    """That answer is marked already."""
    return reader.say("Noted before. If it did not help after all, take it back.")


def take_back(reader: Reader) -> Html:
    """The button that undoes it."""
    return reader.say("Take it back")


def taken_back(reader: Reader) -> Html:
    """It was undone."""
    return reader.say("Taken back. The question is open again.")


def open_brief(reader: Reader, *, questions: Sequence[Questions], count: int, names: Mapping[int, str]) -> Html:
    """The lines in the group: how many wait, and the first of them."""
    if not count:
        return _nothing(reader)
    waiting = reader.say_many("{number} question waits for an answer:", "{number} questions wait for an answer:", count)
    return lines(waiting, *[_line(reader, question, names) for question in questions])


def open_full(
    reader: Reader, *, title: str, questions: Sequence[Questions], count: int, names: Mapping[int, str]
) -> Html:
    """All of it in the private chat."""
    heading = reader.say("<b>{title}</b> · open questions", title=reader.title(title))
    if not count:
        return paragraphs(heading, _nothing(reader))
    more = count - len(questions)
    return paragraphs(
        heading,
        lines(
            *[_line(reader, question, names) for question in questions],
            reader.say_many("and {number} more question", "and {number} more questions", more) if more > 0 else None,
        ),
        reader.say("A question is off the list once whoever asked it replies /helped to the answer that helped."),
    )


def _nothing(reader: Reader) -> Html:
    return reader.say("No question waits for an answer.")


def _asker(reader: Reader, question: Questions, names: Mapping[int, str]) -> Html:
    """Who asked, linked to the question where it can be opened."""
    asker = reader.name(names.get(question.asker_id))
    address = message_link(chat_id=question.chat_id, message_id=question.message_id, topic=question.topic)
    return linked_to(address, asker)


def _line(reader: Reader, question: Questions, names: Mapping[int, str]) -> Html:
    who = _asker(reader, question, names)
    answers = (
        reader.say_many("{number} answer", "{number} answers", question.answers)
        if question.answers
        else reader.say("no answer yet")
    )
    return reader.say("• {who}, {when}: {answers}", who=who, when=reader.moment(question.asked_at), answers=answers)


def unanswered(reader: Reader, *, title: str, count: int) -> Html:
    """What those who run the group are told now and then."""
    return reader.say_many(
        "<b>{title}</b>: {number} question has no answer yet.",
        "<b>{title}</b>: {number} questions have no answer yet.",
        count,
        title=reader.title(title),
    )


def unanswered_oldest(
    reader: Reader, *, title: str, questions: Sequence[Questions], count: int, names: Mapping[int, str]
) -> Html:
    """The same in private, with the oldest of them."""
    more = count - len(questions)
    return lines(
        unanswered(reader, title=title, count=count),
        *[
            reader.say("• {who}, {when}", who=_asker(reader, one, names), when=reader.moment(one.asked_at))
            for one in questions
        ],
        reader.say_many("and {number} more question", "and {number} more questions", more) if more > 0 else None,
    )


def all_open(reader: Reader) -> Html:
    """The button that shows the others too, and those whose answers have not helped yet."""
    return reader.say("All open questions")


def are_off(reader: Reader) -> Html:
    """The group does not use questions."""
    return reader.say("Questions are switched off here. An administrator can change that in /settings.")


def ask_in_group(reader: Reader) -> Html:
    """The command was given in private."""
    return reader.say(
        "Send that in the group, where the others see it: /ask with your question behind it, "
        "/helped in reply to the answer that helped."
    )


def written_as_group(reader: Reader) -> Html:
    """Somebody writes as the group or a channel, or forwards a command."""
    return reader.say("I can't see who that is from. Send it as yourself.")


def nothing_asked(reader: Reader) -> Html:
    """How the command is written."""
    return lines(
        reader.say("Write your question after the command, or reply with it to what you asked before."),
        reader.say("For example: <code>/ask Which edition should I start with?</code>"),
    )


def not_your_message(reader: Reader) -> Html:
    """Somebody else wrote what shall be a question."""
    return reader.say("Only the one who wrote a message can make it a question.")


def nothing_answered(reader: Reader) -> Html:
    """The command replies to nothing."""
    return reader.say("Reply with /helped to the answer that helped.")


def which_question(reader: Reader) -> Html:
    """Nobody can tell what was answered."""
    return lines(
        reader.say("I can't tell which question that answers: it replies to none that I know."),
        reader.say("Whoever asked can reply /ask to their question first, and then /helped to the answer."),
    )


def own_answer(reader: Reader) -> Html:
    """Somebody says that they have helped themselves."""
    return reader.say("One's own answer does not count. Choose the one of somebody else that helped.")


def not_your_question(reader: Reader) -> Html:
    """Somebody else's question."""
    return reader.say("Only the one who asked, or an administrator, can say which answer helped.")
