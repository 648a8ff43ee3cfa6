"""The names of our documents in AgentOS: `VISIT-<docNo>-<kind>-<sha8>.<ext>`. Pure.

Every name is ASCII without blanks, shorter than 90 characters and allowed in every file system. A
document of ours is known again by everything before the sha8. That is the hash of what the engineer
left, never of the rendered bytes, so that a new logo is not a new document.
"""

import hashlib
import json
import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from syncd.model import Json


class EvidenceKind(StrEnum):
    """The kinds of document that a closed visit gives, as they stand in names."""

    SIGNATURE = "signature"
    JOB_SHEET = "jobsheet"
    INVOICE = "invoice"


_LONGEST = 48
_PLAIN = re.compile(r"[A-Za-z0-9]+(?:[.-][A-Za-z0-9]+)*")
_STRANGE = re.compile(r"[^A-Za-z0-9.-]+")
_KINDS = "|".join(EvidenceKind)
_NAME = re.compile(rf"(VISIT-.+-({_KINDS})-)([0-9a-f]{{8}})\.(jpg|png|pdf)")


@dataclass(frozen=True)
class EvidenceName:
    """A name of ours in its parts; `stem` is everything before the sha8, with its last hyphen."""

    stem: str
    kind: EvidenceKind
    sha8: str
    extension: str


def evidence_name(doc_no: str, kind: EvidenceKind, *, sha8: str, extension: str) -> str:
    """The name of a document; `extension` is jpg, png or pdf, without a dot."""
    return f"{evidence_stem(doc_no, kind)}{sha8}.{extension}"


def evidence_stem(doc_no: str, kind: EvidenceKind) -> str:
    """What the names of all our documents of this kind for this docNo begin with."""
    return f"VISIT-{safe_part(doc_no)}-{kind}-"


def read_name(name: str) -> EvidenceName | None:
    """The parts of a name that we gave; None where somebody else named the document."""
    match = _NAME.fullmatch(name.strip())
    if match is None:
        return None
    return EvidenceName(match[1], EvidenceKind(match[2]), match[3], match[4])


def safe_part(doc_no: str) -> str:
    """The docNo as part of a file name: itself where it is plain ASCII, else marked by its hash.

    A plain one has no underscore and a marked one ends in an underscore and eight digits, so no two
    docNos share a name unless SHA-256 makes them.
    """
    if len(doc_no) <= _LONGEST and _PLAIN.fullmatch(doc_no):
        return doc_no
    spelt = unicodedata.normalize("NFKD", doc_no).encode("ascii", "ignore").decode("ascii")
    legible = re.sub(r"[.-]{2,}", "-", _STRANGE.sub("-", spelt))[:_LONGEST].strip(".-")
    digest = hashlib.sha256(doc_no.encode("utf-8", "surrogatepass")).hexdigest()
    return f"{legible}_{digest[:8]}"


def content_sha8(content: Mapping[str, Json]) -> str:
    """Eight hexadecimal digits that stand for this content, whatever the order of its keys."""
    canonical = json.dumps(content, sort_keys=True, separators=(",", ":"), allow_nan=False)
    return hashlib.sha256(canonical.encode("ascii")).hexdigest()[:8]
