"""Finding out what became of a write whose answer was lost.

A document is looked for in the job's own list, which is taken at its word at once where it is
known to show ours, else in the V4 Documents tier, which may take a while to show it. An invoice is
looked for in the job's list; that it is not there proves nothing.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum

from syncd.apply import ending
from syncd.apply.hands import Hands
from syncd.apply.listing import JOBS_SHOW_OURS, SHOWS_OURS, list_documents
from syncd.apply.papers import Papers, our_document
from syncd.evidence.names import read_name
from syncd.model import IntentKind, JobRecord, Json, Part
from syncd.store.cycles import fact, remember_fact
from syncd.store.outbox import StoredIntent, seconds_since_sent

JOB_SHOWS_OURS = {
    IntentKind.ATTACH_DOCUMENT: JOBS_SHOW_OURS,
    IntentKind.SUBMIT_INVOICE: "job_shows_our_invoices",
}
"""Whether a job's own list ever showed what syncd had sent; False where a person said that
something arrived which the list does not show."""


EMPTY_SAYS_YES = "empty_answer_means_submitted"
"""Whether a person found an invoice in AgentOS whose answer had been an empty success."""


class Fate(StrEnum):
    """What became of a write: it is there, it is not, nobody can tell, or not yet."""

    THERE = "there"
    ABSENT = "absent"
    UNKNOWN = "unknown"
    LATER = "later"


@dataclass(frozen=True)
class Finding:
    """The fate of a write, and of one that is there what shows it."""

    state: Fate
    result: dict[str, Json] = field(default_factory=dict)


async def find_out(
    hands: Hands,
    stored: StoredIntent,
    job: JobRecord,
    papers: Papers | None,
    *,
    notes: Sequence[str] = (),
) -> Finding:
    """What became of a write that the job itself, just read, does not show.

    `notes` are the job's: none at all may be a failure that the portal hides.
    """
    kind = stored.intent.kind
    if kind is IntentKind.UPDATE_JOB:
        return Finding(Fate.ABSENT)
    if kind is IntentKind.SUBMIT_INVOICE:
        return Finding(Fate.UNKNOWN)
    if kind is IntentKind.ADD_NOTE:
        return Finding(Fate.ABSENT if notes else Fate.UNKNOWN)
    if papers is None or await is_contradicted(hands, kind, job):
        return Finding(Fate.ABSENT)
    return await _in_documents_tier(hands, stored, job, papers)


async def note_shown(hands: Hands, job: JobRecord, sent: Sequence[StoredIntent]) -> None:
    """Remember that this agency's jobs show what syncd sends, where this one does."""
    numbers = {str(each.intent.payload.get("number")) for each in sent}
    shown = {
        IntentKind.ATTACH_DOCUMENT: any(read_name(d.name) for d in job.documents or ()),
        IntentKind.SUBMIT_INVOICE: any(i.number.strip() in numbers for i in job.invoices or ()),
    }
    for kind, is_shown in shown.items():
        if is_shown:
            await hands.database.run(remember_fact, hands.connection, JOB_SHOWS_OURS[kind], True)


async def is_contradicted(hands: Hands, kind: IntentKind, job: JobRecord) -> bool:
    """Whether a job that does not show an effect of this kind says that it is not there.

    What could be sent again by itself must be known to show; about money it is better to ask once.
    """
    is_document = kind is IntentKind.ATTACH_DOCUMENT
    if (job.documents if is_document else job.invoices) is None:
        return False
    shows = await hands.database.read(fact, hands.connection, JOB_SHOWS_OURS[kind])
    return shows is True or (shows is None and not is_document)


async def _in_documents_tier(
    hands: Hands, stored: StoredIntent, job: JobRecord, papers: Papers
) -> Finding:
    records = await list_documents(hands, job.job_id)
    if records is None:
        return _unseen(hands)
    there = our_document(records, papers, Part(str(stored.intent.payload["part"])))
    if there is not None:
        return Finding(Fate.THERE, there)
    waited = await hands.database.run(seconds_since_sent, stored.intent_id)
    if waited < hands.paperwork.grace_seconds:
        return Finding(Fate.LATER)
    shows_ours = await hands.database.read(fact, hands.connection, SHOWS_OURS)
    return Finding(Fate.ABSENT) if shows_ours else _unseen(hands)


def _unseen(hands: Hands) -> Finding:
    """Nothing can be read back: as configuration says."""
    again = hands.paperwork.when_unknown == "send-again"
    return Finding(Fate.ABSENT if again else Fate.UNKNOWN)


async def ask(
    hands: Hands, stored: StoredIntent, *, was_sent: bool, facts: Mapping[str, Json]
) -> None:
    """Nobody can tell: a person looks."""
    now = hands.clock()
    await hands.database.run(
        ending.doubt, hands.turn, stored, was_sent=was_sent, facts=facts, now=now
    )
