"""What those who run a group are told of a co-creation's post of which nobody can say whether it arrived."""

from handlers.texts.reader import Html, Reader


def poll_doubled(reader: Reader, *, title: str, theme: str) -> Html:
    """The poll is posted once more, and may stand in the group twice."""
    return reader.say(
        "<b>{title}</b>: I was cut off while posting the poll on “{theme}”, and post it once more. "
        "If there are two, the later one counts: delete the other.",
        title=reader.title(title),
        theme=theme,
    )
