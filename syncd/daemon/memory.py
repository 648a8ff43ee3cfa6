"""How the C library keeps memory that is free again.

glibc gives threads areas of their own, up to eight per core, and what one thread gave back no other
can use: each area grows to the largest thing that its thread ever drew (a job sheet, a signature).
A process that runs for months with a handful of threads is better off with few areas.
"""

import contextlib
import ctypes

_M_ARENA_MAX = -8
"""Of glibc's malloc.h."""

MOST_AREAS = 2


def share_areas() -> None:
    """Have all threads that start from now on share a few areas; nothing happens elsewhere than on
    glibc."""
    with contextlib.suppress(OSError, AttributeError):
        ctypes.CDLL(None).mallopt(_M_ARENA_MAX, MOST_AREAS)
