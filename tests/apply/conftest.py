"""Fixtures of these stories: an office beside the sandbox."""

from tests.cycle.office import (
    box,
    control_pages,
    either_office,
    impatient,
    office,
    served,
    tmp_path,
    wall_clock,
)

__all__ = [
    "box",
    "control_pages",
    "either_office",
    "impatient",
    "office",
    "served",
    "tmp_path",
    "wall_clock",
]
