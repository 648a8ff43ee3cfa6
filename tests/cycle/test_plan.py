"""`plan` is `run-once` that only tells: the same intents, the right number of calls, no trace."""

from syncd.cycle.report import Outcome
from syncd.model import IntentKind, Side
from tests.cycle.office import Office, Record, connection_of

TABLES = (
    *("connections", "links", "observations", "bases", "directory", "intents", "inbox", "journal"),
    *("cycles", "sweeps"),
)


async def assert_the_plan_comes_true(office: Office, *, creates: int, changes: int) -> None:
    """Plan, then run: what was predicted is what happens, in effects and in calls."""
    before = {table: office.rows(table) for table in TABLES}
    office.mark()
    first, second = await office.plan(), await office.plan()
    assert office.effects() == []
    assert {table: office.rows(table) for table in TABLES} == before
    assert (first.plan_hash, first.calls) == (second.plan_hash, second.calls)
    read = len(office.sent("letsjobit")) // 2, len(office.sent("agentos")) // 2
    office.mark()
    report = await office.run()
    assert report.outcome is Outcome.OK
    kinds = [each.kind for each in first.intents]
    assert kinds.count(IntentKind.CREATE_VISIT) == creates
    assert len(kinds) - kinds.count(IntentKind.CREATE_VISIT) == changes
    assert {kind: kinds.count(kind) for kind in kinds} == dict(report.applied)
    made = {(each.subject, each.kind) for each in office.effects()}
    assert len(made) == len(kinds)
    sent = {each.visit_id: {n: c.new for n, c in each.changes.items()} for each in first.intents}
    for effect in office.effects():
        if effect.kind != "visit_deleted":
            assert sent[effect.details["id"]] == effect.body
    assert first.calls[Side.LETSJOBIT] == len(office.sent("letsjobit")) - read[0]
    assert first.calls[Side.AGENTOS] == len(office.sent("agentos")) - read[1]


async def test_the_first_plan_comes_true(office: Office) -> None:
    """Eight visits from an empty store: one POST and the reading back."""
    await assert_the_plan_comes_true(office, creates=8, changes=0)


async def test_a_plan_of_many_batches_comes_true(office: Office) -> None:
    """258 visits: three POSTs, and all of them read back together."""
    office.bulk(jobs=250)
    await assert_the_plan_comes_true(office, creates=258, changes=0)


async def test_a_mixed_plan_comes_true(office: Office) -> None:
    """New, changed, withdrawn and shown again in one cycle, also after being interrupted by a
    plan."""
    await office.run()
    jobs = office.jobs()
    office.edit_job(jobs["Slate off the roof"], Status="Cancelled")
    await office.run()
    office.bulk(jobs=2)
    office.edit_job(jobs["Slate off the roof"], Status="Reported")
    office.edit_job(jobs["Leak under kitchen sink"], Description="Other words.", Priority="Low")
    office.edit_job(jobs["Front door sticking"], Status="Cancelled")
    await assert_the_plan_comes_true(office, creates=2, changes=3)
    await assert_the_plan_comes_true(office, creates=0, changes=0)


async def test_a_plan_that_deletes_comes_true(office: Office) -> None:
    """With `withdraw = "delete"`."""

    def deleting(document: Record) -> None:
        connection_of(document)["visit"] = {"withdraw": "delete"}

    async with office.configured(deleting) as office:
        await office.run()
        office.edit_job(office.job_titled("Front door sticking"), Status="Cancelled")
        await assert_the_plan_comes_true(office, creates=0, changes=1)


async def test_a_plan_says_what_a_guard_holds(office: Office) -> None:
    """The guard with its limit and what was found; its intents are not among what will happen."""

    def few(document: Record) -> None:
        document["guards"] = {"max_new_visits": 5}

    async with office.configured(few) as office:
        plan = await office.plan()
        assert plan.intents == ()
        (guard,) = plan.guards
        assert (guard.guard, guard.limit, guard.found) == ("max_new_visits", "5", "8")


async def test_a_plan_of_half_a_reading_promises_nothing(office: Office) -> None:
    """Where a side cannot be read the plan is empty and says why."""
    office.fault("status", path=r"/visits\?", status=500, times=None)
    plan = await office.plan()
    assert (plan.intents, [each.code for each in plan.errors]) == ((), ["letsjobit_unavailable"])


async def test_the_plan_hash_names_the_effects(office: Office) -> None:
    """Another change is another hash, whatever the day."""
    first = await office.plan()
    office.clock.move(hours=2)
    assert (await office.plan()).plan_hash == first.plan_hash
    office.edit_job(office.job_titled("Leak under kitchen sink"), Description="Other words.")
    assert (await office.plan()).plan_hash != first.plan_hash
