"""The papers of one closed visit: its documents and its invoice, made of what was kept of it.

Everything is made of values in the store and in the settings, so the same visit gives the same
bytes after any crash.
"""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, tzinfo
from decimal import Decimal

from syncd.agentos.maintenance import Document
from syncd.apply.hands import Hands, Paperwork
from syncd.errors import BadEvidence
from syncd.evidence.amounts import (
    Amounts,
    ChargeRules,
    entered_amounts,
    read_amount,
    visit_amounts,
)
from syncd.evidence.invoice import InvoiceSheet, invoice_pdf
from syncd.evidence.job_sheet import JobSheet, job_sheet_pdf
from syncd.evidence.lines import visit_lines
from syncd.evidence.names import EvidenceKind, evidence_name, evidence_stem, read_name
from syncd.evidence.signature import decode_signature
from syncd.letsjobit.wire import Visit
from syncd.model import (
    Branch,
    DirectoryKind,
    Intent,
    JobDocument,
    JobRecord,
    Json,
    LinkId,
    Part,
)
from syncd.store.closures import StoredClosure, closures_of_link
from syncd.store.database import Session
from syncd.store.directory import load_directory
from syncd.translate import content
from syncd.translate.canonical import day, moment
from syncd.translate.tags import FIELD
from syncd.wire_json import parse_json

_KINDS = {
    Part.SIGNATURE: EvidenceKind.SIGNATURE,
    Part.JOB_SHEET: EvidenceKind.JOB_SHEET,
    Part.INVOICE: EvidenceKind.INVOICE,
}


@dataclass(frozen=True)
class Paper:
    """A document that is ready to be attached, and what is remembered of it."""

    document: Document
    facts: Mapping[str, Json]


@dataclass(frozen=True)
class InvoicePaper:
    """An invoice that is ready to be submitted, with its PDF, and what is remembered of it."""

    contractor_id: str
    number: str
    issued_at: datetime
    description: str
    gross: Decimal
    vat: Decimal
    document: Document
    facts: Mapping[str, Json]


@dataclass(frozen=True)
class Papers:
    """What the papers of one closed visit are made of; `others` are sha8 of the job's others."""

    paperwork: Paperwork
    zone: tzinfo
    job: JobRecord
    kept: StoredClosure
    visit: Visit
    others: frozenset[str]
    agency: str
    branch: str

    def document(self, part: Part) -> Paper:
        """The signature as the vendor held it, or the job sheet. BadEvidence for no picture."""
        if part is Part.SIGNATURE:
            picture = decode_signature(self.kept.signature)
            if picture is None:
                raise BadEvidence("the visit has no signature")
            return self._paper(part, picture.content, picture.extension)
        return self._paper(
            part, job_sheet_pdf(self._job_sheet(), cjk_font=self.paperwork.cjk_font), "pdf"
        )

    def invoice(self, intent: Intent) -> InvoicePaper:
        """The invoice that the intent decided: its amounts are the plan's, never read again."""
        payload = intent.payload
        gross, vat = Decimal(str(payload["gross"])), Decimal(str(payload["vat"]))
        number = str(payload["number"])
        paper = self._paper(
            Part.INVOICE,
            invoice_pdf(self._invoice_sheet(intent), cjk_font=self.paperwork.cjk_font),
            "pdf",
        )
        return InvoicePaper(
            contractor_id=str(payload["contractor_id"]),
            number=number,
            issued_at=self._closed_at().astimezone(self.zone),
            description=f"Visit {self.visit.doc_no}: {self.job.title}",
            gross=gross,
            vat=vat,
            document=paper.document,
            facts={**paper.facts, "number": number, "gross": str(gross), "vat": str(vat)},
        )

    def beside_invoice(self) -> list[Document]:
        """What travels with the invoice; a signature that is none is left out, as in `document`."""
        found = []
        for part in self.paperwork.go_with_invoice:
            try:
                found.append(self.document(part).document)
            except BadEvidence:
                continue
        return found

    def _paper(self, part: Part, content: bytes, extension: str) -> Paper:
        name = evidence_name(
            self.visit.doc_no or "", _KINDS[part], sha8=self.kept.content_hash, extension=extension
        )
        return paper_of(name, content, extension, mime_type=self.paperwork.mime_type)

    def _job_sheet(self) -> JobSheet:
        visit, job, problem, picture = self.visit, self.job, "", None
        try:
            picture = decode_signature(self.kept.signature)
        except BadEvidence as error:
            problem = error.message
        return JobSheet(
            contractor=self.paperwork.letterhead,
            agency=self.agency,
            branch=self.branch,
            job_number=job.reference,
            job_title=job.title,
            visit_number=visit.doc_no or "",
            closed_at=self._closed_at(),
            zone=self.zone,
            description=job.description,
            address=self._address(),
            visit_date=day(visit.date or "", self.zone),
            engineer=visit.driver_name or "",
            lines=visit_lines(visit, without={FIELD, *self.paperwork.unprinted}),
            signatory=visit.signee_name or "",
            rating=int(visit.signee_rating or 0) or None,
            signature=picture,
            signature_problem=problem,
        )

    def _invoice_sheet(self, intent: Intent) -> InvoiceSheet:
        entered = intent.payload.get("entered")
        rules = self.paperwork.charges
        return InvoiceSheet(
            contractor=self.paperwork.letterhead,
            number=str(intent.payload["number"]),
            issued_at=self._closed_at(),
            zone=self.zone,
            bill_to=tuple(filter(None, (self.agency, self.branch))),
            job_number=self.job.reference,
            job_title=self.job.title,
            visit_number=self.visit.doc_no or "",
            address=self._address(),
            amounts=amounts_of(self.visit, rules, str(entered) if entered is not None else None),
        )

    def _address(self) -> tuple[str, ...]:
        visit = self.visit
        lines = (visit.site, visit.address, visit.city, visit.post_code)
        return tuple(dict.fromkeys(each.strip() for each in lines if each and each.strip()))

    def _closed_at(self) -> datetime:
        """When the visit was closed; where the app did not say, the beginning of its day."""
        zone = self.zone
        closed_at = moment(self.visit.closed_at or "", zone)
        if closed_at is not None:
            return closed_at
        planned = day(self.visit.date or "", zone) or date(1970, 1, 1)
        return datetime.combine(planned, time(), zone).astimezone(UTC)


