"""Lists as JSON, page by page: links and cycles, the newest first.

    {"links": [{"id": 7, "connection": "northgate", "doc_no": "MJ-1", "job_id": "OID",
                "visit_id": 7, "visit_key": "…", "occurrence": 1, "is_ours": true,
                "is_open": true}], "next": 7 or null}
    {"cycles": [{"number": 7, "connection": "northgate", "started_at": "…Z",
                 "finished_at": "…Z" or null, "outcome": "ok" or null,
                 "report": {…} or null}], "next": null}

`next` is where the next page begins ("before"); null at the end.
"""

from typing import Any

from syncd.model import Json, Link
from syncd.store.database import Session
from syncd.store.listings import Wanted, cycles_page, links_page
from syncd.telling.words import iso


def links_document(
    session: Session, wanted: Wanted, *, before: int | None, limit: int
) -> dict[str, Json]:
    """A page of links that fit."""
    found = links_page(session, wanted, before=before, limit=limit + 1)
    page = found[:limit]
    more = page[-1].link_id if len(found) > limit else None
    return {"links": [_glance(each) for each in page], "next": more}


def _glance(link: Link) -> dict[str, Json]:
    return {
        "id": link.link_id,
        "connection": link.connection,
        "doc_no": link.doc_no,
        "job_id": link.job_id,
        "visit_id": link.visit_id,
        "visit_key": link.visit_key,
        "occurrence": link.occurrence,
        "is_ours": link.is_ours,
        "is_open": link.is_open and not link.is_withdrawn,
    }


def cycles_document(
    session: Session, *, connection: str | None, before: int | None, limit: int
) -> dict[str, Json]:
    """A page of cycles, of one connection or of all."""
    found = cycles_page(session, connection=connection, before=before, limit=limit + 1)
    page = found[:limit]
    more = page[-1].id if len(found) > limit else None
    return {"cycles": [_cycle(each) for each in page], "next": more}


def _cycle(row: Any) -> dict[str, Json]:
    return {
        "number": row.id,
        "connection": row.connection,
        "started_at": iso(row.started_at),
        "finished_at": iso(row.finished_at),
        "outcome": row.outcome,
        "report": row.report,
    }
