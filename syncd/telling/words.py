"""Words for values: times, lengths of time, numbers of things, and what a side says. Pure.

Text of vendors is as it is but for control characters.
"""

import json
from datetime import UTC, datetime

from syncd.model import Json, Side

NAMES = {Side.AGENTOS: "AgentOS", Side.LETSJOBIT: "LetsJobIt"}
"""The vendors as people write them."""


def plain(text: str) -> str:
    """The text without control characters, which could make a terminal do things."""
    return "".join(c if c.isprintable() or c in "\n " else _visible(c) for c in text)


def _visible(character: str) -> str:
    if character == "\t":
        return "    "
    # Joiners and marks of direction belong to people's writing; only C0 and C1 are dangerous.
    is_control = ord(character) < 32 or 127 <= ord(character) < 160
    return "" if is_control else character


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


def iso(then: datetime | None) -> str | None:
    """A time as JSON has it: UTC with a Z."""
    if then is None:
        return None
    return then.astimezone(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")


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
