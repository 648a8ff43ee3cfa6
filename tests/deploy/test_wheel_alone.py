"""The wheel without a checkout: every step that an operator takes first."""

import json
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.deploy.conftest import Installed

NOTHING_OF_OURS = "import syncd, sys; print(syncd.__file__); print([p for p in sys.path])"


def test_it_is_the_wheels_syncd(installed: Installed, root: Path, tmp_path: Path) -> None:
    """The environment has no way to the checkout."""
    asked = subprocess.run(
        [installed.python, "-c", NOTHING_OF_OURS],
        cwd=tmp_path,
        env=installed.environ(),
        capture_output=True,
        text=True,
        check=True,
    )
    file, paths = asked.stdout.splitlines()
    assert Path(file).is_relative_to(installed.home)
    assert f"'{root}'" not in paths


def test_help_and_version(installed: Installed, tmp_path: Path) -> None:
    """The command answers, with nothing on standard error."""
    asked = installed("--help", cwd=tmp_path)
    assert (asked.returncode, asked.stderr) == (0, "")
    assert "run-once" in asked.stdout
    assert installed("--version", cwd=tmp_path).stdout.startswith("syncd ")


@pytest.fixture
def sandbox(installed: Installed, tmp_path: Path) -> Iterator[dict[str, str]]:
    """The wheel's own sandbox, and its configuration beside the operator."""
    command = [str(installed.program), "sandbox", "--port", "0", "--json"]
    served = subprocess.Popen(
        [*command, "--config-out", "syncd.toml"],
        cwd=tmp_path,
        env=installed.environ(),
        stdout=subprocess.PIPE,
        text=True,
    )
    try:
        assert served.stdout is not None
        yield json.loads(served.stdout.readline())
    finally:
        served.terminate()
        served.communicate(timeout=20)


def test_from_the_sandbox_to_the_first_run(
    installed: Installed, tmp_path: Path, sandbox: dict[str, str]
) -> None:
    """check, then run-once: all from the wheel; nothing is written but the store."""
    assert sandbox["url"].startswith("http://127.0.0.1:")
    assert installed("check", cwd=tmp_path).returncode == 0
    first = json.loads(installed("run-once", "--json", cwd=tmp_path).stdout)
    assert first["connections"][0]["applied"]["create_visit"] == 8
    written = {path.name for path in tmp_path.iterdir()} - {"syncd.toml"}
    assert all(name.startswith("syncd-sandbox.db") for name in written)
