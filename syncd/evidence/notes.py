"""What a visit's end says in a note on the job, where the job side takes notes. Pure.

The mark `[visit <docNo>]` comes first, so that the note is found again; a note is the same text
after any crash, so that it is made once.
"""

from collections.abc import Collection
from datetime import tzinfo

from syncd.evidence.lines import visit_lines
from syncd.letsjobit.wire import Visit
from syncd.model import VisitRecord

LONGEST = 1000
"""Characters of one entered value; a longer one is a picture or a file, and no remark."""


def note_mark(doc_no: str) -> str:
    """How a note of ours begins."""
    return f"[visit {doc_no}]"


def closing_note(
    visit: Visit, record: VisitRecord, *, without: Collection[str], zone: tzinfo
) -> str:
    """The engineer's remarks on a closed visit; "" where nothing was entered.

    `without` names fields that are no remarks: our tag, and what the invoice is made of.
    """
    entered = [
        f"{field.caption or field.name}: {field.text}"
        for line in visit_lines(visit, without=without)
        for field in line.fields
        if field.text and len(field.text) <= LONGEST
    ]
    if not entered:
        return ""
    at = record.closed_at
    when = f" {at.astimezone(zone):%Y-%m-%d %H:%M}" if at is not None else ""
    return "\n".join([f"{note_mark(record.doc_no)} Closed{when}.", *entered])


def skip_note(record: VisitRecord) -> str:
    """That nobody could do the work, with what is known of the reason.

    LetsJobIt gives a code whose table it does not document; a code is one word with a digit in it.
    """
    reason = record.skip_reason
    told = f": {reason}" if reason else ", no reason given"
    if " " not in reason and any(each.isdigit() for each in reason):
        told = f": reason {reason} in LetsJobIt"
    return f"{note_mark(record.doc_no)} Skipped on {record.date}{told}"


def same_note(one: str, other: str) -> bool:
    """Whether two notes say the same: line breaks and blanks may change on the way."""
    return one.split() == other.split()
