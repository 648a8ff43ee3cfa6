"""`check`: the configuration, with `--online` against both vendors, with `--swagger` our names.

    {"outcome": "ok" | "attention" | "incomplete" | "wrong", "config": "/…/syncd.toml" or null,
     "findings": [{"severity": "note" | "attention" | "incomplete" | "wrong", "connection": "…",
                   "path": "connections[northgate].agentos.statuses.completed", "code": "…",
                   "message": "…", "hint": "…"}],
     "requests": {"agentos": 3, "letsjobit": 2},
     "swagger": null or {"vendor": "agentos", "wire": null or "wire = { … }",
                         "findings": [{"place": "…", "message": "…", "is_serious": true}]}}

Where the exit code is 2 or 4, `error` says in the usual shape what came first. A configuration that
cannot be loaded is only the error.
"""

import asyncio
import os
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from syncd.app import open_app
from syncd.checking.channels import check_settings
from syncd.checking.documents import Compared, compare_document, wire_line
from syncd.checking.findings import Finding, Severity
from syncd.checking.online import OnlineCheck, check_online
from syncd.cli.asked import Asked
from syncd.cli.exits import ATTENTION, CANNOT, DONE, INCOMPLETE, worst
from syncd.cli.screen import print_json, say, tell, tell_prose
from syncd.errors import ConfigError, Problem
from syncd.model import Json, Side
from syncd.openapi import Finding as Difference
from syncd.settings import Settings, find_config
from syncd.store.engines import check_store_url
from syncd.telling.words import NAMES, count

CODES = {
    Severity.NOTE: DONE,
    Severity.ATTENTION: ATTENTION,
    Severity.INCOMPLETE: INCOMPLETE,
    Severity.WRONG: CANNOT,
}

OUTCOMES = {DONE: "ok", ATTENTION: "attention", INCOMPLETE: "incomplete", CANNOT: "wrong"}


@dataclass(frozen=True)
class Checked:
    """What a check found; None where that part was not asked for."""

    settings: Settings | None
    found: Sequence[Finding]
    online: OnlineCheck | None
    compared: Compared | None

    @property
    def findings(self) -> list[Finding]:
        """Everything about the configuration, without and with the vendors."""
        return [*self.found, *(self.online.findings if self.online is not None else ())]

    @property
    def code(self) -> int:
        """The exit code: the worst of what was found."""
        return _code(self.findings, self.compared)


def check(asked: Asked, *, is_online: bool, swagger: Path | None) -> int:
    """Check what is asked for; the exit code is the worst of it."""
    checked = look(asked, is_online=is_online, swagger=swagger)
    if asked.as_json:
        print_json(check_document(asked, checked))
    else:
        tell_checked(asked, checked, swagger)
    return checked.code


def look(asked: Asked, *, is_online: bool, swagger: Path | None) -> Checked:
    """Look at what is asked for, and tell nobody yet."""
    settings = _settings(asked, is_needed=is_online or swagger is None)
    found = check_settings(settings) if settings is not None else []
    online = asyncio.run(_online(settings)) if settings is not None and is_online else None
    compared = _compared(swagger, settings) if swagger is not None else None
    return Checked(settings, found, online, compared)


def tell_checked(asked: Asked, checked: Checked, swagger: Path | None) -> None:
    """What was found, for people."""
    if checked.settings is not None:
        _show_settings(asked, checked.settings, checked.found)
    if checked.online is not None:
        _show_online(checked.online)
    if checked.compared is not None and swagger is not None:
        _show_compared(swagger, checked.compared, _wire(checked.settings))


def _settings(asked: Asked, *, is_needed: bool) -> Settings | None:
    """The settings, and that the store can be used; a document can be compared without any."""
    if not is_needed and asked.config is None:
        try:
            find_config(None, os.environ, Path.cwd())
        except ConfigError:
            return None
    settings = asked.settings()
    check_store_url(settings.store.url.get_secret_value(), settings.directory)
    return settings


async def _online(settings: Settings) -> OnlineCheck:
    async with open_app(settings) as app:
        return await check_online(app)


def _compared(path: Path, settings: Settings | None) -> Compared:
    try:
        content = path.read_bytes()
    except OSError as error:
        problem = Problem(str(path), f"cannot be read: {error.strerror}", "name another file")
        raise ConfigError([problem]) from None
    return compare_document(content, _wire(settings), name=str(path))


