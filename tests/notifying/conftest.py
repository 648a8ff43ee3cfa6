"""Fixtures of the stories about telling people: the offices of the cycle's stories."""

from tests.cycle.office import (
    box,
    control_pages,
    impatient,
    office,
    served,
    tmp_path,
    wall_clock,
)

__all__ = ["box", "control_pages", "impatient", "office", "served", "tmp_path", "wall_clock"]
