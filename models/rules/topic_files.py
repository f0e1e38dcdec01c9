"""A bank of topics as people write it: a table (CSV) or a TOML file."""

import csv
import io
import json
from collections.abc import Iterable, Mapping
from enum import StrEnum
from typing import Any

from models.rules.toml import IsNoTable, read_table
from models.rules.topics import LONGEST_TAGS, LONGEST_TEXT, Depth, Dimension, NewTopic
from models.rules.words import tidy

MOST_IN_A_FILE = 500
_KEYS = ("text", "dimension", "depth", "tags")


class Problem(StrEnum):
    """What is wrong with a file of topics."""

    NO_FILE = "no_file"
    NO_TEXT = "no_text"
    TOO_LONG = "too_long"
    NO_DIMENSION = "no_dimension"
    NO_DEPTH = "no_depth"
    TOO_MANY = "too_many"


class UnfitFile(ValueError):
    """A file of topics cannot be taken: what is wrong, and with which of them, counted from 1 (0 is the file)."""

    def __init__(self, problem: Problem, number: int = 0) -> None:
        super().__init__(f"{problem} in topic {number}")
        self.problem = problem
        self.number = number


def read(content: bytes) -> list[NewTopic]:
    """The topics of a file: TOML with a `[[topic]]` each, or CSV whose first line names its columns.

    Only `text` is needed. Raises `UnfitFile` for the first topic that cannot be taken; nothing is guessed.
    """
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise UnfitFile(Problem.NO_FILE) from error
    rows = list(_rows(text))
    if not rows:
        raise UnfitFile(Problem.NO_FILE)
    if len(rows) > MOST_IN_A_FILE:
        raise UnfitFile(Problem.TOO_MANY)
    return [_topic(row, number) for number, row in enumerate(rows, start=1)]


def _rows(text: str) -> Iterable[Mapping[str, Any]]:
    try:
        found = read_table(text).get("topic")
    except IsNoTable:
        table = csv.DictReader(io.StringIO(text))
        try:
            return list(table) if "text" in (table.fieldnames or ()) else []
        except csv.Error:
            return []
    return found if isinstance(found, list) and all(isinstance(each, dict) for each in found) else []


def _topic(row: Mapping[str, Any], number: int) -> NewTopic:
    values = {key: _one_line(row.get(key)) for key in _KEYS}
    if not values["text"]:
        raise UnfitFile(Problem.NO_TEXT, number)
    if len(values["text"]) > LONGEST_TEXT or len(values["tags"]) > LONGEST_TAGS:
        raise UnfitFile(Problem.TOO_LONG, number)
    if (values["dimension"] or Dimension.NEED) not in list(Dimension):
        raise UnfitFile(Problem.NO_DIMENSION, number)
    if (values["depth"] or Depth.NORMAL) not in list(Depth):
        raise UnfitFile(Problem.NO_DEPTH, number)
    dimension, depth = Dimension(values["dimension"] or Dimension.NEED), Depth(values["depth"] or Depth.NORMAL)
    return NewTopic(values["text"], dimension, depth, values["tags"])


def _one_line(value: object) -> str:
    return tidy(value) if isinstance(value, str) else ""


def _quoted(value: str) -> str:
    # TOML's strings are those of JSON, but for a character that nobody sees, and so is in no text.
    return json.dumps(str(value), ensure_ascii=False)


def written(topics: Iterable[NewTopic]) -> str:
    """Topics as a TOML file, which reads as the same topics."""
    parts = []
    for topic in topics:
        values = {"text": topic.text, "dimension": topic.dimension, "depth": topic.depth, "tags": topic.tags}
        lines = [f"{key} = {_quoted(value)}" for key, value in values.items() if value]
        parts.append("\n".join(["[[topic]]", *lines]) + "\n")
    return "\n".join(parts)
