"""Media and leads of one agency, for a person at a command line; nothing here is repeated.

Every call takes permits of the connection's key like any other, beside a running daemon. Kinds of
media are told apart by where the vendor keeps them (V4 Property Management). What may have happened
is nobody's to find out but the person's.
"""

import time
from collections.abc import Awaitable, Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass

from syncd.agentos.answers import Page, Written
from syncd.agentos.property_management import Lead, Market, PropertyManagement
from syncd.errors import ConfigError, OutcomeUnknown, Problem, VendorError, VendorNotFound
from syncd.marketing.uploads import MediaKind, Upload
from syncd.model import Turn, Urgency
from syncd.observe.lead_sources import lead_sources as lead_sources_of
from syncd.wire_json import Record

LONGEST_SECONDS = 150.0
"""How long a command waits for permits that a daemon has used up: two windows of AgentOS."""


OWNERS = {Market.LETTINGS: "lettings property", Market.SALES: "sales instruction"}

_LOOK_AT_OWNER = (
    "compare its OID, and --market, with AgentOS; if they are right, short_name may be wrong: "
    "syncd check --online"
)
_LOOK_AT_MEDIA = "take the OID from syncd media list, with the same --market and --kind"


@dataclass(frozen=True)
class Media:
    """One photo, plan or file that AgentOS shows."""

    media_id: str
    name: str
    size: int | None


@dataclass(frozen=True)
class LeadSource:
    """Where the agency says that leads come from."""

    source_id: str
    name: str


def turn_of_a_person() -> Turn:
    """The right to send a few requests, without a lease."""
    return Turn(None, None, time.monotonic() + LONGEST_SECONDS)


async def list_media(
    client: PropertyManagement, market: Market, owner_id: str, kind: MediaKind
) -> tuple[Media, ...]:
    """What is there of a kind; ConfigError for floor plans of lettings, which no list shows."""
    if kind is MediaKind.FLOOR_PLAN and market is Market.LETTINGS:
        cure = "look in AgentOS, or list the plans of a sales instruction (--market sales)"
        raise ConfigError([Problem("--kind", "AgentOS lists no floor plans of lettings", cure)])
    with _there(OWNERS[market], owner_id, _LOOK_AT_OWNER):
        found = await _all(lambda offset: _page(client, market, owner_id, kind, offset=offset))
    return tuple(_media(each) for each in found)


async def find_media(
    client: PropertyManagement, market: Market, owner_id: str, kind: MediaKind, media_id: str
) -> Media:
    """One photo, plan or file as its property shows it; ConfigError where that has none such."""
    for each in await list_media(client, market, owner_id, kind):
        if each.media_id == media_id:
            return each
    problem = Problem("OID", f"{OWNERS[market]} {owner_id!r} has no {media_id!r}", _LOOK_AT_MEDIA)
    raise ConfigError([problem])


async def add_media(
    client: PropertyManagement,
    market: Market,
    owner_id: str,
    kind: MediaKind,
    uploads: Sequence[Upload],
    *,
    note: Callable[[Upload, Written], None],
) -> list[Written]:
    """Send every file, in order, and `note` each; the first failure ends it, with what was sent
    before in place, and says so."""
    client = client.at(Urgency.UPDATES)
    add = {
        MediaKind.PHOTO: client.add_photo,
        MediaKind.FLOOR_PLAN: client.add_floor_plan,
        MediaKind.PORTAL: client.submit_media,
    }[kind]
    written: list[Written] = []
    for upload in uploads:
        sent = [each.document.name for each in uploads[: len(written)]]
        with _by_hand(_look(market, kind), sent), _there(OWNERS[market], owner_id, _LOOK_AT_OWNER):
            written.append(await add(market, owner_id, upload.document))
        note(upload, written[-1])
    return written


