"""Numbers of invoices: given once, numbered on, and found again after the store was lost."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path

import pytest
from sqlalchemy import insert

from syncd.cycle.charging import Numbering, number_invoice
from syncd.model import JobInvoice, JobRecord, LinkId, Observation, Side, VisitRecord
from syncd.reconcile.drafts import Charge
from syncd.settings import ConnectionSettings, settings_from_document
from syncd.store import closures, links
from syncd.store.closures import FoundClosure
from syncd.store.database import Database, Session
from syncd.store.tables import connections
from tests.reconcile.made import JOB, VISIT

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
CHARGE = Charge(Decimal("100.00"), Decimal("20.00"), Decimal("120.00"))
NUMBER = VISIT.doc_no


def settings(name: str, directory: Path) -> ConnectionSettings:
    """The settings of one connection."""
    document = {
        "connections": [
            {
                "name": name,
                "agentos": {
                    "short_name": name,
                    "api_key": "k",
                    "contractors": ["co-1"],
                    "statuses": {"visit_when": ["Reported"], "completed": "Completed"},
                },
                "letsjobit": {"api_key": "l", "company_id": "c", "default_driver": "d"},
            }
        ]
    }
    document["connections"][0]["agentos"]["statuses"]["cancelled"] = ["Cancelled"]
    return settings_from_document(document, {}, directory=directory).connections[0]


def listed(*numbers: str, amount: str | None = "120.00") -> JobRecord:
    """The job as it shows these invoices."""
    worth = Decimal(amount) if amount is not None else None
    return replace(JOB, invoices=tuple(JobInvoice(n, n, worth, "Submitted") for n in numbers))


def closed(key: str, *, is_confirmed: bool = False) -> VisitRecord:
    """A closed visit of the job."""
    return replace(
        VISIT, visit_key=key, is_closed=True, is_confirmed=is_confirmed, closed_at=NOW, tag=None
    )


class Books:
    """One store with a link in each connection."""

    def __init__(self, database: Database, directory: Path) -> None:
        self.database = database
        self.directory = directory
        self.links = {name: self._add(name) for name in ("northgate", "southgate")}

    def _add(self, name: str) -> LinkId:
        def add(session: Session) -> LinkId:
            row = {"name": name, "short_name": name, "company_id": "c", "created_at": NOW}
            names = {column.name for column in connections.columns}
            session.execute(insert(connections).values({n: row[n] for n in row if n in names}))
            return links.add_link(
                session, name, JOB.job_id, doc_no=NUMBER, now=NOW, is_ours=True, branch_id=""
            )

        return self.database.run_now(add)

    def number(
        self,
        key: str,
        job: JobRecord,
        *,
        name: str = "northgate",
        others: Sequence[VisitRecord] = (),
    ) -> Numbering:
        """Number the invoice of the visit with this key."""
        found = Observation(Side.LETSJOBIT, key, "f", closure={"visit": "{}", "signature": None})

        def give(session: Session) -> Numbering:
            closures.save_closures(session, name, [FoundClosure(found, "0a1b2c3d", True)], now=NOW)
            closures.link_closure(session, name, key, self.links[name])
            kept = closures.closures_of_link(session, self.links[name])
            (closure,) = [each for each in kept if each.visit_key == key]
            connection = settings(name, self.directory)
            return number_invoice(session, connection, closure, job, closed(key), others=others)

        return self.database.run_now(give)


@pytest.fixture
def books(sqlite_database: Database, tmp_path: Path) -> Books:
    """Two connections, each with a job of the same number."""
    return Books(sqlite_database, tmp_path)


def test_a_number_is_given_once(books: Books) -> None:
    """Also when the job lists it by then."""
    assert books.number("v1", listed()).number == NUMBER
    again = books.number("v1", listed(NUMBER))
    assert (again.number, again.is_listed, again.why_unsure(CHARGE)) == (NUMBER, True, None)


def test_later_invoices_of_a_job_are_numbered_on(books: Books) -> None:
    """-2, -3."""
    found = [books.number(key, listed()).number for key in ("v1", "v2", "v3")]
    assert found == [NUMBER, f"{NUMBER}-2", f"{NUMBER}-3"]


def test_two_connections_do_not_share_a_number(books: Books) -> None:
    """The second job with the same number gets its connection's name added; after the loss of the
    store it is found again by that."""
    assert books.number("v1", listed()).number == NUMBER
    own = books.number("w1", listed(), name="southgate").number
    assert own == f"{NUMBER}-southgate"


def test_a_number_with_the_connections_name_is_found_again(books: Books) -> None:
    """Whatever the other connection has in the new store."""
    found = books.number("w1", listed(f"{NUMBER}-southgate"), name="southgate")
    assert (found.number, found.is_listed) == (f"{NUMBER}-southgate", True)


def test_what_the_job_lists_is_adopted(books: Books) -> None:
    """After the loss of the store the only visit has the only number."""
    found = books.number("v1", listed(NUMBER))
    assert (found.number, found.is_listed) == (NUMBER, True)


def test_an_acknowledged_visit_has_the_first_number(books: Books) -> None:
    """The next visit gets the next one; of the same amount, a person is asked."""
    others = [closed("v1", is_confirmed=True)]
    found = books.number("v2", listed(NUMBER), others=others)
    assert (found.number, found.is_listed) == (f"{NUMBER}-2", False)
    assert NUMBER in str(found.why_unsure(CHARGE))
    other = Charge(Decimal("50.00"), Decimal("10.00"), Decimal("60.00"))
    assert found.why_unsure(other) is None
    both = books.number("v2", listed(NUMBER, f"{NUMBER}-2"), others=others)
    assert (both.number, both.is_listed) == (f"{NUMBER}-2", True)


def test_two_that_wait_have_the_numbers_in_order(books: Books) -> None:
    """What the job lists is the older one's, although the newer one is closed, too."""
    others = [closed("v2")]
    assert books.number("v1", listed(NUMBER), others=others).number == NUMBER
    assert books.number("v2", listed(NUMBER), others=[closed("v1")]).number == f"{NUMBER}-2"


def test_a_later_number_alone_is_suspicious(books: Books) -> None:
    """The job lists -2 and no other visit is known: perhaps it is this one's."""
    found = books.number("v1", listed(f"{NUMBER}-2", amount=None))
    assert f"{NUMBER}-2" in str(found.why_unsure(CHARGE))


def test_invoices_that_are_not_shown_prove_nothing(books: Books) -> None:
    """A person is asked, and numbers that are not ours are nobody's business."""
    hidden = books.number("v1", replace(JOB, invoices=None))
    assert "does not show invoices" in str(hidden.why_unsure(CHARGE))
    strange = books.number("v2", listed("INV-77"))
    assert strange.why_unsure(CHARGE) is None
