"""Tests of the identities of visits."""

from hypothesis import given
from hypothesis import strategies as st

from syncd.model import JobId
from syncd.translate import identity
from tests.translate.made import any_text

arguments = st.tuples(any_text, any_text, st.integers(0, 99), st.integers(0, 9))


def id_of(name: tuple[str, str, int, int]) -> int:
    """The visit id for (short name, job OID, occurrence, salt)."""
    short_name, job_id, occurrence, salt = name
    return identity.visit_id(short_name, JobId(job_id), occurrence=occurrence, salt=salt)


def test_the_id_of_a_visit_never_changes() -> None:
    """The id is the same in every version of syncd: links are found again by it."""
    assert id_of(("northgate", "mj-0009-4739", 1, 0)) == 1313244262157742


@given(arguments, arguments)
def test_ids_are_positive_exact_and_distinct(
    one: tuple[str, str, int, int], other: tuple[str, str, int, int]
) -> None:
    """An id fits a double exactly, is never 0, and differs where any part differs."""
    assert 0 < id_of(one) < 2**52
    assert (id_of(one) == id_of(other)) is (one == other)


def test_a_visit_without_an_erp_id_has_a_negative_stand_in() -> None:
    """Visits that people made have stand-ins that are stable, distinct and never one of ours."""
    one, other = identity.foreign_visit_id("abc"), identity.foreign_visit_id("abd")
    assert one == identity.foreign_visit_id("abc") != other
    assert one < 0


@given(
    st.sampled_from(["{reference}", "AOS-{reference}", "A{reference}Z", "{reference}/v"]), any_text
)
def test_the_reference_comes_back_from_the_document_number(template: str, reference: str) -> None:
    """A document number begins with the prefix of its template and gives the reference back."""
    number = identity.doc_no(template, reference)
    assert number.startswith(identity.doc_no_prefix(template))
    assert identity.reference_of(template, number) == (reference or number)


def test_a_document_number_of_another_template_is_its_own_reference() -> None:
    """A number that the template cannot have made is taken as it stands."""
    assert identity.reference_of("AOS-{reference}", "10452") == "10452"
    assert identity.reference_of("AOS-{reference}", "AOS-10452") == "10452"
    assert identity.doc_no_prefix("{reference}-x") == ""
