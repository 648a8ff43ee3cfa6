"""`init`: what it takes to read both vendors: flags, short name, keys, and where it goes."""

import os
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from syncd.cli.asked import Asked
from syncd.cli.questions import Question, Questions
from syncd.cli.screen import say
from syncd.errors import ConfigError, Problem
from syncd.model import Side
from syncd.proposing.configuration import Key, Vendor
from syncd.proposing.proposals import Proposal
from syncd.settings import Settings, settings_from_document, with_env_file
from syncd.settings.reading import CONFIG_VARIABLE, FILE_NAME, SYSTEM_FILE

STATE_DIRECTORY = Path("/var/lib/syncd")
"""Where the store is when the configuration is the system's."""

Words = Sequence[str] | None


@dataclass(frozen=True)
class GivenKey:
    """Where a flag says that a key is; by default nowhere."""

    variable: str | None = None
    file: Path | None = None


@dataclass(frozen=True)
class Given:
    """The flags of the command; None: not given, and asked or proposed."""

    short_name: str | None
    agentos_key: GivenKey
    letsjobit_key: GivenKey
    name: str | None
    company_id: str | None
    contractors: Words
    branches: Words
    statuses: Mapping[str, Words]
    driver: str | None
    amount_field: str | None
    store: str | None
    agentos_url: str
    letsjobit_url: str
    replaces: bool


@dataclass(frozen=True)
class Access:
    """What it takes to read both vendors: what is typed so far, and the keys by variable."""

    given: Given
    path: Path
    store_url: str
    short_name: str
    keys: Mapping[Side, Key]
    typed: Mapping[str, str]

    @property
    def name(self) -> str:
        """The connection's name."""
        return self.given.name or _name_from(self.short_name)

    @property
    def environ(self) -> Mapping[str, str]:
        """The variables that the configuration will have: what is typed comes first."""
        return with_env_file({**os.environ, **self.typed}, self.path)

    def vendor(self, side: Side) -> Vendor:
        """A vendor as the configuration names it."""
        is_agentos = side is Side.AGENTOS
        url = self.given.agentos_url if is_agentos else self.given.letsjobit_url
        return Vendor(self.keys[side], url)


def config_path(asked: Asked, given: Given) -> Path:
    """Where the file goes; refused before anything is asked."""
    named = asked.config or Path(os.environ.get(CONFIG_VARIABLE) or FILE_NAME)
    path = named.absolute()
    if path.exists() and not given.replaces:
        cure = "write it elsewhere with --config, or replace it with --force"
        raise ConfigError([Problem(str(path), "is there already", cure)])
    if not path.parent.is_dir():
        cure = f"create it: mkdir -p {path.parent}"
        raise ConfigError([Problem(str(path), f"there is no directory {path.parent}", cure)])
    if not os.access(path.parent, os.W_OK):
        raise ConfigError([Problem(str(path.parent), "you may not write there", "use sudo")])
    return path


def _store_url(given: Given, path: Path) -> str:
    if given.store is not None:
        if re.search(r"://[^/@]*:[^/@$]+@", given.store):
            cure = "put the address into a variable and write '${NAME}'"
            raise ConfigError([Problem("--store", "holds a password", cure)])
        return given.store
    if path.parent != SYSTEM_FILE.parent:
        return "sqlite:///syncd.db"
    STATE_DIRECTORY.mkdir(mode=0o700, exist_ok=True)
    return f"sqlite:///{STATE_DIRECTORY}/syncd.db"


def ask_access(questions: Questions, given: Given, path: Path) -> Access:
    """Short name and keys; ConfigError with all that neither flags nor a person gave."""
    store_url = _store_url(given, path)
    if questions.is_terminal:
        say(f"This writes {path}. Nothing is changed at either vendor. Ctrl-C stops.")
    question = Question("--short-name", "the agency's short name in AgentOS", is_open=True)
    short_name = questions.text(question, given.short_name)
    access = Access(given, path, store_url, short_name, {}, {})
    for side in Side:
        access = _with_key(questions, access, side)
    questions.settle()
    return access


def _with_key(questions: Questions, access: Access, side: Side) -> Access:
    is_agentos = side is Side.AGENTOS
    given = access.given.agentos_key if is_agentos else access.given.letsjobit_key
    flag = f"--{side.value}-key-env"
    typed = dict(access.typed)
    if given.file is not None:
        key = Key(file=str(given.file.absolute()))
    elif given.variable is not None:
        key = Key(variable=given.variable)
        if not access.environ.get(given.variable):
            message = f"the environment variable {given.variable} is not set"
            questions.missing.append(Problem(flag, message, "set it, and export it"))
    else:
        key = Key(variable=_variable(access.name) if is_agentos else "LETSJOBIT_KEY")
        words = "the agency's AgentOS key" if is_agentos else "your LetsJobIt token"
        typed[key.variable] = questions.secret(flag, words)
    return replace(access, keys={**access.keys, side: key}, typed=typed)


def _variable(name: str) -> str:
    variable = f"{name.upper().replace('-', '_')}_AGENTOS_KEY"
    return f"AGENCY_{variable}" if variable[0].isdigit() else variable


def _name_from(short_name: str) -> str:
    """A connection's name: small letters, digits and hyphens."""
    return re.sub(r"[^a-z0-9]+", "-", short_name.lower()).strip("-")[:64] or "agency"


def ask_again(questions: Questions, access: Access, side: Side) -> Access:
    if side is Side.AGENTOS:
        question = Question(
            "--short-name",
            "the agency's short name in AgentOS",
            proposal=Proposal((access.short_name,), True),
            is_open=True,
        )
        # The variable keeps its name: the configuration and the key have to agree on it.
        name = access.given.name or access.name
        given = replace(access.given, name=name)
        access = replace(access, given=given, short_name=questions.text(question, None))
    return _with_key(questions, access, side)


def provisional(access: Access) -> Settings:
    """Enough settings to read with: what is not known yet has a word in its place."""
    unknown = "to-be-chosen"
    vendors = {
        side: {
            "api_key": {"file": vendor.key.file}
            if vendor.key.file
            else "${" + vendor.key.variable + "}",
            **({"base_url": vendor.base_url} if vendor.base_url else {}),
        }
        for side, vendor in ((side, access.vendor(side)) for side in Side)
    }
    roles = {"visit_when": [unknown], "completed": "closed", "cancelled": ["gone"]}
    agentos = {"short_name": access.short_name, "contractors": [unknown], "statuses": roles}
    letsjobit = {"company_id": unknown, "default_driver": unknown}
    document = {
        "store": {"url": access.store_url},
        "connections": [
            {
                "name": access.name,
                "agentos": agentos | vendors[Side.AGENTOS],
                "letsjobit": letsjobit | vendors[Side.LETSJOBIT],
            }
        ],
    }
    return settings_from_document(document, access.environ, directory=access.path.parent)
