"""Whether both vendors agree, judged from their own records: no code of syncd's middle is used."""

from collections import Counter
from collections.abc import Iterator, Mapping
from typing import Any

from sqlalchemy import text

from syncd.store.database import Session
from syncd.store.links import find_link
from tests.cycle.office import OURS, Office, Record

WANTED = ("Reported", "Pending")
UNDER_WAY = ("In Progress", "Awaiting Access")
PRIORITIES = {"Emergency": 1, "High": 2, "Medium": 5, "Low": 8}


def disagreements(office: Office) -> list[str]:
    """What is wrong and nobody is told about; each as a sentence."""
    asked = {each.question.job_id for each in office.inbox()}
    decided = {each.question.job_id for each in _live(office) if each.choice is not None}
    jobs = {each["GlobalReference"]: each for each in office.jobs().values()}
    found = []
    for number, job in jobs.items():
        if job["OID"] in asked or job["OID"] in decided:
            continue
        found += [f"{number}: {each}" for each in _wrong(office, job)]
    known = {_tagged(visit) for visit in office.visits().values()} - {None}
    orphans = known - {job["OID"] for job in jobs.values()}
    found += [
        f"visit of the deleted job {each} is shown"
        for each in orphans - asked - decided
        if _is_shown(office, each)
    ]
    return found


def _live(office: Office) -> list[Any]:
    from syncd.store.inbox import live_items

    return office.app.database.read_now(live_items)


def nobody_is_asked(office: Office) -> bool:
    """Whether no question is open and no decision in force: a decision is lost with its store."""
    return not _live(office)


def _wrong(office: Office, job: Record) -> Iterator[str]:
    visit = office.visits().get(job["GlobalReference"])
    is_ours = job["ContractorID"] == OURS
    is_wanted = is_ours and job["Status"] in WANTED
    if visit is None:
        if is_wanted:
            yield "the job is wanted and has no visit"
        return
    if visit["closed"]:
        return
    is_over = not is_ours or job["Status"] in ("Completed", "Cancelled")
    if is_over:
        if visit["inMobileApp"] and not visit["inProgress"]:
            yield f"the job is {job['Status']} for {job['ContractorID']} and its visit is shown"
        return
    yield from _different(job, visit)


def _different(job: Record, visit: Record) -> Iterator[str]:
    """What the visit must say, whatever else it says."""
    obs = visit["obs"].replace("\r\n", "\n")
    for name in ("Title", "Description", "AccessArrangements"):
        for row in (job[name] or "").replace("\r\n", "\n").split("\n"):
            if row.strip() and row.rstrip() not in obs:
                yield f"{name} is not in obs"
                break
    if visit["inProgress"]:
        return
    priority = PRIORITIES.get(job["Priority"])
    if priority is not None and int(visit["priority"]) != priority:
        yield f"priority {visit['priority']} instead of {priority}"
    if visit["address"] == "1 Elsewhere":
        yield "the address is not the property's"
    if visit["contactPhone"] == "07700 900999":
        yield "the phone is not the tenant's"


def _tagged(visit: Mapping[str, Any]) -> str | None:
    """The job that our tag on the visit's line names."""
    for line in visit["lines"] or ():
        for field in line["extraData"]:
            if field["name"] == "syncd":
                return str(field["value"]).split(":")[2]
    return None


def _is_shown(office: Office, job_id: str) -> bool:
    return any(
        visit["inMobileApp"] and not visit["closed"] and not visit["inProgress"]
        for visit in office.visits().values()
        if _tagged(visit) == job_id
    )


def told_wrong(office: Office) -> dict[int, int]:
    """Visits that syncd made, by their ids, and how often the journal tells it, where that is not
    once; of visits that were deleted before anybody could see them nobody can tell."""
    with office.box.world.lock:
        there = {each["_id"]: each["id"] for each in office.box.world.visits.records()}
        made = {e.subject for e in office.box.ledger.effects if e.kind == "visit_created"}
    told = office.app.database.read_now(_told_as_made)
    return {there[key]: n for key in made & there.keys() if (n := told[there[key]]) != 1}


def _told_as_made(session: Session) -> Counter[int]:
    query = "SELECT visit_id FROM journal WHERE event = 'create_visit'"
    return Counter(row[0] for row in session.execute(text(query)))


def our_links(office: Office) -> set[tuple[str, str]]:
    """Job and visit of every link whose visit is still there."""
    with office.box.world.lock:
        there = {each["_id"]: _tagged(each) for each in office.box.world.visits.records()}
    found = set()
    for job_id in {each for each in there.values() if each}:
        for link in office.app.database.read_now(find_link, "northgate", job_id):
            if link.visit_key in there:
                found.add((str(link.job_id), str(link.visit_key)))
    return found
