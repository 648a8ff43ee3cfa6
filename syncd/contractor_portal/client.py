"""The client of the contractor portal: one method is one procedure of its `contractor` router.

Source: Contractor Portal API, Endpoints. The portal hides failures of AgentOS behind it: a 404
becomes null or an empty list, and contacts and notes answer an empty list on any failure. So null
and empty are given as they are, and are nowhere taken for absence.
"""

import logging
from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal
from typing import Literal, TypeVar

from pydantic import BaseModel

from syncd.agentos.names import Names
from syncd.agentos.uploads import Document, document_body
from syncd.contractor_portal import wire
from syncd.contractor_portal.transformer import Transformer
from syncd.contractor_portal.trpc import Router
from syncd.errors import VendorError
from syncd.model import Urgency
from syncd.vendor_answers import Call
from syncd.vendor_http import Auth, VendorHttp
from syncd.wire_json import Record, Wire

M = TypeVar("M", bound=BaseModel)

logger = logging.getLogger(__name__)


def portal_auth(session: str, session_in: Literal["cookie", "bearer"]) -> Auth:
    """A signed-in session: the whole Cookie header, or a bearer token."""
    if session_in == "bearer":
        return Auth("header", "Authorization", session, scheme="Bearer")
    return Auth("header", "Cookie", session, may_have_blanks=True)


