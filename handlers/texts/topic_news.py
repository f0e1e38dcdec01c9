"""What who runs the group is told of its daily topics without asking: unanswered, refused, or soon none left."""

from handlers.texts.reader import Html, Reader, lines
from handlers.texts.topics import letters_wanted


def unanswered(
    reader: Reader,
    *,
    title: str,
    text: str,
    is_easy: bool = False,
    in_a_row: int = 1,
    too_short: int = 0,
    least_letters: int = 0,
) -> Html:
    """Nobody has answered, or only in so few words that it does not count."""
    named = reader.title(title)
    if in_a_row > 1:
        head = reader.say_many(
            "<b>{title}</b>: the last {number} topic has no answer that counts.",
            "<b>{title}</b>: the last {number} topics have no answer that counts.",
            in_a_row,
            title=named,
        )
    elif too_short:
        head = reader.say("<b>{title}</b>: no answer to “{text}” counted.", title=named, text=text)
    else:
        head = reader.say("<b>{title}</b>: nobody answered “{text}”.", title=named, text=text)
    if too_short:
        return lines(head, _too_short(reader, too_short, least_letters))
    return lines(head, _helping(reader, is_easy=is_easy, in_a_row=in_a_row))


def _too_short(reader: Reader, too_short: int, least_letters: int) -> Html:
    """So many did write."""
    return reader.say_many(
        "{number} person wrote too little for it, under {least} letters. /settings sets the length.",
        "{number} people wrote too little for it, under {least} letters. /settings sets the length.",
        too_short,
        least=reader.number(letters_wanted(least_letters, language=reader.language)),
    )


def _helping(reader: Reader, *, is_easy: bool, in_a_row: int) -> Html:
    """What may bring answers where nobody wrote."""
    if is_easy and in_a_row > 1:
        return reader.say("The last one was easy already; another hour may help: /settings.")
    if is_easy:
        return reader.say("It was an easy one already; another hour may help: /settings.")
    return reader.say("An easier question, or another hour, may help: /topic, /settings.")


def missing(reader: Reader, *, title: str) -> Html:
    """The bank has nothing for today."""
    return lines(
        reader.say("<b>{title}</b>: no topic for today. Each rests 60 days after its turn.", title=reader.title(title)),
        reader.say("/topic adds some, or a starter kit."),
    )


def low(reader: Reader, *, title: str, left: int) -> Html:
    """Few topics are left."""
    return lines(
        reader.say_many(
            "<b>{title}</b>: {number} topic is left; each rests 60 days after its turn.",
            "<b>{title}</b>: {number} topics are left; each rests 60 days after its turn.",
            left,
            title=reader.title(title),
        ),
        reader.say("/topic adds some, or a starter kit."),
    )


def refused(reader: Reader, *, title: str, in_forum: bool) -> Html:
    """Telegram did not take the day's topic."""
    first = reader.say("<b>{title}</b>: I could not post today's topic.", title=reader.title(title))
    if in_forum:
        return lines(first, reader.say("Its place in the forum is closed or gone; choose another one in /settings."))
    return lines(first, reader.say("I may not write there. Once I may, topics come again by themselves."))


def doubted(reader: Reader, *, title: str, text: str) -> Html:
    """Whether Telegram took the day's topic it did not say, and then it was too late for it."""
    return lines(
        reader.say(
            "<b>{title}</b>: I was cut off while posting the topic “{text}”, and then it was too late for it.",
            title=reader.title(title),
            text=text,
        ),
        reader.say("If it stands in the group, delete it: answers to it do not count, and it comes another day."),
    )