async def delete_media(
    client: PropertyManagement, market: Market, media_id: str, kind: MediaKind
) -> None:
    """Delete one photo or plan by its own id; ConfigError for portal media, which have no way."""
    if kind is MediaKind.PORTAL:
        cure = "delete it in AgentOS"
        raise ConfigError([Problem("--kind", "AgentOS has no call to delete portal media", cure)])
    client = client.at(Urgency.UPDATES)
    is_photo = kind is MediaKind.PHOTO
    delete = client.delete_photo if is_photo else client.delete_floor_plan
    what = "photo" if is_photo else "floor plan"
    with _by_hand(_look(market, kind)), _there(what, media_id, _LOOK_AT_MEDIA):
        await delete(market, media_id)


async def lead_sources(client: PropertyManagement) -> tuple[LeadSource, ...]:
    """Every source type of the agency."""
    found = await lead_sources_of(client)
    return tuple(LeadSource(oid, name) for oid, name in found.items())


def source_named(sources: Sequence[LeadSource], wanted: str) -> LeadSource:
    """The source of this name (any case) or OID; ConfigError names those that there are."""
    for each in sources:
        if wanted == each.source_id or wanted.casefold() == each.name.casefold():
            return each
    names = ", ".join(each.name for each in sources) or "none"
    problem = Problem("--source", f"the agency has no lead source {wanted!r}", f"it has: {names}")
    raise ConfigError([problem])


async def add_lead(client: PropertyManagement, lead: Lead) -> Written:
    """Create one lead."""
    with _by_hand(_LOOK):
        return await client.at(Urgency.UPDATES).create_lead(lead)


_LOOK = "look in AgentOS"


def _look(market: Market, kind: MediaKind) -> str:
    """Where a person sees what is there; AgentOS lists no floor plans of lettings."""
    is_listed = kind is not MediaKind.FLOOR_PLAN or market is Market.SALES
    return f"{_LOOK}, or at syncd media list," if is_listed else _LOOK


@contextmanager
def _by_hand(look: str, sent: Sequence[str] = ()) -> Iterator[None]:
    """Say of a failure which files were `sent` before it, and where to `look` for what may have
    happened: no cycle will."""
    try:
        yield
    except VendorError as error:
        before = f"sent before it: {', '.join(sent)}" if sent else ""
        is_unknown = isinstance(error, OutcomeUnknown)
        hint = f"it may have happened: {look} before you run it again" if is_unknown else error.hint
        raise type(error)(
            error.code,
            error.message,
            "; ".join(filter(None, (before, hint))),
            side=error.side,
            operation=error.operation,
            status=error.status,
            retry_after=error.retry_after,
        ) from None


@contextmanager
def _there(what: str, oid: str, cure: str) -> Iterator[None]:
    """Say of what AgentOS does not find that the id is wrong: asking again would not help."""
    try:
        yield
    except VendorNotFound:
        problem = Problem("OID", f"AgentOS has no {what} {oid!r}", cure)
        raise ConfigError([problem]) from None


async def _all(page_from: Callable[[int], Awaitable[Page]]) -> list[Record]:
    """Every record of a short list; an empty page ends it, whatever its count says."""
    found: list[Record] = []
    while True:
        page = await page_from(len(found))
        found += page.records
        if not page.records or len(found) >= page.total:
            return found


async def _page(
    client: PropertyManagement, market: Market, owner_id: str, kind: MediaKind, *, offset: int
) -> Page:
    if kind is MediaKind.PHOTO:
        return await client.list_photos(market, owner_id, offset=offset)
    if kind is MediaKind.FLOOR_PLAN:
        return await client.list_floor_plans(owner_id, offset=offset)
    return await client.list_media(market, owner_id, offset=offset)


def _media(record: Record) -> Media:
    size = record.get("Size", record.get("FileSize"))
    name = _word(record, "DocumentName", "FileName", "Name")
    is_known = isinstance(size, int) and not isinstance(size, bool)
    return Media(_word(record, "OID", "ID"), name, int(str(size)) if is_known else None)


def _word(record: Record, *names: str) -> str:
    return next((str(record[name]) for name in names if record.get(name)), "")
