"""What became of a link's invoices at the contractor portal, in words and as JSON.

    [{"number": "MJ-1", "gross": "120.00", "submitted_at": "…Z",
      "state": "submitted" | "pending" | "paid" | "otherwise", "received": "120.00",
      "paid": [{"entry": "…", "day": "2026-03-20", "amount": "120.00"}],
      "pending": [{"entry": "…", "amount": "120.00" or null, "status": "Authorised"}]}]

Oldest first; empty where no portal is followed. Of what was taken back `amount` is negative;
`otherwise` is money that is not what was invoiced.
"""

from collections.abc import Mapping
from typing import Any

from syncd.model import Json, Link
from syncd.payments import FollowedInvoice
from syncd.store.database import Session
from syncd.store.payments import invoices_of_link
from syncd.telling.words import iso


def payment_documents(session: Session, link: Link) -> list[dict[str, Json]]:
    """Every followed invoice of one link as JSON."""
    return [payment_document(each) for each in invoices_of_link(session, link.link_id)]


def payment_document(invoice: FollowedInvoice) -> dict[str, Json]:
    """One followed invoice as JSON."""
    return {
        "number": invoice.number,
        "gross": str(invoice.gross),
        "submitted_at": iso(invoice.submitted_at),
        "state": invoice.state.value,
        "received": str(invoice.received),
        "paid": [
            {"entry": each.entry_id, "day": each.day, "amount": str(each.amount)}
            for each in invoice.paid.values()
        ],
        "pending": [
            {
                "entry": each.entry_id,
                "amount": None if each.amount is None else str(each.amount),
                "status": each.status,
            }
            for each in invoice.pending
        ],
    }


def payment_words(invoice: Mapping[str, Any]) -> str:
    """How far an invoice of `payment_documents` has come, in words."""
    days = ", ".join(f"{each['amount']} on {each['day'] or 'a day'}" for each in invoice["paid"])
    if invoice["state"] == "paid":
        return f"paid, {days}"
    if invoice["state"] == "otherwise":
        return f"paid with {invoice['received']} ({days})"
    status = ", ".join(filter(None, (each["status"] for each in invoice["pending"])))
    if invoice["state"] == "pending":
        return f"on the pending statement{f' ({status})' if status else ''}"
    return "on no statement yet"
