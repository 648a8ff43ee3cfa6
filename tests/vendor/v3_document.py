"""Requests judged by the vendor's own OpenAPI document of V3 Maintenance."""

import functools
import re
from pathlib import Path
from typing import Any, cast

import jsonschema_rs
import yaml

DOCUMENT = Path(__file__).with_name("agentos_v3_maintenance.yaml")


def faults_of(method: str, path: str, body: Any) -> list[str]:
    """What the document has against a request: its path, its method, its body; nothing where it
    is as documented. Names that the models lack are faults, though the document allows them."""
    document = _document()
    found = [known for known in document["paths"] if _pattern(known).fullmatch(path)]
    if not found:
        return [f"no such path: {path}"]
    operation = document["paths"][found[0]].get(method.lower())
    if operation is None:
        return [f"no such method: {method} {path}"]
    return [
        f"{'/'.join(map(str, each.instance_path))}: {each.message}"
        for each in _validator(found[0], method.lower()).iter_errors(body)
    ]


@functools.cache
def _document() -> dict[str, Any]:
    document = cast(dict[str, Any], yaml.safe_load(DOCUMENT.read_text()))
    for model in document["components"]["schemas"].values():
        model["additionalProperties"] = False
    return document


def _pattern(known: str) -> re.Pattern[str]:
    """A path with its parameters, each one segment."""
    pieces = re.split(r"\{\w+\}", known)
    return re.compile("[^/]+".join(map(re.escape, pieces)))


@functools.cache
def _validator(known: str, method: str) -> jsonschema_rs.Draft4Validator:
    """OpenAPI 3.0 has the schemas of JSON Schema's draft 4 (Wright 00)."""
    document = _document()
    content = document["paths"][known][method]["requestBody"]["content"]
    schema = {**content["application/json"]["schema"], "components": document["components"]}
    return jsonschema_rs.Draft4Validator(schema, validate_formats=True)
