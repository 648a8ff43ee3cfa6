"""One mistake in a document: where it is, what is wrong, what to write; and how a place is
named."""

import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from syncd.errors import Problem
from syncd.settings.mistakes import Mistake
from syncd.settings.texts import parse_connection_name

Location = tuple[str | int, ...]
"""Keys and list positions that lead to a setting."""

_BARE_KEY = re.compile(r"[A-Za-z0-9_-]{1,80}")


@dataclass(frozen=True)
class Fault:
    """A mistake at a place; `about` are other settings that a rule compared it with."""

    where: Location
    message: str
    cure: str = ""
    about: tuple[Location, ...] = ()


def are_related(one: Location, other: Location) -> bool:
    """Whether one of the places is the other or lies within it."""
    length = min(len(one), len(other))
    return one[:length] == other[:length]


def problems_from(faults: Iterable[Fault], document: Mapping[str, object]) -> list[Problem]:
    """The faults as a person reads them, those of one table side by side."""
    names = connection_names(document)
    problems = {
        Problem(path=dotted(fault.where, names), message=fault.message, cure=fault.cure)
        for fault in faults
    }
    return sorted(problems, key=lambda problem: (problem.path, problem.message))


def connection_names(document: Mapping[str, object]) -> dict[int, str]:
    """Names of the connections that have a proper one of their own, by position."""
    connections = document.get("connections")
    found: dict[int, str] = {}
    for position, connection in enumerate(connections if isinstance(connections, list) else []):
        name = connection.get("name") if isinstance(connection, dict) else None
        if isinstance(name, str) and name not in found.values() and _is_name(name):
            found[position] = name
    return found


def dotted(where: Location, names: Mapping[int, str]) -> str:
    """A place as text, such as connections[northgate].visit.fields[2].name."""
    text = ""
    for depth, part in enumerate(where):
        if isinstance(part, int):
            is_connection = depth == 1 and where[0] == "connections"
            text += f"[{names.get(part, part) if is_connection else part}]"
        else:
            bare = part if _BARE_KEY.fullmatch(part) else json.dumps(part[:80])
            text += f".{bare}" if text else bare
    return text


def _is_name(text: str) -> bool:
    try:
        return bool(parse_connection_name(text))
    except Mistake:
        return False
