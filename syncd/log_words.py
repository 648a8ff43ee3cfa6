"""What every log line says beside its sentence, and what none says: a vendor's own words.

Of the standard library and the errors alone, so that the store can log what it knows. How lines
look and where they go is said in `logs`.
"""

import logging
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar

from syncd.errors import SyncdError

_work: ContextVar[dict[str, str | int]] = ContextVar("work", default={})  # noqa: B039 (never changed)


def work_on(**work: str | int) -> None:
    """From here on this task's log lines say what they are about: connection, cycle."""
    _work.set(dict(work))


@contextmanager
def about(**work: str | int) -> Iterator[None]:
    """While the block runs, log lines also say that they are about this: an intent."""
    before = _work.set({**_work.get(), **work})
    try:
        yield
    finally:
        _work.reset(before)


def current_work() -> Mapping[str, str | int]:
    """What this task's log lines are about now."""
    return _work.get()


def sentence(record: logging.LogRecord) -> str:
    """What a record says; of errors our own words alone (`SyncdError.plain`)."""
    args = record.args
    if isinstance(args, tuple):
        args = tuple(each.plain if isinstance(each, SyncdError) else each for each in args)
    words = record.msg.plain if isinstance(record.msg, SyncdError) else str(record.msg)
    try:
        return words % args if args else words
    except (TypeError, ValueError):
        return words
