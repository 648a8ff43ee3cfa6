"""The systemd unit: well formed, as closed as promised, and syncd runs under its settings."""

import os
import re
import shutil
import signal
import socket
import stat
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from syncd.sandbox import RunningSandbox, limits_from, seeded_world
from syncd.settings import load_settings
from tests.deploy.conftest import Installed
from tests.deploy.unit import Unit, can_confine, command_of, started

EXPOSURE = 1.5
"""The most that `systemd-analyze security` may find."""

needs_systemd = pytest.mark.skipif(
    shutil.which("systemd-analyze") is None, reason="systemd-analyze is not on this machine"
)


@pytest.fixture(scope="module")
def path(root: Path) -> Path:
    """The unit file."""
    return root / "deploy" / "syncd.service"


@pytest.fixture(scope="module")
def unit(path: Path) -> Unit:
    """The same, read."""
    return Unit.read(path)


def analyzed(path: Path, *words: str) -> "subprocess.CompletedProcess[str]":
    """What systemd-analyze says about a unit."""
    return subprocess.run(
        ["systemd-analyze", *words, str(path)], capture_output=True, text=True, check=False
    )


@needs_systemd
def test_systemd_has_nothing_to_say(path: Path, tmp_path: Path) -> None:
    """`verify` is silent; an unknown setting would be a line, though its exit code be 0."""
    copy = tmp_path / path.name
    # The program is wherever the operator installs it: any that is there stands for it.
    copy.write_text(path.read_text().replace("/opt/syncd/bin/syncd", "/bin/true"))
    said = analyzed(copy, "verify", "--man=no")
    assert (said.returncode, said.stdout, said.stderr) == (0, "", "")


@needs_systemd
def test_a_mistake_in_the_unit_would_be_heard(path: Path, tmp_path: Path) -> None:
    """A setting that systemd does not know is said."""
    copy = tmp_path / path.name
    copy.write_text(path.read_text().replace("UMask=", "UnknownMask="))
    assert "Unknown key" in analyzed(copy, "verify", "--man=no").stderr


@needs_systemd
def test_the_unit_is_hardly_exposed(path: Path) -> None:
    """At most 1.5 of 10, as systemd counts it."""
    words = ("security", "--offline=true", f"--threshold={10 * EXPOSURE:.0f}")
    said = analyzed(path, *words)
    assert said.returncode == 0, said.stdout[-300:]


def test_the_unit_reads_the_files_of_the_documents(unit: Unit) -> None:
    """Its configuration, credential and state directory are those that init and check know."""
    assert unit.environ() == {"SYNCD_CONFIG": "/etc/syncd/syncd.toml"}
    assert unit.service("LoadCredential") == "syncd.env:/etc/syncd/syncd.env"
    assert unit.service("StateDirectory") == "syncd"
    assert command_of(unit, "ExecStart") == ["/opt/syncd/bin/syncd", "run"]
    assert command_of(unit, "ExecReload") == ["/bin/kill", "-HUP", "$MAINPID"]


def test_the_unit_hides_nothing_that_syncd_reads(unit: Unit) -> None:
    """Which start of the machine this is stands in /proc/sys, and since when a process runs is told
    by /proc/stat: without them `status` takes each other's readings for hours old, and metrics
    have no figures of the process."""
    assert ("Service", "ProcSubset") not in unit.settings


CONFIG = """
[store]
url = "sqlite:///{state}/syncd.db"
[admin]
listen = "127.0.0.1:{port}"
[schedule]
jobs = "1s"
visits = "1s"
closures = "1s"
"""


@pytest.fixture
def machine(tmp_path: Path) -> Iterator[tuple[Path, RunningSandbox]]:
    """A sandbox of fast windows; a configuration without any key; the keys as a credential."""
    limits = limits_from((50, 1.0), (100, 0.5))
    with RunningSandbox(seeded_world(7), limits=limits) as box:
        for name in ("etc", "state", "credentials"):
            (tmp_path / name).mkdir()
        text = box.config_text()
        start = text.index("[[connections]]")
        kept = text[start:].replace(box.agentos_key, "${A}").replace(box.letsjobit_key, "${L}")
        config = tmp_path / "etc" / "syncd.toml"
        config.write_text(CONFIG.format(state=tmp_path / "state", port=free_port()) + kept)
        credential = tmp_path / "credentials" / "syncd.env"
        credential.write_text(f"A={box.agentos_key}\nL={box.letsjobit_key}\n")
        credential.chmod(0o400)
        yield tmp_path, box


