"""What answers mean that have no tRPC envelope, or a strange one."""

import pytest

from syncd.contractor_portal.transformer import packed, unpacked
from syncd.errors import (
    OutcomeUnknown,
    VendorDenied,
    VendorError,
    VendorGarbled,
    VendorNotFound,
    VendorRefused,
    VendorUnavailable,
)
from tests.contractor_portal.portals import client_of
from tests.vendor.raw_server import http, raw_server

HTML = "<html><body>Sign in</body></html>"


@pytest.mark.parametrize(
    ("status", "body", "expected"),
    [
        (404, "", VendorGarbled),
        (404, HTML, VendorGarbled),
        (404, '{"message": "Not Found"}', VendorGarbled),
        (431, "", VendorGarbled),
        (405, "", VendorGarbled),
        (200, HTML, VendorGarbled),
        (200, "", VendorGarbled),
        (200, "{}", VendorGarbled),
        (200, '{"result": {"data": {"json"', VendorGarbled),
        (302, "", VendorGarbled),
        (401, HTML, VendorDenied),
        (403, "", VendorDenied),
        (502, HTML, VendorUnavailable),
        (503, "", VendorUnavailable),
        (429, "", VendorUnavailable),
        (200, '{"error": {"message": 7}}', VendorError),
        (500, '{"error": {"json": {"data": {"code": "TIMEOUT"}}}}', VendorUnavailable),
    ],
)
async def test_an_answer_without_an_envelope_is_no_answer_of_the_portal(
    status: int, body: str, expected: type[VendorError]
) -> None:
    """A proxy's 404 is no missing job, and a sign-in page is no empty list."""
    async with raw_server(http(status, body)) as server, client_of(server.url, "none") as client:
        with pytest.raises(expected):
            await client.list_jobs()


@pytest.mark.parametrize("status", [404, 500, 502, 200])
async def test_a_write_without_an_envelope_may_have_happened(status: int) -> None:
    """Whatever stands in front of the portal may have lost its answer."""
    async with raw_server(http(status, HTML)) as server, client_of(server.url, "none") as client:
        with pytest.raises(OutcomeUnknown):
            await client.add_note("J1", "no access")


@pytest.mark.parametrize(
    "body",
    ['{"result": {}}', '{"result": {"data": null}}', '{"result": {"data": {"jobId": "J2"}}}'],
)
async def test_nothing_and_another_job_are_told_apart(body: str) -> None:
    """Null is nothing shown; a record about another job is garbled."""
    async with raw_server(http(200, body)) as server, client_of(server.url, "none") as client:
        if "J2" in body:
            with pytest.raises(VendorGarbled, match="another job"):
                await client.get_job("J1")
        else:
            assert await client.get_job("J1") is None


async def test_a_batch_with_too_few_answers_is_garbled() -> None:
    """An answer is never matched to the wrong call."""
    async with (
        raw_server(http(200, '[{"result": {}}]')) as server,
        client_of(server.url, "none") as client,
    ):
        with pytest.raises(VendorGarbled, match="1 answers to 2 calls"):
            await client.get_jobs(["J1", "J2"])


async def test_an_invoice_result_that_does_not_say_success_is_unknown() -> None:
    """Money is never believed to have arrived, nor to have been refused, without a word."""
    async with (
        raw_server(http(200, '{"result": {"data": {"invoiceId": "I-1"}}}')) as server,
        client_of(server.url, "none") as client,
    ):
        with pytest.raises(OutcomeUnknown):
            await client.submit_invoice("J1", number="H-1", amount=1, documents=[])  # type: ignore[arg-type]


def test_packing_is_undone() -> None:
    """What is packed reads as it was, and each kind refuses the other."""
    values = {"status": "OPEN"}
    assert packed(values, "none") == values
    assert unpacked(dict(json=values), "superjson") == values
    assert unpacked(None, "superjson") is None
    assert unpacked({"json": 1, "other": 2}, "none") == {"json": 1, "other": 2}
    with pytest.raises(ValueError, match="superjson"):
        unpacked({"json": values, "meta": {}}, "none")
    with pytest.raises(ValueError, match="plain"):
        unpacked(dict(values), "superjson")


UNEXPLAINED = [
    (500, '{"error": {"message": "boom"}}'),
    (200, '{"error": {"message": "boom"}}'),
    (400, '{"error": {"message": "boom", "data": {"code": "E-17"}}}'),
    (400, '{"error": "boom"}'),
    (500, '{"error": {"data": {"code": "BAD_REQUEST"}}}'),
    (200, '{"error": {"data": {"code": "BAD_REQUEST", "httpStatus": 502}}}'),
    (400, HTML),
    (400, ""),
    (400, '{"message": "amount is required"}'),
    (400, '{"error": []}'),
    (401, HTML),
    (401, '{"error": "Unauthorized"}'),
    (403, '{"error": {"message": "blocked"}}'),
    (409, '{"message": "again?"}'),
    (413, HTML),
    (422, "null"),
    (429, '{"error": {"message": "slowly", "data": {"httpStatus": 429}}}'),
]
PROVEN = [
    (400, "BAD_REQUEST", VendorRefused),
    (401, "UNAUTHORIZED", VendorDenied),
    (403, "FORBIDDEN", VendorDenied),
    (404, "NOT_FOUND", VendorNotFound),
    (413, "PAYLOAD_TOO_LARGE", VendorRefused),
    (429, "TOO_MANY_REQUESTS", VendorUnavailable),
]


