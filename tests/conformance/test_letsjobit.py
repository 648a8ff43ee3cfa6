"""LetsJobIt's client against the documented bodies and the sandbox: the same must hold on both."""

import pytest

from syncd.errors import VendorNotFound
from syncd.letsjobit.wire import Visit
from tests.conformance.calls import CHANGES, MISSING, new_visit
from tests.conformance.conftest import Clients


async def test_a_page_of_visits_is_read(clients: Clients) -> None:
    """The envelope's numbers add up, and every visit is understood and can be given back."""
    page = await clients.letsjobit.list_visits()
    assert page.records
    assert page.unreadable == 0
    assert page.total >= page.returned
    assert page.next_start == page.returned
    assert page.remaining == page.total - page.returned
    for raw in page.records:
        visit = Visit.model_validate(raw)
        assert visit.as_sent() == raw
        assert visit.internal_id == clients.letsjobit.visit_key(raw)
        assert visit.erp_id is not None
        assert visit.is_closed in (True, False)


async def test_one_visit_is_the_same_as_in_the_list(clients: Clients) -> None:
    """A visit asked for alone has the structure of the list."""
    listed = (await clients.letsjobit.list_visits()).records[0]
    assert await clients.letsjobit.get_visit(clients.letsjobit.visit_key(listed)) == listed


async def test_a_visit_that_is_not_there_is_not_found(clients: Clients) -> None:
    """An unknown visit is 404, never an empty success."""
    with pytest.raises(VendorNotFound):
        await clients.letsjobit.get_visit(MISSING)


async def test_a_new_visit_is_taken(clients: Clients) -> None:
    """What syncd writes as a new visit is accepted and counted."""
    vendors = clients.vendors
    visit = new_visit(company_id=vendors.company_id, driver_id=vendors.driver_id)
    answer = await clients.letsjobit.upsert_visits([visit])
    assert answer.inserted >= 1
    assert answer.updated >= 0
    assert all(error.message for error in answer.errors)


async def test_a_visit_is_changed_and_deleted(clients: Clients) -> None:
    """Changing and deleting a visit are each counted as one record."""
    listed = (await clients.letsjobit.list_visits()).records[0]
    key = clients.letsjobit.visit_key(listed)
    assert await clients.letsjobit.update_visit(key, CHANGES) == 1
    assert await clients.letsjobit.delete_visit(key) == 1
