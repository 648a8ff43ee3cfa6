"""Reading what a proposal is made of: at most six requests to AgentOS and one to LetsJobIt.

Reads only; every answer is asked for once, because what is missing here is asked of a person.
"""

from syncd.agentos.maintenance import Maintenance
from syncd.errors import VendorDenied, VendorRefused
from syncd.letsjobit.client import LetsJobIt
from syncd.proposing.seen import Account, Agency, account_from, agency_from
from syncd.wire_json import Record

BRANCHES_ASKED = 3
"""Of how many branches the contractors are read: a contractor mostly stands in each."""

JOBS_IN_SAMPLE = 200


async def read_agency(agentos: Maintenance) -> Agency:
    """Branches, status types, the contractors of the first branches, jobs of the first.

    Raises VendorError where the key is refused or AgentOS does not answer. A list that this key may
    not see stays empty.
    """
    branches = (await agentos.list_branches()).records
    statuses = (await agentos.list_status_types()).records
    known = [each.key for each in agency_from(branches, (), (), ()).branches]
    contractors: list[Record] = []
    for oid in known[:BRANCHES_ASKED]:
        contractors += await _contractors(agentos, oid)
    jobs = await _jobs(agentos, known[0]) if known else []
    return agency_from(branches, statuses, contractors, jobs)


async def _contractors(agentos: Maintenance, branch: str) -> list[Record]:
    try:
        return list((await agentos.list_contractors(branch)).records)
    except VendorDenied:
        raise
    except VendorRefused:
        return []


async def _jobs(agentos: Maintenance, branch: str) -> list[Record]:
    try:
        return list((await agentos.list_jobs(branch, count=JOBS_IN_SAMPLE)).records)
    except VendorDenied:
        raise
    except VendorRefused:
        return []


async def read_account(letsjobit: LetsJobIt) -> Account:
    """The first page of visits. Raises VendorError as above."""
    return account_from((await letsjobit.list_visits()).records)
