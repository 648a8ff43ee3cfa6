"""The lock files pin every package by hash and say nothing of where it came from."""

import re
import tomllib
from pathlib import Path

import pytest

LOCKS = [
    "requirements.lock",
    "requirements-dev.lock",
    "requirements-tools.lock",
    "requirements-postgres.lock",
    "requirements-build.lock",
]
PINNED = re.compile(r"(?P<name>[a-z0-9-]+)==(?P<version>[\w.]+)(?: ; [^\\]+)?")
HASH = re.compile(r"--hash=sha256:[0-9a-f]{64}")


def pins(path: Path) -> dict[str, str]:
    """Name and version of every package in a lock; fails on any line of another form."""
    entries = path.read_text().replace("\\\n", " ").splitlines()
    found = {}
    for entry in entries:
        requirement, *hashes = re.split(r"\s+(?=--hash)", entry.strip())
        match = PINNED.fullmatch(requirement.strip())
        assert match, f"not a pinned package: {requirement}"
        assert hashes, f"no hash: {requirement}"
        assert all(HASH.fullmatch(each.strip()) for each in hashes), requirement
        found[match["name"]] = match["version"]
    return found


def required(root: Path) -> dict[str, list[str]]:
    """The packages that pyproject.toml asks for, by the lock that has to contain them."""
    project = tomllib.loads((root / "pyproject.toml").read_text())
    runtime = project["project"]["dependencies"]
    postgres = project["project"]["optional-dependencies"]["postgres"]
    groups = project["dependency-groups"]
    asked = {
        "requirements.lock": runtime,
        "requirements-dev.lock": [*runtime, *postgres, *groups["dev"]],
        "requirements-tools.lock": groups["tools"],
        "requirements-postgres.lock": [*runtime, *postgres],
        "requirements-build.lock": groups["build"],
    }
    return {
        lock: [re.match(r"[\w-]+", each)[0].lower() for each in packages]
        for lock, packages in asked.items()
    }


@pytest.mark.parametrize("lock", LOCKS)
def test_every_package_is_pinned_by_hash(root: Path, lock: str) -> None:
    """A lock holds exact versions with hashes and nothing else: no option, no address."""
    assert pins(root / lock)


@pytest.mark.parametrize("lock", LOCKS)
def test_a_lock_holds_what_the_project_asks_for(root: Path, lock: str) -> None:
    """Each package that pyproject.toml names is in the lock that installs it."""
    assert set(required(root)[lock]) - set(pins(root / lock)) == set()


@pytest.mark.parametrize("lock", ["requirements.lock", "requirements-postgres.lock"])
def test_developers_run_what_users_run(root: Path, lock: str) -> None:
    """The development lock has the same version of every package as what users install."""
    assert pins(root / lock).items() <= pins(root / "requirements-dev.lock").items()
