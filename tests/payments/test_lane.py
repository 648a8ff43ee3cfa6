"""The lane of statements: as the daemon runs it, apart from all others."""

from syncd.cycle.report import Outcome
from syncd.model import Lane
from tests.payments.books import Books


async def test_a_cycle_of_statements_asks_the_portal_and_nobody_else(books: Books) -> None:
    """One of other lanes does not ask it."""
    office = books.story.office
    await office.run()
    office.mark()
    report = await office.run_lanes(Lane.STATEMENTS)
    assert (report.outcome, dict(report.lanes)) == (Outcome.OK, {Lane.STATEMENTS: None})
    asked = {vendor: len(office.sent(vendor)) for vendor in ("agentos", "letsjobit", "portal")}
    assert asked == {"agentos": 0, "letsjobit": 0, "portal": 2}
    office.mark()
    await office.run_lanes(Lane.CLOSURES, Lane.JOBS)
    assert office.sent("portal") == []


async def test_a_portal_that_fails_fails_this_lane_alone(books: Books) -> None:
    """The failure belongs to the lane, so the agency's own lanes do not wait for the portal."""
    office = books.story.office
    await office.run()
    office.fault("status", vendor="portal", times=None, path="statements")
    report = await office.run_lanes(Lane.STATEMENTS, Lane.JOBS)
    failed = report.lanes[Lane.STATEMENTS]
    assert failed is not None
    assert report.lanes[Lane.JOBS] is None
    assert list(report.errors) == [failed]
