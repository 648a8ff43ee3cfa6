"""Compare the names that we read from and write to LetsJobIt with an OpenAPI document, should the
vendor give one. Pure. LetsJobIt's names cannot be corrected by a setting: they are documented."""

from collections.abc import Mapping

from syncd.letsjobit.names import (
    EXTRA_FIELDS,
    LINE_FIELDS,
    VISIT_FIELDS,
    WINDOW_FIELDS,
    Name,
)
from syncd.letsjobit.wire import Visit
from syncd.openapi import Body, Comparison, Field, Operation, compare
from syncd.wire_json import Record

PREFIX = "/api/v2"
NEEDED = frozenset({"internal_id", "erp_id", "doc_no", "is_closed", "is_confirmed"})


def compare_visits(document: Record) -> Comparison:
    """What differs between the document and what syncd reads and writes; no corrections."""
    reads = {name: (field.alias or name,) for name, field in Visit.model_fields.items()}
    visit = _body(
        "visit",
        VISIT_FIELDS,
        {
            "time_windows": _body("time_windows", WINDOW_FIELDS, {}),
            "lines": _body(
                "lines", LINE_FIELDS, {"extraData": _body("extraData", EXTRA_FIELDS, {})}
            ),
        },
    )
    found = compare(
        document,
        [
            Operation("GET", "/visits", PREFIX, reads=reads, needed=NEEDED),
            Operation("GET", "/visits/{ID}", PREFIX, reads=reads, needed=NEEDED),
            Operation("POST", "/visits", PREFIX, body=visit),
            Operation("PUT", "/visits/{ID}", PREFIX, body=visit),
            Operation("DELETE", "/visits/{ID}", PREFIX),
        ],
    )
    return Comparison(found.findings)


def _body(model: str, names: Mapping[str, Name], nested: Mapping[str, Body]) -> Body:
    return Body(
        model,
        tuple(
            Field(f"{model}.{name}", name, is_required=rule.is_required, nested=nested.get(name))
            for name, rule in names.items()
        ),
    )