def free_port() -> int:
    """A port that nobody listens on just now."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        port: int = server.getsockname()[1]
        return port


def pages_answer(config: Path) -> bool:
    """Whether the admin endpoint shows its first page, with its style sheets."""
    listen = load_settings(config, {"A": "a", "L": "l"}).admin.listen
    with httpx.Client(base_url=f"http://{listen}", timeout=10) as browser:
        assert browser.get("/healthz").status_code == 200
        page = browser.get("/")
        assert page.status_code == 200
        styles = set(re.findall(r'href="(/[^"]+\.css)', page.text))
        assert "process_resident_memory_bytes" in browser.get("/metrics").text
        return bool(styles) and all(browser.get(style).status_code == 200 for style in styles)


def visits(box: RunningSandbox) -> int:
    """How many visits the account has."""
    with httpx.Client(base_url=f"{box.url}/_sandbox", timeout=10) as control:
        return len(control.get("/visits").raise_for_status().json()["records"])


@pytest.mark.skipif(not can_confine(), reason="no namespaces for this user on this machine")
def test_the_wheel_runs_under_the_units_settings(
    unit: Unit, machine: tuple[Path, RunningSandbox], installed: Installed
) -> None:
    """From the wheel alone: it says that it is ready, does its work, shows its pages, feeds the
    watchdog, reloads, and ends with 0; what it writes is for itself alone, and it logs no key."""
    directory, box = machine
    config = directory / "etc" / "syncd.toml"
    environ = installed.environ(**unit.environ() | {"SYNCD_CONFIG": str(config)})
    command = [str(installed.program), *command_of(unit, "ExecStart")[1:]]
    errors = directory / "errors"
    with started(unit, command, directory, environ, errors) as (process, supervisor):
        supervisor.hears("READY=1")
        supervisor.hears("STATUS=")
        supervisor.forget()
        supervisor.hears("WATCHDOG=1")
        deadline = time.monotonic() + 30
        while visits(box) < 13:
            assert process.poll() is None, errors.read_text()
            assert time.monotonic() < deadline, errors.read_text()
            supervisor.forget()
            supervisor.hears("WATCHDOG=1")
        assert pages_answer(config)
        supervisor.forget()
        process.send_signal(signal.SIGHUP)
        supervisor.hears("RELOADING=1")
        supervisor.hears("READY=1")
        process.send_signal(signal.SIGTERM)
        supervisor.hears("STOPPING=1")
        assert process.wait(timeout=10) == 0, errors.read_text()
    written = [each for each in (directory / "state").rglob("*") if each.is_file()]
    assert "syncd.db" in {each.name for each in written}
    assert {stat.S_IMODE(each.stat().st_mode) for each in written} == {0o600}
    log = errors.read_text()
    assert not [key for key in (box.agentos_key, box.letsjobit_key) if key in log]


DRAWS = """
import ctypes
from datetime import UTC, datetime
from syncd.evidence.first_page import draw_first_page
from syncd.evidence.paper import Letterhead, Paper

made_at = datetime.fromtimestamp(0, UTC)
paper = Paper(Letterhead("syncd"), title="Job sheet", number="", made_at=made_at, cjk_font=None)
assert draw_first_page(paper.as_bytes()).pages == 1
assert ctypes.CDLL(None).prctl(66, 0, 0, 0, 0) in (1, -1), "writable code would be allowed"
"""


@pytest.mark.skipif(not can_confine(), reason="no namespaces for this user on this machine")
def test_papers_are_drawn_under_the_units_settings(
    unit: Unit, installed: Installed, tmp_path: Path
) -> None:
    """PDFium needs nothing that the unit forbids, in particular no memory that is written and then
    executed (on kernels that can forbid it)."""
    for name in ("state", "credentials"):
        (tmp_path / name).mkdir()
    errors = tmp_path / "errors"
    # PR_GET_MDWE: 1 where it is refused; -1 from a kernel that does not know it.
    command = [str(installed.python), "-c", DRAWS]
    with started(unit, command, tmp_path, installed.environ(), errors) as (process, _):
        assert process.wait(timeout=60) == 0, errors.read_text()


@pytest.mark.skipif(not can_confine(), reason="no namespaces for this user on this machine")
def test_elsewhere_nothing_can_be_written(unit: Unit, tmp_path: Path) -> None:
    """The test above means something: the same settings let a program write its state alone."""
    for name in ("state", "credentials"):
        (tmp_path / name).mkdir()
    tried = f"touch {tmp_path}/state/inside && ! touch {tmp_path}/outside && ! chown 1 {tmp_path}"
    errors = tmp_path / "errors"
    environ = {"PATH": os.environ["PATH"]}
    with started(unit, ["sh", "-c", tried], tmp_path, environ, errors) as (process, _):
        assert process.wait(timeout=10) == 0, errors.read_text()
    assert not (tmp_path / "outside").exists()


def test_the_unit_and_the_documents_name_the_same_program(root: Path, unit: Unit) -> None:
    """Where install.md puts syncd is where the unit looks for it."""
    text = (root / "docs" / "operator" / "install.md").read_text()
    assert command_of(unit, "ExecStart")[0] in text


def test_the_configuration_of_the_wheel_is_the_example(
    installed: Installed, tmp_path: Path
) -> None:
    """The example that the wheel carries can be loaded with its variables set."""
    shown = installed("check", cwd=tmp_path).stderr
    example = Path(shown.partition(", copy ")[2].partition(" and fill it in")[0])
    keys = {"NORTHGATE_AGENTOS_KEY": "a", "LETSJOBIT_KEY": "b", "PORTAL_SESSION": "c"}
    assert load_settings(example, keys).connections
