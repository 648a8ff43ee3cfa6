"""AgentOS V4 Maintenance as its page tells it: what is written."""

import base64
from typing import Any

import httpx
import pytest

from syncd.sandbox import RunningSandbox
from tests.sandbox.profile import problems_with

PDF = b"%PDF-1.7\n%%EOF\n"
JPG = b"\xff\xd8\xff\xe0\x00\x10JFIF"


def document(name: str = "VISIT-1.pdf", content: bytes = PDF, **changed: Any) -> dict[str, Any]:
    """A document as the profile has it."""
    return {
        "DocumentName": name,
        "MimeType": "." + name.rpartition(".")[2],
        "Content": base64.b64encode(content).decode(),
        "Size": len(content),
        **changed,
    }


def invoice(job: dict[str, Any], **changed: Any) -> dict[str, Any]:
    """An invoice as the profile has it."""
    return {
        "ContractorID": job["ContractorID"],
        "JobID": job["OID"],
        "Amount": 120.0,
        "VATAmount": 20.0,
        "InvoiceNumber": job["GlobalReference"],
        "InvoiceDate": "2026-03-02",
        "Documents": [document()],
        **changed,
    }


def new_job(job: dict[str, Any], **changed: Any) -> dict[str, Any]:
    """A job at the property of another."""
    wanted = {"PropertyID": job["PropertyID"], "StatusID": job["StatusID"]}
    return {**wanted, "Description": "Gutter blocked\nsecond line", **changed}


def status_named(box: RunningSandbox, name: str) -> str:
    """OID of a status type."""
    types = box.world.agency.status_types.records()
    return next(str(found["OID"]) for found in types if found["Name"] == name)


@pytest.fixture
def own_branch(job: dict[str, Any]) -> str:
    """The branch of the first job."""
    return str(job["BranchOID"])


def test_a_job_is_made_of_the_three_required_fields(
    box: RunningSandbox, agentos: httpx.Client, job: dict[str, Any], own_branch: str
) -> None:
    """Property, description and status are enough; the new job has a number, a title and no
    contractor, and is in its branch's list."""
    answer = agentos.post(f"/jobs/{own_branch}/job", json=new_job(job))
    made = agentos.get(f"/jobs/{answer.json()['OID']}").json()
    listed = agentos.get(f"/jobs/{own_branch}/0/1000").json()["Data"]
    assert answer.status_code == 201
    assert (made["Title"], made["Status"], made["ContractorID"]) == (
        "Gutter blocked",
        "Reported",
        None,
    )
    assert made["GlobalReference"].startswith("MJ-")
    assert listed[-1] == made
    assert box.ledger.effects[0].kind == "job_created"


@pytest.mark.parametrize(
    "changed",
    [
        {"PropertyID": "nothing"},
        {"PropertyID": None},
        {"StatusID": "nothing"},
        {"ContractorID": "nothing"},
        {"Description": "  "},
        {"Priority": "Urgent"},
        {"ReportedAt": "0001-01-01T00:00:00"},
        {"ReportedAt": "yesterday"},
        {"Colour": "red"},
    ],
)
def test_a_job_that_is_wrong_is_not_made(
    box: RunningSandbox,
    agentos: httpx.Client,
    job: dict[str, Any],
    own_branch: str,
    changed: dict[str, Any],
) -> None:
    """Unknown ids and fields, empty texts and impossible dates are 400 with a message."""
    answer = agentos.post(f"/jobs/{own_branch}/job", json=new_job(job, **changed))
    assert answer.status_code == 400
    assert next(iter(changed)) in answer.json()["Message"]
    assert len(box.world.agency.jobs) == 12


def test_a_job_belongs_to_the_branch_of_its_property(
    box: RunningSandbox, agentos: httpx.Client, job: dict[str, Any], own_branch: str
) -> None:
    """A property of another branch is refused."""
    other = next(key for key in box.world.agency.branches if key != own_branch)
    assert agentos.post(f"/jobs/{other}/job", json=new_job(job)).status_code == 400


