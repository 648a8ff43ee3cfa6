"""Every procedure, every error, on version 10 and 11, plain and packed by superjson."""

from datetime import UTC, datetime
from decimal import Decimal

import pytest

from syncd.agentos.uploads import Document
from syncd.contractor_portal.client import ContractorPortal
from syncd.errors import (
    OutcomeUnknown,
    VendorDenied,
    VendorError,
    VendorGarbled,
    VendorNotFound,
    VendorRefused,
    VendorUnavailable,
)
from syncd.model import Urgency
from syncd.vendor_http import Auth
from tests.contractor_portal.portals import Kind, client_of, known_codes, missing

PDF = Document("VISIT-H-1-invoice-0a1b2c3d.pdf", ".pdf", b"%PDF-1.7\n")


async def test_all_that_is_read(portal: ContractorPortal) -> None:
    """Every procedure that reads, with numbers exact and absent fields none."""
    assert isinstance(await portal.status(), dict)
    insights = await portal.insights()
    assert (insights.total_assigned_jobs, insights.total_earned_amount) == (3, None)
    assert insights.pending_payment_amount == Decimal("120.1")
    account = await portal.account()
    assert account is not None
    assert (account.contractor_id, account.trades, account.is_active) == (
        "co-1",
        ("Plumber",),
        True,
    )
    assert [each.name for each in await portal.contacts()] == ["Office"]
    statement = await portal.statement(date_from=datetime(2026, 3, 1, tzinfo=UTC))
    (entry,) = statement.entries
    assert (entry.credit, entry.debit, entry.invoice_number) == (Decimal("120.1"), None, "H-1")
    assert entry.description == "2026-03-01T00:00:00+00:00"
    assert entry.date == datetime(2026, 3, 5, tzinfo=UTC)
    assert (await portal.statement()).entries[0].description == "all"
    assert await portal.pending_entries() == ()
    assert await portal.list_notes("J1") == ()


async def test_jobs_are_listed_page_by_page_and_looked_at(portal: ContractorPortal) -> None:
    """Offset and count reach the server; a job that it does not show is none."""
    first = await portal.list_jobs(count=2)
    rest = await portal.list_jobs(offset=2, count=2)
    assert [each["jobId"] for each in (*first, *rest)] == ["J1", "J2", "J3"]
    job = await portal.get_job("J1")
    assert job is not None
    assert job["description"] == "Kitchen – cold tap ✓"
    assert job.get("accessDetails") is None
    assert await portal.get_job("J9") is None


async def test_many_jobs_are_looked_at_in_one_request(portal: ContractorPortal) -> None:
    """A batch answers in the order of its calls, with each failure in its own place."""
    found = await portal.get_jobs(["J2", "J9", "CONFLICT", "J1"])
    second, absent, failed, first = found
    assert isinstance(second, dict)
    assert isinstance(first, dict)
    assert (second["jobId"], absent, first["jobId"]) == ("J2", None, "J1")
    assert isinstance(failed, VendorRefused)


async def test_a_batch_that_fails_as_a_whole_fails_one_by_one(portal: ContractorPortal) -> None:
    """Where all answers have one status the server answers with that status, still a list."""
    found = await portal.get_jobs(["NOT_FOUND", "NOT_FOUND"])
    assert [type(each) for each in found] == [VendorNotFound, VendorNotFound]


async def test_long_batches_are_cut(portal: ContractorPortal) -> None:
    """More than an address can carry travels in several requests, in order."""
    ids = ["J1", *(f"job-{number}-{'x' * 90}" for number in range(40)), "J3"]
    found = await portal.get_jobs(ids)
    assert len(found) == 42
    assert [each["jobId"] for each in found if isinstance(each, dict)] == ["J1", "J3"]


async def test_all_that_is_written(portal: ContractorPortal) -> None:
    """Completing, reopening, a note and an invoice arrive and can be read back."""
    await portal.set_completed("J1", completed=True)
    job = await portal.get_job("J1")
    assert job is not None
    assert job["status"] == "Completed"
    await portal.set_completed("J1", completed=False)
    await portal.at(Urgency.CLOSURES).add_note("J1", "Kein Zutritt – 14:05 ✓")
    assert [each.text for each in await portal.list_notes("J1")] == ["Kein Zutritt – 14:05 ✓"]
    result = await portal.submit_invoice(
        "J1", number="H-1", amount=Decimal("120.10"), documents=[PDF], vat_amount=Decimal("20.02")
    )
    assert result.invoice_id == "INV-1"
    (pending,) = await portal.pending_entries()
    assert (pending.amount, pending.invoice_number) == (Decimal("120.1"), "H-1")


async def test_an_invoice_that_the_agency_declines_is_refused(portal: ContractorPortal) -> None:
    """`success` false is a refusal in the agency's words, although the status is 200."""
    with pytest.raises(VendorRefused, match="No such job"):
        await portal.submit_invoice("J9", number="H-1", amount=Decimal(1), documents=[PDF])


Codes = dict[str, type[VendorError]]

ERRORS: Codes = {
    "PARSE_ERROR": VendorRefused,
    "BAD_REQUEST": VendorRefused,
    "UNAUTHORIZED": VendorDenied,
    "FORBIDDEN": VendorDenied,
    "NOT_FOUND": VendorNotFound,
    "METHOD_NOT_SUPPORTED": VendorRefused,
    "TIMEOUT": VendorUnavailable,
    "CONFLICT": VendorRefused,
    "PRECONDITION_FAILED": VendorRefused,
    "PAYLOAD_TOO_LARGE": VendorRefused,
    "UNPROCESSABLE_CONTENT": VendorRefused,
    "TOO_MANY_REQUESTS": VendorUnavailable,
    "CLIENT_CLOSED_REQUEST": VendorUnavailable,
    "INTERNAL_SERVER_ERROR": VendorUnavailable,
    "NOT_IMPLEMENTED": VendorUnavailable,
}
"""What both versions know, and what each means for a read."""

