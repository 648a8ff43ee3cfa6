"""Records in order."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from syncd.sandbox.shelf import Shelf, etag_of, from_json, to_json

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=8,
)


@given(JSON)
def test_json_comes_back_as_it_went(value: object) -> None:
    """Any JSON value survives, lone surrogates included; Infinity is refused on the way in."""
    if "Infinity" in to_json(value).decode():
        return
    assert from_json(to_json(value)) == value


@pytest.mark.parametrize("text", ["NaN", "[Infinity]", "{", ""])
def test_what_is_no_json_is_refused(text: str) -> None:
    """Also what Python would accept."""
    with pytest.raises(ValueError, match=r".+"):
        from_json(text)


def test_a_changed_record_keeps_its_place() -> None:
    """Order is the order of making; a new record can also be put first."""
    shelf = Shelf("OID")
    for key in "abc":
        shelf.put({"OID": key})
    shelf.put({"OID": "a", "Name": "x"})
    shelf.put({"OID": "z"}, first=True)
    assert list(shelf) == ["z", "a", "b", "c"]
    assert shelf.join(["c", "a"]) == b'[{"OID":"c"},{"OID":"a","Name":"x"}]'


def test_a_selection_follows_every_change() -> None:
    """The kept selection is forgotten when a record comes, changes or goes."""
    shelf = Shelf("OID", index=("Kind",))

    def found() -> list[str]:
        return list(shelf.select("kind 1", lambda record: record["Kind"] == 1))

    shelf.put({"OID": "a", "Kind": 1})
    assert found() == ["a"]
    shelf.put({"OID": "b", "Kind": 1})
    assert found() == ["a", "b"]
    shelf.put({"OID": "a", "Kind": 2})
    assert found() == ["b"]
    shelf.remove("b")
    assert found() == []


def test_a_copy_is_not_the_record() -> None:
    """Changing what was read changes nothing until it is put back."""
    shelf = Shelf("OID")
    shelf.put({"OID": "a", "List": []})
    shelf.need("a")["List"].append(1)
    assert shelf.get("a") == {"OID": "a", "List": []}
    assert shelf.get("b") is None


def test_an_etag_knows_content_only() -> None:
    """The order of fields and the old ETag do not matter."""
    assert etag_of({"A": 1, "B": 2}) == etag_of({"B": 2, "A": 1, "ETag": "x"})
    assert etag_of({"A": 1}) != etag_of({"A": 2})
