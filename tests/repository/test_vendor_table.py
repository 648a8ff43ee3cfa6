"""docs/vendors.md is what the vendors' pages list, what the clients send, and who calls them."""

import ast
import importlib
import inspect
import json
import pkgutil
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType

import pytest

import syncd.agentos
import syncd.contractor_portal
import syncd.letsjobit
from tests.repository.calling import HOLDERS, Use, every_use, untold_calls, uses_in
from tests.repository.sending import CLIENTS, Sent, everything_sent, methods_of, shape

ENDPOINTS = Path(__file__).parents[1] / "vendor" / "endpoints.json"
"""What the pages list, copied from them line by line, in their spelling."""

BENEATH = {"Tier", "Router", "PortalJobs", "TransformerProbe"}
"""Classes of the clients' packages that stand below a client, or on one."""

CLIENT_ONLY = "client only: "


@dataclass(frozen=True)
class Row:
    """One row of the table."""

    page: str
    request: str
    methods: tuple[str, ...]
    used_by: str

    @property
    def market(self) -> str:
        """Whose photos, plans or media it is about: "lettings" or "sales"; "" for all else."""
        found = re.search(r" /(lettings|sales)/", self.request)
        return found[1] if found else ""

    @property
    def users(self) -> set[str]:
        """The names of what uses it; none of a request that only the client has."""
        return set() if self.used_by.startswith(CLIENT_ONLY) else set(self.used_by.split("; "))


@pytest.fixture(scope="module")
def text(root: Path) -> str:
    """The document."""
    return (root / "docs" / "vendors.md").read_text()


@pytest.fixture(scope="module")
def rows(text: str) -> list[Row]:
    """Its table of requests."""
    found = re.findall(r"^\| (\w+) \| `([^`|]+)` \| ([^|]+) \| ([^|]+) \|$", text, re.M)
    named = (re.findall(r"`(\w+)`", methods) for _, _, methods, _ in found)
    return [
        Row(page, request, tuple(methods), used_by)
        for (page, request, _, used_by), methods in zip(found, named, strict=True)
    ]


@pytest.fixture(scope="module")
def users(text: str) -> dict[str, set[str]]:
    """What uses requests, with the modules that it consists of."""
    table = text.split("\n## Used by\n")[1]
    found = re.findall(r"^\| ([^|]+) \| [^|]+ \| (`syncd[^|]+) \|$", table, re.M)
    return {name: set(re.findall(r"`([\w.]+)`", modules)) for name, modules in found}


@pytest.fixture(scope="module")
def uses(root: Path) -> set[Use]:
    """Every place in the source that names a method of a client."""
    return every_use(root)


def documented() -> Iterator[tuple[str, str, str]]:
    """Every request of the vendors' pages: page, as it is written there, and as it is sent."""
    for page, said in json.loads(ENDPOINTS.read_text()).items():
        for request in said["endpoints"]:
            verb, _, path = request.partition(" ")
            yield page, request, shape(f"{verb} {said['root']}{path}" if path else request)


def modules_of(row: Row, uses: set[Use]) -> set[str]:
    """The modules that call one of the row's methods, and not for the other market alone."""
    return {
        each.module
        for each in uses
        if each.page == row.page
        and each.method in row.methods
        and (row.market in ("", each.market) or each.market == "")
    }


def test_the_table_has_every_request_of_the_pages(rows: list[Row]) -> None:
    """Each once, in the vendors' own spelling and order, and no other."""
    assert [(row.page, row.request) for row in rows] == [each[:2] for each in documented()]


async def test_the_methods_send_what_the_table_says(rows: list[Row]) -> None:
    """Each method of each row was called and sent just that; no method sends anything else."""
    as_sent = {(page, request): sent for page, request, sent in documented()}
    claimed = {
        Sent(row.page, method, as_sent[row.page, row.request])
        for row in rows
        for method in row.methods
    }
    seen = {Sent(e.page, e.method, shape(e.request)) for e in await everything_sent()}
    assert claimed == seen


def test_no_client_is_forgotten() -> None:
    """Every class of the clients' packages that asks a vendor is looked at here."""
    found = {
        name
        for package in (syncd.agentos, syncd.letsjobit, syncd.contractor_portal)
        for module in modules_in(package)
        for name, each in inspect.getmembers(module, inspect.isclass)
        if each.__module__ == module.__name__ and inspect.getmembers(each, is_asking)
    }
    assert found - BENEATH == {client.__name__ for client in CLIENTS.values()}