def _wire(settings: Settings | None) -> dict[str, str]:
    """What the first connection says about names; they are one vendor's."""
    return dict(settings.connections[0].agentos.wire) if settings is not None else {}


def _code(found: Sequence[Finding], compared: Compared | None) -> int:
    differences = compared.comparison.findings if compared is not None else ()
    serious = [CANNOT for each in differences if each.is_serious]
    return worst(DONE, *(CODES[each.severity] for each in found), *serious)


def check_document(asked: Asked, checked: Checked) -> dict[str, Json]:
    """What was found as JSON."""
    settings, compared, code = checked.settings, checked.compared, checked.code
    online = checked.online
    requests = online.requests if online is not None else dict.fromkeys(Side, 0)
    document: dict[str, Json] = {
        "outcome": OUTCOMES[code],
        "config": str(asked.path) if settings is not None else None,
        "findings": [_finding(each) for each in checked.findings],
        "requests": {side.value: number for side, number in requests.items()},
        "swagger": _swagger(compared, _wire(settings)) if compared is not None else None,
    }
    first = [each for each in checked.findings if CODES[each.severity] == code]
    if code in (CANNOT, INCOMPLETE):
        document["error"] = _error(first, compared)
    return document


def _error(first: Sequence[Finding], compared: Compared | None) -> Json:
    if first:
        code = first[0].code or first[0].severity.value
        return {"code": code, "message": str(first[0]), "hint": first[0].cure}
    differences = compared.comparison.findings if compared is not None else ()
    serious = next(each for each in differences if each.is_serious)
    return {"code": "swagger", "message": f"{serious.place}: {serious.message}", "hint": ""}


def _finding(finding: Finding) -> dict[str, Json]:
    return {
        "severity": finding.severity.value,
        "connection": finding.connection,
        "path": finding.path,
        "code": finding.code,
        "message": finding.message,
        "hint": finding.cure,
    }


def _swagger(compared: Compared, wire: dict[str, str]) -> Json:
    corrections = compared.comparison.corrections
    return {
        "vendor": compared.vendor.value,
        "wire": wire_line(corrections, wire) if corrections else None,
        "findings": [
            {"place": each.place, "message": each.message, "is_serious": each.is_serious}
            for each in compared.comparison.findings
        ],
    }


def _show_settings(asked: Asked, settings: Settings, found: Sequence[Finding]) -> None:
    names = ", ".join(each.name for each in settings.connections)
    connections = f"{count(len(settings.connections), 'connection')}: {names}"
    if any(each.severity is Severity.WRONG for each in found):
        tell(f"{asked.path}: this version cannot work with all of it ({connections}).")
    else:
        tell(f"{asked.path}: the configuration is good ({connections}).")
    _show_findings(found)


_MARKS = {Severity.ATTENTION: "look", Severity.INCOMPLETE: "not done", Severity.WRONG: "wrong"}


def _show_findings(found: Sequence[Finding]) -> list[Finding]:
    """Notes to standard output, problems to standard error, the worst first; gives the problems."""
    for each in found:
        if each.severity is Severity.NOTE:
            tell_prose(str(each), indent=2, hanging=4)
    problems = [each for each in found if each.severity in _MARKS]
    for each in sorted(problems, key=_severity, reverse=True):
        say(f"{_MARKS[each.severity]}: {each}")
    return problems


def _show_online(online: OnlineCheck) -> None:
    problems = _show_findings(online.findings)
    requests = ", ".join(f"{online.requests[side]} to {NAMES[side]}" for side in Side)
    verdict = f"{count(len(problems), 'problem')}" if problems else "both vendors agree with it"
    tell(f"Checked online: {verdict} (requests: {requests}).")


def _severity(finding: Finding) -> int:
    return list(Severity).index(finding.severity)


def _show_compared(path: Path, compared: Compared, wire: dict[str, str]) -> None:
    name = NAMES[compared.vendor]
    comparison = compared.comparison
    if not comparison.findings:
        tell(f"{path}: every name that syncd reads and writes is in this document of {name}.")
        return
    tell(f"{path}: {count(len(comparison.findings), 'difference')} from what syncd does at {name}.")
    for each in sorted(comparison.findings, key=_order):
        mark = "wrong" if each.is_serious else "note"
        tell_prose(f"{mark}: {each.place}: {each.message}", indent=2, hanging=4)
    if comparison.corrections:
        tell("Put this line under [connections.agentos]:")
        tell(wire_line(comparison.corrections, wire))


def _order(difference: Difference) -> bool:
    return not difference.is_serious
