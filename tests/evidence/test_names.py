"""Names of documents: safe everywhere, one for each docNo, and known again by their stem."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from syncd.evidence.names import (
    EvidenceKind,
    EvidenceName,
    content_sha8,
    evidence_name,
    evidence_stem,
    read_name,
    safe_part,
)

SHA8 = "0123abcd"
ANY_TEXT = st.text(st.characters(exclude_categories=()), max_size=300)


@pytest.mark.parametrize(
    ("doc_no", "part"),
    [
        ("H-017623", "H-017623"),
        ("AOS-1.2", "AOS-1.2"),
        ("co-0009-4739", "co-0009-4739"),
        ("H/017623", "H-017623_"),
        ("H 017623", "H-017623_"),
        ("H_017623", "H-017623_"),
        ("Łódź 7", "odz-7_"),
        ("../../etc/passwd", "etc-passwd_"),
        ("東京", "_"),
        ("", "_"),
        ("a" * 49, "a" * 48 + "_"),
    ],
)
def test_a_plain_number_stays_legible(doc_no: str, part: str) -> None:
    """A docNo of letters, digits, dots and hyphens stands as it is; others are marked by a hash."""
    found = safe_part(doc_no)
    assert found == part if not part.endswith("_") else found.startswith(part)
    assert len(found) == len(part) + (8 if part.endswith("_") else 0)


@given(ANY_TEXT, st.sampled_from(EvidenceKind), st.sampled_from(["jpg", "png", "pdf"]))
def test_names_are_safe_in_every_file_system(doc_no: str, kind: EvidenceKind, ext: str) -> None:
    """Short, ASCII, no separator, blank or reserved name, and no dot or blank at either end."""
    name = evidence_name(doc_no, kind, sha8=SHA8, extension=ext)
    assert re.fullmatch(r"VISIT-[A-Za-z0-9._-]+-(signature|jobsheet|invoice)-0123abcd\.\w{3}", name)
    assert len(name) < 90
    assert ".." not in name


@given(ANY_TEXT, st.sampled_from(EvidenceKind))
def test_our_names_are_known_again(doc_no: str, kind: EvidenceKind) -> None:
    """Every name that we give is read back into its stem, kind, sha8 and extension."""
    name = evidence_name(doc_no, kind, sha8=SHA8, extension="pdf")
    assert read_name(name) == EvidenceName(evidence_stem(doc_no, kind), kind, SHA8, "pdf")


@given(st.lists(ANY_TEXT, max_size=30, unique=True), st.sampled_from(EvidenceKind))
def test_no_two_numbers_share_a_stem(doc_nos: list[str], kind: EvidenceKind) -> None:
    """Different docNos, and different kinds of one docNo, have different stems."""
    stems = {evidence_stem(doc_no, kind) for doc_no in doc_nos}
    assert len(stems) == len(doc_nos)


def test_numbers_that_look_alike_have_names_of_their_own() -> None:
    """What is replaced in a docNo makes it nobody else's, not even of one spelt like the result."""
    first = safe_part("H/1")
    assert len({first, safe_part("H-1"), safe_part("H_1"), safe_part("H 1"), safe_part(first)}) == 5


@pytest.mark.parametrize(
    "name",
    [
        "",
        "invoice.pdf",
        "VISIT-1-jobsheet-0123abcd",
        "VISIT-1-jobsheet-0123ABCD.pdf",
        "VISIT-1-photo-0123abcd.jpg",
        "VISIT--jobsheet-0123abcd.pdf",
        "xVISIT-1-jobsheet-0123abcd.pdf",
        "VISIT-1-jobsheet-0123abcd.pdf.exe",
    ],
)
def test_other_names_are_not_ours(name: str) -> None:
    """A document that somebody else named is never taken for ours."""
    assert read_name(name) is None


def test_a_stem_does_not_depend_on_the_content() -> None:
    """The same visit with other content keeps its stem, which is what it is adopted by."""
    one, other = (
        read_name(evidence_name("H-1", EvidenceKind.INVOICE, sha8=sha8, extension="pdf"))
        for sha8 in (content_sha8({"a": 1}), content_sha8({"a": 2}))
    )
    assert one.stem == other.stem == "VISIT-H-1-invoice-"
    assert one.sha8 != other.sha8


def test_a_hash_is_of_content_not_of_order() -> None:
    """The order of keys does not matter, and the hash is the same in every release."""
    assert content_sha8({"a": 1, "b": "ż"}) == content_sha8({"b": "ż", "a": 1}) == "5d3358eb"
