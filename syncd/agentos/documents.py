"""The client of AgentOS V4 Documents: the documents of a maintenance job, to be read back."""

from urllib.parse import quote

from syncd.agentos import wire
from syncd.agentos.answers import page_in
from syncd.model import Urgency
from syncd.vendor_answers import Call
from syncd.vendor_http import VendorHttp
from syncd.wire_json import Record, Wire


class Documents:
    """Documents of one agency. The tier may not be enabled on a key: then 401 (VendorDenied)."""

    def __init__(
        self, http: VendorHttp, *, short_name: str, urgency: Urgency = Urgency.POLLS
    ) -> None:
        self._http = http
        self._short_name = short_name
        self._urgency = urgency

    def at(self, urgency: Urgency) -> "Documents":
        """The same client, whose calls wait for permits with another urgency."""
        return Documents(self._http, short_name=self._short_name, urgency=urgency)

    async def list_documents(self, job_id: str) -> tuple[wire.JobDocument, ...]:
        """The publicly accessible documents of a job.

        V4 Documents, `GET /documents/maintenance/{maintenanceJobID}`.
        """
        path = "/".join(quote(each, safe="") for each in (self._short_name, "documents"))
        call = Call(
            "list_documents",
            "GET",
            f"/v4/documents/{path}/maintenance/{quote(job_id, safe='')}",
            urgency=self._urgency,
        )
        answer = await self._http.request(call)
        try:
            return tuple(wire.JobDocument.model_validate(each) for each in _listed(answer.body))
        except ValueError as why:
            raise self._http.judge.unreadable(call, str(why), status=answer.status) from None


def _listed(body: Wire) -> list[Record]:
    """A page of documents, or a bare list: the vendor's page does not say which."""
    if isinstance(body, list):
        return [each for each in body if isinstance(each, dict)]
    return list(page_in(body).records)
