"""The project's profile of V4 Maintenance (profile.yaml), and a check of bodies against it."""

from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import yaml

_TYPES: dict[str, tuple[type, ...]] = {
    "object": (dict,),
    "array": (list,),
    "string": (str,),
    "integer": (int,),
    "number": (int, float),
    "boolean": (bool,),
    "null": (type(None),),
}


@cache
def _profile() -> dict[str, Any]:
    text = (Path(__file__).parent / "profile.yaml").read_text()
    found: dict[str, Any] = yaml.safe_load(text)
    return found


def operations() -> Iterator[tuple[str, str, str]]:
    """Operation id, method and path of every operation."""
    for path, methods in _profile()["paths"].items():
        for method, operation in methods.items():
            yield operation["operationId"], method, path


def problems_with(operation_id: str, body: Any) -> list[str]:
    """What is wrong with the body of an operation's good answer."""
    for methods in _profile()["paths"].values():
        for operation in methods.values():
            if operation["operationId"] == operation_id:
                answer = _followed(operation["responses"]["200"])
                return list(_problems(answer["content"]["application/json"]["schema"], body, "$"))
    raise KeyError(operation_id)


def _followed(schema: dict[str, Any]) -> dict[str, Any]:
    """What a $ref stands for."""
    while "$ref" in schema:
        found: Any = _profile()
        for word in schema["$ref"].removeprefix("#/").split("/"):
            found = found[word]
        schema = found
    return schema


def _is_of(kind: str, value: Any) -> bool:
    if isinstance(value, bool):
        return kind == "boolean"
    return isinstance(value, _TYPES[kind])


def _problems(schema: dict[str, Any], value: Any, place: str) -> Iterator[str]:
    """Types, required and known properties; words of an enum are agency's data and not checked."""
    schema = _followed(schema)
    for part in schema.get("allOf", []):
        yield from _problems(part, value, place)
    if "oneOf" in schema and all(list(_problems(part, value, "")) for part in schema["oneOf"]):
        yield f"{place} fits no alternative"
    kinds = schema.get("type", [])
    kinds = [kinds] if isinstance(kinds, str) else kinds
    if kinds and not any(_is_of(kind, value) for kind in kinds):
        yield f"{place} is not {kinds}"
        return
    if isinstance(value, dict):
        yield from (
            f"{place}.{name} is missing" for name in schema.get("required", ()) if name not in value
        )
        for name, part in schema.get("properties", {}).items():
            if name in value:
                yield from _problems(part, value[name], f"{place}.{name}")
    if isinstance(value, list) and "items" in schema:
        for number, part in enumerate(value):
            yield from _problems(schema["items"], part, f"{place}[{number}]")
