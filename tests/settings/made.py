"""A small valid configuration, ways to change it, and what is said about it."""

from collections.abc import Mapping
from copy import deepcopy
from pathlib import Path
from typing import Any

from syncd.errors import ConfigError
from syncd.settings import ConnectionSettings, Settings, settings_from_document

CONNECTION: Mapping[str, Any] = {
    "name": "northgate",
    "agentos": {
        "short_name": "northgate",
        "api_key": "agentos-key",
        "contractors": ["co-1"],
        "statuses": {
            "visit_when": ["Reported"],
            "completed": "Completed",
            "cancelled": ["Cancelled"],
        },
    },
    "letsjobit": {"api_key": "letsjobit-key", "company_id": "company", "default_driver": "driver"},
}


def connection(**changes: Any) -> dict[str, Any]:
    """A valid connection with some settings changed; keys are paths with __ between their parts."""
    made = deepcopy(dict(CONNECTION))
    for path, value in changes.items():
        *tables, name = path.split("__")
        table = made
        for each in tables:
            table = table.setdefault(each, {})
        table[name] = value
    return made


def document(*connections: Mapping[str, Any], **tables: Any) -> dict[str, Any]:
    """A configuration of these connections (one valid one where none is given)."""
    return {**tables, "connections": list(connections) or [connection()]}


def load(
    made: Mapping[str, Any], environ: Mapping[str, str] | None = None, directory: Path = Path()
) -> Settings:
    """The settings of a document."""
    return settings_from_document(made, environ or {}, directory=directory)


def load_one(directory: Path = Path(), **changes: Any) -> ConnectionSettings:
    """The only connection of a configuration, with some settings changed."""
    (only,) = load(document(connection(**changes)), directory=directory).connections
    return only


def mistakes(
    made: Mapping[str, Any], environ: Mapping[str, str] | None = None, directory: Path = Path()
) -> dict[str, str]:
    """What is said about a document, by path: the sentence and its cure; {} when it is fine."""
    try:
        load(made, environ, directory)
    except ConfigError as error:
        return {each.path: f"{each.message} | {each.cure}" for each in error.problems}
    return {}


def mistakes_of_one(**changes: Any) -> dict[str, str]:
    """What is said about a configuration of one connection, paths without the connection's own."""
    found = mistakes(document(connection(**changes)))
    return {path.removeprefix("connections[northgate]."): said for path, said in found.items()}
