"""The identity of a visit that syncd makes: the same after any crash and a lost store. Pure."""

import hashlib
import json

from syncd.model import JobId, VisitId

_REFERENCE = "{reference}"
_IDS = 2**52 - 1


def visit_id(short_name: str, job_id: JobId, *, occurrence: int, salt: int) -> VisitId:
    """The ERP id of a visit, 1 to 2**52 - 1: exact also where JSON numbers are doubles.

    `occurrence` counts the visits of one job, `salt` the identities found taken by other work.
    """
    return VisitId(_positive([short_name, job_id, occurrence, salt]))


def foreign_visit_id(internal_id: str) -> VisitId:
    """A negative stand-in for the ERP id of a visit that has none, of LetsJobIt's own `_id`."""
    return VisitId(-_positive([internal_id]))


def doc_no(template: str, reference: str) -> str:
    """The document number of a job's visits: the template with the job's reference put in."""
    return template.replace(_REFERENCE, reference)


def doc_no_prefix(template: str) -> str:
    """What every document number of this template begins with; "" when nothing is certain."""
    return template.partition(_REFERENCE)[0]


def reference_of(template: str, doc_no: str) -> str:
    """The job's reference in a document number of this template; else the number as it is."""
    before, found, after = template.partition(_REFERENCE)
    inner = doc_no.removeprefix(before).removesuffix(after)
    return inner if found and inner and before + inner + after == doc_no else doc_no


def _positive(parts: list[str | int]) -> int:
    digest = hashlib.sha256(json.dumps(parts).encode("ascii")).digest()
    return 1 + int.from_bytes(digest) % _IDS
