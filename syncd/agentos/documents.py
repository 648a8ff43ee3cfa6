"""The client of AgentOS V4 Documents: the documents of a maintenance job, to be read back."""

from syncd.agentos import wire
from syncd.agentos.answers import records_in
from syncd.agentos.tier import Tier
from syncd.model import Urgency
from syncd.vendor_http import VendorHttp


class Documents:
    """Documents of one agency. The tier may not be enabled on a key: then 401 (VendorDenied)."""

    def __init__(
        self, http: VendorHttp, *, short_name: str, urgency: Urgency = Urgency.POLLS
    ) -> None:
        self._tier = Tier(http, "documents", short_name, urgency)

    def at(self, urgency: Urgency) -> "Documents":
        """The same client, whose calls wait for permits with another urgency."""
        return Documents(self._tier.http, short_name=self._tier.short_name, urgency=urgency)

    async def list_documents(self, job_id: str) -> tuple[wire.JobDocument, ...]:
        """The publicly accessible documents of a job.

        V4 Documents, `GET /documents/maintenance/{maintenanceJobID}`.
        """
        call = self._tier.read_call("list_documents", "documents", "maintenance", job_id)
        answer = await self._tier.http.request(call)
        try:
            return tuple(wire.JobDocument.model_validate(each) for each in records_in(answer.body))
        except ValueError as why:
            raise self._tier.unreadable(call, answer, why) from None
