"""Tests of comparing our names with the vendor's document."""

import copy
from pathlib import Path
from typing import cast

import pytest
import yaml

from syncd.agentos.names import Names
from syncd.agentos.swagger import compare_maintenance
from syncd.openapi import Comparison, nearest
from syncd.wire_json import Record

PROFILE = Path(__file__).parent.parent / "vendor" / "agentos_v4_maintenance.yaml"
INVOICE = "ContractorInvoiceSubmissionModel"


def profile() -> Record:
    """The document that matches our names."""
    return cast(Record, yaml.safe_load(PROFILE.read_text()))


def edited(old: str, new: str, *, within: str) -> Record:
    """The profile, with one piece of text replaced behind a heading."""
    text = PROFILE.read_text()
    start = text.index(within)
    assert old in text[start:]
    return cast(Record, yaml.safe_load(text[:start] + text[start:].replace(old, new, 1)))


def serious(found: Comparison) -> list[str]:
    """The findings that matter, as sentences."""
    return [f"{one.place} {one.message}" for one in found.findings if one.is_serious]


def as_swagger_2(document: Record) -> Record:
    """The same API as the vendor's generator writes it: Swagger 2.0, whole paths, definitions."""
    text = yaml.safe_dump(document).replace("#/components/schemas/", "#/definitions/")
    source = yaml.safe_load(text)
    components = source["components"]

    def content(described: dict[str, object]) -> object:
        return described["content"]["application/json"]["schema"]  # type: ignore[index]

    paths = {}
    for path, methods in source["paths"].items():
        paths[f"/v4/maintenance/{{shortName}}{path}"] = converted = copy.deepcopy(methods)
        for method in converted.values():
            body = method.pop("requestBody", None)
            if body:
                method.setdefault("parameters", []).append(
                    {"in": "body", "name": "model", "schema": content(body)}
                )
            for status, answer in method["responses"].items():
                name = answer.get("$ref", "").rpartition("/")[2]
                answer = components["responses"][name] if name else answer
                schema = content(answer) if "content" in answer else None
                method["responses"][status] = {"description": "ok", "schema": schema or {}}
    parameters = components["parameters"]
    text = yaml.safe_dump(paths).replace("#/components/parameters/", "#/parameters/")
    return {
        "swagger": "2.0",
        "host": "live-api.letmc.com",
        "paths": yaml.safe_load(text),
        "definitions": components["schemas"],
        "parameters": parameters,
        "securityDefinitions": {"ApiKey": {"type": "apiKey", "in": "header", "name": "ApiKey"}},
    }


def test_our_own_profile_agrees_with_our_names() -> None:
    """Against the document that we assume, nothing serious is found and nothing corrected."""
    found = compare_maintenance(profile())
    assert serious(found) == []
    assert found.corrections == {}


def test_swagger_2_is_read_like_openapi_3() -> None:
    """The vendor's own format gives the same findings; its other header is only mentioned."""
    found = compare_maintenance(as_swagger_2(profile()))
    assert serious(found) == []
    assert found.corrections == {}
    said = [one.message for one in found.findings if one.place == "security"]
    assert len(said) == 1
    assert "ApiKey" in said[0]


@pytest.mark.parametrize(
    ("ours", "theirs", "within"),
    [
        (f"{INVOICE}.Amount", "InvoiceAmount", f"    {INVOICE}:"),
        (f"{INVOICE}.VATAmount", "VatAmount", f"    {INVOICE}:"),
        (f"{INVOICE}.Documents", "SupportingDocuments", f"    {INVOICE}:"),
        (f"{INVOICE}.InvoiceNumber", "InvoiceNumbr", f"    {INVOICE}:"),
        ("Document.MimeType", "MIMEType", "    Document:"),
        ("Document.Content", "Base64Content", "    Document:"),
        ("Document.DocumentName", "FileName", "    Document:"),
        ("MaintenanceJobSubmissionModel.PropertyID", "PropertyOID", "    MaintenanceJobSubm"),
        ("MaintenanceJobUpdateModel.StatusID", "StatusTypeID", "    MaintenanceJobUpdateModel:"),
        ("CustomFieldValue.Value", "FieldValue", "operationId: setCustomField"),
    ],
)
@pytest.mark.parametrize("convert", [lambda document: document, as_swagger_2], ids=["3", "2"])
def test_another_name_gives_the_correction(
    ours: str, theirs: str, within: str, convert: object
) -> None:
    """A name that the vendor spells otherwise is found, and the correction mends it."""
    name = ours.partition(".")[2]
    document = edited(f"{name}: {{", f"{theirs}: {{", within=within)
    document = cast(Record, convert(document))  # type: ignore[operator]
    found = compare_maintenance(document)
    assert found.corrections == {ours: theirs}
    assert any(theirs in sentence for sentence in serious(found))
    mended = compare_maintenance(document, Names.from_wire(dict(found.corrections)))
    assert mended.corrections == {}
    assert not any(name in sentence and "has no" in sentence for sentence in serious(mended))


def test_an_optional_name_that_is_not_there_can_be_left_out() -> None:
    """What the vendor has no field for is corrected to nothing, and that is no serious finding."""
    document = edited(", Size: {type: integer, description: bytes}", "", within="    Document:")
    found = compare_maintenance(document)
    assert found.corrections == {"Document.Size": ""}
    assert serious(found) == []


