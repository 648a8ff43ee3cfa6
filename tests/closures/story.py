"""What happens to one closed visit: the engineer, the office, a truthful person, the evidence."""

import base64
import functools
import io
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

from PIL import Image

from syncd.cycle.report import CycleReport, Outcome
from syncd.model import IntentKind
from syncd.sandbox.ledger import Effect
from syncd.store.inbox import InboxItem
from tests.cycle.office import Office, Record

TAP = "Leak under kitchen sink"
DOOR = "Front door sticking"
SENT = ("job_updated", "document_attached", "invoice_submitted", "close_confirmed")
IDLE = ("job_unchanged", "visit_unchanged", "visit_updated", "close_unconfirmed")
MOST_CYCLES = 8
"""Cycles within which everything must have come to rest."""


@functools.cache
def picture(shade: int = 0) -> bytes:
    """A small PNG, another for each shade."""
    made = io.BytesIO()
    Image.new("L", (60, 20), shade).save(made, "PNG")
    return made.getvalue()


def signed(shade: int = 0) -> str:
    """The same as LetsJobIt holds it."""
    return base64.b64encode(picture(shade)).decode()


@dataclass
class Story:
    """One office, as seen by those who close visits and look at what became of them."""

    office: Office

    # What people do

    def visit(self, title: str = TAP) -> Record:
        """The visit of the job."""
        return self.office.visit_of(self.job(title))

    def job(self, title: str = TAP) -> Record:
        """The job as AgentOS has it now."""
        return self.office.job_titled(title)

    def close(
        self,
        visit: Record | str = TAP,
        *,
        amount: object = "120.00",
        signature: str | None = None,
        values: Record | None = None,
    ) -> Record:
        """The engineer closes a visit; the visit as it is then."""
        found = self.visit(visit) if isinstance(visit, str) else visit
        entered = {} if amount is None else {"invoice_total": amount}
        given = {"values": {**entered, **(values or {})}, "signeeName": "Ada Example"}
        self.office.act(
            found, "close", signature=signed() if signature is None else signature, **given
        )
        return self.by_key(found["_id"])

    def by_key(self, key: str) -> Record:
        """A visit by its `_id`."""
        with self.office.box.world.lock:
            return dict(self.office.box.world.visits.need(key))

    def add_visit(self, job: Record, *, is_copy: bool = False, **fields: Any) -> Record:
        """The dispatcher adds another visit of a job: by hand, with its number and no mark of
        ours, or as a copy of ours with its mark."""
        like = self.visit(job["Title"])
        names = ("customer", "site", "address", "city", "postCode", "driverId", "companyId")
        lines = [{"description": "Come back", "actionItem": 1, "extraData": [amount_field()]}]
        body = {
            **{name: like[name] for name in names if name in like},
            "id": 7_000_001,
            "date": "2026-03-03",
            "docNo": job["GlobalReference"],
            "inMobileApp": True,
            "lines": like["lines"] if is_copy else lines,
            **fields,
        }
        return self.by_key(self.office.add("visits", **body))

    # What became of it

    async def rest(self, person: "Person | None" = None) -> list[CycleReport]:
        """Run until all is well, a person answering in between; the reports."""
        reports = []
        for _ in range(MOST_CYCLES):
            reports.append(await self.office.run())
            answered = person.answer(self.office) if person is not None else 0
            if reports[-1].outcome is Outcome.OK and not answered:
                return reports
        last = reports[-1]
        raise AssertionError(f"no rest: {last} {self.office.inbox()} {self.office.outbox()}")

    def documents(self, title: str = TAP) -> list[Record]:
        """The documents that AgentOS keeps of the job, shown or not."""
        return self._of("documents", title)

    def invoices(self, title: str = TAP) -> list[Record]:
        """The invoices that AgentOS keeps of the job, shown or not."""
        return self._of("invoices", title)

    def _of(self, kind: str, title: str) -> list[Record]:
        job = self.job(title)["OID"]
        with self.office.box.world.lock:
            found = self.office.box.world.agency.shelves()[kind].records()
        return [each for each in found if each["JobID"] == job]

    def content(self, document: Record) -> bytes:
        """The bytes of a document."""
        return base64.b64decode(document["Content"])

    def sent(self, *kinds: str) -> list[Effect]:
        """What was sent about closures since the mark."""
        return self.office.effects(*(kinds or SENT))

    async def assert_quiet(self) -> None:
        """Another cycle finds both sides in agreement and writes nothing."""
        self.office.mark()
        report = await self.office.run()
        assert report.outcome is Outcome.OK, report
        assert self.office.effects() == []
        assert (self.office.inbox(), self.office.outbox()) == ([], [])

    def assert_delivered_once(self, title: str = TAP, *, number: str | None = None) -> None:
        """Completed, each document once, one invoice, acknowledged."""
        job = self.job(title)
        visit = self.visit(title)
        assert job["Status"] == "Completed"
        kinds = sorted(kind_of(each) for each in self.documents(title))
        assert kinds == ["job-sheet", "signature"]
        invoices = self.invoices(title)
        wanted = number or job["GlobalReference"]
        assert [each["InvoiceNumber"] for each in invoices] == [wanted]
        assert (visit["closed"], visit["confirmClose"]) == (True, True)

    @asynccontextmanager
    async def again(self, change: Callable[[Record], None] | None = None) -> AsyncIterator["Story"]:
        """The same office after its store was lost."""
        async with self.office.configured(change, store="") as fresh:
            yield Story(fresh)

    @asynccontextmanager
    async def configured(self, change: Callable[[Record], None]) -> AsyncIterator["Story"]:
        """The same office and store with other settings."""
        async with self.office.configured(change) as changed:
            yield Story(changed)


def amount_field(value: object = "") -> Record:
    """The field in which the engineer enters what is invoiced."""
    return {"name": "invoice_total", "type": "number", "value": value}


def kind_of(document: Record) -> str:
    """signature or job-sheet, by the name that syncd gave."""
    name = str(document["DocumentName"])
    return "signature" if "-signature-" in name else "job-sheet"


@dataclass
class Person:
    """Somebody in the office who looks before answering, and says the truth."""

    story: Story
    answered: list[InboxItem]

    @classmethod
    def of(cls, story: Story) -> "Person":
        """A person who has answered nothing yet."""
        return cls(story, [])

    def answer(self, office: Office) -> int:
        """Look after every doubt; how many there were."""
        items = office.inbox()
        for item in items:
            assert item.question.kind.value in ("in_doubt", "history"), item.question
            if item.question.kind.value == "history":
                office.answer(item, "deliver")
                continue
            self.answered.append(item)
            office.answer(item, "it-arrived" if self._arrived(item) else "send-again")
        return len(items)

    def _arrived(self, item: InboxItem) -> bool:
        """Whether AgentOS has what the question is about."""
        story, summary = self.story, item.question.summary
        titles = {each["OID"]: title for title, each in self.story.office.jobs().items()}
        title = titles[str(item.question.job_id)]
        if "nvoice" in summary:
            return any(each["InvoiceNumber"] in summary for each in story.invoices(title))
        wanted = "signature" if "signature" in summary else "job-sheet"
        return wanted in {kind_of(each) for each in story.documents(title)}


APPLIED = (
    IntentKind.UPDATE_JOB,
    IntentKind.ATTACH_DOCUMENT,
    IntentKind.SUBMIT_INVOICE,
    IntentKind.CONFIRM_CLOSE,
)
