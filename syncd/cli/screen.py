"""What goes where: documents and tables to standard output, everything else to standard error.

Text of vendors is shown as it is but for control characters; rich's own markup is never read in it.
Colour obeys NO_COLOR and is only used on a terminal. Nothing that a person has to copy is cut.
"""

import json
import sys
from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import TYPE_CHECKING

from syncd.model import Json, Side

if TYPE_CHECKING:
    from rich.console import Console
    from rich.table import Table

NAMES = {Side.AGENTOS: "AgentOS", Side.LETSJOBIT: "LetsJobIt"}
"""The vendors as people write them."""


def prepare_streams() -> None:
    """Let every character out, also where the terminal's encoding lacks it."""
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


def plain(text: str) -> str:
    """The text without control characters, which could make a terminal do things."""
    return "".join(c if c.isprintable() or c in "\n " else _visible(c) for c in text)


def _visible(character: str) -> str:
    if character == "\t":
        return "    "
    # Joiners and marks of direction belong to people's writing; only C0 and C1 are dangerous.
    is_control = ord(character) < 32 or 127 <= ord(character) < 160
    return "" if is_control else character


def output(width: int | None = None) -> "Console":
    """The terminal's standard output, through rich; as wide as the terminal unless told."""
    from rich.console import Console

    return Console(width=width, markup=False, highlight=False, emoji=False)


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


def age(then: datetime | None, now: datetime) -> str:
    """How long ago, in one unit; "never" where there is no then."""
    if then is None:
        return "never"
    seconds = max(0, int((now - then).total_seconds()))
    return f"{span(seconds)} ago"


def span(seconds: float) -> str:
    """A length of time in one unit."""
    for size, unit in ((172_800, "days"), (7200, "h"), (120, "min")):
        if seconds >= size:
            whole = {"days": 86_400, "h": 3600, "min": 60}[unit]
            return f"{int(seconds // whole)} {unit}"
    return f"{int(seconds)} s"


def count(number: int, one: str, many: str | None = None) -> str:
    """ "1 visit", "2 visits"."""
    return f"{number} {one if number == 1 else many or one + 's'}"


def moment(then: datetime | None) -> str:
    """A time as the operator's clock shows it."""
    return "" if then is None else f"{then.astimezone():%Y-%m-%d %H:%M:%S}"


def moment_of(text: str | None) -> str:
    """The time of a document as the operator's clock shows it."""
    return "" if text is None else moment(datetime.fromisoformat(text))


def iso(then: datetime | None) -> str | None:
    """A time as JSON has it: UTC with a Z."""
    from datetime import UTC

    if then is None:
        return None
    return then.astimezone(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")


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


def in_words(value: Json, *, longest: int = 240) -> str:
    """What a side says about a field, in one line: of several parts each with its name."""
    parts = value if isinstance(value, dict) else {"": value}
    if parts == {"isOurs": False}:
        return "words that syncd did not write"
    said = [
        f"{name}: {in_short(part, longest=longest)}" if name else in_short(part, longest=longest)
        for name, part in parts.items()
        if part not in ("", [], None)
    ]
    return "; ".join(said) or "nothing"


def in_short(value: Json, *, longest: int = 60) -> str:
    """A value in one line, cut where it is long: `--json` has it whole."""
    text = "nothing" if value is None or value == "" else value
    if not isinstance(text, str):
        text = json.dumps(text, ensure_ascii=False)
    line = " ".join(plain(text).split())
    return line if len(line) <= longest else f"{line[: longest - 1]}…"
