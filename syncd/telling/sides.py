"""What the store knows about one link: the document that `show` prints. Reads only the store.

    {"connection": "northgate", "doc_no": "MJ-1", "job_id": "OID", "visit_id": 7, "visit_key": "…",
     "is_ours": true, "occurrence": 1,
     "job": null or {"state": "wanted", "reference", "status", "title", "priority", "category",
             "reported_at", "due", "closed_at", "branch_id", "property_id", "contractor_id",
             "documents": null or [{"id", "name", "size"}], "documents_listed_at": null or "…Z",
             "invoices": null or [{"id", "number", "amount", "status"}]},
     "visit": null or {"state": "open", "doc_no", "date", "driver", "is_in_app", "closed_at",
             "skip_reason"},
     "fields": {"date": {"agentos": …, "letsjobit": …, "owner": "letsjobit", "is_taken": false,
                         "base": null or {"agentos": …, "letsjobit": …}}, …},
     "intents": [as in `outbox`], "deliveries": [as in `deliveries`],
     "payments": [as in `paid`], "questions": [as in `inbox`],
     "history": [{"at": "…Z", "who", "event", "field", "from", "to", "why", "cycle", "visit"}]}

`fields` holds what a side says, in the shape of the visit; null where it says nothing. `is_taken`:
the dispatcher took the field over. `documents` and `invoices` are null where AgentOS does not list
them with a job; `documents_listed_at` is when V4 Documents listed them in place of the job, which
is asked after a delivery.
"""

from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from syncd.cycle.agency import load_agency, surroundings_of
from syncd.cycle.connected import visit_rules
from syncd.cycle.policy import status_columns
from syncd.cycle.views import build_view, job_of, load_known
from syncd.errors import SyncdError
from syncd.model import (
    DirectoryKind,
    Field,
    JobRecord,
    Json,
    Link,
    Surroundings,
    VisitRecord,
)
from syncd.reconcile.links import View
from syncd.settings import ConnectionSettings, Settings
from syncd.store import cycles, inbox, journal, outbox
from syncd.store.database import Session
from syncd.store.directory import load_directory
from syncd.store.listed import Listed, listed_documents
from syncd.telling.changes import intent_document
from syncd.telling.deliveries import delivery_documents
from syncd.telling.found import find_links
from syncd.telling.paid import payment_documents
from syncd.telling.questions import item_document
from syncd.telling.words import iso


def link_documents(session: Session, settings: Settings, wanted: str) -> list[dict[str, Json]]:
    """Every link that `wanted` may mean, as JSON, at least one; SyncdError where there is none."""
    found = []
    for link in find_links(session, settings, wanted):
        connection = settings.connection(link.connection)
        if connection is not None:
            found.append(link_document(session, connection, link))
    if not found:
        raise SyncdError(
            "unknown_connection",
            f"{wanted!r} belongs to a connection that the configuration does not have any more",
            "put the connection back into the configuration",
        )
    return found


def link_document(session: Session, connection: ConnectionSettings, link: Link) -> dict[str, Json]:
    """Everything about one link as JSON."""
    view = _view(session, connection, link)
    questions = [
        item_document(each)
        for each in inbox.open_items(session, link.connection)
        if each.question.link_id == link.link_id
    ]
    return {
        "connection": link.connection,
        "doc_no": link.doc_no,
        "job_id": link.job_id,
        "visit_id": link.visit_id,
        "visit_key": link.visit_key,
        "is_ours": link.is_ours,
        "occurrence": link.occurrence,
        "job": _job(view.job, view.job_state.value, listed_documents(session, link.link_id)),
        "visit": _visit(view.visit, view.visit_state.value),
        "fields": {name.value: _field(view, connection, name) for name in Field},
        "intents": [
            intent_document(each) for each in outbox.intents_of_link(session, link.link_id)
        ],
        "deliveries": list[Json](delivery_documents(session, link)),
        "payments": list[Json](payment_documents(session, link)),
        "questions": list[Json](questions),
        "history": list[Json](history_documents(session, link)),
    }


def history_documents(session: Session, link: Link) -> list[dict[str, Json]]:
    """The journal of a link as JSON, oldest first, each with the cycle that wrote it."""
    return [_entry(session, row) for row in journal.history(session, link.link_id)]


def _entry(session: Session, row: Mapping[str, Any]) -> dict[str, Json]:
    cycle = row["cycle_id"]
    if cycle is None and row["who"] == journal.SYNCD and row["connection"] is not None:
        cycle = cycles.cycle_at(session, row["connection"], row["at"])
    return {
        "at": iso(row["at"]),
        "who": row["who"],
        "event": row["event"],
        "field": row["field"],
        "from": row["old"],
        "to": row["new"],
        "why": row["why"],
        "cycle": cycle,
        "visit": row["visit_id"],
    }


def _view(session: Session, connection: ConnectionSettings, link: Link) -> View:
    """The link as the planner looks at it, from what was read last."""
    known = load_known(session, connection.name, [link.link_id])
    types = load_directory(session, connection.name, DirectoryKind.STATUS_TYPE)
    columns, _ = status_columns(connection, types)
    job = job_of(known.jobs.get(link.job_id))
    around = _around(session, connection, job) if job is not None else None
    return build_view(link, known, around, columns, visit_rules(connection))


def _around(session: Session, connection: ConnectionSettings, job: JobRecord) -> Surroundings:
    wants_preferences = connection.visit.preferences
    agency = load_agency(session, connection.name, [job], with_preferences=wants_preferences)
    found = surroundings_of(job, agency)
    return found if isinstance(found, Surroundings) else Surroundings()


def _job(job: JobRecord | None, state: str, listed: Listed | None) -> Json:
    if job is None:
        return None
    documents, listed_at = job.documents, None
    if documents is None and listed is not None:
        documents, listed_at = listed.documents, listed.at
    invoices = job.invoices
    return {
        "state": state,
        "reference": job.reference,
        "status": job.status_name,
        "title": job.title,
        "priority": job.priority,
        "category": job.category,
        "reported_at": _text(job.reported_at),
        "due": _text(job.due),
        "closed_at": _text(job.closed_at),
        "branch_id": job.branch_id,
        "property_id": job.property_id,
        "contractor_id": job.contractor_id,
        "documents": None
        if documents is None
        else [{"id": each.document_id, "name": each.name, "size": each.size} for each in documents],
        "documents_listed_at": iso(listed_at),
        "invoices": None
        if invoices is None
        else [
            {
                "id": each.invoice_id,
                "number": each.number,
                "amount": _text(each.amount),
                "status": each.status,
            }
            for each in invoices
        ],
    }


def _text(value: date | datetime | Decimal | None) -> str | None:
    if isinstance(value, datetime):
        return iso(value)
    return None if value is None else str(value)


def _visit(visit: VisitRecord | None, state: str) -> Json:
    if visit is None:
        return None
    return {
        "state": state,
        "doc_no": visit.doc_no,
        "date": visit.date,
        "driver": visit.driver_id,
        "is_in_app": visit.is_in_app,
        "closed_at": iso(visit.closed_at),
        "skip_reason": visit.skip_reason,
    }


def _field(view: View, connection: ConnectionSettings, name: Field) -> dict[str, Json]:
    base = view.base
    agreed: Json = None
    if base is not None and name in base.visit:
        agreed = {"agentos": base.job.get(name), "letsjobit": base.visit[name]}
    return {
        "agentos": view.job_order.values.get(name),
        "letsjobit": view.visit_order.values.get(name),
        "owner": connection.fields.owner_of(name).value,
        "is_taken": base is not None and name in base.taken,
        "base": agreed,
    }
