"""An admin endpoint over a store with a little of everything in it, and programs that ask it."""

import asyncio
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
from pydantic import SecretStr

from syncd.admin.serving import AdminServer
from syncd.model import Change, InboxKind, Intent, IntentKind, IntentState, JobId, Question
from syncd.settings import ListenAddress, Settings, load_settings
from syncd.store import cycles, inbox, outbox
from syncd.store.cycles import SweepRecord
from syncd.store.database import Database, Session
from syncd.store.links import add_link, find_link
from syncd.store.tables import closures, lanes

TOKEN = "the-token-of-these-tests-0123456789"
KEYS = ("canary-agentos-key-41d8", "canary-letsjobit-key-98e2")
PHONE = "07700 900461"
SIGNATURE = "Y2FuYXJ5LXNpZ25hdHVyZQ=="
NAME = "northgate"

CONFIG = f"""
[store]
url = "URL"

[admin]
listen = "127.0.0.1:0"
token = "{TOKEN}"

[[connections]]
name = "{NAME}"
[connections.agentos]
short_name = "northgate"
api_key = "{KEYS[0]}"
contractors = ["co-0009-4739"]
[connections.agentos.statuses]
visit_when = ["Reported"]
completed = "Completed"
cancelled = ["Cancelled"]
[connections.letsjobit]
api_key = "{KEYS[1]}"
company_id = "LPeaJNaLQT6RqcFdt"
default_driver = "FEn9BJz93svSNPx7p"
"""


def settings_for(url: str, directory: Path) -> Settings:
    """The settings of these tests over a store."""
    path = directory / "syncd.toml"
    path.write_text(CONFIG.replace("URL", url))
    return load_settings(path, {})


def with_admin(settings: Settings, **values: Any) -> Settings:
    """The settings with others of [admin]: `listen` as "host:port", `token` as text."""
    if "listen" in values:
        host, _, port = values["listen"].rpartition(":")
        values["listen"] = ListenAddress(host, int(port))
    if "token" in values:
        values["token"] = SecretStr(values["token"])
    return settings.model_copy(update={"admin": settings.admin.model_copy(update=values)})


def fill(session: Session, now: datetime) -> None:
    """One connection that was read just now, one link, and one of everything that can wait."""
    cycles.ensure_connection(session, NAME, short_name=NAME, company_id="LPea", now=now)
    link_id = add_link(
        session,
        NAME,
        JobId("JOB-1"),
        doc_no="MJ-1",
        now=now,
        visit_id=7,
        visit_key="key-7",
        is_ours=True,
        is_open=True,
        branch_id="BR-1",
    )
    number = cycles.start_cycle(session, NAME, now=now - timedelta(seconds=3))
    read_all(session, now, number)
    errors = [{"code": "letsjobit_unauthorized", "message": "the key", "hint": "correct it"}]
    cycles.finish_cycle(
        session, number, outcome="incomplete", report={"name": NAME, "errors": errors}, now=now
    )
    for kind, choices in (
        (InboxKind.CONFLICT, ("agentos", "letsjobit", "leave")),
        (InboxKind.MISSING_AMOUNT, ("enter", "no-charge")),
    ):
        question = Question(
            kind, f"{kind}:1", f"what about {kind}?", choices, job_id=JobId("JOB-1")
        )
        inbox.ensure_open(session, NAME, question, now=now - timedelta(hours=1))
    outbox.add_intents(
        session, [intent("a"), intent("b"), intent("c", effect="c")], epoch=1, now=now
    )
    was = (IntentState.PENDING, IntentState.SENDING)
    dead, doubtful = IntentState.DEAD, IntentState.IN_DOUBT
    outbox.end_intents(session, [1, 3], dead, was=was, now=now, code="refused", reason="no")
    outbox.end_intents(session, [2], doubtful, was=was, now=now, reason="lost")
    session.execute(
        closures.insert().values(
            connection=NAME,
            visit_key="key-7",
            link_id=link_id,
            content=f'{{"contactPhone": "{PHONE}"}}',
            signature=SIGNATURE,
            content_hash="x",
            was_found=False,
            seen_at=now - timedelta(minutes=5),
        )
    )
    lane = {"boot_id": "", "next_due_ms": 0, "wake_seq": 0, "failures": 3, "code": "refused"}
    session.execute(lanes.insert().values(connection=NAME, lane="visits", **lane))


def read_all(session: Session, now: datetime, cycle: int | None = None) -> None:
    """Every lane was read completely."""
    for lane in ("closures", "jobs", "visits", "directory"):
        cycles.record_sweep(session, NAME, cycle, SweepRecord(lane, now, True, 1), now=now)


def intent(key: str, *, effect: str | None = None) -> Intent:
    """A change of the one link."""
    return Intent(
        kind=IntentKind.ATTACH_DOCUMENT if effect else IntentKind.UPDATE_VISIT,
        connection=NAME,
        job_id=JobId("JOB-1"),
        visit_id=None,
        link_id=None,
        changes={"contactPhone": Change(None, PHONE)},
        payload={},
        key=key,
        effect_key=effect,
    )


@dataclass
class Endpoint:
    """A running endpoint; `settings` may be exchanged, as a reload does."""

    settings: Settings
    database: Database
    server: AdminServer
    now: datetime | None = None

    @property
    def url(self) -> str:
        """Where it listens."""
        assert self.server.url is not None
        return self.server.url

    def client(self, **options: Any) -> httpx.AsyncClient:
        """A program that shows nothing."""
        return httpx.AsyncClient(base_url=self.url, trust_env=False, **options)

    def program(self) -> httpx.AsyncClient:
        """A program that shows the token."""
        return self.client(headers={"Authorization": f"Bearer {TOKEN}"})


def new_endpoint(settings: Settings, database: Database) -> Endpoint:
    """An endpoint that is not started; its clock is the real one unless `now` is set."""
    endpoint: Endpoint

    def clock() -> datetime:
        return endpoint.now or datetime.now(UTC)

    server = AdminServer(lambda: endpoint.settings, database, clock=clock)
    endpoint = Endpoint(settings, database, server)
    return endpoint


@contextmanager
def in_a_thread(endpoint: Endpoint) -> Iterator[Endpoint]:
    """The endpoint in another thread, for programs that wait for answers in this one."""
    loop = asyncio.new_event_loop()
    thread = threading.Thread(target=loop.run_forever, daemon=True)
    thread.start()
    asyncio.run_coroutine_threadsafe(endpoint.server.start(), loop).result(30)
    try:
        yield endpoint
    finally:
        asyncio.run_coroutine_threadsafe(endpoint.server.stop(), loop).result(30)
        loop.call_soon_threadsafe(loop.stop)
        thread.join(30)
        loop.close()


def links_of(session: Session, wanted: str) -> int:
    """The number of the link that is meant."""
    return find_link(session, None, wanted)[0].link_id
