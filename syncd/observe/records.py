"""Looking at single records: what a sweep did not show, or what a plan still has to know."""

from zoneinfo import ZoneInfo

from syncd.agentos.maintenance import Maintenance
from syncd.errors import BadRecord, VendorNotFound
from syncd.letsjobit.client import LetsJobIt
from syncd.model import GONE, Observation, Side
from syncd.observe.jobs import job_observation
from syncd.observe.visits import VisitReader
from syncd.translate import canonical

HIDDEN = "hidden"
"""The fingerprint of a job of which nobody can tell whether it is there."""


async def look_at_job(client: Maintenance, job_id: str, zone: ZoneInfo) -> Observation:
    """One job as it is now, or that the vendor says there is none (V4 Maintenance, step 5)."""
    try:
        raw = await client.get_job(job_id)
    except VendorNotFound:
        return Observation(Side.AGENTOS, job_id, GONE, problem=GONE)
    except BadRecord as error:
        return Observation(Side.AGENTOS, job_id, HIDDEN, problem=error.message)
    return job_observation(raw, canonical.fingerprint(raw), zone)


async def look_at_visit(client: LetsJobIt, visit_key: str, reader: VisitReader) -> Observation:
    """One visit as it is now, or that there is none (LetsJobIt API v2, Get a specific visit)."""
    try:
        raw = await client.get_visit(visit_key)
    except VendorNotFound:
        return Observation(Side.LETSJOBIT, visit_key, GONE, problem=GONE)
    return reader.observation(raw, canonical.fingerprint(raw), is_kept=True)
