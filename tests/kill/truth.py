"""What is true at the vendors: a person who looks it up and answers, and the judge at the end.

Both look at the sandbox alone, never at what syncd remembers; only which effect an item of the
inbox is about is read from the store.
"""

from collections import Counter
from collections.abc import Iterable, Mapping
from types import MappingProxyType
from typing import Any

from syncd.model import IntentKind, IntentState
from syncd.store import journal, links, outbox
from syncd.store.database import Database, Session
from tests.kill.stage import Record, Stage, printed

EXPECTED = {
    "job_updated": 1,
    "document_attached": 2,
    "invoice_submitted": 1,
    "close_confirmed": 1,
}
"""The effects of one closure, neither more nor fewer."""

WRITTEN = {"update_job": 1, "attach_document": 2, "submit_invoice": 1, "confirm_close": 1}
"""What the journal says of it."""

KINDS = {"signature": "-signature-", "job-sheet": "-jobsheet-"}


def answer_truthfully(stage: Stage) -> int:
    """Decide everything that waits in the inbox by what the vendors have; how many that were."""
    found = stage.run("inbox", "--json").document["items"]
    for item in found:
        if item["kind"] != "in_doubt":
            raise AssertionError(f"nobody expected this question: {printed(item)}")
        found_there = arrived(stage, item)
        choice = ["it-arrived", "--value", found_there] if found_there else ["send-again"]
        resolved = stage.run("inbox", "resolve", str(item["id"]), "--choose", *choice)
        if resolved.code != 0:
            raise AssertionError(f"the answer was not taken: {resolved.complaints}")
    return len(found)


def arrived(stage: Stage, item: Record) -> str | None:
    """The OID of what the item is about, where AgentOS has it."""
    doubtful = read_store(stage, _in_doubt, item["job"])
    with stage.box.world.lock:
        agency = stage.box.world.agency
        for kind, payload in doubtful:
            if kind is IntentKind.ATTACH_DOCUMENT and payload["part"] in item["summary"]:
                return _one_of(
                    each["OID"]
                    for each in agency.documents.records()
                    if each["JobID"] == item["job"]
                    and KINDS[payload["part"]] in each["DocumentName"]
                )
        # An invoice; after the loss of the store there is no intent that says so.
        return _one_of(
            each["OID"] for each in agency.invoices.records() if each["JobID"] == item["job"]
        )


def _in_doubt(session: Session, job_id: str) -> list[tuple[IntentKind, Any]]:
    return [
        (each.intent.kind, each.intent.payload)
        for each in outbox.waiting_intents(session)
        if each.state is IntentState.IN_DOUBT and each.intent.job_id == job_id
    ]


def _one_of(found: Iterable[str]) -> str | None:
    return next(iter(found), None)


def read_store(stage: Stage, function: Any, *args: Any) -> Any:
    """What a function reads from the office's store."""
    database = Database(stage.store_url)
    try:
        return database.read_now(function, *args)
    finally:
        database.close()


def vendors_disagree(
    stage: Stage,
    *,
    may_repeat_documents: bool = False,
    besides: Mapping[str, int] = MappingProxyType({}),
) -> list[str]:
    """What is wrong at the vendors after everything was delivered; nothing, when all is well.

    `besides` are effects of each closure that not every office has.
    """
    problems: list[str] = []
    with stage.box.world.lock:
        closed = stage.closed_visits()
        wanted = Counter({kind: n * len(closed) for kind, n in {**EXPECTED, **besides}.items()})
        made = Counter(each.kind for each in stage.effects())
        if may_repeat_documents:
            made["document_attached"] = min(made["document_attached"], wanted["document_attached"])
        if made != wanted:
            problems.append(
                f"effects {printed(made - wanted)} too many, {printed(wanted - made)} missing"
            )
        for visit in closed:
            problems += _wrong_with(stage, visit, may_repeat_documents)
    return problems


def _wrong_with(stage: Stage, visit: Record, may_repeat_documents: bool) -> list[str]:
    job, agency = stage.job_of(visit), stage.box.world.agency
    documents = [e for e in agency.documents.records() if e["JobID"] == job["OID"]]
    invoices = [e for e in agency.invoices.records() if e["JobID"] == job["OID"]]
    names = [each["DocumentName"] for each in documents]
    kinds = Counter(kind for name in names for kind, word in KINDS.items() if word in name)
    problems = []
    if job["Status"] != "Completed":
        problems.append(f"the job is {job['Status']}")
    if set(kinds) != set(KINDS) or not (may_repeat_documents or len(names) == 2):
        problems.append(f"documents {names}")
    if len(set(names)) != 2:
        problems.append(f"one document under two names: {names}")
    amount = str(visit["lines"][0]["extraData"]) if visit.get("lines") else ""
    if len(invoices) != 1 or f"{float(invoices[0]['Amount']):.2f}" not in amount:
        problems.append(f"invoices {[(e['InvoiceNumber'], e['Amount']) for e in invoices]}")
    if not visit["confirmClose"]:
        problems.append("the closure is not acknowledged")
    return [f"{visit['docNo']}: {each}" for each in problems]


def store_disagrees(stage: Stage) -> list[str]:
    """What the store alone says that is not so: work that waits, or effects that it tells twice."""
    jobs = [stage.job_of(each)["OID"] for each in stage.closed_visits()]
    waiting, told = read_store(stage, _remembered, jobs)
    problems = [f"the outbox still has {waiting}"] if waiting else []
    problems += [f"the journal tells {printed(e)} of a closure" for e in told if e != WRITTEN]
    return problems


def _remembered(session: Session, jobs: Iterable[str]) -> tuple[list[str], list[dict[str, int]]]:
    waiting = [str(each.intent.kind) for each in outbox.waiting_intents(session)]
    told = []
    for job_id in jobs:
        (link,) = links.find_link(session, None, job_id)
        events = Counter(each["event"] for each in journal.history(session, link.link_id))
        told.append({event: events[event] for event in WRITTEN})
    return waiting, told
