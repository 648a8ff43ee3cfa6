"""Records as no vendor should send them: any JSON under any name, and under the names we read."""

from decimal import Decimal

from hypothesis import strategies as st

from syncd.wire_json import Record

LONG_AGO = "0001-01-01T00:00:00"

any_text = st.one_of(
    st.text(st.characters(exclude_characters="\x00", exclude_categories=["Cs"]), max_size=12),
    st.sampled_from(
        [
            "",
            " ",
            "1",
            "true",
            "NaN",
            "1e999999999",
            "-1",
            "2026-13-45",
            "2026-06-09 25:61",
            LONG_AGO,
            "\r\n",
            "<b>",
            "\u202eabc",
            "\U0001f6b0" * 3,
            "syncd:northgate:mj-1",
            "syncd:southgate:mj-1",
            "x" * 5000,
        ]
    ),
)

any_value = st.recursive(
    st.one_of(
        st.none(),
        st.booleans(),
        st.integers(),
        st.sampled_from([2**53, 2**63, -(2**70), 10**40]),
        st.decimals(allow_nan=False, allow_infinity=False).map(lambda d: d + Decimal("0")),
        any_text,
    ),
    lambda inner: st.one_of(
        st.lists(inner, max_size=3),
        st.dictionaries(any_text, inner, max_size=3),
        st.dictionaries(st.sampled_from(["OID", "ID", "Name", "name", "extraData"]), inner),
    ),
    max_leaves=5,
)


def records(names: list[str]) -> st.SearchStrategy[Record]:
    """Objects with any of these names, and others, holding anything."""
    return st.dictionaries(st.one_of(st.sampled_from(names), any_text), any_value, max_size=8)
