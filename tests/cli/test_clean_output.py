"""What a command prints into a file or a pipe: no blanks at the ends of lines, and plain lines."""

import re

import pytest

from syncd.errors import Problem, SyncdError, cured
from tests.cli.terminal import Terminal

COMMANDS = [
    ("run-once",),
    ("status",),
    ("plan",),
    ("outbox",),
    ("inbox",),
    ("show", "MJ-10451"),
    ("why", "MJ-10451"),
    ("leads", "sources"),
    ("check", "--online"),
]

AWAY = {
    "reset": {"kind": "reset_before_effect"},
    "elsewhere": {"kind": "status", "status": 302},
}


def test_no_line_ends_in_a_blank(in_step: Terminal) -> None:
    """Whatever is printed can be compared and pasted."""
    job = in_step.our_jobs()[0]
    in_step.ask("PATCH", f"jobs/{job['OID']}", {"Description": "The trap leaks."})
    in_step.fault(kind="status", status=503, vendor="letsjobit", method="PUT", times=None)
    for command in COMMANDS:
        said = in_step(*command)
        assert said.out, command
        bad = [line for line in (said.out + said.err).splitlines() if line != line.rstrip()]
        assert bad == [], command


@pytest.mark.parametrize("how", AWAY)
def test_an_outage_has_one_pair_of_brackets(in_step: Terminal, how: str) -> None:
    """The line says what, why, and the cure; not brackets after brackets."""
    in_step.fault(vendor="agentos", times=None, **AWAY[how])
    for command in (["run-once"], ["status"], ["plan"], ["check", "--online"]):
        said = in_step(*command)
        lines = " ".join((said.out + said.err).split())
        assert "AgentOS list_" in lines, command
        assert not re.search(r"\)[.:;]? ?\(", lines), lines


def test_a_cure_is_never_in_brackets_after_brackets() -> None:
    """Where the sentence ends with some, it follows a semicolon; without a cure nothing follows."""
    assert cured("it broke", "mend it") == "it broke (mend it)"
    assert cured("it points elsewhere (302)", "mend it") == "it points elsewhere (302); mend it"
    assert cured("it broke (302)", "") == "it broke (302)"
    assert str(SyncdError("x", "a (b)", "c")) == "a (b); c"
    assert str(Problem("store.url", "a (b)", "c")) == "store.url: a (b); c"
