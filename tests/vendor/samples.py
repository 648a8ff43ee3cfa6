"""The vendors' own sample bodies, as bytes and parsed."""

from pathlib import Path
from typing import cast

from syncd.wire_json import Record, Wire, parse_json

HERE = Path(__file__).parent


def sample_bytes(name: str) -> bytes:
    """A sample body as the vendor prints it."""
    return (HERE / name).read_bytes()


def sample(name: str) -> Wire:
    """A sample body, parsed as syncd parses answers."""
    return parse_json(sample_bytes(name))


def sample_visit() -> Record:
    """The one visit that LetsJobIt's documentation shows."""
    envelope = cast(Record, sample("letsjobit_visits.json"))
    visits = cast(list[Wire], envelope["data"])
    return cast(Record, visits[0])


def sample_new_visit() -> Record:
    """The visit that LetsJobIt's documentation shows in "Add visits"."""
    return cast(Record, cast(list[Wire], sample("letsjobit_add.json"))[0])
