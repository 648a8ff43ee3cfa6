"""The mark on a job that syncd raised for a visit: the last line of its description. Pure.

    [visit NF-17]             raised through V4
    [visit NF-17 7K2M9QX4A]   raised through V3, with the ExternalID

It names the visit by its docNo, or by LetsJobIt's own `_id` where the docNo is empty, is another
visit's too, or cannot stand in the mark.
"""

import re

from syncd.translate.external_ids import is_external_id

_MARK = re.compile(r"(?:\A|\n)\[visit ([^\]\n]+)\]\s*\Z")


def write_mark(visit: str, external_id: str = "") -> str:
    """The mark for a visit of this name."""
    return f"[visit {visit} {external_id}]" if external_id else f"[visit {visit}]"


def can_be_marked(visit: str) -> bool:
    """Whether a mark with this name reads back as it was written."""
    return raised_for(write_mark(visit)) == visit


def raised_for(description: str) -> str | None:
    """The name of the visit that a job was raised for; None where it bears no mark."""
    found = _MARK.search(description)
    if found is None:
        return None
    name, _, last = found[1].rpartition(" ")
    return name if name and is_external_id(last) else found[1]


def external_id_of(description: str) -> str | None:
    """The ExternalID under which a job was raised through V3; None for every other job."""
    found = _MARK.search(description)
    last = found[1].rpartition(" ")[2] if found is not None else ""
    return last if is_external_id(last) else None


def without_mark(description: str) -> str:
    """The description as people wrote it."""
    return _MARK.sub("", description)
