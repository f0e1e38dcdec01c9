"""Takes secrets out of whatever is about to be read by people."""

import re
from collections.abc import Collection

MASK = "***"

# A colon may arrive percent-encoded, since the token travels in URLs.
TOKEN_SHAPE = re.compile(r"\d{5,}(?::|%3A)[A-Za-z0-9_-]{30,}", re.IGNORECASE)
# Our own sentences show how a URL is written; there the word PASSWORD may stand.
PASSWORD_IN_URL = re.compile(r"(?<=://)([^/\s:@]*):(?!PASSWORD@)[^/\s@]+@")

# A secret shorter than this is looked for only where its shape tells it (a token has its colon): masking every "kith"
# because the database's password is "kith" would leave no readable line.
SHORTEST_PLAIN_SECRET = 8
SHORTEST_TOKEN_SECRET = 20


class Mask:
    """Replaces tokens, passwords in URLs and the given secrets, wherever in a text they stand."""

    def __init__(self, secrets: Collection[str] = ()) -> None:
        spellings = sorted({spelling for secret in secrets for spelling in _spellings(secret)}, key=len, reverse=True)
        self._literal = re.compile("|".join(map(re.escape, spellings))) if spellings else None

    def __call__(self, text: str) -> str:
        if self._literal:
            text = self._literal.sub(MASK, text)
        return PASSWORD_IN_URL.sub(rf"\1:{MASK}@", TOKEN_SHAPE.sub(MASK, text))


def _spellings(secret: str) -> set[str]:
    """How `secret` may be written: whole, percent-encoded, and the part of a token that is secret by itself."""
    if ":" not in secret:
        return {secret} if len(secret) >= SHORTEST_PLAIN_SECRET else set()
    told = {secret, secret.replace(":", "%3A"), secret.replace(":", "%3a")}
    own = secret.partition(":")[2]
    return told | {own} if len(own) >= SHORTEST_TOKEN_SECRET else told
