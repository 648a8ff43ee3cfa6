"""`check --online`: both vendors of every enabled connection, beside a running daemon.

AgentOS is asked twice and once per contractor, twice more where a custom field shows visits, once
more where leads or photos are made, a contractor portal twice, each once only: what fails is said,
not repeated.
"""

import time
from collections.abc import Mapping
from dataclasses import dataclass

from syncd.app import App
from syncd.checking.account import check_account
from syncd.checking.agency import check_agency
from syncd.checking.findings import Finding, Place, Severity
from syncd.checking.leads import check_leads
from syncd.checking.photos import check_photos
from syncd.checking.portal import check_portal, check_words
from syncd.model import Side, Turn
from syncd.settings import ConnectionSettings
from syncd.store import inbox, outbox
from syncd.store.database import Session
from syncd.vendor_answers import VENDOR_NAMES
from syncd.vendor_http import Patience

LONGEST_SECONDS = 150.0
"""How long the check waits for permits that a daemon has used up: two windows of AgentOS."""

MOST_SKEW_SECONDS = 60.0
"""By how much two clocks may differ: an answer under way and a second's rounding are no skew."""


@dataclass(frozen=True)
class OnlineCheck:
    """What was found, and what finding it cost."""

    findings: tuple[Finding, ...]
    requests: Mapping[Side, int]


async def check_online(app: App) -> OnlineCheck:
    """Check every enabled connection."""
    findings: list[Finding] = []
    requests = dict.fromkeys(Side, 0)
    for connection in app.settings.connections:
        if not connection.enabled:
            message = "is switched off and was not checked"
            findings.append(Finding(Severity.NOTE, connection.name, "", message))
            continue
        found, sent = await _check_connection(app, connection)
        findings += found
        requests = {side: requests[side] + sent[side] for side in Side}
        findings += await app.database.read(_waiting, connection.name)
    return OnlineCheck(tuple(findings), requests)


async def _check_connection(
    app: App, connection: ConnectionSettings
) -> tuple[list[Finding], dict[Side, int]]:
    turn = Turn(None, None, time.monotonic() + LONGEST_SECONDS)
    connected = app.connected(connection, turn, patience=Patience(tries=1))
    findings: list[Finding] = []
    if connection.agentos.channel == "v3":
        message = "V3 shows nothing: its key is tried with the first job"
        findings.append(Finding(Severity.NOTE, connection.name, "", message))
    elif connection.agentos.channel == "v4":
        findings += await check_agency(connection, connected.agentos)
        if not any(each.severity is Severity.INCOMPLETE for each in findings):
            findings += await check_leads(connection, connected.management)
            findings += await check_photos(connection, connected.management)
    findings += check_documents(connection)
    findings += await check_account(connection, connected.letsjobit)
    settings, portal = connection.contractor_portal, connected.portal
    if settings is not None and portal is not None:
        findings += await check_portal(settings, portal.client, connection=connection.name)
        if connection.agentos.channel == "portal":
            findings += await check_words(connection, portal.client)
    for side, http in connected.http.items():
        findings += check_clock(connection.name, side, http.clock_skew_seconds)
    return findings, {side: http.requests_sent for side, http in connected.http.items()}


def check_documents(connection: ConnectionSettings) -> list[Finding]:
    """That jobs which V3 takes get no documents, where nothing says how it could fetch them."""
    created = connection.create_jobs
    if not created.enabled or created.channel != "v3" or created.document_base_url:
        return []
    message = "is empty: jobs that V3 takes get no documents, for it takes public addresses only"
    place = Place(connection.name, "create_jobs")
    return [place.found(Severity.NOTE, "document_base_url", message)]


def check_clock(name: str, side: Side, skew_seconds: float | None) -> list[Finding]:
    """Whether this machine's clock agrees with the vendor's, as the latest answer told it.

    Dates of new visits and times for people come from this machine's; budgets do not.
    """
    if skew_seconds is None or abs(skew_seconds) <= MOST_SKEW_SECONDS:
        return []
    direction = "ahead of" if skew_seconds > 0 else "behind"
    apart = f"{abs(skew_seconds):.0f} s {direction} {VENDOR_NAMES[side]}'s"
    message = f"the clock of this machine is {apart}"
    return [Finding(Severity.NOTE, name, "", message, "let it be set by the network (NTP)")]


def _waiting(session: Session, name: str) -> list[Finding]:
    """What waits for a person in this connection."""
    stuck = outbox.count_waiting(session, name)
    counts = {
        "inbox": (inbox.count_open(session, name), "waiting in the inbox for a person"),
        "outbox": (stuck["in_doubt"] + stuck["dead"], "in doubt or dead in the outbox"),
    }
    return [
        Finding(Severity.ATTENTION, name, "", f"{what}: {number}", f"syncd {command}", command)
        for command, (number, what) in counts.items()
        if number
    ]