ERRORS_OF_11: Codes = {
    "PAYMENT_REQUIRED": VendorRefused,
    "UNSUPPORTED_MEDIA_TYPE": VendorRefused,
    "PRECONDITION_REQUIRED": VendorRefused,
    "BAD_GATEWAY": VendorUnavailable,
    "SERVICE_UNAVAILABLE": VendorUnavailable,
    "GATEWAY_TIMEOUT": VendorUnavailable,
}
"""What version 11 has besides."""

MAY_HAVE_HAPPENED = {
    "TIMEOUT",
    "CLIENT_CLOSED_REQUEST",
    "INTERNAL_SERVER_ERROR",
    "NOT_IMPLEMENTED",
    "BAD_GATEWAY",
    "SERVICE_UNAVAILABLE",
    "GATEWAY_TIMEOUT",
}
"""Codes that do not say that a write came to nothing: the portal asks AgentOS behind it, and what
that does is not undone by somebody who waited no longer, or by a step that failed after it."""


def codes_of(kind: Kind) -> Codes:
    """Every code that a portal of this version can answer with."""
    return ERRORS if kind.version == "10" else {**ERRORS, **ERRORS_OF_11}


async def test_every_error_code_means_what_it_says(kind: Kind, portal: ContractorPortal) -> None:
    """The code of the envelope decides, and the server's words are kept."""
    for code, expected in codes_of(kind).items():
        with pytest.raises(VendorError) as caught:
            await portal.get_job(code)
        assert type(caught.value) is expected, code
        assert f"told {code}" in caught.value.message
        assert "contractor.maintenanceJobDetails" in caught.value.message


async def test_every_error_code_of_a_write_says_whether_it_may_have_happened(
    kind: Kind, portal: ContractorPortal
) -> None:
    """What only says that something failed on the way is an unknown outcome, and never sent again
    by itself; the others are a refusal, or may be sent later."""
    for code, of_read in codes_of(kind).items():
        expected = OutcomeUnknown if code in MAY_HAVE_HAPPENED else of_read
        with pytest.raises(VendorError) as caught:
            await portal.set_completed(code, completed=True)
        assert type(caught.value) is expected, code
        assert f"told {code}" in caught.value.message


@pytest.mark.skipif(missing() is not None, reason="it looks into the locked packages")
@pytest.mark.parametrize("version", ["10", "11"])
def test_no_code_of_the_installed_versions_is_forgotten(version: str) -> None:
    """The codes are those of tRPC's own table."""
    known = codes_of(Kind(version, "none", is_real=True))
    assert set(known_codes(version)) == set(known)


async def test_a_write_that_fails_inside_the_portal_is_an_unknown_outcome(
    portal: ContractorPortal,
) -> None:
    """An internal error may come after the effect."""
    with pytest.raises(OutcomeUnknown):
        await portal.set_completed("INTERNAL_SERVER_ERROR", completed=True)


async def test_what_the_server_finds_invalid_is_said_in_a_sentence(
    portal: ContractorPortal,
) -> None:
    """A validator's list of issues is read, not shown as JSON."""
    with pytest.raises(VendorRefused) as caught:
        await portal.submit_invoice("J1", number="H-1", amount=Decimal(-1), documents=[PDF])
    assert "amount: " in caught.value.message
    assert "[" not in caught.value.message


async def test_an_ended_session_says_what_to_do(kind: Kind, url: str) -> None:
    """The message names the setting; the session stands nowhere."""
    async with client_of(url, kind.transformer, session="portal=old-s3ssion") as client:
        with pytest.raises(VendorDenied) as caught:
            await client.list_jobs()
    assert caught.value.code == "agentos_session_ended"
    assert "contractor_portal.session" in caught.value.hint
    assert "old-s3ssion" not in str(caught.value)


async def test_a_bearer_token_opens_it_too(kind: Kind, url: str) -> None:
    """`session_in = "bearer"` sends the session as a token."""
    auth = Auth("header", "Authorization", "s3ssion", scheme="Bearer")
    async with client_of(url, kind.transformer, auth=auth) as client:
        assert len(await client.list_jobs(count=3)) == 3


async def test_the_probe_sees_how_answers_are_packed(kind: Kind, url: str) -> None:
    """What the setting should say is seen at a query without input, whatever it says."""
    for setting in ("none", "superjson"):
        async with client_of(url, setting) as client:
            assert await client.seen_transformer() == kind.transformer


async def test_the_wrong_setting_is_never_taken_for_an_answer(kind: Kind, url: str) -> None:
    """Filters that a plain server strips from packed input are not lost silently."""
    wrong = "none" if kind.transformer == "superjson" else "superjson"
    async with client_of(url, wrong) as client:
        with pytest.raises((VendorGarbled, VendorRefused)):
            await client.list_jobs(offset=2, count=1)
        with pytest.raises(VendorGarbled, match="transformer"):
            await client.status()


async def test_a_procedure_that_the_portal_lacks_is_no_missing_record(
    portal: ContractorPortal,
) -> None:
    """Both versions' words for it are known."""
    with pytest.raises(VendorRefused) as caught:
        await portal._router.query("maintenanceVisits")
    assert not isinstance(caught.value, VendorNotFound)
    assert caught.value.code == "agentos_missing_procedure"
