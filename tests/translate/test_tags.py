"""Tests of our tag on a visit."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from syncd.model import JobId, Tag
from syncd.translate.tags import FIELD, first_tag, read_tag, tag_field, write_tag
from tests.translate.made import TAG, any_text

some_text = st.text(alphabet=st.characters(exclude_categories=()), min_size=1, max_size=40)


@given(some_text, some_text)
def test_a_tag_survives_any_oid(short_name: str, job_id: str) -> None:
    """Any short name and OID come back from the tag, which is one word of plain letters."""
    tag = Tag(short_name, JobId(job_id))
    word = write_tag(tag)
    assert read_tag(word) == tag
    assert word.isascii()
    assert not any(character.isspace() for character in word)


def test_the_usual_tag_is_readable() -> None:
    """An OID of the vendor's usual form stands in the tag as it is."""
    assert write_tag(TAG) == "syncd:northgate:mj-0009-4739"


@pytest.mark.parametrize(
    "word",
    [
        "",
        "syncd:northgate:",
        "syncd::mj-1",
        "syncd:northgate",
        "Syncd:northgate:mj-1",
        "syncd:northgate:mj-1:2",
        "see syncd:northgate:mj-1",
        "syncd:northgate:mj-%31",
        "syncd:northgate:%zz",
        "syncd:northgate:مرحبا",
    ],
)
def test_what_we_did_not_write_is_no_tag(word: str) -> None:
    """Only the exact form that we write is a tag: no other case, no other encoding of a letter."""
    assert read_tag(word) is None


@given(any_text)
def test_any_text_is_a_tag_only_as_we_write_it(word: str) -> None:
    """Reading never raises, and what it accepts is what we would have written."""
    tag = read_tag(word)
    assert tag is None or write_tag(tag) == word.strip()


def test_the_first_tag_counts() -> None:
    """Of several values the first that is a tag is taken; what is no text is passed over."""
    assert first_tag([None, 7, "x", " syncd:a:1 ", "syncd:b:2"]) == Tag("a", JobId("1"))
    assert first_tag([]) is None


def test_the_field_is_read_only_and_shows_the_tag_where_answers_show_no_value() -> None:
    """The custom field cannot be edited in the app; its description carries the tag as well."""
    field = tag_field(TAG)
    assert field["name"] == FIELD
    assert field["readonly"] == "readonly"
    assert field["value"] == field["description"] == "syncd:northgate:mj-0009-4739"
