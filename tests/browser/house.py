"""A house to look at: a sandbox, a store that real cycles filled, and the admin endpoint over it.

What happened there: visits were made, one was closed and delivered, one waits for its amount, of
one invoice nobody knows whether it arrived, jobs and their visits disagree about states and about
a field, a change was refused, and two jobs were written by somebody who hates us.
"""

import asyncio
import base64
import functools
import io
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, TypeVar

import httpx
from PIL import Image, ImageDraw

from syncd.admin.serving import AdminServer
from syncd.app import open_app, run_once
from syncd.cycle.report import RunReport
from syncd.sandbox import RunningSandbox, limits_from, seeded_world
from syncd.settings import Settings, load_settings
from syncd.store.database import Database, Session
from syncd.store.tables import invoices

TOKEN = "a-token-of-the-browser-tests"

LONG_WORD = "W" * 10_000
RTL = "\u202e\u05d3\u05d5\u05d7 \u05ea\u05d9\u05e7\u05d5\u05df\u202d"
HOSTILE = {
    "Title": f"<script>window.hurt = 1</script> {RTL} 🧯🪣👩‍🚒 {LONG_WORD}",
    "Description": f"<img src=x onerror='window.hurt=2'>\n{LONG_WORD}\n'\"><svg onload=hurt()>",
    "AccessArrangements": "javascript:window.hurt=3 {{7*7}} ${hurt} ]]> --> </title></script>",
}
HOSTILE_NUMBER = "<img src=x onerror=hurt()>'\"&"
SIGNEE = "<script>window.hurt = 4</script>"

HOSTILE_TENANT = {
    "Forename": "<script>window.hurt = 5</script>",
    "Surname": f"</td><img src=x onerror='window.hurt=6'> {LONG_WORD}",
}

PORTAL = """
[connections.contractor_portal]
base_url = "{url}/api/trpc"
contractor_id = "co-0009-4739"
session = "{session}"
"""

Record = dict[str, Any]
T = TypeVar("T")


@functools.cache
def flourish() -> str:
    """An invented signature, as LetsJobIt holds it."""
    made = io.BytesIO()
    paper = Image.new("L", (320, 110), 255)
    points = [(20 + 4 * n, 55 + int(30 * ((n * 7 % 13) / 6 - 1))) for n in range(70)]
    ImageDraw.Draw(paper).line(points, fill=20, width=3, joint="curve")
    paper.save(made, "PNG")
    return base64.b64encode(made.getvalue()).decode()


@dataclass
class House:
    """The sandbox and the configuration of one syncd beside it."""

    box: RunningSandbox
    control: httpx.Client
    config: Path

    @property
    def settings(self) -> Settings:
        """The settings as the file has them."""
        return load_settings(self.config, {})

    def run(self) -> RunReport:
        """One cycle, as `run-once` makes it; in a thread, for the browser has its own loop."""

        async def once() -> RunReport:
            async with open_app(self.settings) as app:
                return await run_once(app, name=None, deadline_seconds=None)

        return in_thread(lambda: asyncio.run(once()))

    def ask(self, method: str, path: str, body: Any = None) -> Any:
        """Look at the sandbox or change it."""
        answer = self.control.request(method, f"/{path}", json=body)
        return answer.raise_for_status().json()

    def jobs(self) -> list[Record]:
        """The jobs that become visits, oldest first."""
        found: list[Record] = self.ask("GET", "jobs")["records"]
        return [each for each in found if each["ContractorID"] == "co-0009-4739"]

    def visit_of(self, job: Record) -> Record:
        """The visit with a job's number."""
        found: list[Record] = self.ask("GET", "visits")["records"]
        return next(each for each in found if each["docNo"] == job["GlobalReference"])

    def close(self, job: Record, *, amount: str | None, signee: str = "Ada Example") -> None:
        """The engineer closes the visit of a job."""
        values = {} if amount is None else {"invoice_total": amount}
        given = {"values": values, "signeeName": signee, "signature": flourish()}
        self.ask("POST", f"visits/{self.visit_of(job)['_id']}/close", given)

    def set_status(self, job: Record, name: str) -> None:
        """The agency gives a job another status."""
        found: list[Record] = self.ask("GET", "statuses")["records"]
        status = next(each for each in found if each["Name"] == name)
        self.ask("PATCH", f"jobs/{job['OID']}", {"StatusID": status["OID"]})

    def fault(self, **rule: Any) -> None:
        """Switch on a fault of the sandbox."""
        self.ask("POST", "faults", rule)

    def live_through_it(self) -> None:
        """What happened in this house."""
        self.ask("PATCH", f"jobs/{self.jobs()[7]['OID']}", {"GlobalReference": HOSTILE_NUMBER})
        self._make_hostile(self.jobs()[6])
        self.ask("PATCH", "options", {"jobs_carry_documents": True, "jobs_carry_invoices": False})
        self.run()
        delivered, doubtful, silent, one, other, torn, hated = self.jobs()[:7]
        self.close(delivered, amount="120.00")
        self.run()
        self.close(doubtful, amount="85.50")
        self.fault(kind="reset_after_effect", method="POST", path="/invoice/submit")
        self.run()
        self.close(silent, amount=None, signee=SIGNEE)
        self.set_status(one, "Completed")
        self.set_status(other, "Completed")
        self.ask("PATCH", f"jobs/{hated['OID']}", HOSTILE)
        self.ask("PATCH", f"jobs/{torn['OID']}", {"Priority": "Low"})
        self.ask("PATCH", f"visits/{self.visit_of(torn)['_id']}", {"priority": 3})
        self.fault(kind="status", status=400, method="PUT", path="/visits")
        self.run()
        self.set_status(self.jobs()[7], "Completed")
        self.run()
        self.ask("DELETE", "faults")

    def wait_for_its_money(self) -> None:
        """Instead of that: the house has a portal, and five invoices, of which one is paid, one
        paid with a penny less, one is pending, one was lost long ago, and one is new."""
        portal = PORTAL.format(url=self.box.url, session=self.box.world.portal_session)
        self.config.write_text(self.config.read_text() + portal)
        self.ask("PATCH", "options", {"jobs_carry_documents": False})
        self.run()
        jobs = self.jobs()[:5]
        for job, amount in zip(jobs, ("120.00", "85.50", "64.00", "240.00", "31.20"), strict=True):
            self.close(job, amount=amount)
        self.run()
        made = {each["InvoiceNumber"]: each for each in self.ask("GET", "invoices")["records"]}
        paid, less, _, lost, new = (made[str(job["GlobalReference"])] for job in jobs)
        self.ask("POST", f"invoices/{paid['OID']}/pay", {})
        self.ask("POST", f"invoices/{less['OID']}/pay", {"amount": 85.49})
        for each in (lost, new):
            self.ask("PATCH", f"invoices/{each['OID']}", {"IsLost": True})
        self.run()
        url = self.settings.store.url.get_secret_value()
        database = Database(url, relative_to=self.settings.directory)
        database.run_now(_submit_long_ago, lost["InvoiceNumber"])
        database.close()
        self.run()

    def _make_hostile(self, job: Record) -> None:
        """The job's tenant has another name wherever AgentOS shows tenants."""
        self.ask("PATCH", f"tenants/{job['TenantID']}", HOSTILE_TENANT)
        found: list[Record] = self.ask("GET", "tenancies")["records"]
        (tenancy,) = [each for each in found if each["PropertyID"] == job["PropertyID"]]
        people = [{**each, **HOSTILE_TENANT} for each in tenancy["LinkedTenants"]]
        self.ask("PATCH", f"tenancies/{tenancy['OID']}", {"LinkedTenants": people})


