"""Bad records: the one is parked with a reason or carried faithfully, and the others go on."""

from typing import Any

import pytest

from syncd.cycle.report import Outcome
from syncd.translate.canonical import text as canonical_text
from tests.cycle.office import OURS, Office

TAP = "Leak under kitchen sink"
LIST = r"/jobs/[^/]+/\d+/\d+"
SPOILED_JOBS: dict[str, dict[str, Any]] = {
    "no property": {"field": "PropertyID", "change": "null"},
    "property dropped": {"field": "PropertyID", "change": "drop"},
    "property of a wrong type": {"field": "PropertyID", "change": "wrong-type"},
    "title of a wrong type": {"field": "Title", "change": "wrong-type"},
    "description of a wrong type": {"field": "Description", "change": "wrong-type", "value": [1]},
    "due date of a wrong type": {"field": "DueDate", "change": "wrong-type"},
}
HARMLESS_JOBS: dict[str, dict[str, Any]] = {
    "a new field": {"field": "Weather", "change": "extra"},
    "status known by its name": {"field": "StatusID", "change": "wrong-type"},
    "title null": {"field": "Title", "change": "null"},
    "title dropped": {"field": "Title", "change": "drop"},
    "description null": {"field": "Description", "change": "null"},
    "unknown priority": {"field": "Priority", "change": "extra", "value": "Apocalyptic"},
    "priority null": {"field": "Priority", "change": "null"},
    "category dropped": {"field": "Category", "change": "drop"},
    "due date that is none": {
        "field": "DueDate",
        "change": "extra",
        "value": "0001-01-01T00:00:00",
    },
    "tenant null": {"field": "TenantID", "change": "null"},
    "documents null": {"field": "Documents", "change": "null"},
}
TEXTS = {
    "long": "drip " * 40_000 + "end",
    "emoji": "🪣💧 family 👨‍👩‍👧 flag 🏴󠁧󠁢󠁳󠁣󠁴󠁿",
    "right to left": "الحنفية تسرب الماء \u202e abc \u202c",
    "control characters": "bell \x07 escape \x1b[31m delete \x7f",
    "CRLF": "one\r\ntwo\r\n\r\nthree\rfour",
    "HTML": "<b>5 &gt; 4</b> & <script>alert('1')</script> &amp;",
    "quotes": "\"double\" 'single' `back` \\ back\\nslash {curly} [square] ${HOME} %s",
    "our own markers": "--- Job MJ-1 ---\n--- Access ---\nx\n--- End of job MJ-1 ---",
    "half a pair": "\ud83d broken",
    "combining": "e\u0301 is é",
}


@pytest.mark.parametrize("spoiled", SPOILED_JOBS)
async def test_a_bad_job_is_parked_and_the_others_get_their_visits(
    office: Office, spoiled: str
) -> None:
    """Seven visits and one item that names the job; when the record is well the item goes away and
    the visit is made."""
    job = office.job_titled(TAP)
    office.fault("field", path=LIST, record=job["OID"], times=None, **SPOILED_JOBS[spoiled])
    for _ in range(2):
        assert (await office.run()).outcome is Outcome.ATTENTION
    assert len(office.effects("visit_created")) == 7
    (item,) = office.inbox("bad_record")
    assert item.question.job_id == job["OID"]
    assert item.question.choices == ("retry", "leave")
    assert "unexpected" not in item.question.summary, "never what stands in the field"
    office.heal()
    assert (await office.run()).outcome is Outcome.OK
    assert len(office.effects("visit_created")) == 8
    assert office.inbox() == []


@pytest.mark.parametrize("spoiled", SPOILED_JOBS)
async def test_a_job_that_goes_bad_leaves_its_visit_alone(office: Office, spoiled: str) -> None:
    """Its visit is neither changed nor hidden nor looked for, whatever else is in step."""
    await office.run()
    job = office.job_titled(TAP)
    office.fault("field", path=LIST, record=job["OID"], times=None, **SPOILED_JOBS[spoiled])
    office.edit_job(office.job_titled("Front door sticking"), Description="Other words.")
    office.mark()
    for _ in range(3):
        assert (await office.run()).outcome is Outcome.ATTENTION
    assert [each.kind for each in office.effects()] == ["visit_updated"]
    office.heal()
    assert (await office.run()).outcome is Outcome.OK
    assert len(office.effects()) == 1


