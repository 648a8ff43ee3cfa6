"""The story of one lead, told by real processes that may be killed anywhere."""

from collections.abc import Sequence

from syncd.sandbox import visits
from tests.kill.stage import Record, signature
from tests.kill.story import Story
from tests.kill.truth import arrived, vendors_disagree
from tests.leads.noted import TOLD

_TABLE = """
[connections.leads]
enabled = true
"""


class LeadStory(Story):
    """An office that makes leads, and an engineer who has just closed a visit that tells one."""

    def settings(self, text: str) -> str:
        """Leads are made."""
        return text + _TABLE

    def begin_story(self) -> None:
        """An engineer closes a visit with a signature, an amount and a lead."""
        world = self.box.world
        with world.lock:
            given = {
                "values": {"invoice_total": "80.50", "lead": TOLD},
                "signeeName": "Ana Example",
                "signature": signature(0),
            }
            visit = self.our_visits()[0]
            world.put_visit(visits.closed(visit, given, at=world.local_time()))

    def first_point(self, requests: Sequence[str]) -> int:
        """From where the lead sources are asked for."""
        return next(n for n, each in enumerate(requests, 1) if "sourceTypes" in each)

    def leads(self) -> list[Record]:
        """The leads that the agency has."""
        with self.box.world.lock:
            return self.box.world.agency.leads.records()

    def wrong(self) -> list[str]:
        """What is not so: one lead, and the closure delivered as ever."""
        (visit,) = self.closed_visits()
        notes = [each["Notes"] for each in self.leads()]
        problems = vendors_disagree(self, besides={"lead_created": 1})
        if notes != [f"{TOLD}\n[visit {visit['docNo']}]"]:
            problems.append(f"{len(notes)} leads")
        return problems

    def truth(self, item: Record) -> list[str]:
        """Whether the lead, or what else is in doubt, is there."""
        if "A lead" in item["summary"]:
            return ["it-arrived"] if self.leads() else ["send-again"]
        found = arrived(self, item)
        return ["it-arrived", "--value", found] if found else ["send-again"]
