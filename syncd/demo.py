"""The story of `syncd demo`: a sandbox of its own, what stands on either side, and what people do.

Only invented people, only this machine. Nothing is shown here and no command is run: that is the
command line's part. What is told is read from the sandbox, and every step says whether both sides
came out as they should.
"""

import json
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, timedelta
from http.client import HTTPConnection
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any
from urllib.parse import urlsplit

from syncd.sandbox import SandboxSubprocess

CONTRACTOR = "co-0009-4739"
"""Whose jobs become visits; the sandbox's configuration names it."""

SIGNATURE = (
    "iVBORw0KGgoAAAANSUhEUgAAANwAAABGAQAAAACP3McJAAAB7UlEQVR42u2VsY7TQBCG/3WsIwUKaZFOcp6A+rq4"
    "4D3IY1CcZL8B9wZHwUtQ4QIp10WioL1ICdyJhk1S4Ahnvyu863NsQkFBdVON/eufnZl/Ztegk7aJ9Bd7Av8feNP+"
    "MMeSEXFaMneZBzeXxJGVLvNelWA7zL0K73370EsoMkvvfX/VA63CmTfPemAs672ruAfe68J7kyjvgmNNfMEyPWah"
    "yhecqvB1bkKd1+x8wRDqXIQc3+ssFCzfIZckUEyBKYeauQNsLElu9lqkiUQq33j7XFJcN3krl40bDbcjrc9D2JKS"
    "kjk4cBkUCe+ahPaK073OJScZiTf3umomYavB8qtGkpFUyM1+MGmyvYM8oYQ98ImS6jIDrAAWUGRUGb+BazZgqMEF"
    "3ALgMnbALSuYUyc0UVC/UCzJai2vTaRSXmCzlJVUtsaTXzANXf8JrEi8CjZSFTomq6WkkS9DUqShlNb+hcaShi59"
    "DLun8mHuuAbKMohrxSGo5E+rDI9nEiZDI00kDc7aW5aX3h/WmZUtMGqGjFYq4c90FXbn7fFW2UhmuQ5RPvY3Ox+G"
    "Rf7SB23YOn3uXgowT+iZNX40X866BKMXzjM3HVJzFdhYGnVItLa1/RyMxfEq/5l0BHZJLbBPasBDzOmLccDT6/CP"
    "4AMUTa6fzh/ypgAAAABJRU5ErkJggg=="
)
"""What the tenant draws on the phone: an invented flourish, as a PNG in base64."""

Record = Mapping[str, Any]


@dataclass(frozen=True)
class Step:
    """What somebody does, what syncd should make of it, and the fields that show it."""

    who: str
    what: str
    number: str
    field: str
    expected: str


@dataclass(frozen=True)
class Outcome:
    """How a step came out: what the visit says now."""

    step: Step
    found: str

    @property
    def is_right(self) -> bool:
        """Whether the visit says what it should."""
        return self.step.expected in self.found


class Stage:
    """A running sandbox with the configuration that points at it."""

    def __init__(self, url: str, config: Path) -> None:
        self._address = urlsplit(url).netloc
        self.config = config

    def records(self, kind: str) -> list[Record]:
        """Everything of one kind, oldest first."""
        found: list[Record] = self._ask("GET", kind)["records"]
        return found

    def visits_by_number(self) -> dict[str, Record]:
        """The visits by their docNo."""
        return {str(each["docNo"]): each for each in self.records("visits")}

    def places(self) -> dict[str, str]:
        """Addresses by property OID."""
        return {str(each["OID"]): _address_of(each) for each in self.records("properties")}

    def writes(self, *, since: int = 0) -> int:
        """How many changes came in through the vendors' APIs after the first `since`."""
        return len(self._ask("GET", f"effects?since={since}")["effects"])

    def judgements(self) -> list[Record]:
        """What each vendor's own count says about its limit."""
        found: list[Record] = self._ask("GET", "limits")["keys"]
        return found

    def engineer(self, visit_key: str, deed: str, fields: Record | None = None) -> None:
        """What an engineer does on the phone: start or close a visit."""
        self._ask("POST", f"visits/{visit_key}/{deed}", fields or {})

    def change(self, kind: str, key: str, fields: Record) -> None:
        """Change a record as a person would on the vendor's own screen."""
        self._ask("PATCH", f"{kind}/{key}", fields)

    def _ask(self, method: str, path: str, body: Record | None = None) -> Any:
        connection = HTTPConnection(self._address, timeout=30)
        try:
            content = None if body is None else json.dumps(body)
            connection.request(method, f"/_sandbox/{path}", content)
            answer = connection.getresponse()
            return json.loads(answer.read())
        finally:
            connection.close()


