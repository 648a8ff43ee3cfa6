"""`media` and `leads`: V4 Property Management by hand, with a preview before anything is sent.

    media list     {"connection", "market", "kind", "owner", "media": [{"id", "name", "size"}]}
    media add      {"connection", "market", "kind", "owner", "sent": bool,
                    "files": [{"path", "name", "size", "remark", "id": OID or null}]}
    media delete   {"connection", "market", "kind", "id", "sent": bool}
    leads sources  {"connection", "sources": [{"id", "name"}]}
    leads add      {"connection", "sent": bool, "type", "source", "id": OID or null}

Without --yes a person is asked; where nobody can be asked, nothing is sent and the exit code is 2.
The names and phones of a lead are shown to the person who is asked, and printed nowhere else.
"""

import asyncio
import sys
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TypeVar

from syncd.agentos.answers import Written
from syncd.agentos.property_management import Lead, Market, PropertyManagement
from syncd.app import App, asked_connections, open_app
from syncd.cli.asked import Asked
from syncd.cli.exits import DONE
from syncd.cli.screen import output, print_json, say, table, tell
from syncd.errors import ConfigError, Problem, SyncdError
from syncd.marketing import asking
from syncd.marketing.uploads import MediaKind, Upload, read_uploads
from syncd.model import Json
from syncd.settings import ConnectionSettings
from syncd.telling.words import count

T = TypeVar("T")

KINDS = {
    MediaKind.PHOTO: ("photo", "photos"),
    MediaKind.FLOOR_PLAN: ("floor plan", "floor plans"),
    MediaKind.PORTAL: ("portal medium", "portal media"),
}


@dataclass(frozen=True)
class Where:
    """Which media are meant: of whom, for what market, of what kind."""

    connection: str | None
    market: Market
    kind: MediaKind
    owner: str


def list_media(asked: Asked, where: Where) -> int:
    """Show what is there."""

    async def work(client: PropertyManagement) -> tuple[asking.Media, ...]:
        return await asking.list_media(client, where.market, where.owner, where.kind)

    connection, media = _asked(asked, where.connection, work)
    if asked.as_json:
        shown: list[Json] = [
            {"id": each.media_id, "name": each.name, "size": each.size} for each in media
        ]
        print_json({**_told(connection, where), "owner": where.owner, "media": shown})
        return DONE
    if not media:
        tell(f"AgentOS shows no {KINDS[where.kind][1]} there.")
        return DONE
    _show_media(media)
    return DONE


def add_media(asked: Asked, where: Where, files: Sequence[Path], *, is_sure: bool) -> int:
    """Check the files, show what would be sent, ask, and send."""
    connection = _connection(asked, where.connection)
    uploads = read_uploads(files, where.kind, mime_form=connection.documents.mime_type)
    if not asked.as_json:
        _preview(where, uploads)
    one, many = KINDS[where.kind]
    question = f"Add {count(len(uploads), one, many)} to {where.owner} in AgentOS?"
    if not _may(asked, question, is_sure=is_sure):
        return DONE

    def note(upload: Upload, done: Written) -> None:
        if not asked.as_json:
            tell(f"sent {upload.document.name}" + (f" as {done.oid}" if done.oid else ""))

    async def work(client: PropertyManagement) -> list[Written]:
        return await asking.add_media(
            client, where.market, where.owner, where.kind, uploads, note=note
        )

    _, written = _asked(asked, where.connection, work)
    if asked.as_json:
        sent: list[Json] = [
            {**_file(each), "id": done.oid} for each, done in zip(uploads, written, strict=True)
        ]
        told = _told(connection, where)
        print_json({**told, "owner": where.owner, "sent": True, "files": sent})
    return DONE


def delete_media(asked: Asked, where: Where, *, holder: str, is_sure: bool) -> int:
    """Say what would go, ask, and delete it; AgentOS tells its name only beside its `holder`."""
    connection = _connection(asked, where.connection)
    one, many = KINDS[where.kind]
    if not is_sure and not asked.as_json:
        if holder:
            _preview_deletion(asked, replace(where, owner=holder), where.owner)
        else:
            tell(f"{one} {where.owner}: AgentOS names {many} only with their property.")
            tell("To see name and size before it is deleted, add --property OID.")
    if not _may(asked, f"Delete the {one} {where.owner} in AgentOS for good?", is_sure=is_sure):
        return DONE

    async def work(client: PropertyManagement) -> None:
        await asking.delete_media(client, where.market, where.owner, where.kind)

    _asked(asked, where.connection, work)
    if asked.as_json:
        print_json({**_told(connection, where), "id": where.owner, "sent": True})
    else:
        tell(f"deleted the {one} {where.owner}")
    return DONE


def lead_sources(asked: Asked, connection: str | None) -> int:
    """Show where the agency says that leads come from."""
    found, sources = _asked(asked, connection, asking.lead_sources)
    if asked.as_json:
        shown: list[Json] = [{"id": each.source_id, "name": each.name} for each in sources]
        print_json({"connection": found.name, "sources": shown})
        return DONE
    rows = table("id", "name", whole=("id",))
    for each in sources:
        rows.add_row(each.source_id, each.name)
    output().print(rows)
    return DONE