@pytest.mark.parametrize(("status", "body"), UNEXPLAINED)
async def test_a_write_with_an_error_that_explains_nothing_may_have_happened(
    status: int, body: str
) -> None:
    """Without a code of tRPC, or with 500 and above, an invoice is in doubt and never refused: who
    sends it again may charge twice."""
    async with raw_server(http(status, body)) as server, client_of(server.url, "none") as client:
        with pytest.raises(OutcomeUnknown):
            await client.submit_invoice("J1", number="H-1", amount=1, documents=[])  # type: ignore[arg-type]
        with pytest.raises(OutcomeUnknown):
            await client.set_completed("J1", completed=True)


@pytest.mark.parametrize(("status", "code", "expected"), PROVEN)
async def test_a_code_of_trpc_proves_that_a_write_did_not_happen(
    status: int, code: str, expected: type[VendorError]
) -> None:
    """The portal itself says so: the invoice was refused, or may be sent later."""
    body = f'{{"error": {{"message": "no", "data": {{"code": "{code}"}}}}}}'
    async with raw_server(http(status, body)) as server, client_of(server.url, "none") as client:
        with pytest.raises(expected):
            await client.submit_invoice("J1", number="H-1", amount=1, documents=[])  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("status", "body", "expected"),
    [
        (500, '{"error": {"message": "boom"}}', VendorUnavailable),
        (400, '{"error": {"message": "boom"}}', VendorGarbled),
        (404, '{"error": "Not Found"}', VendorGarbled),
        (401, '{"error": {"message": "who?"}}', VendorDenied),
        (429, '{"error": {"message": "slowly"}}', VendorUnavailable),
        (400, '{"error": {"data": {"code": "BAD_REQUEST"}}}', VendorRefused),
    ],
)
async def test_a_read_with_an_error_without_a_code_is_judged_by_its_status(
    status: int, body: str, expected: type[VendorError]
) -> None:
    """It is tried again later, and never taken for a refusal of what was asked."""
    async with raw_server(http(status, body)) as server, client_of(server.url, "none") as client:
        with pytest.raises(expected):
            await client.list_jobs()


async def test_a_job_with_a_number_as_its_id_is_the_job_that_was_asked_for() -> None:
    """Identities are compared as text."""
    body = '{"result": {"data": {"jobId": 1000}}}'
    async with raw_server(http(200, body)) as server, client_of(server.url, "none") as client:
        assert await client.get_job("1000") == {"jobId": 1000}


async def test_a_result_beside_an_empty_error_is_a_result() -> None:
    """Some servers always send both."""
    body = '{"result": {"data": []}, "error": ""}'
    async with raw_server(http(200, body)) as server, client_of(server.url, "none") as client:
        assert await client.list_jobs() == ()


GOOD = '{"entryId": "E-1", "credit": 120.1, "invoiceNumber": "H-1"}'
ODD = [
    '{"credit": 5, "invoiceNumber": "H-2"}',
    '{"entryId": "E-2", "date": "soon", "invoiceNumber": "H-2"}',
    '{"entryId": "E-2", "credit": 1e26, "amount": 1e26, "invoiceNumber": "H-2"}',
    "7",
]


@pytest.mark.parametrize("odd", ODD)
async def test_an_entry_that_cannot_be_read_hides_no_other(
    odd: str, caplog: pytest.LogCaptureFixture
) -> None:
    """Without an identity, with an odd date or no amount of money: it is left out, and said so."""
    body = f'{{"result": {{"data": {{"entries": [{odd}, {GOOD}]}}}}}}'
    async with raw_server(http(200, body)) as server, client_of(server.url, "none") as client:
        (entry,) = (await client.statement()).entries
    assert entry.entry_id == "E-1"
    assert "contractor.statements: entries that cannot be read: 1" in caplog.text


async def test_a_pending_entry_that_cannot_be_read_hides_no_other() -> None:
    """The same on the list of what is not paid yet."""
    body = f'{{"result": {{"data": [{ODD[2]}, {GOOD}]}}}}'
    async with raw_server(http(200, body)) as server, client_of(server.url, "none") as client:
        assert [each.entry_id for each in await client.pending_entries()] == ["E-1"]


async def test_a_statement_of_which_no_entry_can_be_read_is_garbled() -> None:
    """It is not taken for a statement without entries."""
    body = f'{{"result": {{"data": {{"entries": [{ODD[0]}]}}}}}}'
    async with raw_server(http(200, body)) as server, client_of(server.url, "none") as client:
        with pytest.raises(VendorGarbled):
            await client.statement()