def test_a_patch_keeps_what_it_does_not_send(
    box: RunningSandbox, agentos: httpx.Client, job: dict[str, Any]
) -> None:
    """A new status changes the status, its name and nothing else."""
    sent = {"StatusID": status_named(box, "In Progress")}
    answer = agentos.patch(f"/jobs/{job['OID']}", json=sent)
    after = agentos.get(f"/jobs/{job['OID']}").json()
    changed = {name for name in after if after[name] != job[name]}
    assert answer.status_code == 200
    assert changed == {"StatusID", "Status", "ETag"}
    assert box.ledger.effects[0].details["changed"]["Status"] == ["Reported", "In Progress"]


def test_a_closing_status_closes_and_another_opens_again(
    box: RunningSandbox, agentos: httpx.Client, job: dict[str, Any]
) -> None:
    """ClosedDate follows the status; a date that is sent is kept in London's time."""
    path = f"/jobs/{job['OID']}"
    completed, pending = status_named(box, "Completed"), status_named(box, "Pending")
    agentos.patch(path, json={"StatusID": completed})
    now = agentos.get(path).json()["ClosedDate"]
    agentos.patch(path, json={"StatusID": pending})
    opened = agentos.get(path).json()["ClosedDate"]
    agentos.patch(path, json={"StatusID": completed, "ClosedDate": "2026-07-01T12:00:00Z"})
    assert (now, opened) == ("2026-03-02T08:30:00", None)
    assert agentos.get(path).json()["ClosedDate"] == "2026-07-01T13:00:00"


def test_no_contractor_takes_the_contractor_away(
    agentos: httpx.Client, job: dict[str, Any]
) -> None:
    """The flag is a query parameter; together with a contractor it is refused."""
    path, flag = f"/jobs/{job['OID']}", {"noContractor": "true"}
    both = agentos.patch(path, params=flag, json={"ContractorID": job["ContractorID"]})
    alone = agentos.patch(path, params=flag, json={})
    assert (both.status_code, alone.status_code) == (400, 200)
    assert agentos.get(path).json()["ContractorID"] is None


@pytest.mark.parametrize(
    "body", [{}, [], {"StatusID": "nothing"}, {"Status": "Completed"}, {"Title": "x"}]
)
def test_a_patch_that_is_wrong_changes_nothing(
    agentos: httpx.Client, job: dict[str, Any], body: Any
) -> None:
    """Empty bodies, unknown ids and fields that the model does not have are refused."""
    assert agentos.patch(f"/jobs/{job['OID']}", json=body).status_code == 400
    assert agentos.get(f"/jobs/{job['OID']}").json() == job


def test_a_patch_without_effect_is_told(
    box: RunningSandbox, agentos: httpx.Client, job: dict[str, Any]
) -> None:
    """Setting what is set already is accepted, and the ledger says that nothing changed."""
    agentos.patch(f"/jobs/{job['OID']}", json={"StatusID": job["StatusID"]})
    assert box.ledger.effects[0].kind == "job_unchanged"


@pytest.mark.parametrize(("shape", "kind"), [("object", dict), ("string", str), ("message", dict)])
def test_writes_answer_in_any_of_the_three_shapes(
    agentos: httpx.Client, control: httpx.Client, job: dict[str, Any], shape: str, kind: type
) -> None:
    """An object with the OID, the bare OID, or a message; the profile allows each."""
    control.patch("/options", json={"written_answer": shape})
    answer = agentos.patch(f"/jobs/{job['OID']}", json={"Description": "Other"}).json()
    assert isinstance(answer, kind)
    assert (job["OID"] in repr(answer)) is (shape != "message")
    assert problems_with("updateJob", answer) == []


def test_a_document_is_attached_and_read_back(
    box: RunningSandbox, agentos: httpx.Client, job: dict[str, Any]
) -> None:
    """It shows in the job and in the V4 Documents tier, and the job's ETag changes."""
    answer = agentos.post(f"/jobs/{job['OID']}/attachdocument", json=document())
    after = agentos.get(f"/jobs/{job['OID']}").json()
    tier = httpx.get(
        f"{box.url}/v4/documents/northgate/documents/maintenance/{job['OID']}",
        headers={"api_key": box.agentos_key},
    ).json()
    listed = {"OID": answer.json()["OID"], "DocumentName": "VISIT-1.pdf", "Size": len(PDF)}
    assert answer.status_code == 201
    assert after["Documents"] == [listed]
    assert after["ETag"] != job["ETag"]
    assert [found["OID"] for found in tier["Data"]] == [listed["OID"]]


