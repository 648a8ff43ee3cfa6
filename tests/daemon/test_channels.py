"""A minute with `syncd run` where the agency gave out no V4 key: the portal alone, V3 alone."""

from collections.abc import Iterator

import pytest

from syncd.model import Lane
from syncd.sandbox import visits
from tests.channels import by_portal, by_v3
from tests.daemon.house import House
from tests.kill.nursery import Nursery
from tests.kill.stage import Record


@pytest.fixture
def quiet(nursery: Nursery) -> Iterator[House]:
    """A house in which jobs and statements are read when somebody presses "run now"."""
    with House(nursery=nursery) as made:
        made.written = made.written.replace('jobs = "2s"', 'jobs = "1h"\nstatements = "1h"')
        made.written = made.written.replace('directory = "10s"', 'directory = "1h"')
        yield made


def status(house: House) -> Record:
    """What `syncd status` says of the only connection."""
    ended = house.nursery.run("status", "--json", "--config", str(house.config))
    return dict(ended.document["connections"][0])


def test_an_ended_portal_session_is_said_once_and_a_new_one_goes_on(quiet: House) -> None:
    """The lanes that ask the portal stop and are named with their cure; closures go on; the file
    with the new session ends it, without a signal and without waiting for the next try."""
    house, session = quiet, quiet.directory / "session"
    world = house.box.world
    session.write_text(world.portal_session)
    house.configure(lambda text: by_portal(text, url=house.box.url, session=session))
    house.live()
    world.portal_session = "portal=another"
    house.wake()
    house.until(lambda: house.said("the lane jobs stops"), "that it ended is said")
    asked = house.asked("portal")
    house.rounds(3)
    assert house.asked("portal") == asked, "a session that ended is not tried again and again"
    assert len(house.said("the lane jobs stops")) == 1
    jobs = status(house)["lanes"]["jobs"]
    assert (jobs["problem"], jobs["is_late"]) == ("agentos_session_ended", False)
    assert "sign in to the portal again" in jobs["cure"]
    printed = house.nursery.run("status", "--config", str(house.config)).output
    assert "do: sign in to the portal again" in printed
    visit = house.our_visits()[0]
    job = house.job_of(visit)
    with world.lock:
        world.agency.jobs.put({**job, "Description": "The trap leaks."})
    session.write_text(world.portal_session)
    house.until(lambda: house.said("the lane jobs works again"), "that it is well is said")
    house.until(lambda: "The trap leaks." in _obs(house, visit), "the change")
    assert status(house)["lanes"]["jobs"]["problem"] is None
    house.stop()


def _obs(house: House, visit: Record) -> str:
    with house.box.world.lock:
        return str(house.box.world.visits.need(visit["_id"])["obs"])


def test_an_outage_of_v3_rests_and_ends_by_itself(quiet: House) -> None:
    """The lane of jobs fails and is named; V3 is not asked by every cycle; what waited is made,
    once, when it is back."""
    house = quiet
    house.configure(by_v3)
    house.begin()
    house.until(lambda: house.sweeps(Lane.JOBS) and house.sweeps(Lane.VISITS), "the first cycle")
    with house.fault("status", vendor="agentos", status=503):
        raise_visit(house)
        house.until(lambda: house.said("the lane jobs stops"), "the failure is said")
        asked = house.asked("agentos")
        house.rounds(3)
        assert house.asked("agentos") == asked, "V3 rests"
        assert len(house.said("the lane jobs stops")) == 1
        assert house.outbox(), "the job waits"
        failing = house.ask(_failing)
        assert failing == [("northgate", Lane.JOBS, "agentos_outcome_unknown")]
    house.wake()
    house.until(lambda: house.said("the lane jobs works again"), "that it is well is said")
    house.until(lambda: not house.outbox(), "the job")
    assert len(made_jobs(house)) == 1
    assert house.ask(_failing) == []
    house.stop()


def _failing(session: object) -> object:
    from syncd.store.due import all_failures

    return all_failures(session)  # type: ignore[arg-type]


def made_jobs(house: House) -> list[Record]:
    """Jobs that bear the visit's number."""
    with house.box.world.lock:
        jobs = house.box.world.agency.jobs.records()
    return [each for each in jobs if "[visit NF-17" in (each["Description"] or "")]


def raise_visit(house: House) -> None:
    """An engineer raises a visit on site."""
    world = house.box.world
    with world.lock:
        place = next(e for e in world.agency.properties.records() if e["AddressNumber"])
        given = {
            "id": 2**41 + 9,
            "docNo": "NF-17",
            "docType": "NEW FAULT",
            "companyId": world.account.company_id,
            "driverId": next(iter(world.account.drivers)),
            "date": f"{world.local_time():%Y-%m-%d}",
            "customer": "Northgate",
            "address": f"{place['AddressNumber']} {place['Address1']}",
            "postCode": place["Postcode"],
            "city": "Aberdeen",
            "obs": "Gutter hangs loose",
            "contactPhone": "07700 900123",
            "inMobileApp": True,
        }
        key, at = "fieldVisit0000001", world.local_time()
        world.put_visit(visits.new_visit(given, key=key, account=world.account, at=at))
