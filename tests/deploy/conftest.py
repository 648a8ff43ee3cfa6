"""The checkout, and a syncd that was installed from its wheel alone."""

import configparser
import os
import subprocess
import sys
import sysconfig
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]


@dataclass(frozen=True)
class Installed:
    """A virtual environment in which syncd is the wheel's, and the other packages are ours."""

    home: Path

    @property
    def program(self) -> Path:
        """The command, as pip would have made it."""
        return self.home / "bin" / "syncd"

    @property
    def python(self) -> Path:
        """The interpreter of the environment."""
        return self.home / "bin" / "python"

    def environ(self, **more: str) -> dict[str, str]:
        """A clean environment: nothing of the checkout, nothing of whoever runs the tests."""
        return {"PATH": "/usr/bin:/bin", "HOME": "/", "LANG": "C.UTF-8", **more}

    def __call__(
        self, *words: str, cwd: Path, environ: Mapping[str, str] | None = None
    ) -> "subprocess.CompletedProcess[str]":
        """Run a command to its end."""
        return subprocess.run(
            [self.program, *words],
            cwd=cwd,
            env=self.environ(**(environ or {})),
            capture_output=True,
            text=True,
            check=False,
            timeout=60,
        )


@pytest.fixture(scope="session")
def root() -> Path:
    """The directory of the checkout."""
    return ROOT


@pytest.fixture(scope="session")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A wheel of this checkout."""
    target = tmp_path_factory.mktemp("wheel")
    command = [sys.executable, "-m", "hatchling", "build", "--target", "wheel"]
    subprocess.run(
        [*command, "--directory", str(target)], cwd=ROOT, check=True, capture_output=True
    )
    (built,) = target.glob("*.whl")
    return built


@pytest.fixture(scope="session")
def installed(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Installed:
    """The wheel in an environment of its own.

    Without a network: the other packages are those of the environment that runs the tests, by their
    directory. The editable install of the checkout in there does not count: it is a .pth file, and
    those are read in a site directory, not in a directory that another .pth names.
    """
    home = tmp_path_factory.mktemp("opt") / "syncd"
    subprocess.run(
        [sys.executable, "-m", "venv", "--without-pip", str(home)], check=True, capture_output=True
    )
    (unpack(wheel, home) / "others.pth").write_text(f"{sysconfig.get_path('purelib')}\n")
    return Installed(home)


def unpack(wheel: Path, home: Path) -> Path:
    """Put a wheel into an environment as pip would, with its commands; where its modules are."""
    packages = Path(sysconfig.get_path("purelib", vars={"base": str(home)}))
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(packages)
        (entry_points,) = [name for name in archive.namelist() if name.endswith("entry_points.txt")]
        said = configparser.ConfigParser()
        said.read_string(archive.read(entry_points).decode())
    for name, place in said["console_scripts"].items():
        module, _, function = place.partition(":")
        command = home / "bin" / name
        command.write_text(f"#!{home}/bin/python\nfrom {module} import {function}\n{function}()\n")
        command.chmod(0o755)
    return packages


def is_root() -> bool:
    """Whether the tests run as root, as in most containers."""
    return os.geteuid() == 0
