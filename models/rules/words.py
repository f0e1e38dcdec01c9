"""What somebody wrote, fit to stand among our words: on one line, and without invisible tricks."""

# Of the signs that nobody sees these join letters and pictures, and belong to them.
JOINERS = "\u200c\u200d"
# Unicode calls these letters and signs, and no screen shows them: what people hide behind.
BLANKS = "\u115f\u1160\u2800\u3164\uffa0"
_SPACES = str.maketrans(dict.fromkeys(BLANKS, " "))


def tidy(text: str) -> str:
    """A text on one line, without what cannot be seen or turns the rest around."""
    kept = "".join(sign if sign.isprintable() or sign in JOINERS else " " for sign in text.translate(_SPACES))
    return " ".join(word for word in kept.split() if word.strip(JOINERS))
