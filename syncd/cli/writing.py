"""Writing files that must be whole or not there: a configuration, and the variables beside it."""

import os
from collections.abc import Mapping
from pathlib import Path

from syncd.errors import ConfigError, Problem
from syncd.settings import read_variables


def write_whole(path: Path, text: str, *, mode: int) -> None:
    """Put a text into a file, at once: nobody ever sees half of it, and never with other rights."""
    beside = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        descriptor = os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode)
        with os.fdopen(descriptor, "w", encoding="utf-8", errors="replace") as file:
            os.fchmod(descriptor, mode)
            file.write(text)
            file.flush()
            os.fsync(descriptor)
        beside.replace(path)
    except OSError as error:
        beside.unlink(missing_ok=True)
        problem = Problem(str(path), f"cannot be written: {error.strerror}", "correct its rights")
        raise ConfigError([problem]) from None


def keep_variables(path: Path, variables: Mapping[str, str]) -> None:
    """Set variables in a file that its owner alone can read; other lines of it stay."""
    lines = path.read_text(encoding="utf-8").splitlines() if path.is_file() else []
    kept = [line for line in lines if not _sets(line, variables, name=str(path))]
    new = [f"{name}={value}" for name, value in variables.items()]
    write_whole(path, "\n".join([*kept, *new, ""]), mode=0o600)


def _sets(line: str, variables: Mapping[str, str], *, name: str) -> bool:
    return bool(read_variables(line, name=name).keys() & variables.keys())
