"""What stands around a job, and connections beside each other."""

from copy import deepcopy
from typing import Any

from syncd.app import run_once
from syncd.cycle.report import Outcome
from tests.cycle.office import ANOTHER_DRIVER, MONDAY, OURS, Office, Record, connection_of

TAP = "Leak under kitchen sink"
WASHING = "Washing machine will not drain"


async def test_a_tenant_whom_no_tenancy_links_is_looked_up(office: Office) -> None:
    """One GET of the tenant, once; the visit has that person's phone."""
    await office.run()
    job = office.job_titled(WASHING)
    assert office.visit_of(job)["contactPhone"] == "07700 900090"
    asked = [each for each in office.sent("agentos") if "/tenants/" in each.path]
    assert len(asked) == 1
    office.mark()
    await office.run()
    assert len(office.sent("agentos")) == 2


async def test_a_tenant_who_may_not_be_seen_is_no_reason_to_stop(office: Office) -> None:
    """A refused or unknown tenant: the visit names somebody else to call."""
    office.fault("status", path="/tenants/", status=404, times=None)
    assert (await office.run()).outcome is Outcome.OK
    assert len(office.effects("visit_created")) == 8
    assert office.visit_of(office.job_titled(WASHING))["contactPhone"]


async def test_a_new_tenancy_reaches_the_open_visit(office: Office) -> None:
    """Somebody else moves in while an ended tenancy stays in the list: with the next reading of the
    reference data the visit calls the new tenant."""
    await office.run()
    job = office.job_titled("Extractor fan noisy")
    with office.box.world.lock:
        rows = office.box.world.agency.tenancies.records()
    mine = [each for each in rows if each["PropertyID"] == job["PropertyID"]]
    current = next(each for each in mine if not each["IsArchived"])
    assert len(mine) == 2
    office.edit("tenancies", current["OID"], State="Ended", IsArchived=True)
    office.edit("properties", job["PropertyID"], LatestTenancy=None)
    office.edit_job(job, TenantID=None)
    office.clock.move(hours=13)
    for _ in range(2):
        assert (await office.run()).outcome is Outcome.OK
    person = {
        "OID": "te-new",
        "Title": "Dr",
        "Forename": "Una",
        "Surname": "Newcome",
        "MobilePhone": "07700 900321",
    }
    office.add(
        "tenancies",
        PropertyID=job["PropertyID"],
        BranchOID=job["BranchOID"],
        State="Current",
        IsArchived=False,
        LinkedTenants=[person],
    )
    office.clock.move(hours=13)
    office.mark()
    assert (await office.run()).outcome is Outcome.OK
    assert office.visit_of(job)["contactPhone"] == "07700 900321"
    (effect,) = office.effects()
    assert set(effect.body) == {"contactPerson", "contactPhone"}


async def test_a_branch_that_changes_its_name_reaches_the_open_visits(office: Office) -> None:
    """The customer of every visit of that branch follows, and of no other."""
    for _ in range(2):
        await office.run()
    job = office.job_titled(TAP)
    office.edit("branches", job["BranchOID"], CompanyName="Southgate Homes")
    office.clock.move(hours=13)
    office.mark()
    assert (await office.run()).outcome is Outcome.OK
    of_branch = [
        each
        for each in office.jobs().values()
        if each["BranchOID"] == job["BranchOID"] and each["GlobalReference"] in office.ours()
    ]
    assert len(office.effects()) == len(of_branch) > 1
    assert {office.visit_of(each)["customer"] for each in of_branch} == {"Southgate Homes"}


async def test_a_moved_property_reaches_the_open_visit(office: Office) -> None:
    """A corrected post code is one PUT with one field."""
    for _ in range(2):
        await office.run()
    job = office.job_titled(TAP)
    office.edit("properties", job["PropertyID"], Postcode="AB99 9ZZ")
    office.clock.move(hours=13)
    office.mark()
    assert (await office.run()).outcome is Outcome.OK
    assert [each.body for each in office.effects()] == [{"postCode": "AB99 9ZZ"}]


async def test_a_tenant_who_was_looked_up_is_looked_up_again_with_the_reference_data(
    office: Office,
) -> None:
    """A new phone of a tenant whom no list shows reaches the visit within the directory's age."""
    for _ in range(2):
        await office.run()
    job = office.job_titled(WASHING)
    office.edit("tenants", job["TenantID"], MobilePhone="07700 900777")
    office.clock.move(hours=13)
    assert (await office.run()).outcome is Outcome.OK
    assert office.visit_of(job)["contactPhone"] == "07700 900777"


async def test_preferences_are_fetched_where_they_are_configured(office: Office) -> None:
    """One request per property of a job, kept; and they stand in the visit."""

    def preferring(document: Record) -> None:
        connection_of(document)["visit"] = {"preferences": True}

    async with office.configured(preferring) as office:
        assert (await office.run()).outcome is Outcome.OK
        obs = office.visit_of(office.job_titled("No heating or hot water"))["obs"]
        assert "Spending limit: Up to £150 without asking the landlord" in obs
        asked = [each for each in office.sent("agentos") if "/preferences/" in each.path]
        assert len(asked) == len({each.path for each in asked}) == 8
        office.mark()
        assert (await office.run()).outcome is Outcome.OK
        assert (len(office.sent("agentos")), office.effects()) == (2, [])
        heating = office.job_titled("No heating or hot water")
        office.add("preferences", PropertyID=heating["PropertyID"], Name="Alarm", Notes="1234")
        office.clock.move(hours=13)
        assert (await office.run()).outcome is Outcome.OK
        assert [list(each.body) for each in office.effects()] == [["obs"]]