@pytest.mark.parametrize("spoiled", HARMLESS_JOBS)
async def test_a_job_that_lacks_what_can_be_done_without_gets_its_visit(
    office: Office, spoiled: str
) -> None:
    """Missing, null, new and unknown values of what is not needed are no reason to stop."""
    job = office.job_titled(TAP)
    office.fault("field", path=LIST, record=job["OID"], times=None, **HARMLESS_JOBS[spoiled])
    assert (await office.run()).outcome is Outcome.OK
    assert len(office.effects("visit_created")) == 8
    office.mark()
    assert (await office.run()).outcome is Outcome.OK
    assert office.effects() == []


@pytest.mark.parametrize("change", ["drop", "null", "wrong-type"])
async def test_a_job_without_an_oid_is_reported(office: Office, change: str) -> None:
    """Nothing can be done for it, but somebody learns of it; the others go on."""
    job = office.job_titled(TAP)
    office.fault("field", path=LIST, record=job["OID"], times=None, field="OID", change=change)
    assert (await office.run()).outcome is Outcome.ATTENTION
    assert len(office.effects("visit_created")) == 7
    (item,) = office.inbox("bad_record")
    assert "OID" in item.question.summary
    office.heal()
    assert (await office.run()).outcome is Outcome.OK


@pytest.mark.parametrize("kind", TEXTS)
async def test_text_of_any_kind_arrives_unaltered(office: Office, kind: str) -> None:
    """No lost line and no escaped character; and the next cycle finds nothing to do."""
    job = office.job_titled(TAP)
    office.edit_job(job, Description=TEXTS[kind])
    assert (await office.run()).outcome is Outcome.OK
    obs = office.visit_of(job)["obs"]
    assert canonical_text(TEXTS[kind]) in obs
    office.mark()
    assert (await office.run()).outcome is Outcome.OK
    assert office.effects() == []


async def test_a_null_character_becomes_the_replacement_character(office: Office) -> None:
    """No database text can hold it; the rest of the text is unaltered and the next cycle quiet."""
    job = office.job_titled(TAP)
    office.edit_job(job, Description="before\x00after")
    await office.run()
    assert "before\ufffdafter" in office.visit_of(job)["obs"]
    office.mark()
    assert (await office.run()).outcome is Outcome.OK
    assert office.effects() == []


@pytest.mark.parametrize(
    "blank",
    [
        {"AddressNumber": None},
        {"AddressNumber": "", "AddressFlatRoomNumber": ""},
        {"Postcode": None},
        {
            "Address1": None,
            "Address2": None,
            "Address3": None,
            "Address4": None,
            "Postcode": None,
            "AddressNumber": None,
            "AddressFlatRoomNumber": None,
        },
    ],
)
async def test_an_address_with_gaps_still_makes_a_visit(
    office: Office, blank: dict[str, None]
) -> None:
    """Without number or post code, or without any line at all, LetsJobIt gets what it requires."""
    job = office.job_titled(TAP)
    office.edit("properties", job["PropertyID"], **blank)
    assert (await office.run()).outcome is Outcome.OK
    visit = office.visit_of(job)
    assert visit["address"]
    assert visit["city"]
    office.mark()
    assert (await office.run()).outcome is Outcome.OK
    assert office.effects() == []


async def test_a_job_at_an_unknown_property_waits_for_a_person(office: Office) -> None:
    """AgentOS has no such property: no visit without an address, an item with the reason; `retry`
    asks the vendor again, and asks anew where nothing changed."""
    job = office.job_titled(TAP)
    office.edit_job(job, PropertyID="nowhere")
    assert (await office.run()).outcome is Outcome.ATTENTION
    assert len(office.effects("visit_created")) == 7
    (item,) = office.inbox("bad_record")
    assert "address" in item.question.summary
    office.answer(item, "retry")
    await office.run()
    assert (await office.run()).outcome is Outcome.ATTENTION
    (again,) = office.inbox("bad_record")
    assert again.item_id != item.item_id
    place = office.box.world.agency.properties.need(job["PropertyID"])
    office.add("properties", **{**place, "OID": "nowhere", "ETag": None})
    office.answer(again, "retry")
    await office.run()
    assert (await office.run()).outcome is Outcome.OK
    assert len(office.effects("visit_created")) == 8


SPOILED_VISITS: dict[str, dict[str, Any]] = {
    "date of a wrong type": {"field": "date", "change": "wrong-type"},
    "closed of a wrong type": {"field": "closed", "change": "wrong-type"},
    "obs of a wrong type": {"field": "obs", "change": "wrong-type"},
    "docNo of a wrong type": {"field": "docNo", "change": "wrong-type"},
    "lines of a wrong type": {"field": "lines", "change": "wrong-type"},
}


