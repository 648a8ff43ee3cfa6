"""The printed result: one line per measurement, with its goal and whether it was met."""

from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True)
class Line:
    """A measurement in words. `is_met` is None where there is no goal."""

    what: str
    value: str
    goal: str = ""
    is_met: bool | None = None


def at_most(what: str, value: float, goal: float, *, note: str = "") -> Line:
    """A number that must not be above its goal."""
    shown = f"{value:.2f}{note}"
    return Line(what, shown, f"<= {goal:.2f}", value <= goal)


def exactly(what: str, value: float, goal: float, *, note: str = "") -> Line:
    """A count or a ratio of counts, which no noise excuses."""
    return Line(what, f"{value:g}{note}", f"= {goal:g}", value == goal)


def printed(lines: Iterable[Line]) -> str:
    """All lines as a table."""
    shown = [(each.what, each.value, each.goal, _verdict(each)) for each in lines]
    rows = [("what", "measured", "goal", ""), *shown]
    widths = [max(len(row[column]) for row in rows) for column in range(3)]
    return "\n".join(
        "  ".join([*(cell.ljust(w) for cell, w in zip(row, widths, strict=False)), row[3]]).rstrip()
        for row in rows
    )


def _verdict(line: Line) -> str:
    return {True: "ok", False: "MISSED", None: ""}[line.is_met]
