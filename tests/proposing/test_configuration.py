"""The text that `init` writes: whatever the names are, it means the answers and nothing else."""

import tomllib
from itertools import pairwise
from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from syncd.proposing.configuration import Answers, Key, Vendor, configuration_text
from syncd.proposing.seen import Option
from syncd.settings import Settings, settings_from_document

KEYS = {"AGENTOS_KEY": "aos-1", "LETSJOBIT_KEY": "ljt-1"}

lines = st.text(
    st.characters(exclude_categories=["Cs", "Cc", "Zl", "Zp"]), min_size=1, max_size=30
).filter(lambda text: text == text.strip())
"""What settings take as one line."""

anything = st.text(st.characters(exclude_categories=["Cs"]), max_size=30)
"""What a vendor may call somebody: line breaks, quotation marks, brackets."""

options = st.builds(Option, lines, anything)


@st.composite
def answers(draw: st.DrawFn) -> Answers:
    """Answers as a person may give them, the statuses all different."""
    names = draw(st.lists(lines, min_size=5, max_size=8, unique_by=str.casefold))
    return Answers(
        name="northgate",
        store_url="sqlite:///syncd.db",
        agentos=Vendor(Key(variable="AGENTOS_KEY")),
        letsjobit=Vendor(Key(variable="LETSJOBIT_KEY"), "https://letsjobit.example/api"),
        short_name=draw(lines),
        contractors=draw(st.lists(options, min_size=1, max_size=3)),
        branches=draw(st.lists(options, max_size=3)),
        statuses={
            "visit_when": names[4:],
            "in_progress": names[:1],
            "awaiting_access": draw(st.sampled_from([(), names[1:2]])),
            "completed": names[2:3],
            "cancelled": names[3:4],
        },
        company_id=draw(lines),
        engineer=draw(options),
        amount_field=draw(lines),
    )


def read(text: str, tmp_path: Path = Path()) -> Settings:
    """The settings that a text means."""
    return settings_from_document(tomllib.loads(text), KEYS, directory=tmp_path)


@given(answers())
def test_the_text_means_the_answers(given: Answers) -> None:
    """It is good, and every setting is what was answered, whatever the vendors call things."""
    connection = read(configuration_text(given)).connections[0]
    assert connection.agentos.short_name == given.short_name
    assert list(connection.agentos.contractors) == [each.key for each in given.contractors]
    assert list(connection.agentos.branches) == [each.key for each in given.branches]
    statuses = connection.agentos.statuses
    assert list(statuses.visit_when) == list(given.statuses["visit_when"])
    assert [statuses.in_progress] == list(given.statuses["in_progress"])
    assert statuses.awaiting_access == next(iter(given.statuses["awaiting_access"]), "")
    assert [statuses.completed] == list(given.statuses["completed"])
    assert list(statuses.cancelled) == list(given.statuses["cancelled"])
    assert connection.letsjobit.company_id == given.company_id
    assert connection.letsjobit.default_driver == given.engineer.key
    assert connection.invoice.amount_field == given.amount_field
    assert connection.invoice.approve == 0


@given(answers())
def test_every_setting_has_a_sentence(given: Answers) -> None:
    """A comment stands above each, but for the heads of tables."""
    text = configuration_text(given).splitlines()
    for above, line in pairwise(text):
        assert above.startswith("# ") or not line or line[0] in "#["


def test_a_key_is_named_and_never_there(tmp_path: Path) -> None:
    """A variable, or a file of its own."""
    assert Key(variable="A_KEY").reference == '"${A_KEY}"'
    assert Key(file="/etc/a key").reference == '{ file = "/etc/a key" }'