def paper_of(name: str, content: bytes, extension: str, *, mime_type: str) -> Paper:
    """A file with what is remembered of it; `mime_type` is the setting's "extension" or not."""
    as_extension = mime_type == "extension"
    mime = f".{extension}" if as_extension else _MEDIA_TYPES[extension]
    facts: dict[str, Json] = {
        "name": name,
        "size": len(content),
        "sha256": hashlib.sha256(content).hexdigest(),
    }
    return Paper(Document(name, mime, content), facts)


def amounts_of(visit: Visit, rules: ChargeRules, entered: str | None) -> Amounts:
    """The charges of a visit, or the one that a person entered instead.

    MissingAmount where none can be read, ValueError where what was entered is no amount.
    """
    if entered is not None:
        return entered_amounts(read_amount(entered), rules, text="Work as agreed")
    return visit_amounts(visit_lines(visit, without={FIELD}), rules)


async def read_papers(hands: Hands, intent: Intent, job: JobRecord) -> Papers:
    """What the papers of one visit are made of, from the store."""
    closure = hands.connection, intent.link_id or LinkId(0), str(intent.payload["visit_key"])
    zone = hands.reader.zone
    return await hands.database.read(
        kept_papers, closure, job, paperwork=hands.paperwork, zone=zone
    )


def kept_papers(
    session: Session,
    closure: tuple[str, LinkId, str],
    job: JobRecord,
    *,
    paperwork: Paperwork,
    zone: tzinfo,
) -> Papers:
    """The same, of the closure of a connection, a link and a visit's `_id`, which must be kept."""
    connection, link_id, visit_key = closure
    kept = {each.visit_key: each for each in closures_of_link(session, link_id)}
    found = load_directory(session, connection, DirectoryKind.BRANCH, [job.branch_id])
    record = found.get(job.branch_id)
    branch = content.read(Branch, record.content) if record is not None else None
    return Papers(
        paperwork=paperwork,
        zone=zone,
        job=job,
        kept=kept[visit_key],
        visit=read_closure(kept[visit_key].content),
        others=frozenset(each.content_hash for key, each in kept.items() if key != visit_key),
        agency=(branch.company_name or branch.name) if branch is not None else "",
        branch=branch.name if branch is not None else "",
    )


def read_closure(kept: str) -> Visit:
    """A closed visit as it was kept."""
    return Visit.model_validate(parse_json(kept.encode()))


def our_document(
    listed: Sequence[JobDocument] | None, papers: Papers, part: Part
) -> dict[str, Json] | None:
    """The document of this visit among those that AgentOS lists, by our name for it.

    The exact name first; then one that differs in its sha8 alone, unless it is another visit's: a
    visit that was corrected after delivery is not delivered twice.
    """
    doc_no, kind = papers.visit.doc_no or "", _KINDS[part]
    ours = []
    for each in listed or ():
        name = read_name(each.name)
        if name is not None and name.stem == evidence_stem(doc_no, kind):
            ours.append((name.sha8 != papers.kept.content_hash, name.sha8, each))
    for is_other, sha8, each in sorted(ours, key=lambda found: found[:2]):
        if not is_other or sha8 not in papers.others:
            return {"oid": each.document_id, "name": each.name, "size": each.size}
    return None


def our_invoice(job: JobRecord, number: str) -> dict[str, Json] | None:
    """The invoice with this number, where the job lists its invoices."""
    for each in job.invoices or ():
        if each.number.strip() == number:
            return {"oid": each.invoice_id, "number": each.number, "status": each.status}
    return None


_MEDIA_TYPES = {"pdf": "application/pdf", "jpg": "image/jpeg", "png": "image/png"}