def modules_in(package: ModuleType) -> Iterator[ModuleType]:
    """The modules of a package."""
    for each in pkgutil.iter_modules(package.__path__):
        yield importlib.import_module(f"{package.__name__}.{each.name}")


def is_asking(member: object) -> bool:
    """Whether it is a method that waits for something."""
    return inspect.iscoroutinefunction(member) and not member.__name__.startswith("_")


def test_who_uses_a_request_calls_it(
    rows: list[Row], users: dict[str, set[str]], uses: set[Use]
) -> None:
    """Everything that a row names has a module that calls one of its methods, and every module
    that does belongs to something that the row names."""
    wrong = {}
    for row in rows:
        called = modules_of(row, uses)
        idle = {name for name in row.users if not users.get(name, set()) & called}
        unsaid = called - {module for name in row.users for module in users.get(name, set())}
        if idle or unsaid:
            wrong[row.page, row.request] = {"calls nothing": idle, "is not named": unsaid}
    assert wrong == {}


def test_client_only_is_said_where_nobody_asks(rows: list[Row], uses: set[Use]) -> None:
    """A request without a caller says so with a reason, and no other does."""
    for row in rows:
        is_client_only = row.used_by.startswith(CLIENT_ONLY)
        assert is_client_only == (not modules_of(row, uses)), row
        assert not is_client_only or len(row.used_by) > len(CLIENT_ONLY) + 10, row


def test_the_document_names_what_there_is(
    root: Path, text: str, users: dict[str, set[str]], rows: list[Row]
) -> None:
    """Every module exists, and nothing stands in the second table that no row names."""
    for module in re.findall(r"`(syncd\.[\w.]+)`", text):
        assert (root / f"{module.replace('.', '/')}.py").is_file(), module
    assert set(users) == {name for row in rows for name in row.users}


def test_every_call_is_attributed(root: Path) -> None:
    """Of every call by a method's name it is known whose it is; but for the notes of the portal,
    which `PortalJobs` passes on, and a status of no portal."""
    notes = {("syncd.apply.delivering", "list_notes"), ("syncd.apply.delivering", "add_note")}
    assert untold_calls(root) == {*notes, ("syncd.daemon.ticking", "status")}


def test_the_holders_are_what_they_are_taken_for(root: Path) -> None:
    """Attributes with these names are annotated with a client's class, wherever they are fields."""
    said: dict[str, set[str]] = {}
    trees = (ast.parse(path.read_text()) for path in (root / "syncd").rglob("*.py"))
    fields = (
        each
        for tree in trees
        for node in ast.walk(tree)
        if isinstance(node, ast.ClassDef)
        for each in node.body
        if isinstance(each, ast.AnnAssign)
    )
    for field in fields:
        name, annotation = ast.unparse(field.target), ast.unparse(field.annotation)
        if annotation in HOLDERS.values():
            said.setdefault(name, set()).add(annotation)
    assert said.pop("client") == {"ContractorPortal"}
    assert said == {name: {HOLDERS[name]} for name in said}
    assert set(said) >= set(HOLDERS) - {"_portal"}


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("async def f(client: Maintenance):\n await client.get_job('J')", ("V4", "get_job", "")),
        ("async def f(hands):\n await hands.agentos.at(1).get_job('J')", ("V4", "get_job", "")),
        ("async def f(x):\n c = x.letsjobit\n return c.list_visits", ("LJI", "list_visits", "")),
        ("def f(hands):\n p = hands.portal.client\n p.contacts()", ("Portal", "contacts", "")),
        (
            "def f(h):\n c, n = h.management, 1\n async def g():\n  await c.create_lead(n)",
            ("PM", "create_lead", ""),
        ),
        (
            "async def f(m: PropertyManagement):\n await m.add_photo(Market.SALES, 'P', d)",
            ("PM", "add_photo", "sales"),
        ),
    ],
)
def test_a_call_is_found_however_it_is_written(source: str, expected: tuple[str, str, str]) -> None:
    """Directly, by another name, with another urgency, inside of a function, as a value."""
    assert set(uses_in(ast.parse(source))) == {expected}


def test_every_client_has_methods() -> None:
    """The look at a client is not an empty one."""
    assert min(len(methods_of(page)) for page in CLIENTS) >= 1
    assert sum(len(methods_of(page)) for page in CLIENTS) > 50
