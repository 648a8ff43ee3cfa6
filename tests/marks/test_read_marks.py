"""A job whose visit nothing else tells is asked once whether its custom field names one."""

import sqlite3
from contextlib import closing
from copy import deepcopy
from typing import Any

import pytest

from tests.kill.stage import Record
from tests.marks.stage import Gallery

NUMBER = "OFFICE-7"
READ = {"method": "GET", "path": "/customfield"}


def untagged(visit: Record) -> Record:
    """The visit with other lines of the same words: our tag went with the old ones."""
    kept = deepcopy(visit)
    for line in kept["lines"]:
        line["extraData"] = [each for each in line["extraData"] if each["name"] != "syncd"]
    return kept


def disguise(gallery: Gallery, number: str = NUMBER, *, of: int = 0) -> tuple[Record, str]:
    """The office gives a visit another number, id and lines, and the store is lost; the visit, and
    the OID of its job, whose field names it still."""
    visit = gallery.our_visits()[of]
    job = gallery.job_of(visit)
    kept = {**untagged(visit), "docNo": number, "id": 987654321 + of}
    with gallery.box.world.lock:
        gallery.box.world.put_visit(kept)
    say(gallery, job["OID"], f"{number} open")
    gallery.lose_store()
    gallery.box.ledger.clear()
    return kept, str(job["OID"])


def say(gallery: Gallery, object_id: str, value: str) -> None:
    """What stands in the field of a job or property."""
    with gallery.box.world.lock:
        values = gallery.box.world.agency.custom_values
        (key,) = {str(e["Key"]).partition("/")[2] for e in values.records()}
        values.put({"Key": f"{object_id}/{key}", "Value": value})


def made(gallery: Gallery) -> list[Any]:
    """Visits that were made since."""
    return gallery.told("visit_created")


def reads(gallery: Gallery) -> int:
    """How often a custom field was asked for."""
    entries = gallery.box.ledger.entries
    return sum(1 for e in entries if e.method == "GET" and "/customfield" in e.path)


def paired(gallery: Gallery, job: str) -> str | None:
    """The visit of a job, as the store has it."""
    with closing(sqlite3.connect(gallery.store)) as store:
        query = "SELECT visit_key FROM links WHERE job_id = ?"
        found: str | None = store.execute(query, (job,)).fetchone()[0]
    return found


def why(gallery: Gallery, job: str) -> str:
    """Why a job was paired, as the journal has it."""
    with closing(sqlite3.connect(gallery.store)) as store:
        query = "SELECT why FROM journal WHERE event = 'paired' AND job_id = ?"
        return str(store.execute(query, (job,)).fetchone()[0])


def topics(gallery: Gallery) -> set[str]:
    """Which jobs people are asked about."""
    return {str(each["job"]) for each in gallery.inbox()}


def test_a_visit_is_found_by_the_field_alone(marked: Gallery) -> None:
    """Number, tag and id were changed and the store is lost: the field says which visit it is, no
    second one is made, and a second run asks nothing."""
    visit, job = disguise(marked)
    marked.once()
    assert (made(marked), paired(marked, job)) == ([], visit["_id"])
    assert why(marked, job) == "a custom field names the visit"
    asked = reads(marked)
    marked.assert_quiet()
    assert reads(marked) == asked == 2


def test_a_closure_of_such_a_visit_comes_back_once(marked: Gallery) -> None:
    """It was closed before the store was lost: as with every visit that syncd cannot prove its own,
    a person says whether it was handled."""
    marked.close_one()
    visit, job = disguise(marked)
    say(marked, job, f"{NUMBER} in progress")
    marked.once(3)
    assert (made(marked), paired(marked, job)) == ([], visit["_id"])
    marked.answer("deliver", "history")
    marked.once()
    assert len(marked.told("invoice_submitted")) == 1
    marked.assert_quiet()


def test_a_job_under_way_is_asked_too(marked: Gallery) -> None:
    """It would get no visit, and what the engineer does would come back nowhere."""
    marked.set_job(marked.our_visits()[0], "In Progress")
    visit, job = disguise(marked)
    marked.once()
    assert (made(marked), paired(marked, job)) == ([], visit["_id"])


def test_what_syncd_wrote_itself_is_what_it_reads(marked: Gallery) -> None:
    """The office renumbers a visit, syncd shows the new number, and after the loss of the store it
    finds the visit by it."""
    visit = marked.our_visits()[0]
    job = str(marked.job_of(visit)["OID"])
    with marked.box.world.lock:
        marked.box.world.put_visit({**visit, "docNo": NUMBER})
    marked.once()
    assert marked.values()[job] == f"{NUMBER} open"
    with marked.box.world.lock:
        kept = untagged(marked.visit(visit["_id"]))
        marked.box.world.put_visit({**kept, "id": 987654321})
    marked.lose_store()
    marked.box.ledger.clear()
    marked.once()
    assert (made(marked), paired(marked, job)) == ([], visit["_id"])


def test_a_rebuild_reads_the_field(marked: Gallery) -> None:
    """`rebuild` finds the link as `run-once` would, and writes nothing to either vendor."""
    visit, job = disguise(marked)
    assert marked.run("rebuild").code == 0
    assert (marked.effects(), paired(marked, job)) == ([], visit["_id"])
    marked.once()
    assert made(marked) == []


def test_only_jobs_without_a_visit_are_asked(marked: Gallery) -> None:
    """All others are known by their visits: after the store was lost, one look finds the field."""
    marked.lose_store()
    marked.box.ledger.clear()
    marked.once()
    assert (reads(marked), made(marked)) == (1, [])


