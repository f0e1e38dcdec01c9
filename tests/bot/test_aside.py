"""Work in a process of its own: what comes back, and what does not stay."""

import os
import sys

import pytest

from bot.aside import WorkBroke, aside
from bot.cli.exits import Missing


class Unrepeatable(Exception):
    """Cannot be made again from what it keeps."""

    def __init__(self, one: str, other: str) -> None:
        super().__init__(one + other)


def its_process() -> int:
    sys.stdout.write("this is no part of the answer")
    sys.stdout.flush()
    return os.getpid()


def refuse(words: str) -> None:
    raise Missing(words)


def break_oddly() -> None:
    raise Unrepeatable("neither", "nor")


def vanish() -> None:
    os._exit(7)


def test_the_work_is_done_elsewhere_and_what_it_prints_is_not_in_the_way(capfd: pytest.CaptureFixture[str]) -> None:
    assert aside(its_process).result() != os.getpid()
    assert "this is no part of the answer" in capfd.readouterr().err


def test_what_the_work_raises_is_raised_here_with_the_place_where_it_was() -> None:
    with pytest.raises(Missing, match="No bread") as raised:
        aside(refuse, "No bread.").result()

    assert raised.value.exit_code == 3
    assert "in refuse" in raised.value.__notes__[0]


@pytest.mark.parametrize(("work", "words"), [(break_oddly, "Unrepeatable: neithernor"), (vanish, "ended with 7")])
def test_work_that_cannot_answer_is_told(work: object, words: str) -> None:
    assert callable(work)
    with pytest.raises(WorkBroke, match=words):
        aside(work).result()


def test_two_are_under_way_at_once() -> None:
    one, other = aside(its_process), aside(its_process)

    assert one.result() != other.result()
