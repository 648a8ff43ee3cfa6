"""`init`: a commented configuration from the two keys, what both vendors show, and a few answers.

Writes two files and nothing else: the configuration without any secret, and, where a key was typed
and the person agrees, the variables file beside it. Then `check --online` and `plan`. `--json`:

    {"config": "/…/syncd.toml", "variables": null or "/…/syncd.env",
     "check": {as of `check --online --json`}, "plan": null or {as of `plan --json`}}

Where the check ends with 2 or 4, `plan` is null, and `error` says what came first.
"""

import asyncio
import time
import tomllib
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

from syncd.app import open_app
from syncd.checking.findings import cure_by_hand
from syncd.cli import check, plans
from syncd.cli.asked import Asked
from syncd.cli.exits import CANNOT, INCOMPLETE, worst
from syncd.cli.init_access import (
    Access,
    Given,
    ask_access,
    ask_again,
    config_path,
    provisional,
)
from syncd.cli.init_answers import ask_answers
from syncd.cli.questions import Questions
from syncd.cli.screen import print_json, say, tell
from syncd.cli.writing import keep_variables, write_whole
from syncd.errors import VendorDenied, VendorError
from syncd.model import Json, Side, Turn
from syncd.proposing.configuration import configuration_text
from syncd.proposing.reading import read_account, read_agency
from syncd.proposing.seen import Account, Agency
from syncd.settings import Settings, env_file_of, settings_from_document
from syncd.settings.reading import SYSTEM_FILE
from syncd.store import schema
from syncd.store.database import Database
from syncd.store.engines import files_of_store
from syncd.vendor_http import Patience

LONGEST_SECONDS = 150.0
"""How long reading waits for permits that a daemon has used up: two windows of AgentOS."""

KEY_TRIES = 3

_CURES_OF_KEYS = {
    Side.AGENTOS: "check key and short name, and ask the agency whether the key has the "
    "Maintenance tier",
    Side.LETSJOBIT: "check the token",
}


def init(asked: Asked, given: Given, *, is_terminal: bool) -> int:
    """Write a configuration and show what it would do; the exit code is that of the check."""
    path = config_path(asked, given)
    questions = Questions(is_terminal=is_terminal)
    access = ask_access(questions, given, path)
    with _made_for_good(provisional(access)):
        access, agency, account = _read(questions, access)
        answers = ask_answers(questions, access, agency, account)
        text = configuration_text(answers)
        settings_from_document(tomllib.loads(text), access.environ, directory=path.parent)
        variables = _write(asked, questions, path, text, access.typed)
    written = replace(asked, config=path, variables=access.typed)
    if asked.as_json:
        return _print_look(written, variables)
    return _tell_look(written, _is_found(asked, path))


@contextmanager
def _made_for_good(settings: Settings) -> Iterator[None]:
    """Take a store away again that was made for a configuration which then was not written."""
    files = files_of_store(settings.store.url.get_secret_value(), settings.directory)
    is_new = not any(each.exists() for each in files)
    try:
        yield
    except BaseException:
        for each in files if is_new else ():
            each.unlink(missing_ok=True)
        raise


def _read(questions: Questions, access: Access) -> tuple[Access, Agency, Account]:
    """What both vendors show; a person may type a refused key again."""
    if questions.is_terminal:
        say("Reading branches, contractors, statuses, a sample of jobs and of visits …")
    for tries_left in range(KEY_TRIES - 1, -1, -1):
        try:
            agency, account = asyncio.run(_ask_vendors(provisional(access)))
        except VendorDenied as error:
            is_typed = access.keys[error.side].variable in access.typed
            if not (questions.is_terminal and is_typed and tries_left):
                raise _told_to_a_person(error) from None
            say(str(error))
            access = ask_again(questions, access, error.side)
        except VendorError as error:
            raise _told_to_a_person(error) from None
        else:
            return access, agency, account
    raise AssertionError("the last try ends the loop")


def _told_to_a_person(error: VendorError) -> VendorError:
    """The same failure, with what the person can do: nobody tries this again by itself, and there
    is no configuration yet."""
    cure = cure_by_hand(error)
    if error.code.endswith("_unauthorized"):
        cure = _CURES_OF_KEYS[error.side]
    return type(error)(
        error.code,
        error.message,
        f"nothing was written; {cure or 'see what the vendor says'}",
        side=error.side,
        operation=error.operation,
        status=error.status,
        retry_after=error.retry_after,
    )


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


def _write(
    asked: Asked, questions: Questions, path: Path, text: str, typed: Mapping[str, str]
) -> Path | None:
    """Write the configuration, and the file of the variables that a person agreed to; gives it."""
    env_file = env_file_of(path)
    names = " and ".join(typed)
    is_kept = bool(typed) and questions.agree(f"\nWrite {names} to {env_file}, for you alone")
    told = say if asked.as_json else tell
    write_whole(path, text, mode=0o644)
    told(f"Wrote {path}.")
    if is_kept:
        keep_variables(env_file, typed)
        told(f"Wrote {env_file}, which its owner alone can read.")
    elif typed:
        told(f"Set {names} in the environment of every `syncd`: the keys are kept nowhere.")
    return env_file if is_kept else None


def _is_found(asked: Asked, path: Path) -> bool:
    """Whether every command finds the file by itself, as long as it is typed in this directory."""
    return asked.config is None or path == SYSTEM_FILE


def _print_look(asked: Asked, variables: Path | None) -> int:
    """What was written and what both vendors say of it, as one document."""
    checked = check.look(asked, is_online=True, swagger=None)
    is_good = checked.code not in (CANNOT, INCOMPLETE)
    planned = plans.look(asked, None) if is_good else None
    told = check.check_document(asked, checked)
    document: dict[str, Json] = {
        "config": str(asked.config),
        "variables": None if variables is None else str(variables),
        "check": told,
        "plan": None if planned is None else plans.plan_document(planned),
    }
    if "error" in told:
        document["error"] = told["error"]
    print_json(document)
    return checked.code if planned is None else worst(checked.code, planned.code)


def _tell_look(asked: Asked, is_found: bool) -> int:
    """Both vendors' word on the new configuration, and what it would do."""
    shown = replace(asked, config=None) if is_found else asked
    tell()
    checked = check.check(asked, is_online=True, swagger=None)
    if checked in (CANNOT, INCOMPLETE):
        say(f"Correct that, then: {shown.command('check', '--online')}")
        return checked
    tell()
    planned = plans.plan(asked, None)
    tell()
    tell("Nothing was changed at either vendor. When the plan is right, this does it:")
    tell(f"  {shown.command('run-once')}")
    return worst(checked, planned)
