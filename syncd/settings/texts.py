"""Texts with a form of their own: addresses, times of day, dates, colours, zones, templates.

Pure functions from a TOML value to a Python value; the only look outside is the time zone database.
None quotes the value in its mistake.
"""

import re
from collections.abc import Callable, Collection
from dataclasses import dataclass
from datetime import date, datetime, time
from ipaddress import ip_address
from string import Formatter
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from syncd.settings.mistakes import Mistake

_LISTEN = re.compile(r"(?:\[([0-9A-Fa-f:.]+)\]|([A-Za-z0-9_.-]+)):([0-9]{1,5})")
_TIME = re.compile(r"([01][0-9]|2[0-3]):([0-5][0-9])")
_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_COLOUR = re.compile(r"#[0-9A-Fa-f]{6}")
_WIRE_KEY = re.compile(r"[A-Za-z_][A-Za-z0-9_]*\.[A-Za-z_][A-Za-z0-9_]*")
_WIRE_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
_CONNECTION = re.compile(r"[a-z0-9-]{1,64}")
_CONTROL = re.compile(r"[\x00-\x08\x0a-\x1f\x7f-\x9f\u2028\u2029]")


@dataclass(frozen=True)
class ListenAddress:
    """Where the admin endpoint listens; port 0 takes any free one."""

    host: str
    port: int

    @property
    def is_loopback(self) -> bool:
        """Whether only this machine can reach it."""
        return is_loopback(self.host)

    def __str__(self) -> str:
        host = f"[{self.host}]" if ":" in self.host else self.host
        return f"{host}:{self.port}"


def is_loopback(host: str) -> bool:
    """Whether a host name or address means this machine and nothing else."""
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host.lower() == "localhost"


def one_line(value: str) -> str:
    """The text without surrounding blanks; control characters and line breaks are a mistake."""
    if _CONTROL.search(value):
        raise Mistake("contains a line break or a control character", "write it in one line")
    return value.strip()


def not_empty(value: str) -> str:
    """The text as it is; an empty one is a mistake."""
    if not value:
        raise Mistake("is empty")
    return value


def parse_connection_name(value: str) -> str:
    """A name of small letters, digits and hyphens, at most 64 of them."""
    if not _CONNECTION.fullmatch(value):
        raise Mistake(
            "is not a name of small letters, digits and hyphens", 'write for example "northgate"'
        )
    return value


def parse_listen(value: object) -> ListenAddress | None:
    """A host and a port from "127.0.0.1:8321" or "[::1]:8321"; None from ""."""
    if value is None or value == "":
        return None
    if isinstance(value, ListenAddress):
        return value
    match = _LISTEN.fullmatch(value.strip()) if isinstance(value, str) else None
    if match is None or int(match[3]) > 65535:
        raise Mistake(
            "is not a host and a port", 'write for example "127.0.0.1:8321", or "" to turn it off'
        )
    return ListenAddress(host=match[1] or match[2], port=int(match[3]))


def parse_time_of_day(value: object) -> time | None:
    """A time from "07:30" or TOML's 07:30:00; None from ""."""
    if value is None or value == "":
        return None
    if isinstance(value, time):
        return value
    match = _TIME.fullmatch(value.strip()) if isinstance(value, str) else None
    if match is None:
        raise Mistake("is not a time of day", 'write hours and minutes, such as "07:30"')
    return time(int(match[1]), int(match[2]))


def parse_date(value: object) -> date | None:
    """A day from "2026-11-01" or TOML's own date; None from ""."""
    if value is None or value == "":
        return None
    if isinstance(value, date) and not isinstance(value, datetime):
        return value
    try:
        if isinstance(value, str) and _DATE.fullmatch(value.strip()):
            return date.fromisoformat(value.strip())
    except ValueError:
        pass
    raise Mistake("is not a date", 'write year, month and day, such as "2026-11-01"')


def parse_colour(value: str) -> str:
    """A colour as "#1f3a5f"."""
    if not _COLOUR.fullmatch(value):
        raise Mistake("is not a colour", 'write six hexadecimal digits, such as "#1f3a5f"')
    return value.lower()


def parse_zone(value: object) -> ZoneInfo:
    """A time zone of the IANA database, from "Europe/London"."""
    if isinstance(value, ZoneInfo):
        return value
    try:
        if isinstance(value, str):
            return ZoneInfo(value.strip())
    except (ValueError, OSError, KeyError):  # unknown, malformed, or a directory of zones
        pass
    raise Mistake("is not a known time zone", 'write for example "Europe/London"')


def parse_web_address(value: str) -> str:
    """An http or https address with a host, without key, query or trailing slash."""
    try:
        parts = urlsplit(value)
        is_address = parts.scheme in ("http", "https") and bool(parts.hostname)
        has_more = "@" in parts.netloc or bool(parts.query or parts.fragment)
        _ = parts.port  # raises where it is no number
    except ValueError:
        is_address, has_more = False, False
    if not is_address or " " in value:
        raise Mistake(
            "is not a web address", "write it with https:// in front, as the vendor gives it"
        )
    if has_more:
        raise Mistake("has more than a host and a path", "take everything after the path away")
    return value.rstrip("/")


def parse_vendor_address(value: str) -> str:
    """A web address that keys are sent to: https, or http to this machine only."""
    address = parse_web_address(value)
    parts = urlsplit(address)
    if parts.scheme != "https" and not is_loopback(parts.hostname or ""):
        raise Mistake("would send the key unencrypted", "write https:// in place of http://")
    return address


def parse_public_address(value: str) -> str:
    """A web address at which the vendor fetches files: https alone, which V3 looks for (V3
    Maintenance, Validation errors)."""
    address = parse_web_address(value)
    scheme, _, rest = address.partition("://")
    if scheme.lower() != "https":
        raise Mistake(
            "is not encrypted, and V3 takes no such addresses",
            "write https://, and have the files answered there",
        )
    return f"https://{rest}"


def parse_wire_names(value: dict[str, str]) -> dict[str, str]:
    """Corrected names: keys as Model.Field, values the vendor's name of that field."""
    taken: set[tuple[str, str]] = set()
    for key, name in value.items():
        if not _WIRE_KEY.fullmatch(key):
            raise Mistake(
                "has a name that is not Model.Field",
                'write for example { "ContractorInvoiceSubmissionModel.Amount" = "InvoiceAmount" }',
            )
        if not _WIRE_NAME.fullmatch(name):
            raise Mistake(f"{key} has no field name as its value", "write the vendor's own name")
        if (key.split(".")[0], name) in taken:
            raise Mistake(
                f"{key} gets a name that another field of the model has",
                "give every field of a model its own name",
            )
        taken.add((key.split(".")[0], name))
    return value


def template_parser(*, needed: str, known: Collection[str]) -> Callable[[str], str]:
    """A parser of texts with {placeholders}: `needed` must occur, others than `known` may not."""
    names = ", ".join(f"{{{name}}}" for name in known)

    def parse(value: str) -> str:
        try:
            pieces = list(Formatter().parse(value))
        except ValueError as error:
            raise Mistake("has a brace without its other half", f"use {names}") from error
        used = [name for _, name, _, _ in pieces if name is not None]
        if any(form or conversion for _, _, form, conversion in pieces):
            raise Mistake("formats a placeholder", f"write placeholders bare: {names}")
        if set(used) - set(known):
            raise Mistake("has an unknown placeholder", f"known are {names}")
        if needed not in used:
            raise Mistake(f"lacks {{{needed}}}", f"write {{{needed}}} somewhere in it")
        return value

    return parse
