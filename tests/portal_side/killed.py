"""The story of one closed visit at the portal, told by processes that may be killed anywhere."""

from collections import Counter

from syncd.sandbox import visits
from syncd.store import journal, links, outbox
from syncd.store.database import Session
from tests.channels import by_portal
from tests.kill.launcher import PLENTY_OF_PORTAL
from tests.kill.stage import Record, printed, signature
from tests.kill.story import Story
from tests.kill.truth import read_store

EXPECTED = {"job_updated": 1, "invoice_submitted": 1, "note_added": 1, "close_confirmed": 1}
"""The effects of the closure, neither more nor fewer; a toggle of what is completed is one more."""

TOLD = ("update_job", "submit_invoice", "add_note", "confirm_close")
"""What the journal says of it, each at most once: a new store knows only what it did itself."""

REMARKS, GROSS = "New trap fitted.", 80.5


class PortalStory(Story):
    """An office without a key, and a visit that was just closed with remarks and an amount.

    The portal shows statements, and other notes beside ours, or neither: then nothing can be read
    back, and a person is asked.
    """

    def __init__(self, *, shows_all: bool = True, store_url: str | None = None) -> None:
        super().__init__(store_url)
        self._shows_all = shows_all

    def settings(self, text: str) -> str:
        """The portal is the job side, with its session in a file."""
        self.nursery.always[PLENTY_OF_PORTAL] = "1"
        session = self.directory / "session"
        session.write_text(self.box.world.portal_session)
        if self._shows_all:
            self._add_notes()
        follows = "true" if self._shows_all else "false"
        written = by_portal(text, url=self.box.url, session=session)
        return f"{written}follow_payments = {follows}\n"

    def _add_notes(self) -> None:
        """Each job has a note of the agency, so that a list without ours proves something."""
        world = self.box.world
        with world.lock:
            for number, job in enumerate(world.agency.jobs.records()):
                note = {"OID": f"note-{number}", "JobID": job["OID"], "Text": "Mind the dog."}
                world.agency.notes.put({**note, "CreatedAt": None})

    def begin_story(self) -> None:
        """The engineer closes a visit."""
        world = self.box.world
        with world.lock:
            visit = self.our_visits()[0]
            line, *others = (dict(each) for each in visit["lines"])
            field = {"name": "remarks", "type": "text", "caption": "Remarks", "value": ""}
            line["extraData"] = [*line["extraData"], field]
            given = {
                "values": {"invoice_total": f"{GROSS:.2f}", "remarks": REMARKS},
                "signeeName": "Ana Example",
                "signature": signature(0),
            }
            at = world.local_time()
            world.put_visit(visits.closed({**visit, "lines": [line, *others]}, given, at=at))
        self.box.ledger.clear()

    def _job(self) -> Record:
        (visit,) = self.closed_visits()
        return self.job_of(visit)

    def _invoices(self) -> list[Record]:
        job_id = self._job()["OID"]
        return [e for e in self.box.world.agency.invoices.records() if e["JobID"] == job_id]

    def _notes(self) -> list[Record]:
        job_id = self._job()["OID"]
        found = (e for e in self.box.world.agency.notes.records() if e["JobID"] == job_id)
        return [each for each in found if each["Text"].startswith("[visit")]

    def truth(self, item: Record) -> list[str]:
        """Whether the note, or the invoice, is there."""
        with self.box.world.lock:
            there = self._notes() if item["summary"].startswith("A note") else self._invoices()
        return ["it-arrived", "--value", there[0]["OID"]] if there else ["send-again"]

    def wrong(self) -> list[str]:
        """What is not so: completed by one toggle, one invoice, one note, acknowledged."""
        with self.box.world.lock:
            (visit,) = self.closed_visits()
            job, invoices, notes = self._job(), self._invoices(), self._notes()
        made = Counter(each.kind for each in self.effects())
        problems = [] if made == EXPECTED else [f"effects {printed(made)}"]
        if job["Status"] != "Completed":
            problems.append(f"the job is {job['Status']}")
        if [each["Amount"] for each in invoices] != [GROSS]:
            problems.append(f"invoices {[(e['InvoiceNumber'], e['Amount']) for e in invoices]}")
        elif len(invoices[0]["Documents"]) != 3:
            problems.append("the papers did not go with the invoice")
        if [REMARKS in each["Text"] for each in notes] != [True]:
            problems.append(f"notes {[each['Text'] for each in notes]}")
        if not visit["confirmClose"]:
            problems.append("the closure is not acknowledged")
        waiting, told = read_store(self, _remembered, job["OID"])
        problems += [f"the outbox still has {waiting}"] if waiting else []
        problems += [f"the journal tells {printed(told)}"] if max(told.values()) > 1 else []
        return problems


def _remembered(session: Session, job_id: str) -> tuple[list[str], dict[str, int]]:
    waiting = [str(each.intent.kind) for each in outbox.waiting_intents(session)]
    (link,) = links.find_link(session, None, job_id)
    events = Counter(each["event"] for each in journal.history(session, link.link_id))
    return waiting, {event: events[event] for event in TOLD}
