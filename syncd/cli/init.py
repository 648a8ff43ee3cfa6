"""`init`: a commented configuration from the two keys, what both vendors show, and a few answers.

Writes two files and nothing else: the configuration without any secret, and, where a key was typed
and the person agrees, the variables file beside it. Then `check --online` and `plan`.
"""

import asyncio
import os
import re
import time
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from syncd.app import open_app
from syncd.cli.asked import Asked
from syncd.cli.check import check
from syncd.cli.exits import CANNOT, INCOMPLETE, worst
from syncd.cli.plans import plan
from syncd.cli.questions import Question, Questions, show_options
from syncd.cli.screen import say, tell
from syncd.cli.writing import keep_variables, write_whole
from syncd.errors import ConfigError, Problem, VendorDenied
from syncd.model import Side, Turn
from syncd.proposing.configuration import Answers, Key, Vendor, configuration_text
from syncd.proposing.proposals import (
    ROLES,
    Proposal,
    propose_amount_field,
    propose_company,
    propose_contractor,
    propose_engineer,
    propose_statuses,
)
from syncd.proposing.reading import read_account, read_agency
from syncd.proposing.seen import Account, Agency, Option
from syncd.settings import Settings, env_file_of, settings_from_document, with_env_file
from syncd.settings.reading import CONFIG_VARIABLE, FILE_NAME, SYSTEM_FILE
from syncd.store import schema
from syncd.store.database import Database
from syncd.vendor_http import Patience

STATE_DIRECTORY = Path("/var/lib/syncd")
"""Where the store is when the configuration is the system's."""

LONGEST_SECONDS = 150.0
"""How long reading waits for permits that a daemon has used up: two windows of AgentOS."""

KEY_TRIES = 3

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


def init(asked: Asked, given: Given, *, is_terminal: bool) -> int:
    """Write a configuration and show what it would do; the exit code is that of the check."""
    path = _path(asked, given)
    questions = Questions(is_terminal=is_terminal)
    access = _access(questions, given, path)
    access, agency, account = _read(questions, access)
    answers = _answers(questions, access, agency, account)
    text = configuration_text(answers)
    settings_from_document(tomllib.loads(text), access.environ, directory=path.parent)
    _write(questions, path, text, access.typed)
    return _look(replace(asked, config=path, variables=access.typed), _is_found(asked, path))


def _path(asked: Asked, given: Given) -> Path:
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


def _access(questions: Questions, given: Given, path: Path) -> Access:
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


def _read(questions: Questions, access: Access) -> tuple[Access, Agency, Account]:
    """What both vendors show; a person may type a refused key again."""
    if questions.is_terminal:
        say("Reading branches, contractors, statuses, a sample of jobs and of visits …")
    for tries_left in range(KEY_TRIES - 1, -1, -1):
        try:
            agency, account = asyncio.run(_ask_vendors(_provisional(access)))
        except VendorDenied as error:
            is_typed = access.keys[error.side].variable in access.typed
            if not (questions.is_terminal and is_typed and tries_left):
                raise
            say(f"{error.message} ({error.hint})" if error.hint else error.message)
            access = _again(questions, access, error.side)
        else:
            return access, agency, account
    raise AssertionError("the last try ends the loop")


def _again(questions: Questions, access: Access, side: Side) -> Access:
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


def _provisional(access: Access) -> Settings:
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


async def _ask_vendors(settings: Settings) -> tuple[Agency, Account]:
    """Within the budgets that the store keeps, beside a running daemon."""
    _prepare(settings)
    async with open_app(settings) as app:
        turn = Turn(None, None, time.monotonic() + LONGEST_SECONDS)
        connected = app.connected(settings.connections[0], turn, patience=Patience(tries=2))
        return await read_agency(connected.agentos), await read_account(connected.letsjobit)


def _prepare(settings: Settings) -> None:
    """The tables of a store that has none: there is no configuration yet for `db upgrade`."""
    database = Database(settings.store.url.get_secret_value(), relative_to=settings.directory)
    try:
        if schema.current(database) is None:
            schema.upgrade(database)
    finally:
        database.close()


