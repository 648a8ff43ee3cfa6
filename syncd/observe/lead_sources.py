"""Reading where an agency's leads come from (V4 Property Management, All lead source types)."""

from syncd.agentos.property_management import PropertyManagement
from syncd.errors import VendorRefused
from syncd.model import DirectoryKind, DirectoryRecord, Json
from syncd.translate import canonical
from syncd.wire_json import Record

ALL = "all"
"""Under which name all sources stand in the directory, as one record."""

NOT_ENABLED = (401, 404)
"""What AgentOS answers where the tier is not enabled for a key."""


async def lead_sources(client: PropertyManagement) -> dict[str, str]:
    """Every source type of the agency: its name by its OID."""
    found: list[Record] = []
    while True:
        page = await client.list_lead_sources(offset=len(found))
        found += page.records
        # An empty page ends the list, whatever its count says.
        if not page.records or len(found) >= page.total:
            break
    named = {_word(each, "OID", "ID"): _word(each, "Name") for each in found}
    return {oid: name for oid, name in named.items() if oid}


async def look_up_lead_sources(client: PropertyManagement) -> DirectoryRecord:
    """The sources, or why AgentOS shows none to this key."""
    try:
        names = await lead_sources(client)
    except VendorRefused as error:
        if error.status not in NOT_ENABLED:
            raise
        return _record({"names": {}, "problem": error.message})
    return _record({"names": dict[str, Json](names), "problem": None})


def _record(content: dict[str, Json]) -> DirectoryRecord:
    kind = DirectoryKind.LEAD_SOURCES
    return DirectoryRecord(kind, ALL, "", content, canonical.fingerprint(content))


def _word(record: Record, *names: str) -> str:
    return next((str(record[name]).strip() for name in names if record.get(name)), "")
