"""The line of corrections that a Swagger document asks for."""

import tomllib

from hypothesis import given
from hypothesis import strategies as st

from syncd.checking.documents import wire_line

NAMES = st.dictionaries(st.text(min_size=1), st.text(), max_size=5)


@given(NAMES, NAMES)
def test_the_line_is_toml_and_keeps_what_was_corrected_before(
    corrections: dict[str, str], wire: dict[str, str]
) -> None:
    """Pasted, it says the old corrections and the new ones; the new ones win."""
    assert tomllib.loads(wire_line(corrections, wire)) == {"wire": {**wire, **corrections}}
