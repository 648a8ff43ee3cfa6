"""Compare what we read and write with a vendor's Swagger 2.0 or OpenAPI 3 document. Pure.

The vendor's package says what is expected (`Operation`); this module finds it in the document and
says what differs, with the nearest name that the document has: first a known alias, then whatever
is spelt most alike. It knows no vendor and corrects nothing itself.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from difflib import get_close_matches

from syncd.wire_json import Record, Wire

LISTS_OF_RECORDS = ("data", "customfields")
"""Properties, in lower case, in which an answer carries its records."""

DEEPEST = 12
"""How far references are followed; a document may refer to itself."""


@dataclass(frozen=True)
class Field:
    """A name of ours in a body, the name it is sent under, and others that mean the same."""

    ours: str
    sent_as: str
    aliases: tuple[str, ...] = ()
    is_required: bool = False
    nested: "Body | None" = None


@dataclass(frozen=True)
class Body:
    """A body that we write; `model` is what corrections of its names begin with."""

    model: str
    fields: tuple[Field, ...]


@dataclass(frozen=True)
class Operation:
    """A call that we make: what it reads, by any of the aliases of each field, and writes.

    `path` is ours, below `prefix`. `query` are query parameters that we may send.
    """

    method: str
    path: str
    prefix: str
    reads: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    needed: frozenset[str] = frozenset()
    body: Body | None = None
    query: tuple[Field, ...] = ()


@dataclass(frozen=True)
class Finding:
    """One difference. `is_serious`: a call would fail or something that we need is not read."""

    place: str
    message: str
    is_serious: bool


@dataclass(frozen=True)
class Comparison:
    """All differences, and the names that would mend those which a name can mend."""

    findings: tuple[Finding, ...] = ()
    corrections: Mapping[str, str] = field(default_factory=dict)

    def __add__(self, other: "Comparison") -> "Comparison":
        new = [finding for finding in other.findings if finding not in self.findings]
        return Comparison((*self.findings, *new), {**other.corrections, **self.corrections})


def compare(document: Record, operations: Sequence[Operation]) -> Comparison:
    """Look for every operation in the document.

    A document that has none of them is another tier's, and is one finding.
    """
    asked = [(operation, _entry(document, operation)) for operation in operations]
    if all(entry is None for _, entry in asked):
        message = "has none of the paths that syncd calls: is it the document of this tier?"
        return Comparison((Finding("paths", message, True),))
    result = Comparison()
    for operation, entry in asked:
        if entry is None:
            place = f"{operation.method} {operation.path}"
            result += Comparison((Finding(place, "is not in the document", True),))
        else:
            result += _compare_operation(document, operation, entry)
    return result


def nearest(wanted: Sequence[str], offered: Iterable[str]) -> str | None:
    """The offered name that most likely means the same: a wanted name in other letters, in the
    order wanted, else the one spelt most like the first."""
    by_lower = {name.lower(): name for name in offered}
    for name in wanted:
        if name.lower() in by_lower:
            return by_lower[name.lower()]
    close = get_close_matches(wanted[0].lower(), by_lower, n=1, cutoff=0.5)
    return by_lower[close[0]] if close else None


def _compare_operation(document: Record, operation: Operation, entry: Record) -> Comparison:
    place = f"{operation.method} {operation.path}"
    result = Comparison()
    if operation.reads:
        result += _compare_reads(document, operation, entry, place)
    if operation.query:
        result += _compare_query(document, operation, entry, place)
    if operation.body is not None:
        schema = _body_schema(document, entry)
        if schema is None:
            message = "describes no JSON body; syncd sends one"
            return result + Comparison((Finding(place, message, True),))
        result += _compare_body(document, operation.body, _items(document, schema), place)
    return result


def _compare_reads(document: Record, operation: Operation, entry: Record, place: str) -> Comparison:
    schema = _answer_schema(document, entry)
    properties = _properties(document, schema) if schema is not None else {}
    if not properties:
        message = "does not say what it answers; syncd reads by every name it knows"
        return Comparison((Finding(place, message, False),))
    offered = set(properties)
    known = {alias for aliases in operation.reads.values() for alias in aliases}
    absent = {name: names for name, names in operation.reads.items() if offered.isdisjoint(names)}
    findings = []
    for name in sorted(operation.needed & set(absent)):
        guess = nearest(absent[name], offered - known)
        message = f"answers no {' or '.join(absent[name])}{f'; perhaps {guess}' if guess else ''}"
        findings.append(Finding(place, message, True))
    optional = [names[0] for name, names in absent.items() if name not in operation.needed]
    if optional:
        message = f"answers nothing that syncd knows as {', '.join(optional)}"
        findings.append(Finding(place, message, False))
    return Comparison(tuple(findings))


def _compare_query(document: Record, operation: Operation, entry: Record, place: str) -> Comparison:
    """Query parameters that we send; one that stands in the body instead is `body:Name`."""
    parameters = _parameters(document, entry)
    offered = [str(one.get("name")) for one in parameters if one.get("in") == "query"]
    schema = _body_schema(document, entry)
    in_body = list(_properties(document, schema)) if schema is not None else []
    result = Comparison()
    for asked in operation.query:
        if asked.sent_as in offered or asked.sent_as.removeprefix("body:") in in_body:
            continue
        wanted = (asked.sent_as, *asked.aliases)
        found, moved = nearest(wanted, offered), nearest(wanted, in_body)
        better = found or (f"body:{moved}" if moved else None)
        result += _correction(place, asked, better)
    return result


def _compare_body(document: Record, body: Body, schema: Record, place: str) -> Comparison:
    properties = _properties(document, schema)
    if not properties:
        message = f"does not say what {body.model} holds"
        return Comparison((Finding(place, message, False),))
    place = f"{place} {body.model}"
    claimed = {one.sent_as for one in body.fields} & set(properties)
    result = Comparison()
    for one in body.fields:
        sent_as = one.sent_as
        if sent_as and sent_as not in properties:
            better = nearest((one.sent_as, *one.aliases), set(properties) - claimed)
            sent_as = better or ""
            claimed |= {sent_as}
            result += _correction(place, one, better)
        if one.nested is not None and sent_as in properties:
            inner = _items(document, properties[sent_as])
            result += _compare_body(document, one.nested, inner, place)
    missing = [name for name in _required(document, schema) if name not in claimed]
    return result + Comparison(
        tuple(Finding(place, f"needs {name}, which syncd never sends", True) for name in missing)
    )


def _correction(place: str, one: Field, better: str | None) -> Comparison:
    name = one.ours.rpartition(".")[2]
    if better is not None:
        finding = Finding(place, f"has no {one.sent_as}; {better} is nearest", True)
        return Comparison((finding,), {one.ours: better})
    if one.is_required:
        return Comparison((Finding(place, f"has no {one.sent_as} and nothing like it", True),))
    finding = Finding(place, f"has no {one.sent_as}; {name} can be left out", False)
    return Comparison((finding,), {one.ours: ""})


def _entry(document: Record, operation: Operation) -> Record | None:
    """The document's description of an operation, wherever its paths begin."""
    wanted = _shape(operation.path)
    for path, methods in _records(document.get("paths")):
        full = _shape(f"{_base_path(document)}{path}")
        begins = _shape(operation.prefix)
        is_ours = full == begins + wanted or _shape(path) in (wanted, ["{}", *wanted])
        if is_ours and isinstance(entry := methods.get(operation.method.lower()), dict):
            return {
                **entry,
                "parameters": [*_list(methods.get("parameters")), *_list(entry.get("parameters"))],
            }
    return None


