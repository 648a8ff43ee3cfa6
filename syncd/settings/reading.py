"""From a file to a document: finding it, TOML, and the environment's part of it.

Knows nothing of single settings. What it reports holds no line of the file.
"""

import re
import tomllib
from collections.abc import Mapping
from decimal import Decimal
from pathlib import Path

from syncd.errors import ConfigError, Problem
from syncd.settings.faults import Fault, Location

CONFIG_VARIABLE = "SYNCD_CONFIG"
FILE_NAME = "syncd.toml"
SYSTEM_FILE = Path("/etc/syncd/syncd.toml")

_PLACE = re.compile(r"(.*) \(at (line \d+, column \d+|end of document)\)", re.DOTALL)
_REFERENCE = re.compile(r"\$\$\{|\$\{(?:([A-Za-z_][A-Za-z0-9_]*)\})?")


def find_config(explicit: Path | None, environ: Mapping[str, str], cwd: Path) -> Path:
    """The configuration file: the one named, else $SYNCD_CONFIG, ./syncd.toml,
    /etc/syncd/syncd.toml.

    Raises ConfigError naming the places that were looked at when there is none.
    """
    named = explicit or (Path(environ[CONFIG_VARIABLE]) if environ.get(CONFIG_VARIABLE) else None)
    places = [cwd / named] if named else [cwd / FILE_NAME, SYSTEM_FILE]
    for place in places:
        if place.exists():
            return place
    looked = " or ".join(str(place) for place in places)
    by = "" if explicit or not named else f", which ${CONFIG_VARIABLE} names"
    problem = Problem(
        path="",
        message=f"no configuration file at {looked}{by}",
        cure=f"let `syncd init` write one, copy {example_config()} and fill it in, name another "
        "file with --config, or try `syncd demo`, which needs none",
    )
    raise ConfigError([problem])


def example_config() -> Path:
    """The example to copy: inside the installed package, or beside it in a checkout."""
    package = Path(__file__).parent.parent
    installed = package / "config"
    directory = installed if installed.is_dir() else package.parent / "config"
    return directory / "syncd.example.toml"


def read_document(path: Path) -> dict[str, object]:
    """The file as TOML has it, decimal numbers exact; ConfigError where it is no TOML."""
    try:
        text = path.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError as error:
        problem = Problem(str(path), "is not UTF-8 text", "save it as UTF-8")
        raise ConfigError([problem]) from error
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or "its path is wrong"
        problem = Problem(str(path), f"cannot be read: {reason}", "correct the path or its rights")
        raise ConfigError([problem]) from error
    try:
        return tomllib.loads(text, parse_float=Decimal)
    except (ValueError, RecursionError, ArithmeticError) as error:
        raise ConfigError([_syntax_problem(path, error)]) from None


def expand(
    document: Mapping[str, object], environ: Mapping[str, str]
) -> tuple[dict[str, object], list[Fault]]:
    """The document with every ${NAME} in a text replaced, and a fault for each that is not set.

    `$${` stands for a literal `${`. What a variable holds is not looked at again.
    """
    faults: list[Fault] = []

    def replaced(value: object, where: Location) -> object:
        if isinstance(value, str):
            text, found = _expanded(value, environ, where)
            faults.extend(found)
            return text
        if isinstance(value, list):
            return [replaced(each, (*where, position)) for position, each in enumerate(value)]
        if isinstance(value, dict):
            return {key: replaced(each, (*where, key)) for key, each in value.items()}
        return value

    return {key: replaced(value, (key,)) for key, value in document.items()}, faults


def _expanded(text: str, environ: Mapping[str, str], where: Location) -> tuple[str, list[Fault]]:
    faults: list[Fault] = []

    def substitute(match: re.Match[str]) -> str:
        name = match[1]
        if match[0] == "$${":
            return "${"
        if name is None:
            cure = 'write "${NAME}", or "$${" where ${ itself is meant'
            faults.append(Fault(where, "has ${ without the name of a variable and }", cure))
        elif name not in environ:
            cure = f"set {name}, or write {name}=… into syncd.env beside this file"
            faults.append(Fault(where, f"the environment variable {name} is not set", cure))
        return environ.get(name or "", "")

    return _REFERENCE.sub(substitute, text), faults


def _syntax_problem(path: Path, error: Exception) -> Problem:
    match = _PLACE.fullmatch(str(error))
    reason, place = (match[1], match[2]) if match else ("too deep or too large", "")
    return Problem(
        path=f"{path}, {place}" if place else str(path),
        message=f"is not TOML: {reason[:1].lower()}{reason[1:]}",
        cure='texts stand in quotes, tables as [name], lists as ["a", "b"]',
    )
