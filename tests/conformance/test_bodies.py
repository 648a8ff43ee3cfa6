"""The sample bodies of AgentOS are those of its profile."""

from typing import cast

import pytest
import yaml

from syncd.wire_json import Record, Wire, parse_json
from tests.vendor.samples import HERE

PROFILE = cast(Record, yaml.safe_load((HERE / "agentos_v4_maintenance.yaml").read_text()))
BODIES = cast(Record, parse_json((HERE / "agentos_bodies.json").read_bytes()))
TYPES: dict[str, tuple[type, ...]] = {
    "string": (str,),
    "integer": (int,),
    "number": (int, float),
    "boolean": (bool,),
    "object": (dict,),
    "array": (list,),
    "null": (type(None),),
}


def resolved(schema: Wire) -> Record:
    """A schema behind its reference, with all that it is made of."""
    record = cast(Record, schema)
    while "$ref" in record:
        found: Wire = PROFILE
        for key in str(record["$ref"]).removeprefix("#/").split("/"):
            found = cast(Record, found)[key]
        record = cast(Record, found)
    properties: Record = {}
    for part in cast(list[Wire], record.get("allOf", [])):
        properties |= cast(Record, resolved(part).get("properties", {}))
    return {**record, "properties": {**properties, **cast(Record, record.get("properties", {}))}}


def mistakes(value: Wire, schema: Wire, path: str) -> list[str]:
    """Where a value is not what its schema says."""
    rules = resolved(schema)
    kinds = rules.get("type")
    names = kinds if isinstance(kinds, list) else [kinds] if kinds else []
    allowed = tuple(kind for name in names for kind in TYPES[str(name)])
    if allowed and not isinstance(value, allowed) and "number" not in names:
        return [f"{path}: not {names}"]
    found = []
    if isinstance(value, dict):
        known = cast(Record, rules["properties"])
        required = cast(list[Wire], rules.get("required", []))
        found += [f"{path}.{name} is missing" for name in required if str(name) not in value]
        found += [f"{path}.{name} is unknown" for name in value if known and name not in known]
        for name, inner in value.items():
            found += mistakes(inner, known.get(name, {}), f"{path}.{name}")
    for position, inner in enumerate(value if isinstance(value, list) else []):
        found += mistakes(inner, rules.get("items", {}), f"{path}[{position}]")
    return found


def answers() -> dict[str, Wire]:
    """What the profile says that each operation answers."""
    found: dict[str, Wire] = {}
    for methods in cast(Record, PROFILE["paths"]).values():
        for method in cast(Record, methods).values():
            entry = cast(Record, method)
            answer = resolved(cast(Record, entry["responses"])["200"])
            content = cast(Record, cast(Record, answer["content"])["application/json"])
            found[str(entry["operationId"])] = content["schema"]
    return found


@pytest.mark.parametrize("operation", sorted(answers()))
def test_a_sample_body_is_as_the_profile_says(operation: str) -> None:
    """Each operation of the profile has a sample body, of its schema and nothing else."""
    assert mistakes(BODIES[operation], answers()[operation], operation) == []