@contextmanager
def stage(*, seed: int = 7) -> Iterator[Stage]:
    """A sandbox in a process of its own on a free port, and an empty store; both gone at the end.

    RuntimeError where the sandbox does not start.
    """
    with TemporaryDirectory(prefix="syncd-demo-") as directory:
        config = Path(directory) / "syncd.toml"
        with SandboxSubprocess(seed=seed, config_out=config) as sandbox:
            yield Stage(sandbox.url, config)


def ours(jobs: Sequence[Record]) -> list[Record]:
    """The jobs that should become visits: the contractor's, in a status that wants one."""
    return [
        each
        for each in jobs
        if each["ContractorID"] == CONTRACTOR and each["Status"] in ("Reported", "Pending")
    ]


def unvisited(played: Stage) -> list[str]:
    """Numbers of our jobs that have no visit, or more visits than one; none, when all is well."""
    numbers = [str(each["docNo"]) for each in played.records("visits")]
    wanted = [str(each["GlobalReference"]) for each in ours(played.records("jobs"))]
    return [number for number in wanted if numbers.count(number) != 1]


def people_change_things(played: Stage) -> list[Step]:
    """The agency edits one job and cancels another; the dispatcher moves a visit."""
    edited, cancelled, moved = ours(played.records("jobs"))[1:4]
    access = "Tenant works nights: ring after 14:00"
    played.change("jobs", edited["OID"], {"AccessArrangements": access})
    status = next(each for each in played.records("statuses") if each["Name"] == "Cancelled")
    played.change("jobs", cancelled["OID"], {"StatusID": status["OID"]})
    visit = played.visits_by_number()[moved["GlobalReference"]]
    day = (date.fromisoformat(visit["date"]) + timedelta(days=2)).isoformat()
    played.change("visits", visit["_id"], {"date": day})
    return [
        Step(
            "agency, in AgentOS",
            f"writes how to get in: {access!r}",
            edited["GlobalReference"],
            "obs",
            access,
        ),
        Step(
            "agency, in AgentOS",
            "cancels the job",
            cancelled["GlobalReference"],
            "inMobileApp",
            "False",
        ),
        Step(
            "dispatcher, in LetsJobIt",
            f"moves the visit from {visit['date']} to {day}",
            moved["GlobalReference"],
            "date",
            day,
        ),
    ]


@dataclass(frozen=True)
class Delivered:
    """What the agency and the engineer see of a finished visit."""

    status: str
    documents: tuple[str, ...]
    invoice: str
    is_acknowledged: bool


def engineer_finishes(played: Stage) -> str:
    """An engineer does a job, enters what it costs and has it signed; gives the job's number."""
    job = ours(played.records("jobs"))[-1]
    number = str(job["GlobalReference"])
    visit = played.visits_by_number()[number]
    played.engineer(visit["_id"], "start")
    closed = {
        "values": {"invoice_total": "96.00"},
        "signeeName": "A. Tenant",
        "signeeRating": 5,
        "signature": SIGNATURE,
    }
    played.engineer(visit["_id"], "close", closed)
    return number


def delivered(played: Stage, number: str) -> Delivered:
    """What arrived of the visit with this number, on both sides."""
    jobs = {str(each["GlobalReference"]): each for each in played.records("jobs")}
    oid = jobs[number]["OID"]
    documents = [each for each in played.records("documents") if each["JobID"] == oid]
    invoices = [each for each in played.records("invoices") if each["JobID"] == oid]
    return Delivered(
        str(jobs[number]["Status"]),
        tuple(str(each["DocumentName"]) for each in documents),
        "; ".join(f"{i['InvoiceNumber']} over £{i['Amount']:.2f}" for i in invoices),
        bool(played.visits_by_number()[number]["confirmClose"]),
    )


def outcomes(played: Stage, steps: Sequence[Step]) -> list[Outcome]:
    """What the visits say after syncd has run."""
    visits = played.visits_by_number()
    return [Outcome(step, str(visits[step.number][step.field])) for step in steps]


def _address_of(place: Record) -> str:
    parts = (place["AddressFlatRoomNumber"], place["AddressNumber"], place["Address1"])
    return " ".join(str(part) for part in parts if part)
