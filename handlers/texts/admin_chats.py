"""What is said about the chat in which those who run a group find what waits for them."""

from handlers.texts.reader import Html, Reader


def about(reader: Reader) -> Html:
    """What the command is for."""
    return reader.say("get another group's review cards in this chat")


def which(reader: Reader) -> Html:
    """The groups to choose from stand below."""
    return reader.say("Which group's cards shall come here? Everybody in this chat can read them.")


def chosen(reader: Reader, *, title: str, here: bool) -> Html:
    """Where the cards go from now on."""
    name = reader.title(title)
    if here:
        return reader.say("What waits for the administrators of <b>{title}</b> comes here now.", title=name)
    return reader.say("What waits for the administrators of <b>{title}</b> goes to each in private again.", title=name)


def only_there(reader: Reader) -> Html:
    """The command was given in private."""
    return reader.say("Send that in the group that you, the administrators, have among yourselves. I must be in it.")


def nothing_else(reader: Reader) -> Html:
    """Who asks leads no other group."""
    return reader.say("I know of no other group that you run. If you do, send /settings there once.")
