"""Looking at single records, and what to think of an answer that says that all is gone or new."""

import asyncio
from collections import deque
from collections.abc import Iterable, Mapping
from itertools import islice

from syncd.cycle.connected import Connected
from syncd.cycle.reading import Reading
from syncd.errors import VendorError, VendorUnavailable
from syncd.model import GONE, DirectoryRecord, Lane, Need, NeedKind, Observation, Side, Urgency
from syncd.observe.custom_fields import (
    look_up_custom_field,
    look_up_lettings_property,
    mark_record,
    read_custom_field,
)
from syncd.observe.directory import look_up_preferences, look_up_property, look_up_tenant
from syncd.observe.lead_sources import look_up_lead_sources
from syncd.observe.records import look_at_job, look_at_visit
from syncd.observe.spool import Spool
from syncd.reconcile.marks import numbers_told
from syncd.store.database import Database
from syncd.store.links import sample_link

LEAST_TO_DOUBT = 20
"""Records that a side must have had before emptiness or a change of all of them is doubted."""

_LANES = {Side.AGENTOS: Lane.JOBS, Side.LETSJOBIT: Lane.CLOSURES}


async def look(connected: Connected, reading: Reading, needs: Iterable[Need]) -> None:
    """Look at single records. One that cannot be read is remembered as failed, with its error; so
    is one of a vendor that rests or is silent, which is not asked: each look would wait as long as
    the first."""
    for need in needs:
        reading.looked.add(need)
        if _side(need) in reading.resting | reading.silent:
            reading.failed.add(need)
            continue
        try:
            await _look_at(connected, reading, need)
        except VendorError as error:
            reading.failed.add(need)
            reading.errors.append(error)


def _side(need: Need) -> Side:
    return Side.LETSJOBIT if need.kind is NeedKind.VISIT else Side.AGENTOS


async def _look_at(connected: Connected, reading: Reading, need: Need) -> None:
    agentos = connected.agentos.at(Urgency.POLLS)
    match need.kind:
        case NeedKind.JOB:
            reading.spool.add(await look_at_job(agentos, need.oid, connected.zone))
        case NeedKind.VISIT:
            letsjobit = connected.letsjobit.at(Urgency.POLLS)
            reading.spool.add(await look_at_visit(letsjobit, need.oid, connected.reader))
        case NeedKind.PROPERTY:
            reading.directory.append(await look_up_property(agentos, need.oid))
        case NeedKind.TENANT:
            reading.directory.append(await look_up_tenant(agentos, need.oid))
        case NeedKind.PREFERENCES:
            reading.directory.append(await look_up_preferences(agentos, need.oid))
        case NeedKind.LETTINGS_PROPERTY:
            name = connected.connection.media.lettings_property
            found = await look_up_lettings_property(agentos, need.oid, name=name)
            reading.directory.append(found)
        case NeedKind.CUSTOM_FIELD:
            field = connected.connection.custom_field
            found = await look_up_custom_field(agentos, need.oid, of=field.of, name=field.name)
            reading.directory.append(found)
        case NeedKind.FIELD_MARK:
            reading.directory.append(await _field_mark(connected, need.oid))
        case NeedKind.LEAD_SOURCES:
            management = connected.management.at(Urgency.POLLS)
            reading.directory.append(await look_up_lead_sources(management))


async def _field_mark(connected: Connected, object_id: str) -> DirectoryRecord:
    """What a custom field names; read behind everybody else's permits, as it is written."""
    field = connected.connection.custom_field
    client = connected.agentos.at(Urgency.SWEEPS)
    told = numbers_told(await read_custom_field(client, object_id, name=field.name))
    lone = told[0] if field.of == "job" and len(told) == 1 else ""
    return mark_record(field.of, field.name, object_id=object_id, numbers=told, lone=lone)


async def doubt(
    connected: Connected, database: Database, reading: Reading, open_links: int
) -> None:
    """Believe that a side is empty, or all changed, only when a look at one record agrees."""
    if open_links < LEAST_TO_DOUBT:
        return
    spool = reading.spool
    empty = {
        Side.AGENTOS: reading.has_all_jobs and not reading.saw_any_job,
        Side.LETSJOBIT: reading.has_all_visits and not reading.saw_any_visit,
    }
    for side in Side:
        if not empty[side] and not _all_changed(spool, side):
            continue
        need = await _sample(connected, database, reading, side)
        await look(connected, reading, [need])
        if need in reading.failed or _contradicted(*await asyncio.to_thread(_looked_at, spool)):
            reading.is_doubted = True
            reading.fail(_LANES[side], _doubtful(side))


async def _sample(connected: Connected, database: Database, reading: Reading, side: Side) -> Need:
    """A record that tells: one that all lists together must show, else one that was shown."""
    job_id, visit_key = await database.read(sample_link, connected.name)
    if side is Side.AGENTOS:
        return Need(NeedKind.JOB, job_id)
    if not reading.has_all_visits:
        shown = (e.record_id for e in reading.spool if e.side is side and e.content is not None)
        visit_key = next(shown, visit_key)
    return Need(NeedKind.VISIT, visit_key)


def _all_changed(spool: Spool, side: Side) -> bool:
    return LEAST_TO_DOUBT <= spool.known[side] == spool.changed[side]


def _looked_at(spool: Spool) -> tuple[Observation, Observation | None]:
    """What was looked at last, and what the sweep had shown of it. Reads all: not for the loop."""
    (looked,) = deque(spool, maxlen=1)
    key = looked.side, looked.record_id
    before = islice(spool, len(spool) - 1)
    swept = deque((each for each in before if (each.side, each.record_id) == key), maxlen=1)
    return looked, swept[0] if swept else None


def _contradicted(looked: Observation, swept: Observation | None) -> bool:
    """A record that the sweep did not show but a look does, or that a look shows otherwise."""
    if swept is None:
        seen = looked.content or {}
        is_done = bool(seen.get("is_closed") and seen.get("is_confirmed"))
        return looked.problem != GONE and not is_done
    return _told_by_lists(swept) != _told_by_lists(looked)


def _told_by_lists(seen: Observation) -> Mapping[str, object]:
    """What lists and single records both show; documents may stand in one of them alone."""
    return {n: v for n, v in (seen.content or {}).items() if n not in ("documents", "invoices")}


def _doubtful(side: Side) -> VendorError:
    return VendorUnavailable(
        f"{side}_doubtful",
        f"{side} answered as if all were gone or changed, and a look at one record disagrees",
        "nothing was done with that answer; the next cycle reads it again",
        side=side,
        operation="sweep",
    )
