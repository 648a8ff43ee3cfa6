"""The wheel carries all that an installed syncd needs, and nothing of the tests."""

import os
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

SHIPPED = {"syncd": "syncd", "migrations": "syncd/migrations", "config": "syncd/config"}


@pytest.fixture(scope="module")
def wheel(root: Path, tmp_path_factory: pytest.TempPathFactory) -> zipfile.ZipFile:
    """A wheel of this checkout, built by hatchling as pip would."""
    target = tmp_path_factory.mktemp("wheel")
    command = [sys.executable, "-m", "hatchling", "build", "--target", "wheel"]
    subprocess.run(
        [*command, "--directory", str(target)], cwd=root, check=True, capture_output=True
    )
    (built,) = target.glob("*.whl")
    with zipfile.ZipFile(built) as archive:
        yield archive


def sources(root: Path) -> set[str]:
    """Where in the wheel every source file of the shipped directories has to be."""
    return {
        f"{inside}/{path.relative_to(root / outside).as_posix()}"
        for outside, inside in SHIPPED.items()
        for path in (root / outside).rglob("*")
        if path.is_file() and "__pycache__" not in path.parts
    }


def test_the_wheel_ships_every_source(root: Path, wheel: zipfile.ZipFile) -> None:
    """The wheel contains the package with its sandbox, the migrations and the configuration."""
    shipped = {name for name in wheel.namelist() if ".dist-info/" not in name}
    assert shipped == sources(root)
    assert {
        "syncd/sandbox/__init__.py",
        "syncd/migrations/env.py",
        "syncd/config/syncd.example.toml",
    } <= shipped


def test_the_wheel_runs(wheel: zipfile.ZipFile, tmp_path: Path) -> None:
    """From the wheel's files alone, away from the checkout, `syncd --help` answers."""
    asked = installed(wheel, tmp_path, "--help")
    assert (asked.returncode, asked.stderr) == (0, "")
    assert "run-once" in asked.stdout


def test_the_wheel_knows_where_its_example_is(wheel: zipfile.ZipFile, tmp_path: Path) -> None:
    """Without a configuration, `syncd check` names a file that can be copied."""
    asked = installed(wheel, tmp_path, "check")
    example = tmp_path / "installed" / "syncd" / "config" / "syncd.example.toml"
    assert example.is_file()
    assert asked.returncode == 2
    assert f"copy {example} and fill it in" in asked.stderr


def installed(
    wheel: zipfile.ZipFile, directory: Path, *words: str
) -> "subprocess.CompletedProcess[str]":
    """A command of the syncd that the wheel holds, run away from the checkout."""
    wheel.extractall(directory / "installed")
    clean = {name: value for name, value in os.environ.items() if name != "SYNCD_CONFIG"}
    return subprocess.run(
        [sys.executable, "-m", "syncd", *words],
        cwd=directory,
        env={**clean, "PYTHONPATH": str(directory / "installed")},
        capture_output=True,
        text=True,
        check=False,
    )