async def test_visits_may_be_addressed_by_our_own_id(office: Office) -> None:
    """`path_id = "id"`: the whole story with an account that takes the ERP id in paths."""

    def by_id(document: Record) -> None:
        connection_of(document)["letsjobit"]["path_id"] = "id"

    office.options(visit_id_in_path="id")
    async with office.configured(by_id) as office:
        assert (await office.run()).outcome is Outcome.OK
        job = office.job_titled(TAP)
        office.edit_job(job, Priority="Low")
        office.mark()
        assert (await office.run()).outcome is Outcome.OK
        assert str(office.visit_of(job)["priority"]) == "8"
        office.edit_job(job, Status="Cancelled")
        assert (await office.run()).outcome is Outcome.OK
        assert office.visit_of(job)["inMobileApp"] is False
        office.delete("visits", office.visit_of(office.job_titled(WASHING)))
        await office.run()
        assert [each.question.kind for each in office.inbox()] == ["visit_deleted"]


async def test_a_prefix_of_the_numbers_narrows_every_sweep(office: Office) -> None:
    """`doc_no = "AOS-{reference}"`: LetsJobIt is asked for nothing else, and a number that merely
    contains the job's is not its visit."""

    def prefixed(document: Record) -> None:
        connection_of(document)["visit"] = {"doc_no": "AOS-{reference}"}

    job = office.job_titled(TAP)
    near = f"AOS-{job['GlobalReference']}9"
    office.add(
        "visits",
        docNo=near,
        customer="x",
        address="1 Road",
        city="Y",
        date="2026-03-04",
        driverId=ANOTHER_DRIVER,
    )
    async with office.configured(prefixed) as office:
        assert (await office.run()).outcome is Outcome.OK
        assert f"AOS-{job['GlobalReference']}" in office.visits()
        office.mark()
        report = await office.run()
        assert (report.outcome, office.effects()) == (Outcome.OK, [])
        lists = [each for each in office.sent("letsjobit") if each.path.endswith("/visits")]
        assert all("docNo=AOS-" in each.query for each in lists)
        assert report.observed["visits"] == 9


def beside(document: Record, **changes: Any) -> Record:
    """A second connection, like the first but for these settings of its AgentOS."""
    other = deepcopy(connection_of(document))
    other["name"] = "second"
    other["agentos"].update(changes)
    document["connections"].append(other)
    return other


async def test_two_contractors_of_one_agency_in_one_account_leave_each_other_alone(
    office: Office,
) -> None:
    """Each connection has its own jobs and visits; nobody hides or changes the other's, also with
    an empty store, and in whatever order they run."""

    def both(document: Record) -> None:
        beside(document, contractors=["co-0011-2086"])

    async with office.configured(both) as office:
        for name in ("northgate", "second"):
            assert (await office.run(name)).outcome is Outcome.OK
        assert len(office.effects("visit_created")) == len(office.effects()) == 9
        office.mark()
        for name in ("second", "northgate", "northgate", "second"):
            assert (await office.run(name)).outcome is Outcome.OK
        assert office.effects() == []
        async with office.configured(store="") as again:
            for name in ("second", "northgate", "second", "northgate"):
                assert (await again.run(name)).outcome is Outcome.OK
            assert again.effects() == []


async def test_a_job_that_goes_from_one_of_our_connections_to_the_other_keeps_its_visit(
    office: Office,
) -> None:
    """The contractors share an account: the second one takes the visit over, and nobody hides it
    in between for good."""

    def both(document: Record) -> None:
        beside(document, contractors=["co-0011-2086"])

    async with office.configured(both) as office:
        for name in ("northgate", "second"):
            await office.run(name)
        job = office.job_titled(TAP)
        office.edit_job(job, ContractorID="co-0011-2086")
        for name in ("northgate", "second", "northgate", "second"):
            assert (await office.run(name)).outcome is Outcome.OK
        assert office.visit_of(job)["inMobileApp"] is True
        office.mark()
        for name in ("second", "northgate"):
            assert (await office.run(name)).outcome is Outcome.OK
        assert office.effects() == []


async def test_connections_run_side_by_side(office: Office) -> None:
    """One `run-once` over both: each job has one visit, and the store holds together."""

    def both(document: Record) -> None:
        beside(document, contractors=["co-0011-2086"])

    async with office.configured(both) as office:
        for _ in range(2):
            done = await run_once(office.app, name=None, deadline_seconds=None)
            assert done.outcome is Outcome.OK
        assert len(office.effects("visit_created")) == len(office.effects()) == 9