@pytest.mark.parametrize(
    "value",
    ["", "call Ann first", "OFFICE-8 open", "OFFICE-7 deleted", "OFFICE-7 open, says Ann"],
)
def test_a_field_that_names_no_visit_changes_nothing(marked: Gallery, value: str) -> None:
    """The job gets its visit in the same run, and is not asked again; people's words are not
    kept."""
    _, job = disguise(marked)
    say(marked, job, value)
    marked.once()
    assert len(made(marked)) == 1
    asked = reads(marked)
    marked.assert_quiet()
    assert reads(marked) == asked == 2
    assert "Ann" not in marked.rows_as_text()["directory"]


def test_the_visit_of_another_job_is_left_to_it(marked: Gallery) -> None:
    """Somebody copied the words of another job's field: the job gets a visit of its own."""
    _, job = disguise(marked)
    other = marked.our_visits()[0]
    say(marked, job, f"{other['docNo']} open")
    marked.once()
    assert len(made(marked)) == 1
    assert paired(marked, str(marked.job_of(other)["OID"])) == other["_id"]


def test_a_visit_that_two_jobs_name_is_a_choice(marked: Gallery) -> None:
    """Nothing is paired by a guess and no second visit made; the job that a person leaves without
    it gets one of its own."""
    other, second = disguise(marked, of=1)
    with marked.box.world.lock:
        marked.box.world.visits.remove(other["_id"])
    visit, first = disguise(marked)
    say(marked, second, f"{NUMBER} open")
    marked.once(3)
    assert (made(marked), topics(marked)) == ([], {first, second})
    (summary,) = {each["summary"] for each in marked.inbox()}
    assert "The custom field 'External state' of its job names visits" in summary
    assert str(visit["id"]) in summary
    choose(marked, first, "letsjobit")
    choose(marked, second, "agentos")
    marked.once()
    assert (paired(marked, first), len(made(marked))) == (visit["_id"], 1)
    marked.assert_quiet()


def choose(gallery: Gallery, job: str, choice: str) -> None:
    """A person answers the question about one job."""
    (item,) = (each for each in gallery.inbox() if each["job"] == job)
    assert gallery.run("inbox", "resolve", str(item["id"]), "--choose", choice).code == 0


@pytest.mark.parametrize(("choice", "new"), [("letsjobit", 0), ("agentos", 1)])
def test_what_the_field_of_a_property_names_is_a_choice(
    at_property: Gallery, choice: str, new: int
) -> None:
    """It names visits of several jobs: one that is free may be this one's, and a person decides,
    also when the field has been written anew meanwhile."""
    visit, job = disguise(at_property)
    place = str(at_property.box.world.agency.jobs.need(job)["PropertyID"])
    say(at_property, place, f"MJ-9 skipped; {NUMBER} open; and 2 more")
    at_property.once(3)
    assert (made(at_property), topics(at_property)) == ([], {job})
    at_property.once(3)
    choose(at_property, job, choice)
    at_property.once()
    assert len(made(at_property)) == new
    assert (paired(at_property, job) == visit["_id"]) is (not new)
    at_property.assert_quiet()


def test_what_syncd_wrote_to_a_property_is_not_read(at_property: Gallery) -> None:
    """Where syncd wrote what stands there, it knows it: no request is spent on it."""
    visit = at_property.our_visits()[0]
    with at_property.box.world.lock:
        job = at_property.job_of(visit)
        again = {**job, "OID": "9999-0000-0001", "GlobalReference": "MJ-99991"}
        at_property.box.world.agency.jobs.put(again)
        at_property.box.ledger.clear()
    at_property.once()
    assert (len(made(at_property)), reads(at_property)) == (1, 0)


def test_a_job_that_cannot_be_asked_waits_after_a_loss(marked: Gallery) -> None:
    """A vendor's failure makes no second visit, whichever look fails: the job is asked in the next
    run."""
    visit, job = disguise(marked)
    marked.fault("status", status=500, times=None, **READ)
    marked.once(4)
    assert made(marked) == []
    marked.heal()
    marked.fault("status", status=500, times=None, after=1, **READ)
    marked.once(4)
    assert made(marked) == []
    marked.once(4)
    assert made(marked) == []
    marked.heal()
    marked.once()
    assert (made(marked), paired(marked, job)) == ([], visit["_id"])
    marked.assert_quiet()


def test_a_new_job_waits_for_no_field(marked: Gallery) -> None:
    """This store saw it appear, so nobody made a visit for it: it gets one while the field cannot
    be read, and the failure is told."""
    with marked.box.world.lock:
        job = marked.job_of(marked.our_visits()[0])
        new = {**job, "OID": "9999-0000-0002", "GlobalReference": "MJ-99992"}
        marked.box.world.agency.jobs.put(new)
    marked.fault("status", status=500, times=None, **READ)
    report = marked.once(4)
    assert (len(made(marked)), len(report["errors"])) == (1, 1)


def test_a_field_that_agentos_does_not_show_keeps_no_job_waiting(marked: Gallery) -> None:
    """Denied for good, or not made yet: the job gets its visit as if there were no setting."""
    disguise(marked)
    marked.drop_field("External state")
    marked.once(3)
    assert (len(made(marked)), reads(marked)) == (1, 1)


def test_a_job_without_the_setting_is_not_asked(marked: Gallery) -> None:
    """No custom field is read at all."""
    disguise(marked)
    marked.configure("External state", "")
    marked.once()
    assert (len(made(marked)), reads(marked)) == (1, 0)
