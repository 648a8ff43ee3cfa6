"""From jobs to visits: the first run, the quiet second one, and what a visit says."""

from syncd.cycle.report import Outcome
from syncd.model import IntentKind, Side
from tests.cycle.office import OURS, Office

WANTED = ("Reported", "Pending")


def wanted(office: Office) -> set[str]:
    """Numbers of the jobs that must become visits, read off the agency's own records."""
    return {
        job["GlobalReference"]
        for job in office.jobs().values()
        if job["ContractorID"] == OURS and job["Status"] in WANTED
    }


async def test_the_first_run_makes_exactly_the_wanted_visits_and_the_second_sends_no_write(
    either_office: Office,
) -> None:
    """Every job of ours in a wanted status is a visit, once; then both sides agree."""
    office = either_office
    foreign = set(office.visits())
    first = await office.run()
    assert first.outcome is Outcome.OK
    assert first.applied == {IntentKind.CREATE_VISIT: len(wanted(office))}
    assert set(office.visits()) - foreign == wanted(office)
    assert len(office.effects("visit_created")) == len(wanted(office)) == 8
    assert all(visit["inMobileApp"] for visit in office.ours().values())
    office.mark()
    second = await office.run()
    assert second.outcome is Outcome.OK
    assert office.effects() == []
    assert dict(second.requests) == {Side.AGENTOS: 2, Side.LETSJOBIT: 2}
