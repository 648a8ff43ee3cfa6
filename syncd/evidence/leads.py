"""What an engineer noted about a lead in a field of a closed visit. Pure.

The vendor needs no name, phone or e-mail of a lead (V4 Property Management, Create a new lead), so
what was noted goes into the notes as it stands.
"""

from syncd.evidence.lines import visit_lines
from syncd.evidence.notes import note_mark
from syncd.letsjobit.wire import Visit

LONGEST = 4000
"""Characters of what was noted. More is a picture or a file, not words about somebody."""

TICKED = "The engineer ticked this visit as a lead."

_YES = frozenset({"yes", "y", "true", "on", "1", "x"})
_NO = frozenset({"no", "n", "none", "false", "off", "0", "-", "n/a"})


def noted_lead(visit: Visit, name: str) -> str:
    """What the field of this name says, "" where there is no lead; of several lines all words
    count, as one lead."""
    entered = [
        each.text
        for line in visit_lines(visit, without=())
        for each in line.fields
        if each.name == name and each.text and each.text.casefold() not in _NO
    ]
    told = [TICKED if each.casefold() in _YES else each for each in entered]
    return "\n".join(dict.fromkeys(told))[:LONGEST]


def lead_notes(noted: str, *, doc_no: str) -> str:
    """The notes of a lead, with the visit's number at their end, by which people find it."""
    return f"{noted}\n{note_mark(doc_no)}"
