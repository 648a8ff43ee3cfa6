"""Fixtures of the stories about old data: those about closed visits."""

from tests.closures.conftest import (
    beginning,
    box,
    control_pages,
    drawn,
    impatient,
    quick_papers,
    served,
    story,
    wall_clock,
)

__all__ = [
    "beginning",
    "box",
    "control_pages",
    "drawn",
    "impatient",
    "quick_papers",
    "served",
    "story",
    "wall_clock",
]
