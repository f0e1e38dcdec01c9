"""What `/forgetme` says."""

from handlers.texts.reader import Html, Reader, lines, paragraphs


def about(reader: Reader) -> Html:
    """What the command is for."""
    return reader.say("have me forget you")


def where(reader: Reader) -> Html:
    """Somebody is in several communities: where shall they be forgotten?"""
    return reader.say("Where shall I forget you? I ask once more before I do.")


def everywhere(reader: Reader) -> Html:
    """The button that means all communities."""
    return reader.say("Everywhere")


def question(reader: Reader, *, title: str | None, leads: bool = False) -> Html:
    """What goes and what stays, also to who `leads`; with no title it is about everything."""
    if title is None:
        asked = reader.say("Shall I forget you, in every group?")
    else:
        asked = reader.say("Shall I forget you in <b>{title}</b>?", title=reader.title(title))
    return paragraphs(
        asked,
        lines(
            reader.say("• Your name goes, and your points, places and history are yours no more."),
            reader.say("• What I have posted in a group stays there as it is. Administrators can delete it."),
            reader.say("• What others got for their messages and reactions stays theirs."),
            reader.say(
                "• Works of yours that wait for a review are taken back, and all of yours leave a co-creation that is"
                " open. A vote that has begun keeps them, but they can't win."
            ),
            reader.say(
                "• If you write or react in a group again, you begin from zero; what earned points earns none again."
            ),
            _leading(reader, everywhere=title is None) if leads else None,
        ),
        reader.say("This can't be undone."),
    )


def _leading(reader: Reader, *, everywhere: bool) -> Html:
    """What becomes of an administrator's cards, and the way back; where Telegram lists them, they stay one."""
    if everywhere:
        return reader.say(
            "• On Telegram you stay an administrator. Reviews and reminders stop. They come again once you have written"
            " to me here, and a card's button or an administrator's command has me ask Telegram who runs the group."
        )
    return reader.say(
        "• On Telegram you stay an administrator. Reviews and reminders stop. They come again once a card's button or"
        " an administrator's command has me ask Telegram who runs the group."
    )


def confirm(reader: Reader) -> Html:
    """The button that does it."""
    return reader.say("Yes, forget me")


def keep(reader: Reader) -> Html:
    """The button that does nothing."""
    return reader.say("No, leave it as it is")


def done(reader: Reader, *, title: str | None) -> Html:
    """It is done."""
    if title is None:
        return reader.say("Done. I no longer know who you are.")
    return reader.say("Done. In <b>{title}</b> I no longer know who you are.", title=reader.title(title))


def kept(reader: Reader) -> Html:
    """Nothing was done."""
    return reader.say("Nothing was changed.")