def test_a_document_sent_twice_is_there_twice(
    box: RunningSandbox, agentos: httpx.Client, job: dict[str, Any]
) -> None:
    """AgentOS knows no idempotency; the ledger tells the repetition."""
    for _ in range(2):
        agentos.post(f"/jobs/{job['OID']}/attachdocument", json=document())
    assert len(agentos.get(f"/jobs/{job['OID']}").json()["Documents"]) == 2
    assert [effect.details["repeats"] for effect in box.ledger.effects] == [False, True]


def test_the_documents_tier_may_be_slow(
    box: RunningSandbox, agentos: httpx.Client, control: httpx.Client, job: dict[str, Any]
) -> None:
    """A delay hides a new document from the Documents tier, not from the job."""
    control.patch("/options", json={"documents_delay_seconds": 60, "job_documents_as": "array"})
    agentos.post(f"/jobs/{job['OID']}/attachdocument", json=document())
    url = f"{box.url}/v4/documents/northgate/documents/maintenance/{job['OID']}"
    assert httpx.get(url, headers={"api_key": box.agentos_key}).json() == []
    assert len(agentos.get(f"/jobs/{job['OID']}").json()["Documents"]) == 1


@pytest.mark.parametrize(
    ("changed", "word"),
    [
        ({"DocumentName": "visit.exe"}, "DocumentName"),
        ({"DocumentName": "visit"}, "DocumentName"),
        ({"MimeType": "application/pdf"}, "MimeType"),
        ({"MimeType": ".jpg"}, "MimeType"),
        ({"MimeType": "pdf"}, "MimeType"),
        ({"Content": "not base64!"}, "base64"),
        ({"Content": ""}, "Content"),
        ({"Size": 1}, "Size"),
        ({"Size": "14"}, "Size"),
        ({"Content": base64.b64encode(b"hello, I am text").decode(), "Size": 16}, "type"),
        ({"Timestamp": 1}, "Timestamp"),
    ],
)
def test_a_document_that_is_wrong_is_refused(
    agentos: httpx.Client, job: dict[str, Any], changed: dict[str, Any], word: str
) -> None:
    """Names, types, base64, sizes and the bytes themselves are looked at."""
    answer = agentos.post(f"/jobs/{job['OID']}/attachdocument", json=document(**changed))
    assert answer.status_code == 400
    assert word in answer.json()["Message"]


@pytest.mark.parametrize("name", ["a.PDF", "b.jpg", "c.jpeg", "d.docx", "e.xls"])
def test_every_format_of_the_page_is_accepted(
    agentos: httpx.Client, job: dict[str, Any], name: str
) -> None:
    """PDF, JPG, PNG, DOC, DOCX, XLS and XLSX, in any case."""
    content = {"PDF": PDF, "jpg": JPG, "jpeg": JPG}.get(name.rpartition(".")[2], b"office")
    answer = agentos.post(f"/jobs/{job['OID']}/attachdocument", json=document(name, content))
    assert answer.status_code == 201


def test_the_type_may_be_a_media_type_by_option(
    agentos: httpx.Client, control: httpx.Client, job: dict[str, Any]
) -> None:
    """The other reading of MimeType, where a test chooses it."""
    control.patch("/options", json={"mime_form": "media-type"})
    path = f"/jobs/{job['OID']}/attachdocument"
    assert agentos.post(path, json=document(MimeType="application/pdf")).status_code == 201
    assert agentos.post(path, json=document()).status_code == 400