class ContractorPortal:
    """One contractor's login at one agency."""

    def __init__(
        self,
        http: VendorHttp,
        *,
        short_name: str,
        contractor_id: str,
        transformer: Transformer,
        names: Names | None = None,
        urgency: Urgency = Urgency.POLLS,
    ) -> None:
        self._http = http
        self._who = {"shortName": short_name, "contractorId": contractor_id}
        self._transformer: Transformer = transformer
        self._names = names or Names()
        self._router = Router(http, router="contractor", transformer=transformer, urgency=urgency)

    @property
    def http(self) -> VendorHttp:
        """The line to the portal."""
        return self._http

    def at(self, urgency: Urgency) -> "ContractorPortal":
        """The same client, whose calls wait for permits with another urgency."""
        return ContractorPortal(
            self._http,
            short_name=self._who["shortName"],
            contractor_id=self._who["contractorId"],
            transformer=self._transformer,
            names=self._names,
            urgency=urgency,
        )

    async def status(self) -> Wire:
        """contractor.status: a simple signal of life."""
        return await self._router.query("status")

    async def seen_transformer(self) -> Transformer:
        """How this portal packs its answers, seen at contractor.status."""
        return await self._router.seen_transformer("status")

    async def insights(self) -> wire.Insights:
        """contractor.insights: the figures of the dashboard."""
        return self._record("insights", wire.Insights, await self._ask("insights"))

    async def account(self) -> wire.Account | None:
        """contractor.account; None where AgentOS answers the portal with 404."""
        answer = await self._ask("account")
        return None if answer is None else self._record("account", wire.Account, answer)

    async def contacts(self) -> tuple[wire.Contact, ...]:
        """contractor.contacts; empty also where it failed."""
        return self._records("contacts", wire.Contact, await self._ask("contacts"))

    async def list_jobs(self, *, offset: int = 0, count: int = 100) -> tuple[Record, ...]:
        """contractor.maintenanceJobs: one page, raw, so that callers may hash before they read."""
        answer = await self._ask("maintenanceJobs", offset=offset, count=count)
        return self._raw("maintenanceJobs", answer)

    async def get_job(self, job_id: str) -> Record | None:
        """contractor.maintenanceJobDetails; None where the portal shows nothing."""
        answer = await self._ask("maintenanceJobDetails", jobId=job_id)
        return self._one_job(answer, job_id)

    async def get_jobs(self, job_ids: Sequence[str]) -> list[Record | VendorError | None]:
        """contractor.maintenanceJobDetails of many, batched; in the order of `job_ids`."""
        inputs = [{**self._who, "jobId": each} for each in job_ids]
        answers = await self._router.query_all("maintenanceJobDetails", inputs)
        return [
            each if isinstance(each, VendorError) else self._one_job(each, job_id)
            for job_id, each in zip(job_ids, answers, strict=True)
        ]

    async def list_notes(self, job_id: str) -> tuple[wire.Note, ...]:
        """contractor.maintenanceJobNotes; empty also where it failed."""
        answer = await self._ask("maintenanceJobNotes", jobId=job_id)
        return self._records("maintenanceJobNotes", wire.Note, answer)

    async def set_completed(self, job_id: str, *, completed: bool) -> None:
        """contractor.toggleJobCompletion; only after a fresh look shows the other state."""
        values = {**self._who, "jobId": job_id, "completed": completed}
        await self._router.mutate("toggleJobCompletion", values)

    async def add_note(self, job_id: str, text: str) -> None:
        """contractor.addJobNote; a second call is a second note."""
        await self._router.mutate("addJobNote", {**self._who, "jobId": job_id, "text": text})

    async def statement(
        self, *, date_from: datetime | None = None, date_to: datetime | None = None
    ) -> wire.Statement:
        """contractor.statements over a period (aware times); the whole history without one."""
        period = {
            name: moment.isoformat()
            for name, moment in (("dateFrom", date_from), ("dateTo", date_to))
            if moment is not None
        }
        answer = await self._ask("statements", **period)
        entries = answer.get("entries") if isinstance(answer, dict) else None
        if isinstance(answer, dict) and isinstance(entries, list):
            readable = self._readable("statements", wire.StatementEntry, entries)
            return self._record("statements", wire.Statement, {**answer, "entries": readable})
        return self._record("statements", wire.Statement, answer)

    async def pending_entries(self) -> tuple[wire.PendingEntry, ...]:
        """contractor.pendingStatements: what is not paid yet."""
        answer = self._raw("pendingStatements", await self._ask("pendingStatements"))
        return tuple(self._readable("pendingStatements", wire.PendingEntry, answer))

    async def submit_invoice(
        self,
        job_id: str,
        *,
        number: str,
        amount: Decimal,
        documents: Sequence[Document],
        vat_amount: Decimal | None = None,
        invoice_date: datetime | None = None,
        description: str | None = None,
    ) -> wire.InvoiceResult:
        """contractor.submitInvoice: gross pounds; VendorRefused where `success` is false.

        The page names amount and reference "etc."; the rest can be corrected by `wire`. Never
        repeated here: a double may charge a landlord twice.
        """
        invoice = self._names.body(
            "PortalInvoice",
            {
                "amount": amount,
                "reference": number,
                "vatAmount": vat_amount,
                "invoiceDate": None if invoice_date is None else invoice_date.isoformat(),
                "description": description,
                "documents": [document_body(self._names, each) for each in documents],
            },
        )
        values = {**self._who, "jobId": job_id, **invoice}
        answer = await self._router.mutate("submitInvoice", values)
        call = self._written("submitInvoice")
        result = self._record("submitInvoice", wire.InvoiceResult, answer, call=call)
        if result.success is False:
            raise self._http.judge.refused(call, result.message or "no reason was given")
        if result.success is None:
            raise self._http.judge.unreadable(call, "it does not say `success`")
        return result

    async def _ask(self, procedure: str, **values: object) -> Wire:
        return await self._router.query(procedure, {**self._who, **values})

    def _one_job(self, answer: Wire, job_id: str) -> Record | None:
        if answer is None:
            return None
        if not isinstance(answer, dict) or wire.job_id_of(answer) != job_id:
            call = self._read("maintenanceJobDetails")
            raise self._http.judge.unreadable(call, "it is about another job")
        return answer

    def _raw(self, procedure: str, answer: Wire) -> tuple[Record, ...]:
        if not isinstance(answer, list):
            raise self._http.judge.unreadable(self._read(procedure), "it is no list")
        return tuple(each for each in answer if isinstance(each, dict))

    def _records(self, procedure: str, model: type[M], answer: Wire) -> tuple[M, ...]:
        raw = self._raw(procedure, answer)
        return tuple(self._record(procedure, model, each) for each in raw)

    def _readable(self, procedure: str, model: type[M], rows: Sequence[Wire]) -> list[M]:
        """The entries that can be read: one that cannot hides no other. None at all is garbled."""
        found: list[M] = []
        for each in rows:
            try:
                found.append(model.model_validate(each))
            except ValueError:
                continue
        left_out = len(rows) - len(found)
        if left_out and not found:
            words = "no entry is as the portal documents it"
            raise self._http.judge.unreadable(self._read(procedure), words)
        if left_out:
            logger.warning("contractor.%s: entries that cannot be read: %d", procedure, left_out)
        return found

    def _record(
        self, procedure: str, model: type[M], answer: object, *, call: Call | None = None
    ) -> M:
        try:
            return model.model_validate(answer)
        except ValueError:
            call = call or self._read(procedure)
            words = "a field is not as the portal documents it"
            raise self._http.judge.unreadable(call, words) from None

    def _read(self, procedure: str) -> Call:
        return Call(f"contractor.{procedure}", "GET", "")

    def _written(self, procedure: str) -> Call:
        return Call(f"contractor.{procedure}", "POST", "")
