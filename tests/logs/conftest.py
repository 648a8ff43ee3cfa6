"""A stream to log to, and the loggers as they were before."""

import io
import json
import logging
import warnings
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from syncd.logs import QUIET, configure_logging

Lines = Callable[[], list[dict[str, Any]]]


class Terminal(io.StringIO):
    """A stream that says it is a terminal."""

    def isatty(self) -> bool:
        """Yes."""
        return True


@pytest.fixture(autouse=True)
def loggers() -> Iterator[None]:
    """What a test changes of the loggers is changed back."""
    names = ["", "syncd", *QUIET]
    before = {
        name: (logging.getLogger(name).level, list(logging.getLogger(name).handlers))
        for name in names
    }
    shown = warnings.showwarning
    yield
    logging.captureWarnings(False)
    warnings.showwarning = shown
    for name, (level, handlers) in before.items():
        logging.getLogger(name).setLevel(level)
        logging.getLogger(name).handlers[:] = handlers


@pytest.fixture
def stream() -> io.StringIO:
    """Where the lines go."""
    return io.StringIO()


@pytest.fixture
def lines(stream: io.StringIO) -> Lines:
    """The lines that were logged, as JSON objects."""
    configure_logging(["canary-key-1"], stream=stream)
    return lambda: [json.loads(line) for line in stream.getvalue().splitlines()]
