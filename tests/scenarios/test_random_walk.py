"""A random walk over the sandbox: people change both sides, vendors fail, cycles run in between.

After every walk the vendors are well again. Within two clean cycles both sides agree, judged here
from the vendors' records and the configuration alone, or an item in the inbox says why they do not;
the journal tells every visit that syncd made, once; a third cycle writes nothing; an empty store
then finds the same links, and writes nothing either.

SYNCD_TEST_WALKS names how many seeds to walk (8), SYNCD_TEST_WALK_FROM the first.
"""

import os
import random
from collections.abc import Callable, Mapping
from typing import Any

import pytest

from syncd.cycle.report import Outcome
from syncd.errors import SyncdError
from syncd.model import Lane
from tests.cycle.office import OURS, PLENTY, Office, Record, connection_of
from tests.scenarios.agreement import disagreements, nobody_is_asked, our_links, told_wrong

FIRST = int(os.environ.get("SYNCD_TEST_WALK_FROM", "1"))
SEEDS = range(FIRST, FIRST + int(os.environ.get("SYNCD_TEST_WALKS", "8")))
STEPS = 40
STATUSES = ("Reported", "Pending", "In Progress", "Awaiting Access", "Completed", "Cancelled")
DRIVERS = ("FEn9BJz93svSNPx7p", "q2WkT8dRz5mYh3sXc", "Nb7uGx4PjL9fEoV6a")
CONTRACTORS = (OURS, OURS, OURS, "co-0011-2086", None)
ANSWERS = (
    "status",
    "reset_before_effect",
    "reset_after_effect",
    "cut",
    "truncated",
    "html",
    "garbage",
    "empty",
    "shape",
)
WORDS = (
    "Drip 💧",
    "<b>hot</b> & cold",
    "three\nlines\n\nof it",
    "الماء",
    "--- Access ---",
    "x" * 3000,
)

Walker = tuple[Office, random.Random]
Act = Callable[[Office, random.Random], None]


def a_job(office: Office, chance: random.Random) -> Record | None:
    """Some job."""
    jobs = sorted(office.jobs().values(), key=lambda each: str(each["OID"]))
    return chance.choice(jobs) if jobs else None


def a_visit(office: Office, chance: random.Random) -> Record | None:
    """Some visit of a job."""
    visits = sorted(office.ours().values(), key=lambda each: str(each["_id"]))
    return chance.choice(visits) if visits else None


def edit_a_job(office: Office, chance: random.Random) -> None:
    """The agency changes what a job says."""
    if job := a_job(office, chance):
        changes: Mapping[str, Any] = {
            "Description": f"{chance.choice(WORDS)} {chance.random()}",
            "Priority": chance.choice(("Low", "Medium", "High", "Emergency", None, "Odd")),
            "Category": chance.choice(("Plumbing", "Electrical", None)),
            "AccessArrangements": chance.choice((None, "Keys at the office", "Ring first")),
            "DueDate": chance.choice((None, "2026-03-09T17:00:00", "2026-02-01T00:00:00")),
        }
        name = chance.choice(sorted(changes))
        office.edit_job(job, **{name: changes[name]})


def move_a_job(office: Office, chance: random.Random) -> None:
    """The agency gives a job another status or contractor."""
    if job := a_job(office, chance):
        if chance.random() < 0.7:
            office.edit_job(job, Status=chance.choice(STATUSES))
        else:
            office.edit_job(job, ContractorID=chance.choice(CONTRACTORS))


def add_jobs(office: Office, chance: random.Random) -> None:
    """New jobs come in."""
    office.bulk(jobs=chance.randint(1, 3))


def delete_a_job(office: Office, chance: random.Random) -> None:
    """The agency deletes a job."""
    if len(office.jobs()) > 6 and (job := a_job(office, chance)):
        office.delete("jobs", job)


def edit_a_visit(office: Office, chance: random.Random) -> None:
    """The dispatcher changes a visit, also what is not his."""
    if visit := a_visit(office, chance):
        changes: Mapping[str, Any] = {
            "date": f"2026-03-{chance.randint(10, 28)}",
            "driverId": chance.choice(DRIVERS),
            "obs": chance.choice((f"{visit['obs']}\nnote", "gone", visit["obs"].upper(), "")),
            "address": "1 Elsewhere",
            "contactPhone": "07700 900999",
            "priority": "9",
            "inMobileApp": chance.random() < 0.5,
        }
        name = chance.choice(sorted(changes))
        office.edit_visit(visit, **{name: changes[name]})


