"""The identity of a job that is created through V3 Maintenance."""

from hypothesis import given
from hypothesis import strategies as st

from syncd.translate.external_ids import LENGTH, external_id, is_external_id

LETTERS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"


def test_it_never_changes() -> None:
    """The identity of a visit is what it was in every version before."""
    assert external_id("northgate", "v1") == "AEA622XAD"


@given(st.text(max_size=30), st.text(max_size=30))
def test_every_identity_is_short_and_agrees_with_its_check(short_name: str, key: str) -> None:
    """Nine letters and digits that AgentOS takes, whatever they are made of."""
    made = external_id(short_name, key)
    assert len(made) == LENGTH == 9
    assert is_external_id(made)


@given(st.text(max_size=10), st.integers(0, 8), st.sampled_from(LETTERS))
def test_a_mistyped_character_is_noticed(key: str, place: int, letter: str) -> None:
    """One wrong character anywhere makes it no identity of ours."""
    made = external_id("northgate", key)
    mistyped = made[:place] + letter + made[place + 1 :]
    assert is_external_id(mistyped) == (mistyped == made)


def test_different_visits_have_different_identities() -> None:
    """Ten thousand visits share none."""
    made = {external_id("northgate", f"visit {number}") for number in range(10_000)}
    assert len(made) == 10_000


def test_other_words_are_no_identities() -> None:
    """A post code, a telephone number and an identity with a letter glued to it are not ours."""
    made = external_id("northgate", "visit")
    others = ("AB51 3QR", "077009001", f"{made}X", f"X{made}", made.lower())
    assert not any(map(is_external_id, others))
