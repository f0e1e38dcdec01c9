"""What somebody wrote, fit to stand among our words: on one line, and without invisible tricks."""

# Of the signs that nobody sees these join letters and pictures, and belong to them.
JOINERS = "\u200c\u200d"


def tidy(text: str) -> str:
    """A text on one line, without what cannot be seen or turns the rest around."""
    kept = "".join(sign if sign.isprintable() or sign in JOINERS else " " for sign in text)
    return " ".join(word for word in kept.split() if word.strip(JOINERS))