async def test_a_visit_of_the_same_number_made_by_people_is_paired_and_nothing_is_overwritten(
    office: Office,
) -> None:
    """The dispatcher typed the job's number: that visit is taken, no second one made; what differs
    and is not LetsJobIt's is asked about."""
    job = office.job_titled(TAP)
    office.add(
        "visits",
        docNo=job["GlobalReference"],
        customer="Somebody",
        address="1 Road",
        city="Aberdeen",
        date="2026-03-04",
        driverId=ANOTHER_DRIVER,
        obs="as we agreed",
    )
    assert (await office.run()).outcome is Outcome.ATTENTION
    assert len(office.effects()) == 7
    (item,) = office.inbox("conflict")
    office.answer(item, "agentos")
    office.mark()
    assert (await office.run()).outcome is Outcome.OK
    visit = office.visit_of(job)
    assert visit["obs"].startswith("as we agreed\n")
    assert "U-bend" in visit["obs"]
    assert (visit["date"], visit["driverId"]) == ("2026-03-04", ANOTHER_DRIVER)
    assert "date" not in office.effects()[0].body


async def test_several_visits_of_one_number_are_asked_about(office: Office) -> None:
    """Nothing is paired by a guess: no visit is made or changed until somebody chooses."""
    job = office.job_titled(TAP)
    for _ in range(2):
        office.add(
            "visits",
            docNo=job["GlobalReference"],
            customer="Somebody",
            address="1 Road",
            city="Aberdeen",
            date="2026-03-04",
            driverId=ANOTHER_DRIVER,
        )
    assert (await office.run()).outcome is Outcome.ATTENTION
    assert len(office.effects()) == 7
    (item,) = office.inbox("conflict")
    office.answer(item, "agentos")
    report = await office.run()
    assert report.outcome is Outcome.OK
    assert len(office.effects("visit_created")) == 8
    office.mark()
    assert (await office.run()).outcome is Outcome.OK
    assert office.effects() == []


async def test_an_id_that_somebody_else_uses_is_not_written_over(office: Office) -> None:
    """Another visit sits on the id that syncd would give: it is left alone and the new visit gets
    another id."""
    from syncd.translate.identity import visit_id

    job = office.job_titled(TAP)
    taken = visit_id("northgate", job["OID"], occurrence=1, salt=0)
    office.add(
        "visits",
        id=taken,
        docNo="OTHER-1",
        customer="Somebody",
        address="1 Road",
        city="Aberdeen",
        date="2026-03-04",
        driverId=ANOTHER_DRIVER,
    )
    assert (await office.run()).outcome is Outcome.OK
    assert len(office.effects("visit_created")) == len(office.effects()) == 8
    assert office.visit_of(job)["id"] != taken
    assert office.link_of(job).salt == 1
    async with office.configured(store="") as again:
        again.mark()
        assert (await again.run()).outcome is Outcome.OK
        assert again.effects() == []


async def test_a_visit_whose_tag_was_taken_off_is_still_known(office: Office) -> None:
    """Our id with our number is proof enough for an empty store."""
    await office.run()
    job = office.job_titled(TAP)
    visit = office.visit_of(job)
    office.edit_visit(visit, lines=[], obs="nothing of yours")
    async with office.configured(store="") as again:
        again.mark()
        await again.run()
        assert again.effects("visit_created") == []
        assert again.link_of(job).visit_key == visit["_id"]
        assert again.link_of(job).is_ours


async def test_an_account_that_shows_no_lines_gets_the_tag_in_obs(office: Office) -> None:
    """The vendor's sample answer has no lines: an empty store still knows every visit."""
    office.options(visit_lines=False)
    assert (await office.run()).outcome is Outcome.OK
    assert all("syncd:northgate:" in each["obs"] for each in office.ours().values())
    async with office.configured(store="") as again:
        again.mark()
        assert (await again.run()).outcome is Outcome.OK
        assert again.effects() == []


async def test_flags_in_other_types_make_no_difference(office: Office) -> None:
    """true, 1 and "1" are one value: no write when the vendor changes its mind."""
    await office.run()
    office.mark()
    for kind in ("number", "text", "boolean"):
        office.options(flags_as=kind)
        assert (await office.run()).outcome is Outcome.OK
    assert office.effects() == []


async def test_the_visit_carries_what_is_configured(office: Office) -> None:
    """Skills by category, extra fields of the line, any other visit field."""

    def rich(document: Record) -> None:
        connection_of(document)["visit"] = {
            "skills": {"Plumbing": ["Plumber"]},
            "fields": [{"name": "labour", "type": "number", "caption": "Hours", "step": 0.25}],
            "extra": {"NPSMandatory": 1, "territory": "AB"},
        }

    async with office.configured(rich) as office:
        assert (await office.run()).outcome is Outcome.OK
        visit = office.visit_of(office.job_titled(TAP))
        assert (visit["required_skills"], visit["territory"]) == (["Plumber"], "AB")
        names = [each["name"] for each in visit["lines"][0]["extraData"]]
        assert {"labour", "invoice_total"} <= set(names)
        assert visit["date"] >= MONDAY.date().isoformat()
        assert OURS not in visit["obs"]
