"""Telegram counts text in UTF-16 code units: an emoji is two."""


def length(text: str) -> int:
    if text.isascii():
        return len(text)
    return len(text) + sum(1 for letter in text if letter > "\uffff")


def sane(text: str) -> str:
    """Half a surrogate pair cannot travel in UTF-8; Telegram never lets one in."""
    if text.isascii():
        return text
    return text.encode("utf-8", errors="replace").decode("utf-8") if _broken(text) else text


def _broken(text: str) -> bool:
    return any("\ud800" <= letter <= "\udfff" for letter in text)
