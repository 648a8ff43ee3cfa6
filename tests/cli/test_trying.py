"""`sandbox` and `demo`: syncd without an account."""

import json
import signal
import socket
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest

from syncd.cli import run
from syncd.settings import example_config, load_settings


def syncd(*words: str, cwd: Path) -> "subprocess.Popen[str]":
    """A command as a process of its own."""
    command = [sys.executable, "-m", "syncd", *words]
    return subprocess.Popen(
        command, cwd=cwd, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )


def test_the_sandbox_serves_until_it_is_stopped(tmp_path: Path) -> None:
    """It prints its address, writes a configuration that is good, and ends with 0."""
    options = ("--port", "0", "--config-out", "made.toml", "--agentos-limit", "30/60", "--json")
    process = syncd("sandbox", *options, cwd=tmp_path)
    assert process.stdout is not None
    about = json.loads(process.stdout.readline())
    settings = load_settings(tmp_path / "made.toml", {})
    assert settings.connections[0].agentos.base_url == about["url"]
    assert settings.connections[0].agentos.rate_limit.requests == 30
    process.send_signal(signal.SIGTERM)
    _, err = process.communicate(timeout=20)
    assert (process.returncode, err) == (0, "")


def test_a_port_that_is_taken_is_one_line(capsys: pytest.CaptureFixture[str]) -> None:
    """Exit 2 and what to do."""
    with socket.create_server(("127.0.0.1", 0)) as taken:
        assert run(["sandbox", "--port", str(taken.getsockname()[1])]) == 2
    assert "address already in use (choose another --port, or 0)" in capsys.readouterr().err


@pytest.mark.parametrize(
    "words",
    [
        ("--port", "70000"),
        ("--agentos-limit", "fifty"),
        ("--letsjobit-limit", "-1/10"),
        ("--config-out", "/nowhere/at/all/syncd.toml"),
    ],
)
def test_sandbox_options_that_cannot_be(
    words: tuple[str, str], capsys: pytest.CaptureFixture[str]
) -> None:
    """Each is named in one line."""
    assert run(["sandbox", *words]) == 2
    assert words[0] in capsys.readouterr().err


def test_the_demo_tells_the_whole_story(tmp_path: Path) -> None:
    """It ends with 0, shows both sides before and after, and leaves nothing behind."""
    before = set(Path(tempfile.gettempdir()).glob("syncd-demo-*"))
    process = syncd("demo", cwd=tmp_path)
    out, err = process.communicate(timeout=100)
    assert (process.returncode, err) == (0, "")
    assert "8 visits created" in out
    assert "1 visit updated, 1 visit withdrawn" in out
    assert out.count("\n  yes  ") == 3
    assert "changed in LetsJobIt" in out
    assert out.count("written    nothing") == 1
    assert "What to do next:" in out
    assert str(example_config()) in out
    assert "£96.00" in out
    assert "the engineer's app shows that the office has it" in out
    own = [line for line in out.splitlines() if str(example_config()) not in line]
    assert [line for line in own if len(line) > 80 and "document  VISIT-" not in line] == []
    assert set(Path(tempfile.gettempdir()).glob("syncd-demo-*")) <= before
    assert list(tmp_path.iterdir()) == []
