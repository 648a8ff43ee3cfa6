"""The sandbox's portal, a reading of its own, answers the same client as the real servers do."""

from collections.abc import AsyncIterator, Iterator
from dataclasses import replace
from decimal import Decimal

import httpx
import pytest

from syncd.agentos.uploads import Document
from syncd.contractor_portal.client import ContractorPortal
from syncd.contractor_portal.judging import PortalJudge
from syncd.contractor_portal.transformer import Transformer
from syncd.errors import VendorDenied, VendorGarbled, VendorNotFound, VendorRefused
from syncd.model import Side
from syncd.sandbox import RunningSandbox, seeded_world
from syncd.vendor_http import Auth, Patience, new_http_client
from tests.vendor.lines import line

PDF = Document("VISIT-H-1-invoice-0a1b2c3d.pdf", ".pdf", b"%PDF-1.7\n")


@pytest.fixture(params=["none", "superjson"])
def transformer(request: pytest.FixtureRequest) -> Transformer:
    """Both ways to pack."""
    return "superjson" if request.param == "superjson" else "none"


@pytest.fixture
def box(transformer: Transformer) -> Iterator[RunningSandbox]:
    """A sandbox whose portal packs so."""
    with RunningSandbox(seeded_world(7)) as running:
        world = running.world
        world.options = replace(world.options, portal_transformer=transformer)
        yield running


@pytest.fixture
async def portal(box: RunningSandbox, transformer: Transformer) -> AsyncIterator[ContractorPortal]:
    """The contractor's login there."""
    contractor = box.world.agency.jobs.records()[0]["ContractorID"]
    auth = Auth("header", "Cookie", box.world.portal_session, may_have_blanks=True)
    async with new_http_client() as client:
        to_portal = line(
            client,
            f"{box.url}/api/trpc",
            auth=auth,
            patience=Patience(tries=1),
            judge=PortalJudge(Side.AGENTOS, auth.secret),
        )
        yield ContractorPortal(
            to_portal,
            short_name=box.world.agency.short_name,
            contractor_id=contractor,
            transformer=transformer,
        )


async def told(box: RunningSandbox, method: str, path: str, body: object) -> None:
    """Change the sandbox by its own pages."""
    async with httpx.AsyncClient(base_url=f"{box.url}/_sandbox/") as client:
        (await client.request(method, path, json=body)).raise_for_status()


async def test_every_procedure_is_answered(
    portal: ContractorPortal, box: RunningSandbox, transformer: Transformer
) -> None:
    """All twelve, reading and writing, with effects in the ledger."""
    assert await portal.status() == {"status": "ok"}
    assert await portal.seen_transformer() == transformer
    jobs = await portal.list_jobs()
    job_id = str(jobs[0]["jobId"])
    assert (await portal.insights()).total_assigned_jobs == len(jobs)
    assert await portal.account() is not None
    assert await portal.contacts() == ()
    assert len(await portal.list_jobs(offset=1, count=2)) == 2
    await portal.set_completed(job_id, completed=True)
    job = await portal.get_job(job_id)
    assert job is not None
    assert job["status"] == "Completed"
    await portal.add_note(job_id, "no access")
    assert [each.text for each in await portal.list_notes(job_id)] == ["no access"]
    result = await portal.submit_invoice(
        job_id, number="H-1", amount=Decimal("120.10"), documents=[PDF]
    )
    (pending,) = await portal.pending_entries()
    assert (pending.invoice_number, pending.amount) == ("H-1", Decimal("120.1"))
    await told(box, "POST", f"invoices/{result.invoice_id}/pay", {"amount": 100})
    assert await portal.pending_entries() == ()
    (entry,) = (await portal.statement()).entries
    assert (entry.invoice_number, entry.credit) == ("H-1", Decimal(100))
    kinds = [effect.kind for effect in box.ledger.effects]
    assert kinds == ["job_updated", "note_added", "invoice_submitted"]


async def test_what_it_hides_is_null_or_empty(
    portal: ContractorPortal, box: RunningSandbox
) -> None:
    """While AgentOS fails the portal, it answers as if there were nothing."""
    job_id = str((await portal.list_jobs())[0]["jobId"])
    box.world.options = replace(box.world.options, portal_hides_errors=True)
    assert await portal.list_jobs() == ()
    assert await portal.get_job(job_id) is None
    assert await portal.account() is None


async def test_its_errors_are_trpcs(portal: ContractorPortal, box: RunningSandbox) -> None:
    """Missing jobs, invalid amounts, batches and an ended session."""
    with pytest.raises(VendorNotFound):
        await portal.set_completed("J9", completed=True)
    job_id = str((await portal.list_jobs())[0]["jobId"])
    with pytest.raises(VendorRefused, match="amount"):
        await portal.submit_invoice(job_id, number="H-1", amount=Decimal(-1), documents=[PDF])
    found = await portal.get_jobs([job_id, "J9"])
    assert [each is None for each in found] == [False, True]
    await told(box, "PUT", "portal", {"session": "another"})
    with pytest.raises(VendorDenied):
        await portal.list_jobs()
    assert all(isinstance(each, VendorDenied) for each in await portal.get_jobs([job_id]))


async def test_packed_input_at_a_plain_portal_is_noticed(box: RunningSandbox) -> None:
    """The answers say how they are packed, so a wrong setting never passes for an answer."""
    box.world.options = replace(box.world.options, portal_transformer="none")
    auth = Auth("header", "Cookie", box.world.portal_session)
    async with new_http_client() as client:
        judge = PortalJudge(Side.AGENTOS, auth.secret)
        to_portal = line(client, f"{box.url}/api/trpc", auth=auth, judge=judge)
        wrong = ContractorPortal(
            to_portal, short_name="northgate", contractor_id="co-1", transformer="superjson"
        )
        with pytest.raises(VendorGarbled, match="transformer"):
            await wrong.status()
