"""How pages are drawn: the templates and the filters that they use. Reads nothing, decides nothing.

Everything that comes from a vendor is hostile text: autoescape is on everywhere, and no filter
gives markup back.
"""

import hashlib
import json
from collections.abc import Mapping
from datetime import UTC, datetime, tzinfo
from functools import cache
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from syncd.admin.pages.wording import PARTS, length

HERE = Path(__file__).parent

LONGEST_PIECE = 20_000
"""Characters of one value that a page shows; nobody reads more on one screen."""


@cache
def environment() -> Environment:
    """The templates with their filters, made once."""
    made = Environment(
        loader=FileSystemLoader(HERE / "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,
    )
    made.filters |= {
        "age": age,
        "epoch": epoch,
        "in_utc": in_utc,
        "local": local,
        "pieces": pieces,
        "shortened": shortened,
        "time_of_day": time_of_day,
        "utc": utc,
    }
    made.globals["asset_version"] = _asset_version()
    return made


def _asset_version() -> str:
    """Changes whenever an asset does, so that browsers may keep them for a year."""
    digest = hashlib.sha256()
    for path in sorted((HERE / "static").iterdir()):
        digest.update(path.read_bytes())
    return digest.hexdigest()[:12]


def draw(template: str, values: Mapping[str, Any]) -> str:
    """A page as text."""
    return environment().get_template(template).render(values)


def instant(at: datetime | str) -> datetime:
    """A time of a document, or of the store, aware."""
    return datetime.fromisoformat(at) if isinstance(at, str) else at


def utc(at: datetime | str) -> str:
    """For machines: 2026-11-22T06:03:24Z."""
    return f"{instant(at).astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}"


def epoch(at: datetime | str) -> int:
    """Seconds since 1970."""
    return int(instant(at).timestamp())


def in_utc(at: datetime | str) -> str:
    """What stands behind a time of the pages: "2026-11-22 06:03:24 UTC"."""
    return f"{instant(at).astimezone(UTC):%Y-%m-%d %H:%M:%S} UTC"


def local(at: datetime | str, zone: tzinfo | str) -> str:
    """A time on the agency's clocks: 22 Nov 2026, 06:03."""
    there = instant(at).astimezone(_zone(zone))
    return f"{there.day} {there:%b %Y, %H:%M}"


def time_of_day(at: datetime | str, zone: tzinfo | str) -> str:
    """Hours and minutes on the agency's clocks."""
    return f"{instant(at).astimezone(_zone(zone)):%H:%M}"


def _zone(zone: tzinfo | str) -> tzinfo:
    return ZoneInfo(zone) if isinstance(zone, str) else zone


def age(at: datetime | str, now: datetime) -> str:
    """How long ago, in words."""
    seconds = (now - instant(at)).total_seconds()
    return f"{length(seconds)} ago" if seconds >= 1 else "just now"


def shortened(text: object, longest: int) -> str:
    """A text in one line, cut where it is long."""
    line = " ".join(_visible(str(text)[: longest * 4]).split())
    return line if len(line) <= longest else f"{line[: longest - 1]}…"


def pieces(value: Any) -> list[tuple[str, str]]:
    """What a side says, as named texts; what is empty is left out."""
    if value == {"isOurs": False}:
        return [("", "words that syncd did not write")]
    parts = value if isinstance(value, dict) else {"": value}
    said = [(str(name), part) for name, part in parts.items() if part not in (None, "", [], {})]
    return [(PARTS.get(name, name), _text(part)) for name, part in said]


def _text(part: Any) -> str:
    if isinstance(part, bool):
        return "yes" if part else "no"
    if isinstance(part, list) and all(isinstance(each, str | int | float) for each in part):
        part = ", ".join(map(str, part))
    text = part if isinstance(part, str) else json.dumps(part, ensure_ascii=False)
    text = _visible(text)
    if len(text) <= LONGEST_PIECE:
        return text
    return f"{text[:LONGEST_PIECE]}… ({len(text):,} characters)"


def _visible(text: str) -> str:
    """The text without control characters; lone surrogates cannot be sent as UTF-8."""
    if text.isascii() and text.isprintable():
        return text
    return "".join(each for each in text if _is_shown(each))


def _is_shown(character: str) -> bool:
    if character in "\n\t":
        return True
    code = ord(character)
    return code >= 32 and not 127 <= code < 160 and not 0xD800 <= code <= 0xDFFF
