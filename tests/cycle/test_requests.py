"""What a cycle costs: requests to either vendor, counted by the vendors."""

from collections.abc import Iterator

import pytest

from syncd.cycle.report import CycleReport, Outcome
from syncd.model import Side
from tests.cycle.office import Office


def requests(report: CycleReport, office: Office) -> tuple[int, int]:
    """Requests to AgentOS and LetsJobIt; the report says what the vendors counted."""
    told = report.requests[Side.AGENTOS], report.requests[Side.LETSJOBIT]
    assert told == (len(office.sent("agentos")), len(office.sent("letsjobit")))
    return told


@pytest.fixture
def strict_limits(office: Office) -> Iterator[None]:
    """The vendors' published limits, so that the judge can say what was over them."""
    yield
    assert all(each["answers_429"] == 0 for each in office.box.verdicts())


async def test_250_jobs_cost_what_they_must(office: Office, strict_limits: None) -> None:
    """A first run over 250 jobs in two branches: at most 12 AgentOS requests and 3 POSTs. The
    unchanged cycle after it: one AgentOS request per branch and 8 requests in all."""
    office.bulk(jobs=242)
    first = await office.run()
    assert first.outcome is Outcome.OK
    assert len(office.effects("visit_created")) == 250
    agentos, _ = requests(first, office)
    assert agentos <= 12
    assert len(office.sent("letsjobit", "POST")) == 3
    for _ in range(2):
        office.mark()
        report = await office.run()
        assert (report.outcome, office.effects()) == (Outcome.OK, [])
        agentos, letsjobit = requests(report, office)
        assert agentos == 2
        assert agentos + letsjobit <= 8
    office.mark()
    async with office.configured(store="") as again:
        report = await again.run()
        assert (report.outcome, again.effects()) == (Outcome.OK, [])
        agentos, _ = requests(report, again)
        assert agentos <= 12


async def test_one_change_costs_three_requests(office: Office) -> None:
    """Look, write, look again; AgentOS is not asked for anything more."""
    await office.run()
    office.edit_job(office.job_titled("Leak under kitchen sink"), Priority="Low")
    office.mark()
    assert requests(await office.run(), office) == (2, 2 + 3)


async def test_reference_data_is_read_again_only_when_it_is_old(office: Office) -> None:
    """Every twelve hours, whatever else happens."""
    await office.run()
    for hours, expected in ((11, 2), (0.5, 2), (1, 2 + 7), (1, 2)):
        office.clock.move(hours=hours)
        office.mark()
        agentos, _ = requests(await office.run(), office)
        looked_up = sum("/tenants/" in each.path for each in office.sent("agentos"))
        assert agentos - looked_up == expected


async def test_a_visit_that_is_closed_and_confirmed_costs_one_look(office: Office) -> None:
    """It leaves the lists; one look tells what became of it, and no vendor is asked again."""
    await office.run()
    visit = office.visit_of(office.job_titled("Leak under kitchen sink"))
    office.act(visit, "close")
    office.edit_visit(visit, confirmClose=True)
    for expected in (3, 2, 2):
        office.mark()
        assert requests(await office.run(), office) == (2, expected)
    assert office.effects() == []


async def test_parked_and_asked_about_records_cost_nothing(office: Office) -> None:
    """What waits for a person is not looked at in every cycle."""
    await office.run()
    jobs = office.jobs()
    office.fault(
        "field",
        path=r"/jobs/[^/]+/\d+/\d+",
        record=jobs["Slate off the roof"]["OID"],
        field="PropertyID",
        change="null",
        times=None,
    )
    office.act(office.visit_of(jobs["Front door sticking"]), "start")
    office.edit_job(jobs["Front door sticking"], Status="Cancelled")
    office.delete("visits", office.visit_of(jobs["Leak under kitchen sink"]))
    await office.run()
    for _ in range(2):
        office.mark()
        assert requests(await office.run(), office) == (2, 2)