@pytest.mark.parametrize("spoiled", SPOILED_VISITS)
async def test_a_visit_that_goes_bad_is_parked(office: Office, spoiled: str) -> None:
    """It is not written to, no second one is made, and the others are kept in step."""
    await office.run()
    jobs = office.jobs()
    key = office.visit_of(jobs[TAP])["_id"]
    office.fault("field", path="/visits", record=key, times=None, **SPOILED_VISITS[spoiled])
    office.edit_job(jobs[TAP], Description="Other words.")
    office.edit_job(jobs["Front door sticking"], Description="Other words.")
    office.mark()
    for _ in range(2):
        assert (await office.run()).outcome is Outcome.ATTENTION
    assert [each.kind for each in office.effects()] == ["visit_updated"]
    (item,) = office.inbox()
    assert item.question.kind == "bad_record"
    office.heal()
    assert (await office.run()).outcome is Outcome.OK
    assert len(office.effects("visit_updated")) == 2


@pytest.mark.parametrize("spoiled", SPOILED_VISITS)
async def test_a_bad_visit_found_by_an_empty_store_is_never_written_over(
    office: Office, spoiled: str
) -> None:
    """Its id, or its number, says that it may be the job's: until it can be read the job gets
    nothing, and what the engineer or the dispatcher entered stays."""
    await office.run()
    jobs = office.jobs()
    visit = office.visit_of(jobs[TAP])
    office.edit_visit(visit, date="2026-03-20")
    async with office.configured(store="") as again:
        again.fault(
            "field", path="/visits", record=visit["_id"], times=None, **SPOILED_VISITS[spoiled]
        )
        again.mark()
        for _ in range(2):
            assert (await again.run()).outcome is Outcome.ATTENTION
        assert again.effects() == []
        again.heal()
        assert (await again.run()).outcome is Outcome.OK
        assert again.effects() == []
        assert again.visit_of(jobs[TAP])["date"] == "2026-03-20"


async def test_a_bad_visit_that_is_deleted_is_noticed(office: Office) -> None:
    """Parked is not forgotten: when it disappears its item becomes the question that it calls
    for."""
    await office.run()
    job = office.job_titled(TAP)
    visit = office.visit_of(job)
    office.fault(
        "field", path="/visits", record=visit["_id"], field="date", change="wrong-type", times=None
    )
    await office.run()
    office.heal()
    office.delete("visits", visit)
    await office.run()
    assert [each.question.kind for each in office.inbox()] == ["visit_deleted"]


async def test_retry_reads_a_parked_record_again(office: Office) -> None:
    """A person's `retry` ends the item; where the record is as bad as before, another one opens."""
    job = office.job_titled(TAP)
    office.fault(
        "field", path=LIST, record=job["OID"], times=None, field="PropertyID", change="null"
    )
    await office.run()
    (item,) = office.inbox()
    office.answer(item, "retry")
    await office.run()
    await office.run()
    (again,) = office.inbox()
    assert again.item_id != item.item_id


async def test_leave_is_remembered(office: Office) -> None:
    """What a person left is not asked about again while the record is as it is."""
    job = office.job_titled(TAP)
    office.fault(
        "field", path=LIST, record=job["OID"], times=None, field="PropertyID", change="null"
    )
    await office.run()
    office.answer(office.inbox()[0], "leave")
    for _ in range(2):
        assert (await office.run()).outcome is Outcome.OK
    assert office.inbox() == []


async def test_a_bad_foreign_visit_is_nobodys_business(office: Office) -> None:
    """Visits of other customers are never an item, however they look."""
    foreign = next(each for each in office.visits().values() if each["docNo"] == "H-017711")
    office.fault(
        "field",
        path="/visits",
        record=foreign["_id"],
        field="date",
        change="wrong-type",
        times=None,
    )
    assert (await office.run()).outcome is Outcome.OK
    assert office.inbox() == []


async def test_a_bad_property_or_tenancy_in_a_list_costs_no_visit(office: Office) -> None:
    """Reference records that cannot be read are looked up one by one where they are needed."""
    job = office.job_titled(TAP)
    assert job["ContractorID"] == OURS
    office.fault(
        "field",
        path=r"/properties/.*/\d+/\d+",
        record=job["PropertyID"],
        field="Address1",
        change="wrong-type",
        times=None,
    )
    office.fault("field", path="/tenancyState/", field="State", change="wrong-type", times=None)
    assert (await office.run()).outcome is Outcome.OK
    assert len(office.effects("visit_created")) == 8
    assert "unexpected" not in office.visit_of(job)["address"]