def add_lead(
    asked: Asked, connection: str | None, lead: Lead, *, source: str, is_sure: bool
) -> int:
    """Find the source, show what would be sent, ask, and create the lead."""
    if not any((lead.forename, lead.surname, lead.email, lead.phone, lead.notes)):
        problem = Problem("leads add", "says nothing about the lead", "give a name, phone or notes")
        raise ConfigError([problem])
    found, sources = _asked(asked, connection, asking.lead_sources)
    chosen = asking.source_named(sources, source)
    lead = replace(lead, source_id=chosen.source_id)
    if not is_sure and not asked.as_json:
        _preview_lead(lead, chosen)
    question = f"Create a {lead.lead_type} lead from {chosen.name!r} in AgentOS?"
    if not _may(asked, question, is_sure=is_sure):
        return DONE

    async def work(client: PropertyManagement) -> Written:
        return await asking.add_lead(client, lead)

    _, written = _asked(asked, connection, work)
    if asked.as_json:
        told: dict[str, Json] = {"connection": found.name, "sent": True, "type": lead.lead_type}
        print_json({**told, "source": chosen.name, "id": written.oid})
    else:
        tell("created the lead" + (f" {written.oid}" if written.oid else ""))
    return DONE


def _asked(
    asked: Asked, name: str | None, work: Callable[[PropertyManagement], Awaitable[T]]
) -> tuple[ConnectionSettings, T]:
    """Do some work with the one connection that is meant."""
    connection = _connection(asked, name)

    async def run() -> T:
        async with open_app(asked.settings()) as app:
            return await work(_client(app, connection))

    return connection, asyncio.run(run())


def _client(app: App, connection: ConnectionSettings) -> PropertyManagement:
    if connection.agentos.channel == "portal":
        path = f"connections[{connection.name}].agentos.channel"
        cure = "use a connection with a V4 key of the agency"
        raise ConfigError([Problem(path, "the portal has no media and no leads", cure)])
    return app.connected(connection, asking.turn_of_a_person()).management


def _connection(asked: Asked, name: str | None) -> ConnectionSettings:
    connections = asked_connections(asked.settings(), name)
    if len(connections) != 1:
        names = ", ".join(each.name for each in connections)
        problem = Problem("--connection", "is needed: which agency is meant?", f"one of: {names}")
        raise ConfigError([problem])
    return connections[0]


def _may(asked: Asked, question: str, *, is_sure: bool) -> bool:
    """Whether a person says yes; SyncdError where nobody can be asked."""
    if is_sure:
        return True
    if asked.as_json or not sys.stdin.isatty():
        raise SyncdError("usage", "nothing was sent: nobody was asked", "add --yes to send it")
    sys.stderr.write(f"{question} [y/N] ")
    sys.stderr.flush()
    if sys.stdin.readline().strip().casefold() in ("y", "yes"):
        return True
    say("nothing was sent")
    return False


def _preview(where: Where, uploads: Sequence[Upload]) -> None:
    rows = table("file", "sent as", "bytes", "", right=("bytes",))
    for each in uploads:
        size = f"{len(each.document.content):,}"
        rows.add_row(str(each.path), each.document.name, size, each.remark)
    output().print(rows)


def _preview_deletion(asked: Asked, where: Where, media_id: str) -> None:
    """What AgentOS shows of it; ConfigError where the property does not have it."""

    async def work(client: PropertyManagement) -> asking.Media:
        return await asking.find_media(client, where.market, where.owner, where.kind, media_id)

    _, media = _asked(asked, where.connection, work)
    _show_media([media])


def _show_media(media: Sequence[asking.Media]) -> None:
    rows = table("id", "name", "bytes", whole=("id",), right=("bytes",))
    for each in media:
        rows.add_row(each.media_id, each.name, "" if each.size is None else f"{each.size:,}")
    output().print(rows)


def _preview_lead(lead: Lead, source: asking.LeadSource) -> None:
    """Everything that would be sent."""
    sent = {
        "type": lead.lead_type,
        "source": f"{source.name} ({source.source_id})",
        "branch": lead.branch_id,
        "property": lead.property_id,
        "forename": lead.forename,
        "surname": lead.surname,
        "email": lead.email,
        "phone": lead.phone,
        "notes": lead.notes,
    }
    for name, value in sent.items():
        if value:
            tell(f"{name + ':':<10}{value}")


def _file(upload: Upload) -> dict[str, Json]:
    return {
        "path": str(upload.path),
        "name": upload.document.name,
        "size": len(upload.document.content),
        "remark": upload.remark,
    }


def _told(connection: ConnectionSettings, where: Where) -> dict[str, Json]:
    return {
        "connection": connection.name,
        "market": where.market.value,
        "kind": where.kind.value,
    }
