"""The file of variables beside the configuration: `syncd.env` of `syncd.toml`.

So that keys need not be in the environment of whoever types a command. What it holds is never
shown, not even in a mistake.
"""

import re
from collections.abc import Mapping
from pathlib import Path

from syncd.errors import ConfigError, Problem

CREDENTIALS_VARIABLE = "CREDENTIALS_DIRECTORY"
"""Where systemd (LoadCredential) shows a unit the files that only root may read."""

_LINE = re.compile(r"(?:export[ \t]+)?([A-Za-z_][A-Za-z0-9_]*)=[ \t]*(.*?)[ \t]*")


def env_file_of(config: Path) -> Path:
    """The file of variables that belongs to a configuration file."""
    return config.with_suffix(".env")


def with_env_file(environ: Mapping[str, str], config: Path) -> Mapping[str, str]:
    """The environment, and for what it lacks the file of variables.

    The first of these that can be read: the one that systemd hands over, the one beside the
    configuration. ConfigError for a line that is no NAME=value.
    """
    beside = env_file_of(config)
    handed = environ.get(CREDENTIALS_VARIABLE)
    places = [*([Path(handed) / beside.name] if handed else []), beside]
    for place in places:
        try:
            text = place.read_text(encoding="utf-8-sig")
        except (OSError, ValueError):
            # Not there, or not for this user: then all of it may be in the environment.
            continue
        return {**read_variables(text, name=str(place)), **environ}
    return environ


def read_variables(text: str, *, name: str) -> dict[str, str]:
    """The variables of such a file: NAME=value, in quotes or not; `#` begins a comment line."""
    found: dict[str, str] = {}
    for number, line in enumerate(text.splitlines(), start=1):
        if not line.strip() or line.lstrip().startswith("#"):
            continue
        match = _LINE.fullmatch(line.strip())
        if match is None:
            problem = Problem(f"{name}, line {number}", "is no variable", "write NAME=value")
            raise ConfigError([problem])
        found[match[1]] = _unquoted(match[2])
    return found


def _unquoted(value: str) -> str:
    is_quoted = len(value) > 1 and value[0] == value[-1] and value[0] in "'\""
    return value[1:-1] if is_quoted else value
