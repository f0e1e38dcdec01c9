"""What `/lang` says."""

from handlers.texts.reader import Html, Reader

# Each language calls itself by its own name, whoever reads.
_OWN_NAMES = {"en": Html("English"), "zh-Hant": Html("繁體中文"), "zh-Hans": Html("简体中文")}


def own_name(language: str) -> Html:
    """The button for a language."""
    return _OWN_NAMES[language]


def about(reader: Reader) -> Html:
    """What the command is for."""
    return reader.say("the language in which I answer you")


def in_group(reader: Reader) -> Html:
    """The answer in a group, which has a language of its own."""
    return reader.say("Here I speak the group's language. In private you choose yours.")


def which(reader: Reader) -> Html:
    """The choice."""
    return reader.say("In which language shall I answer you in private?")


def by_hint(reader: Reader) -> Html:
    """The button for the language of somebody's own Telegram."""
    return reader.say("As my Telegram")


def chosen(reader: Reader, *, by_hint: bool) -> Html:
    """What the choice becomes."""
    if by_hint:
        return reader.say("In private I answer in the language of your Telegram.")
    return reader.say("In private I now answer in English.")