def test_a_required_name_that_is_not_there_is_serious() -> None:
    """A field without which the call makes no sense has no correction, only a finding."""
    document = edited("Value: {}", "Zzz: {}", within="operationId: setCustomField")
    found = compare_maintenance(document)
    assert found.corrections == {}
    assert any("has no Value and nothing like it" in sentence for sentence in serious(found))


def test_what_the_vendor_needs_and_we_never_send_is_serious() -> None:
    """A required field of theirs that we do not know is named."""
    document = edited(
        "required: [ContractorID, JobID, Amount, Documents]",
        "required: [ContractorID, JobID, Amount, Documents, NominalCode]",
        within=f"    {INVOICE}:",
    )
    assert serious(compare_maintenance(document)) == [
        f"POST /invoice/submit {INVOICE} needs NominalCode, which syncd never sends"
    ]


def test_the_contractor_flag_is_found_where_it_stands() -> None:
    """noContractor may be another query parameter, or a field of the body."""
    renamed = edited(
        "name: noContractor", "name: removeContractor", within="operationId: updateJob"
    )
    assert compare_maintenance(renamed).corrections == {
        "MaintenanceJobUpdateModel.noContractor": "removeContractor"
    }
    moved = edited("name: noContractor, in: query", "name: x, in: query", within="operationId: upd")
    text = yaml.safe_dump(moved)
    document = yaml.safe_load(text)
    model = document["components"]["schemas"]["MaintenanceJobUpdateModel"]
    model["properties"]["NoContractor"] = {"type": "boolean"}
    found = compare_maintenance(document)
    assert found.corrections == {"MaintenanceJobUpdateModel.noContractor": "body:NoContractor"}
    names = Names.from_wire(dict(found.corrections))
    assert compare_maintenance(document, names).corrections == {}


def test_an_alias_that_we_read_is_no_finding() -> None:
    """What we read needs no correction as long as any of our names for it is there."""
    document = edited("StatusID: {type: string}", "StatusTypeID: {type: string}", within="    Job:")
    assert serious(compare_maintenance(document)) == []


def test_a_needed_field_that_we_cannot_read_is_serious() -> None:
    """Where a job has no contractor by any name of ours, the nearest name is suggested."""
    document = edited("ContractorID: {", "ContractorRef: {", within="    Job:")
    sentences = serious(compare_maintenance(document))
    assert len(sentences) == 2
    assert "perhaps ContractorRef" in sentences[0]


def test_a_missing_path_is_serious() -> None:
    """A call that the document does not have is named."""
    document = profile()
    paths = cast(Record, document["paths"])
    del paths["/invoice/submit"]
    assert serious(compare_maintenance(document)) == ["POST /invoice/submit is not in the document"]


def test_a_missing_method_is_serious() -> None:
    """A path without our method is as good as missing."""
    document = profile()
    del document["paths"]["/jobs/{jobID}"]["patch"]  # type: ignore[index,call-overload,union-attr]
    assert serious(compare_maintenance(document)) == ["PATCH /jobs/{jobID} is not in the document"]


def test_a_form_in_place_of_json_is_serious() -> None:
    """An upload that wants a form is named: no name can mend that."""
    document = edited(
        "application/json", "multipart/form-data", within="operationId: attachDocument"
    )
    assert serious(compare_maintenance(document)) == [
        "POST /jobs/{jobID}/attachdocument describes no JSON body; syncd sends one"
    ]


@pytest.mark.parametrize(
    "document", [{}, {"paths": {}}, {"paths": []}, {"paths": {"/v4/lettings/{x}": {"get": {}}}}]
)
def test_another_document_is_one_finding(document: Record) -> None:
    """The document of another tier, or none at all, is said in one sentence."""
    found = compare_maintenance(document)
    assert len(serious(found)) == 1
    assert "this tier" in serious(found)[0]


def test_a_document_without_bodies_is_said_so() -> None:
    """An untyped answer or body is no error: the vendor's own older document has such."""
    document = profile()
    schemas = cast(Record, cast(Record, document["components"])["schemas"])
    for name in (INVOICE, "Job", "Document"):
        schemas[name] = {"type": "object"}
    found = compare_maintenance(document)
    assert serious(found) == []
    said = " ".join(one.message for one in found.findings)
    assert "does not say what it answers" in said
    assert f"does not say what {INVOICE} holds" in said


def test_a_document_that_refers_to_itself_ends() -> None:
    """Circular references end the search, not the program."""
    document = profile()
    schemas = cast(Record, cast(Record, document["components"])["schemas"])
    schemas["Job"] = {"$ref": "#/components/schemas/Job"}
    schemas["Page"] = {"allOf": [{"$ref": "#/components/schemas/Page"}]}
    assert compare_maintenance(document).findings


def test_the_nearest_name_is_an_alias_before_a_likeness() -> None:
    """A known alias, in any letters, comes before what is only spelt alike."""
    assert nearest(("Amount", "TotalAmount"), ["Amont", "TOTALAMOUNT"]) == "TOTALAMOUNT"
    assert nearest(("Amount",), ["Amont", "Other"]) == "Amont"
    assert nearest(("Amount",), ["Zebra"]) is None
    assert nearest(("Amount",), []) is None
