"""One tier of AgentOS's V4 interface, as every client of it calls: lists, records, writes.

It knows no endpoint. Paths are `/v4/{tier}/{shortName}/…`; lists end in `/{offset}/{count}` and
answer `{Count, Data}`; a record answers bare; a write answers an OID, a message or nothing.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from urllib.parse import quote

from syncd.agentos.answers import LONGEST_OID, Page, Written, page_in, written_in
from syncd.errors import VendorError
from syncd.model import Urgency
from syncd.vendor_http import Answer, Call, VendorHttp
from syncd.wire_json import Record, Wire

Segment = str | int

LARGEST_PAGE = 1000
"""The most records that AgentOS gives at a time."""


@dataclass(frozen=True)
class Tier:
    """One agency's tier; the base address of `http` is the vendor's host."""

    http: VendorHttp
    name: str
    short_name: str
    urgency: Urgency = Urgency.POLLS

    def at(self, urgency: Urgency) -> "Tier":
        """The same tier, whose calls wait for permits with another urgency."""
        return replace(self, urgency=urgency)

    async def list_page(self, operation: str, *segments: Segment) -> Page:
        """One page of a list; VendorGarbled where it is none."""
        call = self.read_call(operation, *segments)
        answer = await self.http.request(call)
        try:
            return page_in(answer.body)
        except ValueError as why:
            raise self.unreadable(call, answer, why) from None

    async def get_record(self, operation: str, *segments: Segment) -> Record:
        """One record, raw; VendorGarbled where the answer is none."""
        call = self.read_call(operation, *segments)
        answer = await self.http.request(call)
        if not isinstance(answer.body, dict) or not answer.body:
            raise self.unreadable(call, answer, "it is not one record")
        return answer.body

    async def get_value(self, operation: str, *segments: Segment) -> Wire:
        """Whatever stands there, nothing included."""
        call = self.read_call(operation, *segments)
        return (await self.http.request(replace(call, is_body_needed=False))).body

    async def write(
        self,
        operation: str,
        method: str,
        segments: Sequence[Segment],
        body: Mapping[str, object] | None,
        *,
        params: Mapping[str, str] | None = None,
        is_repeatable: bool = False,
    ) -> Written:
        """One write; OutcomeUnknown where its answer is lost or makes no sense."""
        call = Call(
            operation,
            method,
            self._path(operation, segments),
            params=params or {},
            json=body,
            is_repeatable=is_repeatable,
            is_body_needed=False,
            urgency=self.urgency,
        )
        answer = await self.http.request(call)
        try:
            written = written_in(answer.body)
        except ValueError as why:
            raise self.unreadable(call, answer, why) from None
        if written.message is None:
            return written
        return replace(written, message=self.http.judge.said(call, written.message))

    def read_call(self, operation: str, *segments: Segment) -> Call:
        """A GET under this tier's root."""
        return Call(operation, "GET", self._path(operation, segments), urgency=self.urgency)

    def unreadable(self, call: Call, answer: Answer, why: object) -> VendorError:
        """A success that makes no sense."""
        return self.http.judge.unreadable(call, str(why), status=answer.status)

    def _path(self, operation: str, segments: Sequence[Segment]) -> str:
        """The path with every OID percent-encoded. What cannot be an OID is found nowhere, and is
        not asked for: `/jobs/` would be another route."""
        for segment in map(str, segments):
            if segment in {"", ".", ".."} or len(segment) > LONGEST_OID:
                raise self.http.judge.not_found(Call(operation, "GET", ""))
        tail = "/".join(quote(str(segment), safe="") for segment in segments)
        return f"/v4/{self.name}/{quote(self.short_name, safe='')}/{tail}"
