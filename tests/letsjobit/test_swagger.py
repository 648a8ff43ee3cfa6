"""Tests of comparing LetsJobIt's names with a document, should there be one."""

from typing import cast

from syncd.letsjobit.names import EXTRA_FIELDS, LINE_FIELDS, VISIT_FIELDS, WINDOW_FIELDS
from syncd.letsjobit.swagger import compare_visits
from syncd.letsjobit.wire import Visit
from syncd.wire_json import Record, Wire


def document() -> Record:
    """A Swagger document that says what LetsJobIt's pages say."""
    read: dict[str, Wire] = {field.alias or name: {} for name, field in Visit.model_fields.items()}
    extras: dict[str, Wire] = dict.fromkeys(EXTRA_FIELDS, cast(Wire, {}))
    lines: dict[str, Wire] = dict.fromkeys(LINE_FIELDS, cast(Wire, {}))
    lines["extraData"] = {"type": "array", "items": {"properties": extras}}
    windows: dict[str, Wire] = dict.fromkeys(WINDOW_FIELDS, cast(Wire, {}))
    written: dict[str, Wire] = dict.fromkeys(VISIT_FIELDS, cast(Wire, {}))
    written["lines"] = {"type": "array", "items": {"properties": lines}}
    written["time_windows"] = {"type": "array", "items": {"properties": windows}}
    visit: Wire = {"properties": {**read, **written}}
    answer: Wire = {
        "200": {
            "schema": {"properties": {"data": {"type": "array", "items": visit}}},
        }
    }

    def call(body: Wire) -> Record:
        parameters: list[Wire] = [{"in": "body", "name": "b", "schema": body}]
        return {"responses": {}, "parameters": parameters}

    get: Wire = {"responses": answer}
    return {
        "swagger": "2.0",
        "basePath": "/api/v2",
        "paths": {
            "/visits": {"get": get, "post": call({"type": "array", "items": visit})},
            "/visits/{id}": {"get": get, "put": call(visit), "delete": {"responses": {}}},
        },
    }


def test_a_document_of_the_documented_names_agrees() -> None:
    """Against the documented names nothing is found."""
    found = compare_visits(document())
    assert found.findings == ()


def test_a_renamed_field_is_found_but_not_corrected() -> None:
    """LetsJobIt's names are documented: a difference is said, and no setting changes them."""
    text = document()
    paths = cast(Record, text["paths"])
    del cast(Record, paths["/visits/{id}"])["delete"]
    lines = VISIT_FIELDS["lines"]
    assert lines.is_required is False
    post = cast(Record, cast(Record, paths["/visits"])["post"])
    body = cast(Record, cast(list[Wire], post["parameters"])[0])["schema"]
    properties = cast(Record, cast(Record, cast(Record, body)["items"])["properties"])
    properties["docNumber"] = properties.pop("docNo")
    found = compare_visits(text)
    sentences = [f"{one.place} {one.message}" for one in found.findings if one.is_serious]
    assert "DELETE /visits/{ID} is not in the document" in sentences
    assert any("has no docNo; docNumber is nearest" in sentence for sentence in sentences)
    assert found.corrections == {}
