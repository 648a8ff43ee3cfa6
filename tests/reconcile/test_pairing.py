"""Tests of pairing: proof first, then the exact number, and never a guess."""

from collections.abc import Sequence
from dataclasses import replace
from itertools import permutations, product
from random import Random
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from syncd.model import JobId, Tag, VisitId, VisitRecord
from syncd.reconcile.pairing import Pairing, pair_named, pair_visit
from tests.reconcile.made import VISIT

JOB_ID = JobId("mj-0009-4739")
OURS = Tag("northgate", JOB_ID)
OTHER_JOB = Tag("northgate", JobId("mj-other"))
OTHER_AGENCY = Tag("southgate", JOB_ID)
NUMBER = "10452"
OWN_IDS = frozenset({VisitId(11), VisitId(12)})


def seen(visit_id: int, tag: Tag | None = None, doc_no: str = NUMBER, **told: Any) -> VisitRecord:
    """A visit that might be meant."""
    return replace(
        VISIT,
        visit_id=VisitId(visit_id),
        visit_key=f"k{visit_id}",
        tag=tag,
        doc_no=doc_no,
        **told,
    )


def pair(*visits: VisitRecord, answer: str | None = None) -> Pairing:
    """Which of these visits is the job's."""
    return pair_visit(
        JOB_ID,
        short_name="northgate",
        doc_no=NUMBER,
        own_ids=OWN_IDS,
        candidates=iter(visits),
        answer=answer,
    )


def test_our_tag_is_proof() -> None:
    """Whatever its id and number became."""
    tagged = seen(900, OURS, doc_no="something else")
    assert pair(tagged) == Pairing(tagged, True)
    assert pair(seen(1), tagged, seen(2)) == Pairing(tagged, True)


@pytest.mark.parametrize("tag", [OTHER_JOB, OTHER_AGENCY])
def test_another_tag_is_proof_against(tag: Tag) -> None:
    """Our id and the number do not help where another job's or agency's tag stands."""
    assert pair(seen(11, tag)) == Pairing(None, False)


def test_our_id_with_our_number() -> None:
    """Where somebody took the tag off; the id without the number, or the number of another, is
    nothing of ours."""
    assert pair(seen(11)) == Pairing(seen(11), True)
    assert pair(seen(11, doc_no="other")) == Pairing(None, False)


def test_the_exact_number_alone() -> None:
    """Paired, but not ours: people made it."""
    assert pair(seen(77)) == Pairing(seen(77), False)
    for number in (f"{NUMBER}1", f"X{NUMBER}", NUMBER[:-1], ""):
        assert pair(seen(77, doc_no=number)) == Pairing(None, False)


def test_nothing_to_choose_from() -> None:
    """No visit, and nothing to ask."""
    assert pair() == Pairing(None, False)
    assert not pair().is_ambiguous
    assert not pair(seen(77)).is_ambiguous


def test_several_with_the_number_are_asked_about() -> None:
    """The one made first on LetsJobIt's word, none on the others'; nothing chosen is nothing."""
    visits = (seen(79), seen(77), seen(78))
    unclear = pair(*visits)
    assert unclear == Pairing(None, False, (VisitId(77), VisitId(78), VisitId(79)))
    assert unclear.is_ambiguous
    assert pair(*visits, answer="letsjobit") == Pairing(seen(77), False)
    assert pair(*visits, answer="agentos") == Pairing(None, False)


@pytest.mark.parametrize("answer", ["agentos", "letsjobit", "leave"])
def test_an_answer_does_not_override_proof(answer: str) -> None:
    """Ours is ours; and the only one with the number is that one."""
    assert pair(seen(77), seen(900, OURS), answer=answer) == Pairing(seen(900, OURS), True)
    assert pair(seen(77), answer=answer) == Pairing(seen(77), False)
    assert pair(answer=answer) == Pairing(None, False)


def test_of_several_visits_of_ours_the_liveliest() -> None:
    """Open, then closed and not acknowledged, then acknowledged; of equals the lowest id."""
    opened = seen(14, OURS), seen(15, OURS)
    closed = seen(13, OURS, is_closed=True)
    confirmed = seen(12, OURS, is_closed=True, is_confirmed=True)
    for order in permutations((*opened, closed, confirmed)):
        assert pair(*order).visit == opened[0]
    for order in permutations((closed, confirmed)):
        assert pair(*order).visit == closed
    assert pair(confirmed).visit == confirmed


_visits = st.lists(
    st.builds(
        seen,
        st.integers(9, 16),
        st.sampled_from([None, None, OURS, OTHER_JOB, OTHER_AGENCY]),
        st.sampled_from([NUMBER, NUMBER, "other"]),
        is_closed=st.booleans(),
        is_confirmed=st.booleans(),
    ),
    max_size=5,
    unique_by=lambda each: each.visit_id,
)


@given(_visits, st.sampled_from([None, "agentos", "letsjobit", "leave"]), st.randoms())
def test_the_order_of_the_answers_does_not_matter(
    visits: Sequence[VisitRecord], answer: str | None, random: Random
) -> None:
    """The same visits, in any order, give the same pair."""
    shuffled = list(visits)
    random.shuffle(shuffled)
    assert pair(*visits, answer=answer) == pair(*shuffled, answer=answer)


@given(_visits, st.sampled_from([None, "agentos", "letsjobit", "leave"]))
def test_nothing_is_paired_by_a_guess(visits: Sequence[VisitRecord], answer: str | None) -> None:
    """What is paired carries our tag, our id, or the number; ours only by proof."""
    found = pair(*visits, answer=answer)
    if found.visit is None:
        assert not found.is_ours
        return
    assert found.visit.tag in (None, OURS)
    assert found.visit.tag == OURS or found.visit.doc_no == NUMBER
    proven = found.visit.tag == OURS or found.visit.visit_id in OWN_IDS
    assert found.is_ours is proven
    numbered = [each for each in visits if each.tag is None and each.doc_no == NUMBER]
    assert proven or len(numbered) == 1 or answer == "letsjobit"


def test_leave_leaves_the_question() -> None:
    """Only `agentos` says that none of them is meant; `leave` keeps the job without a visit."""
    for one, other in product((77, 78), repeat=2):
        if one != other:
            assert pair(seen(one), seen(other), answer="leave").is_ambiguous


@given(
    _visits, st.booleans(), st.sampled_from([None, "agentos", "letsjobit", "leave"]), st.randoms()
)
def test_what_a_field_names_is_paired_by_proof_or_by_a_person(
    visits: Sequence[VisitRecord], is_proof: bool, answer: str | None, random: Random
) -> None:
    """One that only the job's own field names is taken whatever is answered; else the one made
    first on LetsJobIt's word, none on AgentOS's, and a question without either."""
    shuffled = list(visits)
    random.shuffle(shuffled)
    ids = tuple(sorted(each.visit_id for each in visits))
    found = pair_named(shuffled, is_proof=is_proof, answer=answer)
    taken = found.visit.visit_id if found.visit is not None else None
    if len(ids) == 1 and is_proof:
        expected: object = (ids[0], ())
    elif not ids or answer == "agentos":
        expected = (None, ())
    elif answer == "letsjobit":
        expected = (ids[0], ())
    else:
        expected = (None, ids)
    assert ((taken, found.candidates), found.is_ours) == (expected, False)
