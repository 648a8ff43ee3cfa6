"""What `check --online` says beside the vendors' answers about settings."""

import pytest

from syncd.checking.findings import Severity
from syncd.checking.online import check_clock
from syncd.model import Side
from tests.cli.terminal import LEGACY, Terminal, through

ADDRESS = '[connections.create_jobs]\ndocument_base_url = "https://files.example/visits"\n'
"""Where AgentOS could fetch the documents of visits."""


@pytest.mark.parametrize("skew_seconds", [None, 0.0, 59.0, -60.0])
def test_clocks_that_agree_are_not_mentioned(skew_seconds: float | None) -> None:
    """Within a minute, or where no answer told the vendor's time."""
    assert check_clock("northgate", Side.AGENTOS, skew_seconds) == []


@pytest.mark.parametrize(
    ("skew_seconds", "words"),
    [(61.0, "61 s ahead of AgentOS's"), (-3600.0, "3600 s behind AgentOS's")],
)
def test_a_clock_that_is_wrong_is_a_note(skew_seconds: float, words: str) -> None:
    """It says by how much and in which direction, and how to mend it; it is no error."""
    (finding,) = check_clock("northgate", Side.AGENTOS, skew_seconds)
    assert finding.severity is Severity.NOTE
    assert words in finding.message
    assert "NTP" in finding.cure


@pytest.mark.parametrize("channel", ["v3", "beside v4"])
def test_jobs_that_get_no_documents_are_noted_once(terminal: Terminal, channel: str) -> None:
    """Without an address at which V3 could fetch them; with one there is nothing to say."""
    if channel == "v3":
        through(terminal, "v3")
    else:
        terminal.config.write_text(terminal.config.read_text() + LEGACY)
    said = terminal("check", "--online")
    assert said.code == 0
    assert " ".join(said.out.split()).count("jobs that V3 takes get no documents") == 1
    terminal.edit("[connections.create_jobs]\n", ADDRESS)
    assert "get no documents" not in " ".join(terminal("check", "--online").out.split())