def _shape(path: str) -> list[str]:
    """A path in lower case, whose parameters have no names."""
    segments = path.strip("/").lower().split("/")
    return ["{}" if segment.startswith("{") else segment for segment in segments if segment]


def _base_path(document: Record) -> str:
    """`basePath` of Swagger 2.0; the path of the first server of OpenAPI 3."""
    base = document.get("basePath")
    if isinstance(base, str):
        return base.rstrip("/")
    servers = _list(document.get("servers"))
    url = str(servers[0].get("url", "")) if servers and isinstance(servers[0], dict) else ""
    return "/" + url.partition("://")[2].partition("/")[2].rstrip("/") if "://" in url else url


def _answer_schema(document: Record, entry: Record) -> Record | None:
    """The record of a successful answer: of one, or of each of a list's."""
    responses = _resolved(document, entry.get("responses"))
    for status in ("200", "201", "default"):
        if status in responses:
            answer = _resolved(document, responses[status])
            schema = answer.get("schema") or _json_content(document, answer)
            if isinstance(schema, dict):
                return _record_schema(document, schema)
    return None


def _record_schema(document: Record, schema: Record) -> Record:
    """The schema of a record behind a list or an envelope."""
    inner = _items(document, schema)
    for name, value in _properties(document, inner).items():
        if name.lower() in LISTS_OF_RECORDS:
            return _items(document, value)
    return inner


def _body_schema(document: Record, entry: Record) -> Record | None:
    """The JSON body of a request; None for a form or none."""
    for parameter in _parameters(document, entry):
        if parameter.get("in") == "body":
            return _resolved(document, parameter.get("schema"))
    return _json_content(document, _resolved(document, entry.get("requestBody")))


def _json_content(document: Record, described: Record) -> Record | None:
    for media_type, content in _records(described.get("content")):
        if "json" in media_type:
            return _resolved(document, content.get("schema"))
    return None


def _parameters(document: Record, entry: Record) -> list[Record]:
    return [_resolved(document, one) for one in _list(entry.get("parameters"))]


def _properties(document: Record, schema: Wire, depth: int = 0) -> dict[str, Wire]:
    """The properties of a schema, with those of all schemas that it is made of."""
    if depth > DEEPEST:
        return {}
    resolved = _resolved(document, schema)
    found: dict[str, Wire] = {}
    for part in ("oneOf", "anyOf", "allOf"):
        for inner in _list(resolved.get(part)):
            found |= _properties(document, inner, depth + 1)
    return found | _record(resolved.get("properties"))


def _required(document: Record, schema: Wire) -> list[str]:
    resolved = _resolved(document, schema)
    names = [str(name) for name in _list(resolved.get("required"))]
    for inner in _list(resolved.get("allOf")):
        names += [str(name) for name in _list(_resolved(document, inner).get("required"))]
    return names


def _items(document: Record, schema: Wire) -> Record:
    """The schema of a list's elements; of the schema itself where it is no list."""
    resolved = _resolved(document, schema)
    return _resolved(document, resolved["items"]) if "items" in resolved else resolved


def _resolved(document: Record, schema: Wire) -> Record:
    """A schema, response or parameter, behind any references; {} for what is none."""
    for _ in range(DEEPEST):
        reference = schema.get("$ref") if isinstance(schema, dict) else None
        if not isinstance(reference, str) or not reference.startswith("#/"):
            break
        schema = document
        for key in reference[2:].split("/"):
            name = key.replace("~1", "/").replace("~0", "~").replace("%7B", "{")
            schema = schema.get(name) if isinstance(schema, dict) else None
    return _record(schema)


def _record(value: Wire) -> Record:
    return value if isinstance(value, dict) else {}


def _records(value: Wire) -> Iterator[tuple[str, Record]]:
    return ((name, inner) for name, inner in _record(value).items() if isinstance(inner, dict))


def _list(value: Wire) -> list[Wire]:
    return value if isinstance(value, list) else []
