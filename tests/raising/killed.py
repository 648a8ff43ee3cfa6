"""The story of one visit from the field, told by real processes that may be killed anywhere."""

from datetime import UTC, datetime, timedelta

from syncd.sandbox import visits
from syncd.store import links
from syncd.store.raising import jobs_of_visits
from tests.kill.stage import Record, printed
from tests.kill.story import Story
from tests.kill.truth import read_store
from tests.raising.faults_seen import NUMBER, TOLD

_TABLE = """
[connections.create_jobs]
enabled = true
channel = "{channel}"
only = {{ docType = "NEW FAULT" }}
status = "Reported"
"""


class FieldStory(Story):
    """An office that makes jobs, through V4 or V3, and a visit that was just raised."""

    def __init__(self, channel: str) -> None:
        super().__init__()
        self._channel = channel

    def settings(self, text: str) -> str:
        """Jobs are made, of what was raised since yesterday."""
        yesterday = (datetime.now(UTC) - timedelta(days=1)).date()
        text = text.replace("[[connections]]\n", f"[[connections]]\ngo_live = {yesterday}\n")
        return text + _TABLE.format(channel=self._channel)

    def begin_story(self) -> None:
        """An engineer raises a visit."""
        world = self.box.world
        with world.lock:
            place = next(
                each
                for each in world.agency.properties.records()
                if each["AddressNumber"] and each["Postcode"] and not each["AddressFlatRoomNumber"]
            )
            given = {
                "id": 2**41 + 9,
                "docNo": NUMBER,
                "docType": "NEW FAULT",
                "companyId": world.account.company_id,
                "driverId": next(iter(world.account.drivers)),
                "date": f"{world.local_time():%Y-%m-%d}",
                "customer": "Northgate",
                "siteId": place["GlobalReference"],
                "address": f"{place['AddressNumber']} {place['Address1']}",
                "postCode": place["Postcode"],
                "city": "Aberdeen",
                "obs": TOLD,
                "contactPhone": "07700 900123",
                "inMobileApp": True,
            }
            made = visits.new_visit(
                given, key="fieldVisit0000001", account=world.account, at=world.local_time()
            )
            world.put_visit(made)

    def raised(self) -> list[Record]:
        """Jobs that bear the visit's number."""
        jobs = self.box.world.agency.jobs.records()
        return [each for each in jobs if f"[visit {NUMBER}" in (each["Description"] or "")]

    def visit(self) -> Record:
        """The visit that was raised."""
        return self.box.world.visits.need("fieldVisit0000001")

    def wrong(self) -> list[str]:
        """What is not so: one job, ours, linked, and our tag on the visit."""
        with self.box.world.lock:
            jobs, visit = self.raised(), self.visit()
        made = [each for each in self.effects() if each.kind == "job_created"]
        problems = [] if len(jobs) == len(made) == 1 else [f"{len(jobs)} jobs, {len(made)} created"]
        if "syncd:" not in visit["obs"] or not visit["obs"].startswith(TOLD):
            problems.append(f"the visit says {printed(visit['obs'])}")
        if any(each["ContractorID"] is None for each in jobs):
            problems.append("the job is nobody's")
        linked = read_store(self, jobs_of_visits, "northgate", [visit["_id"]])
        if set(linked.values()) != {each["OID"] for each in jobs}:
            problems.append(f"linked are {linked}")
        for job_id in linked.values():
            (link,) = read_store(self, links.find_link, None, job_id)
            problems += ["the visit counts as made by syncd"] if link.is_ours else []
        return problems

    def truth(self, item: Record) -> list[str]:
        """Whether the job is there."""
        with self.box.world.lock:
            jobs = self.raised()
        return ["it-arrived", "--value", jobs[0]["OID"]] if jobs else ["send-again"]