def work_on_a_visit(office: Office, chance: random.Random) -> None:
    """The engineer starts, skips or closes a visit; sometimes somebody confirms it."""
    visit = a_visit(office, chance)
    if visit is None or visit["closed"]:
        return
    act = chance.choice(("start", "start", "skip", "close"))
    office.act(visit, act)
    if act == "close" and chance.random() < 0.5:
        office.edit_visit(visit, confirmClose=True)


def delete_a_visit(office: Office, chance: random.Random) -> None:
    """Somebody deletes a visit that is still to be done: of the others nobody asks any more."""
    visit = a_visit(office, chance)
    if visit is not None and not visit["closed"]:
        office.delete("visits", visit)


def break_something(office: Office, chance: random.Random) -> None:
    """A vendor fails for a request or three, before or after it did what was asked."""
    kind = chance.choice(ANSWERS)
    rule: dict[str, Any] = {"status": chance.choice((500, 503, 502))} if kind == "status" else {}
    if kind in ("status", "garbage", "html"):
        rule["after_effect"] = chance.random() < 0.5
    office.fault(
        kind,
        vendor=chance.choice(("agentos", "letsjobit", "letsjobit")),
        method=chance.choice((None, "GET", "POST", "PUT")),
        after=chance.randint(0, 4),
        times=chance.randint(1, 4),
        **rule,
    )


def shift_rows(office: Office, chance: random.Random) -> None:
    """Rows change places while a list is read."""
    office.fault(
        "shift", change="rotate", vendor="agentos", path="/jobs/", after=chance.randint(0, 2)
    )


def heal(office: Office, chance: random.Random) -> None:
    """The vendors are well again."""
    office.heal()


def pass_time(office: Office, chance: random.Random) -> None:
    """Minutes, or a night."""
    office.clock.move(minutes=chance.choice((5, 60, 60 * 14)))


def decide(office: Office, chance: random.Random) -> None:
    """A person answers some item."""
    if items := office.inbox():
        item = chance.choice(items)
        office.answer(item, chance.choice(item.question.choices))


ACTS: Mapping[Act, int] = {
    edit_a_job: 6,
    move_a_job: 5,
    add_jobs: 2,
    delete_a_job: 1,
    edit_a_visit: 5,
    work_on_a_visit: 2,
    delete_a_visit: 1,
    break_something: 3,
    shift_rows: 1,
    heal: 2,
    pass_time: 2,
    decide: 3,
}


async def walk(office: Office, chance: random.Random, *, by_lanes: bool) -> list[str]:
    """Some steps, with a cycle after every few, whole or of some lanes; what was done, to be read
    after a failure."""
    done = []
    for _ in range(STEPS):
        act = chance.choices(list(ACTS), weights=list(ACTS.values()))[0]
        act(office, chance)
        done.append(act.__name__)
        if chance.random() < 0.4:
            lanes = chance.sample(list(Lane), chance.randint(1, len(Lane))) if by_lanes else []
            report = await (office.run_lanes(*lanes) if lanes else office.run())
            done.append(f"cycle {' '.join(lanes)}: {report.outcome}")
    return done


def small_pages(document: Record) -> None:
    """AgentOS lists in pages of 5, so that its lists have several."""
    connection_of(document)["agentos"] |= {"page_size": 5, "rate_limit": dict(PLENTY)}
    document["guards"] = {"max_withdrawals": "50%"}


@pytest.mark.parametrize("by_lanes", [False, True], ids=["whole cycles", "lanes"])
@pytest.mark.parametrize("seed", SEEDS)
async def test_after_any_walk_both_sides_agree_or_somebody_is_asked(
    office: Office, seed: int, by_lanes: bool
) -> None:
    """Two clean cycles, then agreement; a third writes nothing; an empty store finds the links."""
    chance = random.Random(seed)
    async with office.configured(small_pages) as office:
        try:
            done = await walk(office, chance, by_lanes=by_lanes)
        except SyncdError as stop:
            pytest.fail(f"a cycle ended with {stop!r}")
        office.heal()
        for _ in range(2):
            # A document in doubt is looked for until `documents.grace` has passed.
            office.clock.move(minutes=5)
            report = await office.run()
            assert report.outcome in (Outcome.OK, Outcome.ATTENTION), done
        # Two more, because a job is gone only when two clean sweeps missed it.
        await office.run()
        assert disagreements(office) == [], done
        assert told_wrong(office) == {}, done
        office.mark()
        assert (await office.run()).outcome in (Outcome.OK, Outcome.ATTENTION), done
        assert [(each.kind, each.body) for each in office.effects()] == [], done
        before = our_links(office)
        async with office.configured(small_pages, store="") as again:
            again.mark()
            assert (await again.rebuild()).errors == ()
            assert again.effects() == [], done
            assert our_links(again) == before, done
            if nobody_is_asked(office):
                await again.run()
                assert [(each.kind, each.body) for each in again.effects()] == [], done
