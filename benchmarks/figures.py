"""A figure, the bar that it should meet, and the table of all figures of a run."""

from collections.abc import Callable, Coroutine, Sequence
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Figure:
    """Something measured; without a bar it is told for its own sake."""

    what: str
    measured: float
    unit: str = ""
    bar: float | None = None
    at_least: bool = False

    @property
    def is_met(self) -> bool:
        """Whether the figure meets its bar."""
        if self.bar is None:
            return True
        return self.measured >= self.bar if self.at_least else self.measured <= self.bar

    def cells(self) -> tuple[str, str, str, str]:
        """The figure as a row: what it is, its bar, what was measured, and whether that will do."""
        if self.bar is None:
            return (self.what, "", self._shown(self.measured), "")
        bar = f"{'at least' if self.at_least else 'at most'} {self._shown(self.bar)}"
        return (self.what, bar, self._shown(self.measured), "met" if self.is_met else "MISSED")

    def _shown(self, value: float) -> str:
        # Three digits say all that a noisy machine can tell.
        digits = 0 if abs(value) >= 100 or value == int(value) else 1 if abs(value) >= 10 else 2
        return f"{value:,.{digits}f} {self.unit}".rstrip()


Measure = Callable[[], Coroutine[Any, Any, list[Figure]]]


def table(figures: Sequence[Figure]) -> str:
    """All figures, one a line."""
    rows = [("figure", "bar", "measured", ""), *[figure.cells() for figure in figures]]
    widths = [max(len(row[place]) for row in rows) for place in range(3)]
    return "\n".join(
        f"{row[0]:<{widths[0]}}  {row[1]:>{widths[1]}}  {row[2]:>{widths[2]}}  {row[3]}".rstrip() for row in rows
    )
