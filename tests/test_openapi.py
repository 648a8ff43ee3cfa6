"""Tests of finding our calls in a document, wherever its paths begin."""

import pytest

from syncd.openapi import Body, Field, Operation, compare
from syncd.wire_json import Record

GET = Operation("GET", "/jobs/{jobID}", "/v4/maintenance/{shortName}", reads={"oid": ("OID",)})
FOUND: Record = {
    "responses": {"201": {"schema": {"type": "array", "items": {"properties": {"OID": {}}}}}}
}


@pytest.mark.parametrize(
    "document",
    [
        {"paths": {"/v4/maintenance/{short}/jobs/{id}": {"get": FOUND}}},
        {"paths": {"/V4/Maintenance/{short}/Jobs/{id}": {"get": FOUND}}},
        {"basePath": "/v4/maintenance", "paths": {"/{short}/jobs/{id}": {"get": FOUND}}},
        {
            "servers": [{"url": "https://live-api.letmc.com/v4/maintenance/{short}"}],
            "paths": {"/jobs/{id}": {"get": FOUND}},
        },
        {"servers": [{"url": "/v4/maintenance/{x}"}], "paths": {"/jobs/{id}": {"get": FOUND}}},
        {"servers": [], "paths": {"/jobs/{id}": {"get": FOUND}}},
        {"servers": ["odd"], "paths": {"/jobs/{id}": {"get": FOUND}}},
    ],
)
def test_a_path_is_found_wherever_the_document_begins(document: Record) -> None:
    """Base paths, servers, other letters and other parameter names make no difference."""
    assert compare(document, [GET]).findings == ()


@pytest.mark.parametrize(
    "path", ["/v4/other/{short}/jobs/{id}", "/v4/maintenance/{short}/jobs", "/a/b/c/jobs/{id}"]
)
def test_another_path_is_not_taken_for_ours(path: str) -> None:
    """A path of another tier, or another length, is another path."""
    found = compare({"paths": {path: {"get": FOUND}}}, [GET])
    assert found.findings[0].place == "paths"


def test_an_answer_that_is_not_described_is_said() -> None:
    """A call without any described success is a finding that hurts nothing."""
    found = compare({"paths": {"/jobs/{id}": {"get": {"responses": {"404": {}}}}}}, [GET])
    assert [finding.is_serious for finding in found.findings] == [False]


def test_a_schema_made_of_parts_has_the_properties_of_all() -> None:
    """allOf, oneOf and anyOf are merged, and what the parts require is required."""
    part: Record = {"required": ["JobID"], "properties": {"JobID": {}}}
    schema: Record = {"allOf": [{"$ref": "#/definitions/Part"}], "properties": {"Amount": {}}}
    call: Record = {"parameters": [{"in": "body", "schema": schema}]}
    document: Record = {"paths": {"/invoice": {"post": call}}, "definitions": {"Part": part}}
    body = Body("Invoice", (Field("Invoice.Amount", "Amount"),))
    found = compare(document, [Operation("POST", "/invoice", "", body=body)])
    assert [finding.message for finding in found.findings] == [
        "needs JobID, which syncd never sends"
    ]


def test_parameters_of_a_path_belong_to_its_calls() -> None:
    """A parameter that stands above the method, and by reference, is found."""
    document: Record = {
        "parameters": {"flag": {"in": "query", "name": "noContractor"}},
        "paths": {"/jobs": {"parameters": [{"$ref": "#/parameters/flag"}], "patch": {}}},
    }
    flag = Field("Job.noContractor", "noContractor", is_required=True)
    assert compare(document, [Operation("PATCH", "/jobs", "", query=(flag,))]).findings == ()
    absent = Field("Job.zzz", "zzz", is_required=True)
    found = compare(document, [Operation("PATCH", "/jobs", "", query=(absent,))])
    assert found.findings[0].message == "has no zzz and nothing like it"