def _answers(questions: Questions, access: Access, agency: Agency, account: Account) -> Answers:
    given = access.given
    if questions.is_terminal:
        say("\nEnter takes what stands in brackets; else a number or a name, several with commas.")
    contractors = _contractors(questions, given.contractors, agency)
    branches = _branches(questions, given.branches, agency)
    statuses = _statuses(questions, given.statuses, agency)
    company = Question(
        "--company-id",
        "your company's id at LetsJobIt",
        account.companies,
        propose_company(account),
        True,
    )
    company_id = questions.text(company, given.company_id)
    engineer = _engineer(questions, given.driver, account)
    field = Question(
        "--amount-field",
        "the field in which the engineer enters the pounds",
        proposal=propose_amount_field(account),
        is_open=True,
    )
    amount_field = questions.text(field, given.amount_field)
    questions.settle()
    return Answers(
        name=access.name,
        store_url=access.store_url,
        agentos=access.vendor(Side.AGENTOS),
        letsjobit=access.vendor(Side.LETSJOBIT),
        short_name=access.short_name,
        contractors=contractors,
        branches=branches,
        statuses=statuses,
        company_id=company_id,
        engineer=engineer,
        amount_field=amount_field,
    )


def _contractors(questions: Questions, given: Words, agency: Agency) -> Sequence[Option]:
    if questions.is_terminal and given is None:
        show_options("Contractors of the agency:", agency.contractors, seen="job", shows_keys=True)
    return questions.choose(
        Question(
            "--contractor",
            "whose jobs become visits",
            agency.contractors,
            propose_contractor(agency),
            is_open=True,
            is_many=True,
        ),
        given,
    )


def _branches(questions: Questions, given: Words, agency: Agency) -> Sequence[Option]:
    if given is None and len(agency.branches) < 2:
        return ()
    if questions.is_terminal and given is None:
        show_options("Branches:", agency.branches, seen="job", shows_keys=True)
    return questions.choose(
        Question(
            "--branch",
            "the jobs of which branches",
            agency.branches,
            Proposal(is_sure=True),
            is_many=True,
            may_be_none=True,
            none="all, also new ones",
        ),
        given,
    )


def _statuses(
    questions: Questions, given: Mapping[str, Words], agency: Agency
) -> Mapping[str, Sequence[str]]:
    if questions.is_terminal and any(given.get(role.setting) is None for role in ROLES):
        show_options("Statuses of the agency:", agency.statuses, seen="job", shows_keys=False)
        say('Which is which? ("-": the agency has none for it.)')
    proposals = propose_statuses(agency.statuses)
    chosen = {}
    for role in ROLES:
        question = Question(
            f"--{role.setting.replace('_', '-')}",
            role.meaning,
            agency.statuses,
            proposals[role.setting],
            is_many=role.is_many,
            may_be_none=role.is_optional or role.setting == "cancelled",
        )
        found = questions.choose(question, given.get(role.setting))
        chosen[role.setting] = tuple(each.name for each in found)
    return chosen


def _engineer(questions: Questions, given: str | None, account: Account) -> Option:
    if questions.is_terminal and given is None:
        title = "Engineers (of the visits seen):"
        show_options(title, account.engineers, seen="visit", shows_keys=True)
    question = Question(
        "--driver",
        "who gets a visit that no rule places",
        account.engineers,
        propose_engineer(account),
        is_open=True,
    )
    chosen = questions.choose(question, None if given is None else [given])
    return chosen[0] if chosen else Option("", "")


def _write(questions: Questions, path: Path, text: str, typed: Mapping[str, str]) -> None:
    env_file = env_file_of(path)
    names = " and ".join(typed)
    is_kept = bool(typed) and questions.agree(f"\nWrite {names} to {env_file}, for you alone")
    write_whole(path, text, mode=0o644)
    tell(f"Wrote {path}.")
    if is_kept:
        keep_variables(env_file, typed)
        tell(f"Wrote {env_file}, which its owner alone can read.")
    elif typed:
        tell(f"Set {names} in the environment of every `syncd`: the keys are kept nowhere.")


def _is_found(asked: Asked, path: Path) -> bool:
    """Whether every command finds the file by itself, as long as it is typed in this directory."""
    return asked.config is None or path == SYSTEM_FILE


def _look(asked: Asked, is_found: bool) -> int:
    """Both vendors' word on the new configuration, and what it would do."""
    shown = replace(asked, config=None) if is_found else asked
    tell()
    checked = check(asked, is_online=True, swagger=None)
    if checked in (CANNOT, INCOMPLETE):
        say(f"Correct that, then: {shown.command('check', '--online')}")
        return checked
    tell()
    planned = plan(asked, None)
    tell()
    tell("Nothing was changed at either vendor. When the plan is right, this does it:")
    tell(f"  {shown.command('run-once')}")
    return worst(checked, planned)