def test_an_invoice_waits_for_the_staff(
    box: RunningSandbox, agentos: httpx.Client, job: dict[str, Any]
) -> None:
    """A submitted invoice shows in the job and leaves the job as it is."""
    answer = agentos.post("/invoice/submit", json=invoice(job))
    after = agentos.get(f"/jobs/{job['OID']}").json()
    assert answer.status_code == 201
    assert after["Status"] == "Reported"
    assert after["Invoices"] == [
        {
            "OID": answer.json()["OID"],
            "InvoiceNumber": job["GlobalReference"],
            "Amount": 120.0,
            "Status": "Submitted",
        }
    ]
    assert problems_with("getJob", after) == []


def test_authorising_an_invoice_completes_the_job(
    agentos: httpx.Client, control: httpx.Client, job: dict[str, Any]
) -> None:
    """Staff reject one and authorise another: the job is then completed by itself."""
    keys = [agentos.post("/invoice/submit", json=invoice(job)).json()["OID"] for _ in range(2)]
    control.post(f"/invoices/{keys[0]}/reject").raise_for_status()
    rejected = agentos.get(f"/jobs/{job['OID']}").json()
    control.post(f"/invoices/{keys[1]}/authorise").raise_for_status()
    after = agentos.get(f"/jobs/{job['OID']}").json()
    assert rejected["Status"] == "Reported"
    assert (after["Status"], after["ClosedDate"]) == ("Completed", "2026-03-02T08:30:00")
    assert [found["Status"] for found in after["Invoices"]] == ["Rejected", "Authorised"]


def test_a_second_invoice_of_a_number_is_told(
    box: RunningSandbox, agentos: httpx.Client, job: dict[str, Any]
) -> None:
    """The vendor accepts it, which is the money fault that a test looks for in the ledger."""
    for number in ("A", "B", "A"):
        agentos.post("/invoice/submit", json=invoice(job, InvoiceNumber=number))
    assert [effect.details["repeats"] for effect in box.ledger.effects] == [False, False, True]


@pytest.mark.parametrize(
    ("changed", "word"),
    [
        ({"Amount": 0}, "Amount"),
        ({"Amount": -5}, "Amount"),
        ({"Amount": "120.00"}, "Amount"),
        ({"Amount": 120.005}, "Amount"),
        ({"VATAmount": 121}, "VATAmount"),
        ({"ContractorID": "nothing"}, "ContractorID"),
        ({"JobID": "nothing"}, "JobID"),
        ({"Documents": []}, "Documents"),
        ({"Documents": [document("a.jpg", JPG)]}, "PDF"),
        ({"Documents": [document(Content="!")]}, "base64"),
        ({"Documents": ["a.pdf"]}, "object"),
        ({"InvoiceDate": "2 March"}, "InvoiceDate"),
        ({"Total": 120}, "Total"),
    ],
)
def test_an_invoice_that_is_wrong_is_refused(
    box: RunningSandbox,
    agentos: httpx.Client,
    job: dict[str, Any],
    changed: dict[str, Any],
    word: str,
) -> None:
    """Amounts are JSON numbers of at most two decimals, documents are PDF, ids exist."""
    answer = agentos.post("/invoice/submit", json=invoice(job, **changed))
    assert answer.status_code == 400
    assert word in answer.json()["Message"]
    assert len(box.world.agency.invoices) == 0


def test_a_custom_field_is_set_and_read(agentos: httpx.Client, job: dict[str, Any]) -> None:
    """A value that is set is answered alone and in the list; a field of another kind is 404."""
    path = f"/company/objects/{job['OID']}/cf-job-ref"
    before = agentos.get(f"{path}/value").json()
    answer = agentos.post(f"{path}/customfield", json={"Value": "V-1"})
    fields = agentos.get(f"/company/object/{job['OID']}/customfield").json()["CustomFields"]
    other = agentos.get(f"/company/objects/{job['OID']}/cf-property-ref/value")
    assert (before, answer.status_code) == (None, 200)
    assert agentos.get(f"{path}/value").json() == "V-1"
    assert {field["FieldName"]: field["Value"] for field in fields} == {
        "External reference": "V-1",
        "External state": None,
    }
    assert other.status_code == 404
    assert agentos.post(f"{path}/customfield", json={"value": 1}).status_code == 400
