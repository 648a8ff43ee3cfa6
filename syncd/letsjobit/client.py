"""The client of LetsJobIt API v2, "Visits". One method is one call; records are given raw.

Raw on purpose: callers hash a record first and validate only what changed (`wire.Visit`). What is
written passes `names.wire_visit`, so that no unknown field and no wrong type leaves.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Literal
from urllib.parse import quote

from syncd.errors import VendorError
from syncd.letsjobit.names import wire_visit
from syncd.model import Urgency
from syncd.vendor_http import Answer, Auth, Call, VendorHttp
from syncd.wire_json import Record, Wire

LONGEST_KEY = 200

PathId = Literal["_id", "id"]


@dataclass(frozen=True)
class VisitPage:
    """One page of visits and the envelope's numbers.

    `unreadable` counts elements that are no objects at all. `next_start` is where the next page
    begins; there is one while `remaining` is above 0.
    """

    records: tuple[Record, ...] = field(repr=False)
    unreadable: int
    total: int
    returned: int
    remaining: int
    next_start: int


@dataclass(frozen=True)
class UpsertError:
    """Why LetsJobIt did not take a visit of a batch; it does not say which."""

    code: str
    message: str


@dataclass(frozen=True)
class UpsertAnswer:
    """What an upsert did, in numbers of records."""

    updated: int
    inserted: int
    errors: tuple[UpsertError, ...]


def letsjobit_auth(api_key: str, api_key_in: Literal["bearer", "query"] = "bearer") -> Auth:
    """Where LetsJobIt takes its key: every example uses a bearer header, the text a query string
    ("URL Naming", `API_KEY`)."""
    if api_key_in == "query":
        return Auth("query", "API_KEY", api_key)
    return Auth("header", "Authorization", api_key, scheme="Bearer")


class LetsJobIt:
    """Visits of one LetsJobIt account."""

    def __init__(
        self, http: VendorHttp, *, path_id: PathId = "_id", urgency: Urgency = Urgency.POLLS
    ) -> None:
        self._http = http
        self._path_id = path_id
        self._urgency = urgency

    def at(self, urgency: Urgency) -> "LetsJobIt":
        """The same client, whose calls wait for permits with another urgency."""
        return LetsJobIt(self._http, path_id=self._path_id, urgency=urgency)

    def visit_key(self, raw: Mapping[str, Wire]) -> str:
        """What `/visits/{ID}` takes for this raw visit (setting `path_id`); "" for none."""
        key = raw.get(self._path_id)
        return "" if key is None or isinstance(key, bool | list | dict) else str(key)

    async def list_visits(
        self,
        *,
        start: int = 0,
        internal_id: str | None = None,
        erp_id: int | str | None = None,
        date: str | None = None,
        driver_id: str | None = None,
        doc_no: str | None = None,
        closed: bool | None = None,
        confirm_close: bool | None = None,
        in_progress: bool | None = None,
        priority: int | None = None,
        skipped: bool | None = None,
    ) -> VisitPage:
        """One page of at most 100 visits (API v2, "Get All Visits").

        `doc_no` is the vendor's "contains" search. `start` is the index of the first record.
        Raises VendorGarbled when the envelope is not the documented one.
        """
        filters = {
            "_id": internal_id,
            "id": erp_id,
            "date": date,
            "driverId": driver_id,
            "docNo": doc_no,
            "closed": closed,
            "confirmClose": confirm_close,
            "inProgress": in_progress,
            "priority": priority,
            "skipped": skipped,
        }
        params = {name: _filter(value) for name, value in filters.items() if value is not None}
        call = Call(
            "list_visits",
            "GET",
            "/visits",
            params={"pagination": str(start), **params},
            urgency=self._urgency,
        )
        answer = await self._http.request(call)
        return self._page(call, answer, start)

    async def get_visit(self, visit_key: str) -> Record:
        """One visit (API v2, "Get a specific visit"); `data` is an object or a list of one.

        Raises VendorNotFound, also for a well-formed empty list, and VendorGarbled when the answer
        is about another visit.
        """
        call = self._call("get_visit", "GET", visit_key)
        answer = await self._http.request(call)
        envelope = self._envelope(call, answer)
        found = envelope.get("data")
        if isinstance(found, list):
            if not found:
                raise self._http.judge.not_found(call, status=answer.status)
            found = found[0] if len(found) == 1 else None
        if not isinstance(found, dict) or not found:
            raise self._unreadable(call, answer, "`data` is not one visit")
        if self.visit_key(found) != visit_key:
            raise self._unreadable(call, answer, f"another {self._path_id} than was asked for")
        return found

    async def upsert_visits(self, visits: Sequence[Mapping[str, object]]) -> UpsertAnswer:
        """Insert or update visits by their ERP `id` (API v2, "Add visits"); repeatable.

        Raises VendorRefused, before sending, when a visit has an unknown field, a wrong type or
        lacks a required one; OutcomeUnknown when the answer does not count what was done.
        """
        call = Call("upsert_visits", "POST", "/visits")
        call = Call(
            "upsert_visits",
            "POST",
            "/visits",
            json=[self._written(call, visit, is_complete=True) for visit in visits],
            is_repeatable=True,
            urgency=self._urgency,
        )
        answer = await self._http.request(call)
        meta = self._meta(call, answer)
        return UpsertAnswer(
            updated=self._count(call, answer, meta, "recordsUpdated"),
            inserted=self._count(call, answer, meta, "recordsInserted"),
            errors=tuple(self._upsert_error(call, error) for error in _list(meta.get("errors"))),
        )

    async def update_visit(self, visit_key: str, changes: Mapping[str, object]) -> int:
        """Change some fields of a visit (API v2, "Update a specific visit"); repeatable.

        Gives the number of records updated. Raises VendorRefused, before sending, as upsert does.
        """
        call = self._call("update_visit", "PUT", visit_key, changes)
        answer = await self._http.request(call)
        return self._count(call, answer, self._meta(call, answer), "updatedRecords")

    async def delete_visit(self, visit_key: str) -> int:
        """Delete a visit (API v2, "Delete a specific visit"); repeatable.

        Gives the number of records deleted; VendorNotFound when it was gone, also by an
        earlier try.
        """
        call = self._call("delete_visit", "DELETE", visit_key)
        answer = await self._http.request(call)
        return self._count(call, answer, self._meta(call, answer), "deletedRecords")

    def _call(
        self,
        operation: str,
        method: str,
        visit_key: str,
        changes: Mapping[str, object] | None = None,
    ) -> Call:
        path = f"/visits/{quote(visit_key, safe='')}"
        call = Call(operation, method, path, is_repeatable=True, urgency=self._urgency)
        if visit_key in {"", ".", ".."} or len(visit_key) > LONGEST_KEY:
            raise self._http.judge.not_found(call)
        if changes is None:
            return call
        return replace(call, json=self._written(call, changes, is_complete=False))

    def _written(self, call: Call, visit: Mapping[str, object], *, is_complete: bool) -> Record:
        try:
            return wire_visit(visit, is_complete=is_complete)
        except ValueError as mistakes:
            raise self._http.judge.refused(call, f"it was not sent: {mistakes}") from None

    def _page(self, call: Call, answer: Answer, start: int) -> VisitPage:
        envelope = self._envelope(call, answer)
        elements = envelope.get("data")
        if not isinstance(elements, list):
            raise self._unreadable(call, answer, "`data` is no list")
        meta = self._meta(call, answer)
        records = tuple(element for element in elements if isinstance(element, dict))
        remaining = self._count(call, answer, meta, "remainingRecords")
        return VisitPage(
            records=records,
            unreadable=len(elements) - len(records),
            total=self._count(call, answer, meta, "totalRecords"),
            returned=_whole(meta.get("returnedRecords"), len(elements)),
            remaining=remaining,
            next_start=_whole(meta.get("nextStart"), start + len(elements)),
        )

    def _envelope(self, call: Call, answer: Answer) -> Record:
        """The body's object; an `error` in a success means that the request was not carried out
        (API v2, "Response Format")."""
        body = answer.body
        if not isinstance(body, dict):
            raise self._unreadable(call, answer, "it is no object")
        meta = body.get("meta")
        error = body.get("error") or (meta.get("error") if isinstance(meta, dict) else None)
        if error:
            raise self._http.judge.refused(call, _words(error), status=answer.status)
        return body

    def _meta(self, call: Call, answer: Answer) -> Record:
        meta = self._envelope(call, answer).get("meta")
        if not isinstance(meta, dict):
            raise self._unreadable(call, answer, "it has no `meta`")
        return meta

    def _count(self, call: Call, answer: Answer, meta: Record, name: str) -> int:
        count = _whole(meta.get(name), -1)
        if count < 0:
            raise self._unreadable(call, answer, f"`meta` has no {name}")
        return count

    def _upsert_error(self, call: Call, error: Wire) -> UpsertError:
        if not isinstance(error, dict):
            return UpsertError("", self._http.judge.said(call, _words(error)))
        code = error.get("error")
        return UpsertError(
            code="" if code is None else self._http.judge.said(call, _words(code)),
            message=self._http.judge.said(call, _words(error.get("message") or "")),
        )

    def _unreadable(self, call: Call, answer: Answer, why: str) -> VendorError:
        return self._http.judge.unreadable(call, why, status=answer.status)


def _filter(value: bool | int | str) -> str:
    """A filter as the query carries it: flags are 0 and 1."""
    return str(int(value)) if isinstance(value, bool) else str(value)


def _whole(value: Wire, otherwise: int) -> int:
    """A count, also as text; `otherwise` for anything else."""
    if isinstance(value, str) and value.isascii() and value.isdigit() and len(value) < 16:
        return int(value)
    return value if isinstance(value, int) and not isinstance(value, bool) else otherwise


def _list(value: Wire) -> list[Wire]:
    if value is None:
        return []
    return value if isinstance(value, list) else [value]


def _words(value: Wire) -> str:
    return value if isinstance(value, str) else str(value)
