"""Telling where something unforeseen happened, without any value: values may be personal."""

import os
import traceback
from pathlib import Path


def where_it_happened(error: BaseException) -> list[str]:
    """How it came there, a line per call, ending with the kind of the exception."""
    lines = []
    cause = error.__cause__ or error.__context__
    if cause is not None:
        lines += [*where_it_happened(cause), "and then:"]
    for frame in traceback.extract_tb(error.__traceback__):
        lines.append(f"  {short(frame.filename)}:{frame.lineno} in {frame.name}")
    return [*lines, type(error).__name__]


def short(filename: str) -> str:
    """A file of a program, from its package on."""
    parts = Path(filename).parts
    starts = [index for index, part in enumerate(parts) if part in ("syncd", "site-packages")]
    return os.sep.join(parts[starts[-1] :] if starts else parts[-2:])
