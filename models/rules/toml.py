"""A table (TOML) that somebody hands in: read, or refused before it costs anything."""

import tomllib
from typing import Any

# The parser takes time by the square of how many names one line strings together with dots: a file that we take could
# have it busy for twenty seconds, in which nobody else is answered. No text of ours has so many in a line.
MOST_DOTS = 300


class IsNoTable(ValueError):
    """A text is no TOML, or none that anybody writes."""


def read_table(text: str, **how: Any) -> dict[str, Any]:
    """What a text says in TOML; raises `IsNoTable`."""
    # Names end with the line, and that with no other sign than this one.
    if any(line.count(".") > MOST_DOTS for line in text.split("\n")):
        raise IsNoTable
    try:
        return tomllib.loads(text, **how)
    except (ValueError, RecursionError) as error:
        # A number of thousands of digits is no error in TOML, and too long for Python.
        raise IsNoTable from error
