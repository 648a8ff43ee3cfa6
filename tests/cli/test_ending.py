"""How commands end when something else than the work goes wrong."""

import signal
import subprocess
import sys
from importlib.metadata import version
from pathlib import Path

import pytest

from syncd.cli import run, status
from syncd.cli.exits import worst
from tests.cli.terminal import Terminal


def test_the_worst_code_is_chosen_in_the_interfaces_order() -> None:
    """1, 2, 5, 4, 3, 0."""
    assert worst(0, 3, 4, 5, 2, 1) == 1
    assert worst(0, 3, 4, 5, 2) == 2
    assert worst(0, 3, 4, 5) == 5
    assert worst(0, 3, 4) == 4
    assert worst(0, 3) == 3
    assert worst() == 0


def test_a_bug_is_one_line_without_anything_personal(
    terminal: Terminal, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Type and place, never the message; --verbose adds the way there, without values."""

    def breaks(*_: object, **__: object) -> None:
        raise KeyError("Mrs Cruickshank 07700 900090")

    monkeypatch.setattr(status, "status_document", breaks)
    said = terminal("status")
    assert said.code == 1
    assert said.err.startswith("bug in syncd: KeyError at ")
    assert said.err.count("\n") == 1
    verbose = terminal("status", "--verbose")
    assert " in breaks\n" in verbose.err
    document = terminal("status", "--json").document
    assert document["error"]["code"] == "bug"
    for each in (said.err, verbose.err, str(document)):
        assert "Cruickshank" not in each
        assert "07700" not in each


@pytest.mark.parametrize(
    "words",
    [("nonsense",), ("run-once", "--nonsense"), ("show",), ("run-once", "extra"), ("inbox", "x")],
)
def test_a_mistyped_command_is_one_line(terminal: Terminal, words: tuple[str, ...]) -> None:
    """With the help that says more; with --json as a document."""
    said = terminal(*words)
    assert (said.code, said.out, said.err.count("\n")) == (2, "", 1)
    assert said.err.rstrip(")\n").endswith(" --help")
    assert terminal(*words, "--json").document["error"]["code"] == "usage"


def test_an_option_before_the_command_is_told_where_it_belongs(terminal: Terminal) -> None:
    """Everybody types it there once."""
    said = terminal("--config", "syncd.toml", "status")
    assert said.err == (
        "syncd: no such option: --config (options stand after the command; see syncd --help)\n"
    )


def test_an_option_that_was_meant_is_named(terminal: Terminal) -> None:
    """Without brackets in brackets."""
    said = terminal("run-once", "--conection", "x")
    assert said.err == (
        "syncd: no such option: --conection; there is --config, --connection "
        "(see syncd run-once --help)\n"
    )


def test_the_version_is_one_line(capsys: pytest.CaptureFixture[str]) -> None:
    """The name and the version, as the package has it."""
    assert run(["--version"]) == 0
    assert capsys.readouterr().out == f"syncd {version('syncd')}\n"


def test_every_command_has_help(capsys: pytest.CaptureFixture[str]) -> None:
    """--help ends with 0 and names the configuration option."""
    commands = ["run-once", "plan", "check", "status", "show", "why", "inbox", "outbox", "pause"]
    for words in ([each] for each in (*commands, "resume", "rebuild")):
        assert run([*words, "--help"]) == 0
        assert "--config" in capsys.readouterr().out
    for words in (["db", "upgrade"], ["inbox", "resolve"], ["outbox", "discard"]):
        assert run([*words, "--help"]) == 0
        assert "--config" in capsys.readouterr().out


@pytest.mark.parametrize("words", [(), ("init",), ("inbox",), ("inbox", "resolve"), ("db",)])
def test_the_help_fits_80_columns_and_names_no_type_of_a_flag(
    words: tuple[str, ...], capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """`--json <bool>` would have people type a word after it."""
    monkeypatch.setenv("COLUMNS", "80")
    assert run([*words, "--help"]) == 0
    out = capsys.readouterr().out
    assert "bool" not in out
    assert max(map(len, out.splitlines())) <= 80


def test_help_loads_nothing_heavy() -> None:
    """The list of commands is there before SQLAlchemy, httpx, pydantic or a server are loaded."""
    program = (
        "import sys\nfrom syncd.cli import run\ncode = run(['--help'])\n"
        "heavy = {'sqlalchemy', 'httpx', 'pydantic', 'starlette', 'alembic'} & set(sys.modules)\n"
        "sys.exit(f'{code} {heavy}' if code or heavy else 0)"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, check=False)
    assert done.stderr == b""
    assert done.returncode == 0


def test_a_person_may_stop_a_run(in_step: Terminal) -> None:
    """Ctrl-C ends with 130 and one line; the next run goes on."""
    in_step.fault(kind="slow", vendor="agentos", times=None, seconds=20)
    process = in_step.process("run-once")
    while not any(rule["hits"] for rule in in_step.ask("GET", "faults")["rules"]):
        assert process.poll() is None
    process.send_signal(signal.SIGINT)
    out, err = process.communicate(timeout=20)
    assert (process.returncode, out) == (130, "")
    assert err == "syncd: stopped (nothing is lost: the next run goes on from here)\n"
    in_step.no_faults()
    assert in_step("run-once").code == 0


def test_a_reader_that_goes_away_is_no_bug(in_step: Terminal) -> None:
    """`syncd status | head -1` ends quietly."""
    process = in_step.process("status", "--json")
    assert process.stdout is not None
    assert process.stderr is not None
    process.stdout.close()
    assert process.wait(timeout=20) == 141
    assert process.stderr.read() == ""
    process.stderr.close()


@pytest.mark.parametrize("words", ["status", "status --json", "run-once --json"])
def test_output_on_a_full_disk_is_one_line(in_step: Terminal, words: str) -> None:
    """What cannot be told is said on standard error, without a traceback."""
    done = in_step.shell(words, "> /dev/full")
    assert (done.code, done.err.count("\n")) == (2, 1)
    assert done.err.startswith("syncd: no space left on the disk")


@pytest.mark.parametrize("closed", [">&-", "2>&-", "<&- >&- 2>&-"])
def test_closed_streams_are_no_bug(in_step: Terminal, closed: str) -> None:
    """Who closes what syncd prints to does not want to read it; the work is done, and no file gets
    the number of a closed stream."""
    done = in_step.shell("run-once", closed)
    assert (done.code, done.err) == (0, "")
    assert in_step("status").code == 0


def test_output_is_plain_off_a_terminal(in_step: Terminal) -> None:
    """No colours, no cursor tricks, no line wider than 80 columns but those to copy."""
    in_step.set_status(in_step.our_jobs()[0], "Completed")
    for words in (("run-once",), ("status",), ("inbox",), ("show", "MJ-10451"), ("plan",)):
        said = in_step(*words)
        assert "\x1b" not in said.out + said.err
        wide = [line for line in said.out.splitlines() if len(line) > 80]
        assert [line for line in wide if "syncd " not in line] == []


def test_control_characters_of_a_vendor_do_not_reach_the_terminal(in_step: Terminal) -> None:
    """A title that would clear the screen is shown without its escape."""
    job = in_step.our_jobs()[0]
    in_step.ask("PATCH", f"jobs/{job['OID']}", {"Title": "Tap \x1b[2J[bold]drips[/bold]"})
    assert in_step("run-once").code == 0
    said = in_step("show", job["OID"])
    assert "\x1b" not in said.out
    assert "[bold]drips[/bold]" in said.out
    assert "\x1b" not in in_step("why", job["OID"], "description").out


def test_verbose_logs_to_standard_error_and_shows_no_key(terminal: Terminal) -> None:
    """The document stays alone on standard output, also with keys in the query."""
    terminal.edit(
        "[connections.agentos.statuses]", 'api_key_in = "query"\n[connections.agentos.statuses]'
    )
    said = terminal("run-once", "--verbose", "--json")
    assert said.document["outcome"] == "ok"


def test_a_configuration_that_is_a_directory(terminal: Terminal, tmp_path: Path) -> None:
    """One line, exit 2."""
    said = terminal("status", "--config", str(tmp_path))
    assert (said.code, said.err.count("\n")) == (2, 1)