def _submit_long_ago(session: Session, number: str) -> None:
    """One invoice was submitted two months ago."""
    change = invoices.update().where(invoices.c.number == number)
    session.execute(change.values(submitted_at=datetime.now(UTC) - timedelta(days=60)))


def in_thread(work: Callable[[], T]) -> T:
    """Do it in another thread and wait: this one may have an event loop of the browser's."""
    found: list[T] = []
    problems: list[BaseException] = []

    def run() -> None:
        try:
            found.append(work())
        except BaseException as error:
            problems.append(error)

    thread = threading.Thread(target=run)
    thread.start()
    thread.join()
    if problems:
        raise problems[0]
    return found[0]


@contextmanager
def built(directory: Path, *, token: str = TOKEN) -> Iterator[House]:
    """A house with its sandbox; nothing happened in it yet."""
    limits = limits_from((50, 1.0), (100, 0.5))
    with RunningSandbox(seeded_world(7), limits=limits) as box:
        config = directory / "syncd.toml"
        admin = f'listen = "127.0.0.1:0"\ntoken = "{token}"'
        text = box.config_text().replace('listen = ""', admin)
        config.write_text(f'{text}\n[connections.fields]\npriority = "ask"\n')
        with httpx.Client(base_url=f"{box.url}/_sandbox", timeout=60) as control:
            yield House(box, control, config)


class Served:
    """The admin endpoint in a thread of its own, as the daemon has it on its loop."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._ready = threading.Event()
        self._thread = threading.Thread(target=lambda: asyncio.run(self._serve()), daemon=True)
        self._loop: asyncio.AbstractEventLoop | None = None
        self._over: asyncio.Event | None = None
        self.url = ""

    async def _serve(self) -> None:
        self._loop, self._over = asyncio.get_running_loop(), asyncio.Event()
        url = self._settings.store.url.get_secret_value()
        database = Database(url, relative_to=self._settings.directory)
        server = AdminServer(lambda: self._settings, database)
        try:
            await server.start()
            self.url = server.url or ""
            self._ready.set()
            await self._over.wait()
            await server.stop()
        finally:
            self._ready.set()
            database.close()

    def __enter__(self) -> "Served":
        self._thread.start()
        self._ready.wait(timeout=30)
        assert self.url, "the admin endpoint did not start"
        return self

    def __exit__(self, *_: object) -> None:
        if self._loop is not None and self._over is not None:
            self._loop.call_soon_threadsafe(self._over.set)
        self._thread.join(timeout=30)
