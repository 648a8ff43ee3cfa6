"""Tests of the spool of changed records."""

from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from syncd.model import Json, Observation, Side
from syncd.observe.spool import Spool

# Also NUL, line separators and halves of surrogate pairs: everything that a str can hold.
_text = st.text(st.characters(codec=None), max_size=20) | st.sampled_from(
    ["\n", "\r\n", "\x00", "\u2028", "\ud800", "\x85", '{"a":1}\n', "\ufeff"]
)
_json = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | _text,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(_text, inner, max_size=3),
    max_leaves=5,
)
_observations = st.builds(
    Observation,
    st.sampled_from(Side),
    _text,
    _text,
    content=st.none() | st.dictionaries(_text, _json, max_size=3),
    problem=st.none() | _text,
    erp_id=st.none() | _text,
    doc_no=st.none() | _text,
    tag=st.none() | _text,
    closure=st.none() | st.dictionaries(_text, st.none() | _text, max_size=2),
)


@pytest.fixture
def spool() -> Iterator[Spool]:
    """An empty spool."""
    opened = Spool()
    yield opened
    opened.close()


@given(st.lists(_observations, max_size=8))
def test_what_is_added_comes_back(observations: list[Observation]) -> None:
    """In order, unaltered, as often as it is read, whatever the text is made of."""
    spool = Spool()
    for each in observations:
        spool.add(each)
    assert list(spool) == observations == list(spool)
    assert len(spool) == len(observations)
    spool.close()


def test_adding_goes_on_after_reading(spool: Spool) -> None:
    """A plan may read while later lanes still add."""
    spool.add(Observation(Side.AGENTOS, "1", "f"))
    assert [each.record_id for each in spool] == ["1"]
    spool.add(Observation(Side.LETSJOBIT, "2", "f"))
    reader = iter(spool)
    assert next(reader).record_id == "1"
    spool.add(Observation(Side.AGENTOS, "3", "f"))
    assert [each.record_id for each in spool] == ["1", "2", "3"]


def test_more_than_the_memory_holds(spool: Spool) -> None:
    """On disk it is the same."""
    content: dict[str, Json] = {"text": "\u00e9\U0001f6b0\ud800" * 100_000}
    for number in range(8):
        spool.add(Observation(Side.AGENTOS, str(number), "f", content=content))
    assert [each.record_id for each in spool] == [str(number) for number in range(8)]
    assert all(each.content == content for each in spool)


def test_only_records_that_were_known_are_counted(spool: Spool) -> None:
    """By side: a first sweep changes everything and that says nothing."""
    spool.note(Side.AGENTOS, is_known=False, is_changed=True)
    spool.note(Side.AGENTOS, is_known=True, is_changed=True)
    spool.note(Side.AGENTOS, is_known=True, is_changed=False)
    spool.note(Side.LETSJOBIT, is_known=True, is_changed=False)
    assert (spool.known[Side.AGENTOS], spool.changed[Side.AGENTOS]) == (2, 1)
    assert (spool.known[Side.LETSJOBIT], spool.changed[Side.LETSJOBIT]) == (1, 0)
    assert len(spool) == 0


def test_what_is_asked_for_beside_is_known_without_reading_all(spool: Spool) -> None:
    """The jobs that our tags name, and the numbers of the visits that wait for acknowledgement."""
    closure = {"visit": "{}", "signature": None}
    spool.add(Observation(Side.AGENTOS, "1", "f", doc_no="no visit's"))
    spool.add(Observation(Side.LETSJOBIT, "2", "f", doc_no="12", tag="JOB-1"))
    spool.add(Observation(Side.LETSJOBIT, "3", "f", doc_no="13", tag="JOB-1", closure=closure))
    spool.add(Observation(Side.LETSJOBIT, "4", "f", closure=closure))
    assert spool.tags == {"JOB-1"}
    assert spool.closed_numbers == {"13"}
