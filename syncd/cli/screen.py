"""What goes where: documents and tables to standard output, everything else to standard error.

Text of vendors is shown as it is but for control characters; rich's own markup is never read in it.
Colour obeys NO_COLOR and is only used on a terminal. Nothing that a person has to copy is cut.
"""

import io
import json
import os
import re
import sys
from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import IO, TYPE_CHECKING, TextIO, cast

from syncd.model import Json
from syncd.telling.words import plain

if TYPE_CHECKING:
    from rich.console import Console
    from rich.table import Table


def prepare_streams() -> None:
    """Let every character out, also where the terminal's encoding lacks it.

    Streams that were closed (`>&-`) lead nowhere: else a file that is opened later gets their
    number, and whatever writes to it writes into that file.
    """
    while (number := os.open(os.devnull, os.O_RDWR)) <= 2:  # the lowest that is free
        os.set_inheritable(number, True)
    os.close(number)
    sys.stdout = sys.stdout or os.fdopen(1, "w", closefd=False)
    sys.stderr = sys.stderr or os.fdopen(2, "w", closefd=False)
    for stream in (sys.stdout, sys.stderr):
        reconfigure = getattr(stream, "reconfigure", None)
        if reconfigure is not None:
            reconfigure(errors="backslashreplace")


def print_json(document: Mapping[str, Json]) -> None:
    """One document on standard output."""
    sys.stdout.write(json.dumps(document, indent=2, ensure_ascii=not _speaks_unicode()) + "\n")


def _speaks_unicode() -> bool:
    return (getattr(sys.stdout, "encoding", None) or "").lower().startswith("utf")


def say(line: str) -> None:
    """One line to standard error, after everything that was told before."""
    sys.stdout.flush()
    sys.stderr.write(plain(line) + "\n")


def tell(line: str = "") -> None:
    """One line to standard output, never wrapped: it may have to be copied."""
    sys.stdout.write(plain(line) + "\n")


class _Trimmed(io.TextIOBase):
    """Standard output without the blanks with which rich fills the cells of a table up."""

    def __init__(self, to: TextIO) -> None:
        self._to = to

    @property
    def encoding(self) -> str:  # type: ignore[override]
        """As standard output has it: which characters rich may draw with."""
        return getattr(self._to, "encoding", None) or "utf-8"

    def write(self, text: str) -> int:
        """The same with no blank before the end of any line."""
        return self._to.write(_BLANK_ENDS.sub("", text))

    def flush(self) -> None:
        """What was written leaves."""
        self._to.flush()


_BLANK_ENDS = re.compile(r"[ \t]+$", re.MULTILINE)


def output(width: int | None = None) -> "Console":
    """The terminal's standard output, through rich; as wide as the terminal unless told."""
    from rich.console import Console

    is_terminal = sys.stdout.isatty()
    to = sys.stdout if is_terminal else cast("IO[str]", _Trimmed(sys.stdout))
    return Console(file=to, width=width, markup=False, highlight=False, emoji=False)


def aside() -> "Console":
    """The terminal's standard error, through rich: progress only."""
    from rich.console import Console

    return Console(stderr=True, markup=False, highlight=False, emoji=False)


def table(*columns: str, whole: Iterable[str] = (), right: Iterable[str] = ()) -> "Table":
    """A table with light rules; columns in `whole` are never cut or folded."""
    from rich.box import SIMPLE_HEAD
    from rich.table import Table

    made = Table(box=SIMPLE_HEAD, pad_edge=False, show_edge=False, padding=(0, 2, 0, 0))
    for name in columns:
        made.add_column(
            name,
            overflow="fold",
            no_wrap=name in whole,
            justify="right" if name in right else "left",
        )
    return made


def heading(text: str) -> None:
    """A line that begins a part."""
    from rich.text import Text

    output().print(Text(plain(text), style="bold"), soft_wrap=True)


def moment(then: datetime | None) -> str:
    """A time as the operator's clock shows it."""
    return "" if then is None else f"{then.astimezone():%Y-%m-%d %H:%M:%S}"


def moment_of(text: str | None) -> str:
    """The time of a document as the operator's clock shows it."""
    return "" if text is None else moment(datetime.fromisoformat(text))


def tell_prose(text: str, *, indent: int = 0, hanging: int | None = None) -> None:
    """Sentences on standard output, wrapped to the terminal; further lines `hanging` deep."""
    import shutil
    import textwrap

    width = max(40, min(shutil.get_terminal_size().columns, 100))
    further = " " * (indent if hanging is None else hanging)
    for line in textwrap.wrap(
        plain(text),
        width,
        initial_indent=" " * indent,
        subsequent_indent=further,
        break_long_words=False,
        break_on_hyphens=False,
    ):
        sys.stdout.write(line + "\n")
