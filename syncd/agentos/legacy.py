"""The client of AgentOS V3 Maintenance (legacy): one call, which creates a job.

It lists nothing and reads nothing back. The same ExternalID sent twice is refused with
"ExternalID must be unique", which proves that the first one arrived (`AlreadyCreated`).
"""

from urllib.parse import quote

from syncd.agentos.answers import Written, written_in
from syncd.agentos.issues import Issue, issue_body, refusals
from syncd.errors import VendorRefused
from syncd.model import Urgency
from syncd.vendor_answers import Call
from syncd.vendor_http import VendorHttp

OPERATION = "create_legacy_job"


class AlreadyCreated(VendorRefused):
    """A job of this ExternalID exists already."""


class Legacy:
    """V3 Maintenance of one agency. The base address of `http` is the vendor's host."""

    def __init__(
        self, http: VendorHttp, *, short_name: str, urgency: Urgency = Urgency.CREATIONS
    ) -> None:
        self._http = http
        self._short_name = short_name
        self._urgency = urgency

    async def create_job(self, branch_id: str, issue: Issue) -> Written:
        """POST /v3/maintenance/{shortName}/maintenance/{branchID}/createmaintenancejob.

        VendorRefused, before anything is sent, for what the vendor's article says it refuses;
        AlreadyCreated where the ExternalID was used before. The answer is an untyped object.
        """
        path = "/".join(quote(each, safe="") for each in (self._short_name, "maintenance"))
        call = Call(
            OPERATION,
            "POST",
            f"/v3/maintenance/{path}/{quote(branch_id, safe='')}/createmaintenancejob",
            json=issue_body(issue),
            urgency=self._urgency,
        )
        if found := refusals(issue):
            raise self._http.judge.refused(call, "; ".join(found))
        try:
            answer = await self._http.request(call)
        except VendorRefused as refused:
            if _is_about_uniqueness(refused.message):
                raise _already_created(refused) from None
            raise
        try:
            return written_in(answer.body)
        except ValueError:
            return Written(None, None)


def _is_about_uniqueness(words: str) -> bool:
    """The vendor has one sentence for all three faults of an ExternalID; the other two were looked
    for before it was sent."""
    lowered = words.casefold()
    return "externalid" in lowered and "unique" in lowered


def _already_created(refused: VendorRefused) -> AlreadyCreated:
    return AlreadyCreated(
        refused.code,
        refused.ours,
        refused.hint,
        side=refused.side,
        operation=refused.operation,
        status=refused.status,
    )
