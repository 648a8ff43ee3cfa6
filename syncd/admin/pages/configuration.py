"""The configuration that is in effect, with what the agency calls the things that it names."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from fastapi import APIRouter
from fastapi.responses import Response

from syncd.admin.pages.frame import AtScreen
from syncd.admin.pages.wording import SIDES
from syncd.model import DirectoryKind
from syncd.settings import ConnectionSettings, Settings, describe
from syncd.store.database import Session
from syncd.store.directory import load_directory

router = APIRouter()

HIDDEN = "**********"
"""What the settings themselves show of a secret."""

MOST = 200
"""Names of one list that are shown at the most."""

LISTS = (
    (DirectoryKind.STATUS_TYPE, "Statuses"),
    (DirectoryKind.BRANCH, "Branches"),
    (DirectoryKind.CONTRACTOR, "Contractors"),
)

Names = Mapping[str, str]
"""What things are called, by OID and by name in lower case."""


@router.get("/configuration")
def configuration(screen: AtScreen) -> Response:
    """Every setting as it holds, secrets hidden."""
    settings = screen.settings
    agencies = screen.desk.read(_agencies, settings)
    document: Any = describe(settings)
    connections = document.pop("connections")
    general = {"title": "For all connections", "groups": list(_groups(document, {}))}
    own = [
        {"title": f"Connection {each['name']}", "groups": list(_groups(each, agency["names"]))}
        for each, agency in zip(connections, agencies, strict=True)
    ]
    return screen.page("configuration.html", parts_of_file=[general, *own], directories=agencies)


def _groups(table: Mapping[str, Any], names: Names) -> Iterator[dict[str, Any]]:
    """A table's own settings, then each table in it."""
    own = {name: value for name, value in table.items() if not _is_table(value)}
    if own:
        yield {"title": "", "rows": [_row(name, value, name, names) for name, value in own.items()]}
    for name, value in table.items():
        if _is_table(value):
            rows = list(_rows(value, name, "", names))
            yield {"title": _words(name), "rows": rows}


def _is_table(value: object) -> bool:
    return isinstance(value, dict) and bool(value)


def _rows(
    table: Mapping[str, Any], path: str, before: str, names: Names
) -> Iterator[dict[str, Any]]:
    for name, value in table.items():
        here = f"{path}.{name}"
        if _is_table(value):
            yield from _rows(value, here, f"{before}{_words(name)}: ", names)
        else:
            yield _row(f"{before}{_words(name)}", value, here, names)


def _row(name: str, value: Any, path: str, names: Names) -> dict[str, Any]:
    several = value if isinstance(value, list) and value else [value]
    lines = [_line(each, names) for each in several]
    return {"name": _words(name), "path": path, "lines": lines}


def _line(value: Any, names: Names) -> dict[str, Any]:
    if value is None or value in ("", [], {}):
        return {"text": "", "name": "", "is_hidden": False, "is_id": False}
    text = {True: "yes", False: "no"}[value] if isinstance(value, bool) else str(value)
    known = names.get(text, "") or names.get(text.lower(), "")
    return {
        "text": text,
        "name": known,
        "is_hidden": text == HIDDEN,
        "is_id": text in names and bool(known),
    }


def _words(name: str) -> str:
    """The name of a setting for people; the name itself stands behind it."""
    if name in SIDES:
        return SIDES[name]
    words = " ".join(each.upper() if each in _SHORT else each for each in name.split("_"))
    return f"{words[:1].upper()}{words[1:]}"


_SHORT = ("api", "id", "url", "vat")


def _agencies(session: Session, settings: Settings) -> list[dict[str, Any]]:
    return [_agency(session, each) for each in settings.connections]


def _agency(session: Session, connection: ConnectionSettings) -> dict[str, Any]:
    """What an agency calls its statuses, branches and contractors, and which of them are named."""
    lists: list[dict[str, Any]] = []
    names: dict[str, str] = {}
    for kind, title in LISTS:
        found = load_directory(session, connection.name, kind)
        named = {oid: str((each.content or {}).get("name") or "") for oid, each in found.items()}
        names |= named
        if kind is DirectoryKind.STATUS_TYPE:
            names |= {name.lower(): f"OID {oid}" for oid, name in named.items()}
        rows = [
            {"oid": oid, "name": name, "role": _roles(connection, kind, oid, name)}
            for oid, name in sorted(named.items(), key=lambda pair: pair[1].casefold())
        ]
        if rows:
            lists.append({"title": title, "rows": rows[:MOST], "total": len(rows)})
    return {"connection": connection.name, "lists": lists, "names": names}


def _roles(connection: ConnectionSettings, kind: DirectoryKind, oid: str, name: str) -> str:
    """By which settings a record is meant."""
    if kind is DirectoryKind.CONTRACTOR:
        return "whose jobs become visits" if oid in connection.agentos.contractors else ""
    if kind is DirectoryKind.BRANCH:
        wanted = connection.agentos.branches
        return "" if wanted and oid not in wanted else "read"
    statuses = connection.agentos.statuses
    roles: Sequence[tuple[str, Sequence[str]]] = (
        ("a visit is made", statuses.visit_when),
        ("in progress", (statuses.in_progress,)),
        ("waits for access", (statuses.awaiting_access,)),
        ("completed", (statuses.completed,)),
        ("cancelled", statuses.cancelled),
    )
    meant = {oid.casefold(), name.casefold()}
    found = [role for role, words in roles if meant & {word.casefold() for word in words}]
    return ", ".join(found)
