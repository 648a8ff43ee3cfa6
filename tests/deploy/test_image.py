"""The image: what hadolint says, what it runs as, and its build stage played without Docker."""

import http.server
import re
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.deploy.image import Builder, Instruction, is_let_through, stages

HADOLINT = Path(sys.executable).parent / "hadolint"


@pytest.fixture(scope="module")
def path(root: Path) -> Path:
    """The Dockerfile."""
    return root / "deploy" / "Dockerfile"


@pytest.fixture(scope="module")
def final(path: Path) -> list[Instruction]:
    """The instructions of the stage that becomes the image."""
    return stages(path)[-1]


def only(stage: list[Instruction], word: str) -> Instruction:
    """The only instruction of a kind."""
    (found,) = [each for each in stage if each.word == word]
    return found


def test_hadolint_finds_nothing(path: Path) -> None:
    """Not even a remark."""
    said = subprocess.run([HADOLINT, path], capture_output=True, text=True, check=False)
    assert (said.returncode, said.stdout, said.stderr) == (0, "", "")


def test_it_runs_as_nobody_in_particular(final: list[Instruction]) -> None:
    """As a user by number, in exec form, stopped by SIGTERM, with a check of its health."""
    assert only(final, "USER").rest == "10001:10001"
    assert only(final, "ENTRYPOINT").words == ["syncd"]
    assert only(final, "CMD").words == ["run"]
    assert only(final, "STOPSIGNAL").rest == "SIGTERM"
    assert only(final, "VOLUME").rest == "/var/lib/syncd"
    assert "PYTHONDONTWRITEBYTECODE=1" in only(final, "ENV").words


def test_every_stage_starts_from_a_tag(path: Path) -> None:
    """The same for both, and not `latest`."""
    starts = {only(stage, "FROM").words[0] for stage in stages(path)}
    assert len(starts) == 1
    assert re.fullmatch(r"python:3\.11-slim-\w+", starts.pop())


def test_nothing_private_goes_into_the_build(root: Path) -> None:
    """The patterns let through what COPY names, and neither keys nor stores nor history."""
    lines = (root / ".dockerignore").read_text().splitlines()
    ignore = [line for line in lines if line and not line.startswith("#")]
    for name in ("syncd/app.py", "migrations/env.py", "pyproject.toml"):
        assert is_let_through(ignore, name)
    for name in (".git/config", "syncd.toml", "syncd.env", "syncd.db", "secrets/x", "tests/a.py"):
        assert not is_let_through(ignore, name)
    assert not is_let_through(ignore, "syncd/cli/__pycache__/a.pyc")


def test_the_build_stage_can_be_played(root: Path, path: Path, tmp_path: Path) -> None:
    """Its files are enough to build the wheel, the locks are what is installed, syncd answers from
    the place that the image takes it from."""
    build, final = stages(path)
    Builder(root, tmp_path).play(build)
    (copied,) = [each.words for each in final if each.word == "COPY"]
    assert copied == ["--from=build", "/opt/syncd", "/opt/syncd"]
    said = subprocess.run(
        [tmp_path / "opt" / "syncd" / "bin" / "syncd", "--help"],
        cwd=tmp_path,
        env={"PATH": "/usr/bin:/bin", "HOME": "/", "PYTHONDONTWRITEBYTECODE": "1"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert (said.returncode, said.stderr) == (0, "")
    assert "run-once" in said.stdout


class Answers(http.server.BaseHTTPRequestHandler):
    """Answers /healthz as its server says."""

    def do_GET(self) -> None:
        """One answer without a body."""
        is_asked = self.path == "/healthz"
        self.send_response(self.server.status if is_asked else 404)  # type: ignore[attr-defined]
        self.end_headers()

    def log_message(self, *_: object) -> None:
        """Say nothing."""


@pytest.fixture
def endpoint() -> Iterator[http.server.HTTPServer]:
    """A stand-in for the admin endpoint."""
    with http.server.HTTPServer(("127.0.0.1", 0), Answers) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield server
        server.shutdown()
        thread.join()


@pytest.mark.parametrize(("status", "is_healthy"), [(200, True), (503, False)])
def test_the_healthcheck_tells_health_from_sickness(
    final: list[Instruction], endpoint: http.server.HTTPServer, status: int, is_healthy: bool
) -> None:
    """Its own command, run as it is but for the port."""
    endpoint.status = status  # type: ignore[attr-defined]
    words = only(final, "HEALTHCHECK").rest.partition("CMD ")[2]
    program, *arguments = Instruction("CMD", words).words
    assert program == "python"
    port = str(endpoint.server_address[1])
    code = [word.replace("8321", port) for word in arguments]
    said = subprocess.run([sys.executable, *code], capture_output=True, check=False, timeout=10)
    assert (said.returncode == 0) is is_healthy
