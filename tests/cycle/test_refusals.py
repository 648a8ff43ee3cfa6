"""A vendor that answers 429 and goes on doing so: little is sent, little time passes, exit 4."""

import time

import pytest

from syncd.cycle.report import Outcome
from tests.cycle.office import Office, Record, connection_of

LOOKS = r"/(properties|contacts/tenants)/[^/]+$"


def real_limits(document: Record) -> None:
    """The vendors' own limits, in place of those that never wait."""
    connection = connection_of(document)
    connection["agentos"]["rate_limit"] = {"requests": 50, "seconds": 60}
    connection["letsjobit"]["rate_limit"] = {"requests": 100, "seconds": 10}


async def test_one_refused_look_stands_for_all(office: Office) -> None:
    """A first cycle needs eight properties and more: the first that is refused is tried once more,
    a window later, and the others are left for the next cycle."""
    office.fault("status", status=429, path=LOOKS, times=None)
    report = await office.run()
    assert report.outcome is Outcome.INCOMPLETE
    assert {each.code for each in report.errors} == {"agentos_rate_limited"}
    refused = [each for each in office.sent("agentos") if each.status == 429]
    assert len(refused) == 2
    office.heal()
    assert (await office.run()).outcome is Outcome.OK
    assert len(office.ours()) == 8


async def test_a_side_that_refuses_its_first_request_is_left_alone(office: Office) -> None:
    """Nothing is swept of a side whose reference records were refused already."""
    office.fault("status", status=429, vendor="agentos", times=None)
    assert (await office.run()).outcome is Outcome.INCOMPLETE
    assert len(office.sent("agentos")) == 2


@pytest.mark.parametrize("vendor", ["agentos", "letsjobit"])
async def test_the_deadline_ends_a_run_that_is_refused(office: Office, vendor: str) -> None:
    """With the real limits a refused key rests for a window; a run whose deadline comes first does
    not wait for it, and says so."""
    async with office.configured(real_limits) as limited:
        limited.fault("status", status=429, vendor=vendor, times=None)
        started = time.monotonic()
        report = await limited.run(deadline=6.0)
        assert time.monotonic() - started < 6.5
        assert report.outcome is Outcome.INCOMPLETE
        codes = {each.code for each in report.errors}
        assert codes <= {"deadline", f"{vendor}_rate_limited"}
        assert codes
