"""tRPC over HTTP, versions 10 and 11: queries, batches and mutations of one router.

A query is a GET with its input as compact JSON, a mutation a POST; a batch names its procedures
with commas and its inputs by number, and answers a list in the order of the calls. Queries of a
batch travel in the address, so batches are cut before an address grows too long for a web server.
"""

import json
from collections.abc import Iterator, Mapping, Sequence
from urllib.parse import quote

from syncd.contractor_portal.judging import PortalJudge
from syncd.contractor_portal.transformer import Transformer, is_packed, packed, unpacked
from syncd.errors import VendorError
from syncd.model import Urgency
from syncd.vendor_answers import Call
from syncd.vendor_http import VendorHttp
from syncd.wire_json import Wire, encode_json

LONGEST_QUERY = 6000
"""Characters of a GET's address after the base; common web servers refuse from 8,000 on."""

Input = Mapping[str, object]


class Router:
    """The procedures of one router, such as `contractor`."""

    def __init__(
        self,
        http: VendorHttp,
        *,
        router: str,
        transformer: Transformer,
        urgency: Urgency = Urgency.POLLS,
    ) -> None:
        self._http = http
        self._router = router
        self._transformer: Transformer = transformer
        self._urgency = urgency

    def at(self, urgency: Urgency) -> "Router":
        """The same router, whose calls wait for permits with another urgency."""
        return Router(
            self._http, router=self._router, transformer=self._transformer, urgency=urgency
        )

    async def query(self, procedure: str, values: Input | None = None) -> Wire:
        """Ask; null where the answer has no data."""
        call = self._query_call(procedure, values)
        answer = await self._http.request(call)
        return self.read(call, answer.body)

    async def query_all(self, procedure: str, inputs: Sequence[Input]) -> list[Wire | VendorError]:
        """Ask the same of many, in as few requests as addresses allow; in the order of `inputs`.

        An element that failed is its error; what stops a whole request is raised.
        """
        answers: list[Wire | VendorError] = []
        for part in self._batches(procedure, inputs):
            call = self._batch_call(procedure, part)
            answer = await self._http.request(call)
            elements = answer.body if isinstance(answer.body, list) else []
            if len(elements) != len(part):
                words = f"it has {len(elements)} answers to {len(part)} calls"
                raise self._http.judge.unreadable(call, words, status=answer.status)
            answers += [self._element(call, each) for each in elements]
        return answers

    async def mutate(self, procedure: str, values: Input) -> Wire:
        """Change something; never repeated here."""
        call = Call(
            self._operation(procedure),
            "POST",
            f"/{self._router}.{procedure}",
            json=packed(values, self._transformer),
            urgency=self._urgency,
        )
        answer = await self._http.request(call)
        return self.read(call, answer.body)

    async def seen_transformer(self, procedure: str) -> Transformer:
        """How the answers of a query without input are packed: what the setting should say."""
        answer = await self._http.request(self._query_call(procedure, None))
        return "superjson" if is_packed(_data(answer.body)) else "none"

    def read(self, call: Call, envelope: Wire) -> Wire:
        """What an envelope holds; raises its error, and where it is packed the other way."""
        if isinstance(envelope, dict) and isinstance(envelope.get("error"), dict):
            judge = self._http.judge
            assert isinstance(judge, PortalJudge)  # noqa: S101  (who made the line chose it)
            raise judge.error(call, envelope)
        if not isinstance(envelope, dict) or not isinstance(envelope.get("result"), dict):
            raise self._http.judge.unreadable(call, "it is no tRPC answer")
        try:
            return unpacked(_data(envelope), self._transformer)
        except ValueError as why:
            raise self._http.judge.unreadable(call, str(why)) from None

    def _element(self, call: Call, envelope: Wire) -> Wire | VendorError:
        try:
            return self.read(call, envelope)
        except VendorError as error:
            return error

    def _query_call(self, procedure: str, values: Input | None) -> Call:
        params = {} if values is None else {"input": self._text(values)}
        return Call(
            self._operation(procedure),
            "GET",
            f"/{self._router}.{procedure}",
            params=params,
            urgency=self._urgency,
        )

    def _batch_call(self, procedure: str, inputs: Sequence[Input]) -> Call:
        names = ",".join([f"{self._router}.{procedure}"] * len(inputs))
        numbered = {str(n): packed(each, self._transformer) for n, each in enumerate(inputs)}
        return Call(
            self._operation(procedure),
            "GET",
            f"/{names}",
            params={"batch": "1", "input": _compact(numbered)},
            urgency=self._urgency,
        )

    def _batches(self, procedure: str, inputs: Sequence[Input]) -> Iterator[Sequence[Input]]:
        part: list[Input] = []
        length = 0
        for each in inputs:
            own = len(quote(self._text(each))) + len(f"{self._router}.{procedure},") + 20
            if part and length + own > LONGEST_QUERY:
                yield part
                part, length = [], 0
            part.append(each)
            length += own
        if part:
            yield part

    def _text(self, values: Input) -> str:
        return _compact(packed(values, self._transformer))

    def _operation(self, procedure: str) -> str:
        return f"{self._router}.{procedure}"


def _data(envelope: Wire) -> Wire:
    result = envelope.get("result") if isinstance(envelope, dict) else None
    return result.get("data") if isinstance(result, dict) else None


def _compact(values: Mapping[str, object]) -> str:
    return json.dumps(json.loads(encode_json(values)), separators=(",", ":"), ensure_ascii=False)
