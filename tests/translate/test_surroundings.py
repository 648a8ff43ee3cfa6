"""Tests of what is put together around a job."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from syncd.model import Person, Tenancy
from syncd.translate.surroundings import current_tenancy, surroundings
from tests.translate.made import ADA, BOB, BRANCH, JOB, PLACE

NOW = Tenancy("tn-5", "pr-1", "Current", False, (ADA, BOB), (), "Ring twice.")
ROOM = replace(NOW, tenancy_id="tn-2", tenants=(BOB,))


def test_the_tenancy_of_the_tenant_who_reported_counts() -> None:
    """Of several current tenancies that of the job's tenant, else the first by OID."""
    assert current_tenancy([NOW, ROOM], tenant_id="te-1") == NOW
    assert current_tenancy([NOW, ROOM], tenant_id="te-9") == ROOM
    assert current_tenancy([NOW, ROOM]) == ROOM


@pytest.mark.parametrize("state", ["Ended", "proposed ", "Vacated"])
def test_former_and_future_tenancies_never_count(state: str) -> None:
    """Nobody is to ring at the door of who left or has not come."""
    past = replace(NOW, state=state)
    assert current_tenancy([past, replace(NOW, is_archived=True)]) is None
    assert current_tenancy([past], latest=past) is None


def test_an_unknown_state_counts_after_a_current_one() -> None:
    """An agency's own word for a state is given the benefit of the doubt."""
    odd = replace(NOW, tenancy_id="tn-1", state="Rolling")
    assert current_tenancy([odd, NOW]) == NOW
    assert current_tenancy([odd]) == odd


def test_the_carried_tenancy_stands_in() -> None:
    """Where no list shows a current tenancy, the one that the property carries counts."""
    assert current_tenancy([replace(NOW, state="Ended")], latest=ROOM) == ROOM


@given(st.permutations([NOW, ROOM, replace(NOW, tenancy_id="tn-9", state="?")]))
def test_the_order_of_the_list_does_not_matter(tenancies: list[Tenancy]) -> None:
    """The choice is the same however the vendor sorts its list."""
    assert current_tenancy(tenancies) == ROOM


def test_the_tenant_who_reported_comes_first() -> None:
    """The job's own tenant leads, looked up or linked, and nobody stands there twice."""
    job = replace(JOB, tenant_id="te-2")
    found = surroundings(job, branch=BRANCH, place=PLACE, tenancy=NOW)
    assert found.tenants == (BOB, ADA)
    assert (found.access, found.branch, found.place) == ("Ring twice.", BRANCH, PLACE)
    carl = Person("te-3", "", "Carl", "Visitor", ("07700 900008",))
    found = surroundings(
        replace(JOB, tenant_id="te-3"), branch=None, place=None, tenancy=NOW, tenant=carl
    )
    assert found.tenants == (carl, ADA, BOB)


def test_what_one_answer_withholds_may_stand_in_the_other() -> None:
    """A tenant whose looked-up record is blank keeps the name and phone of the tenancy's."""
    blank = Person("te-1", "", "", "", ())
    found = surroundings(JOB, branch=None, place=None, tenancy=NOW, tenant=blank)
    assert found.tenants == (ADA, BOB)


def test_an_empty_property_has_no_tenants() -> None:
    """Without a tenancy there is nobody but a tenant who was looked up."""
    assert surroundings(JOB, branch=None, place=None, tenancy=None).tenants == ()
    nameless = Person("", "", "A", "B", ())
    two = replace(NOW, tenants=(nameless, replace(nameless, surname="C")))
    assert len(surroundings(JOB, branch=None, place=None, tenancy=two).tenants) == 2
