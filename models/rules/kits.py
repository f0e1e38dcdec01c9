"""Starter kits: ten topics for each kind of community, in every language, as files that a test reads."""

import tomllib
from enum import StrEnum
from functools import cache
from importlib.resources import files
from typing import Any

from models.rules.topics import Depth, Dimension, NewTopic


class Kit(StrEnum):
    """Which kit; the templates of the set-up bear the same names."""

    LEARNING = "learning"
    BRAND = "brand"
    DEVELOPERS = "developers"


@cache
def _read(kit: Kit) -> list[dict[str, Any]]:
    source = files("models.rules") / "kit_files" / f"{kit}.toml"
    topics: list[dict[str, Any]] = tomllib.loads(source.read_text(encoding="utf-8"))["topic"]
    return topics


def topics_of(kit: Kit, *, language: str) -> list[NewTopic]:
    """The topics of a kit in one of our languages (`en`, `zh-Hant`, `zh-Hans`)."""
    return [
        NewTopic(topic[language], Dimension(topic["dimension"]), Depth(topic["depth"]), topic["tags"][language])
        for topic in _read(kit)
    ]
