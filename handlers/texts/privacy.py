"""What `/privacy` and `/mydata` say."""

from handlers.texts.reader import Html, Reader, lines, paragraphs


def about(reader: Reader) -> Html:
    """What the command is for."""
    return reader.say("what I keep about you, and your choices")


def about_data(reader: Reader) -> Html:
    """What the command is for."""
    return reader.say("all I keep about you, as a file")


def privacy(reader: Reader, *, title: str, hides: bool, leads: bool) -> Html:
    """What is kept, and whether this member stands on the boards of a community; who `leads` does not, whatever they
    have chosen.
    """
    if hides:
        listed = reader.say(
            "You stand on none of its boards. The week's news and the topic's recap don't name you either: what you "
            "made is linked there without your name. Lists of works and co-creations still say whose each is. Your "
            "points count all the same."
        )
    elif leads:
        listed = reader.say("You stand on none of its boards while you run it; your points count all the same.")
    else:
        listed = reader.say("You may stand on its boards, where everybody sees your name and points.")
    return paragraphs(_kept(reader), lines(reader.say("<b>{title}</b>", title=reader.title(title)), listed))


def privacy_without_a_group(reader: Reader) -> Html:
    """The same for somebody who is in no community."""
    return _kept(reader)


def _kept(reader: Reader) -> Html:
    return paragraphs(
        reader.say("I keep no texts of messages, and send nothing anywhere but to Telegram. What I keep:"),
        lines(
            reader.say("• your name, username and language, as Telegram shows them"),
            reader.say(
                "• when you came and were last there, how much you did each day, and your points with the reasons"
            ),
            reader.say("• which messages are yours, without text: 90 days"),
            reader.say("• fingerprints of your last texts, from which nobody can read them: 14 days"),
            reader.say("• topics that you propose, word for word: they stand in the group's polls and topic bank"),
        ),
    )


def hide_me(reader: Reader) -> Html:
    """The button to stand on the boards no more."""
    return reader.say("Take me off the boards")


def show_me(reader: Reader) -> Html:
    """The button to stand on the boards again."""
    return reader.say("Put me on the boards")


def my_data(reader: Reader) -> Html:
    """The button to the file."""
    return reader.say("My data")


def forget_me(reader: Reader) -> Html:
    """The button that asks whether to be forgotten."""
    return reader.say("Forget me…")


def data(reader: Reader) -> Html:
    """The words under the file."""
    return reader.say("All I keep about you, from every group. Programs read it; so can you.")


def data_again(reader: Reader, *, minutes: int) -> Html:
    """The file was sent a moment ago."""
    return reader.say_many(
        "You had your file a moment ago. I can make the next one in {number} minute.",
        "You had your file a moment ago. I can make the next one in {number} minutes.",
        minutes,
    )
