"""What closed visits cost and how their invoices are numbered, from settings and what is known."""

from collections.abc import Sequence, Set
from dataclasses import dataclass
from decimal import Decimal

from syncd.apply.papers import amounts_of
from syncd.errors import BadEvidence, MissingAmount
from syncd.evidence.amounts import Amounts, ChargeRules, invoice_number
from syncd.evidence.signature import decode_signature
from syncd.letsjobit.wire import Visit
from syncd.model import JobInvoice, JobRecord, VisitRecord
from syncd.reconcile.drafts import Charge
from syncd.settings import ConnectionSettings
from syncd.store import closures
from syncd.store.closures import StoredClosure
from syncd.store.database import Session


def charge_rules(connection: ConnectionSettings, *, vat_number: str) -> ChargeRules:
    """How this connection charges; without a VAT number there is no VAT."""
    invoice = connection.invoice
    return ChargeRules(
        amount_field=invoice.amount_field,
        amount_includes_vat=invoice.amount_includes_vat,
        vat_rate=invoice.vat_rate,
        is_vat_registered=bool(vat_number),
        call_out=invoice.call_out,
        hours_field=invoice.hours_field,
        hourly_rate=invoice.hourly_rate,
    )


@dataclass(frozen=True)
class Reckoning:
    """What the visit says it costs, or why it says nothing, and what is to be charged."""

    charge: Charge | None
    read_gross: Decimal | None
    problem: str | None


def reckon(visit: Visit, rules: ChargeRules, entered: str | None) -> Reckoning:
    """What a visit costs. An amount that a person entered wins over what the visit says."""
    try:
        read: Amounts | None = amounts_of(visit, rules, None)
        problem = None
    except MissingAmount as error:
        read, problem = None, error.message
    amounts = _as_entered(visit, rules, entered) if entered is not None else read
    charge = Charge(amounts.net, amounts.vat, amounts.gross) if amounts is not None else None
    return Reckoning(charge, read.gross if read is not None else None, problem)


def _as_entered(visit: Visit, rules: ChargeRules, entered: str) -> Amounts | None:
    """None where what was entered is no amount: what a person writes is checked before, too."""
    try:
        return amounts_of(visit, rules, entered)
    except ValueError:
        return None


def signature_problem(signature: str | None) -> str | None:
    """Why the signature cannot be attached; None where it can, or where there is none."""
    try:
        decode_signature(signature)
    except BadEvidence as error:
        return error.message
    return None


@dataclass(frozen=True)
class Numbering:
    """The number of a visit's invoice, and the job's invoices that may be this one after all.

    `others` are those that carry a number of ours which no closure in the store has; None where
    AgentOS does not show invoices.
    """

    number: str
    is_listed: bool
    others: tuple[JobInvoice, ...] | None

    def why_unsure(self, charge: Charge | None) -> str | None:
        """Why nobody can tell whether an earlier store submitted it; None where AgentOS tells."""
        if self.others is None:
            return "this agency's AgentOS does not show invoices"
        if self.is_listed or charge is None:
            return None
        alike = [i.number for i in self.others if i.amount in (None, charge.gross)]
        if not alike:
            return None
        return f"AgentOS lists {', '.join(alike)}, which may be this visit's or another's"


NOTHING_TO_NUMBER = Numbering("", False, ())
"""While nobody knows what a visit costs, or where it costs nothing."""


def number_invoice(
    session: Session,
    connection: ConnectionSettings,
    closure: StoredClosure,
    job: JobRecord | None,
    visit: VisitRecord,
    *,
    others: Sequence[VisitRecord],
) -> Numbering:
    """Number the visit's invoice: once, and the same after the loss of the store.

    A job's later invoices are numbered on. Where AgentOS shows more of our numbers than `others`,
    the job's other visits, were acknowledged, the last of them is this visit's own.
    """
    kept = closures.closures_of_link(session, closure.link_id or 0)
    known = {each.invoice_number for each in kept}
    lost = {v.visit_key for v in others if v.is_confirmed} - {each.visit_key for each in kept}
    template = _Template(connection, visit)
    listed = job.invoices if job is not None else None
    shown = {each.number.strip() for each in listed or ()} - known
    number = closure.invoice_number
    if number is None:
        ordinal = 1
        while known.intersection(template.forms(ordinal)) or (
            shown.intersection(template.forms(ordinal)) and ordinal <= len(lost)
        ):
            ordinal += 1
        number = _free(session, connection, closure, template.forms(ordinal), shown)
        closures.number_closure(session, connection.name, closure.visit_key, number)
    # Numbers of visits that were free, or deleted since, are left out: look a little further.
    most = len(shown) + len(others) + 2
    ours = {form for ordinal in range(1, most) for form in template.forms(ordinal)}
    alike = tuple(i for i in listed or () if i.number.strip() in ours & shown - {number})
    is_listed = number in {each.number.strip() for each in listed or ()}
    return Numbering(number, is_listed, alike if listed is not None else None)


@dataclass(frozen=True)
class _Template:
    """How the invoices of one visit are numbered."""

    connection: ConnectionSettings
    visit: VisitRecord

    def forms(self, ordinal: int) -> tuple[str, str]:
        """The number, and the one for a job whose number another connection's job has, too."""
        visit, name = self.visit, self.connection.name
        number = invoice_number(
            self.connection.invoice.number,
            doc_no=visit.doc_no,
            connection=name,
            year=visit.closed_at.year if visit.closed_at is not None else int(visit.date[:4] or 0),
            ordinal=ordinal,
        )
        return number, f"{number}-{name}"


def _free(
    session: Session,
    connection: ConnectionSettings,
    closure: StoredClosure,
    forms: tuple[str, str],
    shown: Set[str | None],
) -> str:
    plain, own = forms
    if plain in shown or own in shown:
        return plain if plain in shown else own
    place = (connection.name, closure.visit_key)
    return own if closures.is_number_in_use(session, plain, besides=place) else plain
