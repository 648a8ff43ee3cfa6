"""`check --swagger`: the names that we read and write against a vendor's Swagger document. Pure."""

import json
from collections.abc import Mapping
from dataclasses import dataclass

from syncd.agentos.names import Names
from syncd.agentos.swagger import compare_maintenance
from syncd.errors import ConfigError, Problem
from syncd.letsjobit.swagger import compare_visits
from syncd.model import Side
from syncd.openapi import Comparison
from syncd.wire_json import Record, parse_json


@dataclass(frozen=True)
class Compared:
    """Whose document it is, and what differs."""

    vendor: Side
    comparison: Comparison


def compare_document(content: bytes, wire: Mapping[str, str], *, name: str) -> Compared:
    """Compare a document with our names, those of AgentOS as corrected by the setting `wire`.

    ConfigError where it is no Swagger document in JSON, or that of another program.
    """
    document = _read(content, name)
    agentos = compare_maintenance(document, Names.from_wire(wire))
    if not _is_another(agentos):
        return Compared(Side.AGENTOS, agentos)
    letsjobit = compare_visits(document)
    if not _is_another(letsjobit):
        return Compared(Side.LETSJOBIT, letsjobit)
    message = "has none of the paths that syncd calls"
    raise _wrong(name, message, "use the document of AgentOS V4 Maintenance, or of LetsJobIt v2")


def wire_line(corrections: Mapping[str, str], wire: Mapping[str, str]) -> str:
    """The setting `connections.agentos.wire`, what it says now included, ready to paste."""
    pairs = {**wire, **corrections}.items()
    said = ", ".join(f"{_quoted(ours)} = {_quoted(theirs)}" for ours, theirs in pairs)
    return f"wire = {{ {said} }}"


def _quoted(text: str) -> str:
    """A TOML string: as in JSON, but that DEL is escaped and pairs of surrogates are not."""
    return json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007f")


def _read(content: bytes, name: str) -> Record:
    try:
        document = parse_json(content)
    except ValueError:
        cure = "YAML is not read: convert it to JSON, or download the .json of the same page"
        raise _wrong(name, "is not JSON", cure) from None
    if not isinstance(document, dict) or not isinstance(document.get("paths"), dict):
        raise _wrong(name, "is no Swagger document: it has no paths", "download it anew")
    return document


def _is_another(comparison: Comparison) -> bool:
    return [finding.place for finding in comparison.findings] == ["paths"]


def _wrong(name: str, message: str, cure: str) -> ConfigError:
    return ConfigError([Problem(name, message, cure)])
