"""A custom field of the job or property says which visit is there and how far it is."""

from typing import Any

import pytest

from syncd.sandbox import visits
from tests.marks.stage import Gallery

SET = {"method": "POST", "path": "/customfield"}


@pytest.fixture(params=["marked", "at_property"])
def either(request: pytest.FixtureRequest) -> Gallery:
    """One and the other."""
    found = request.getfixturevalue(request.param)
    assert isinstance(found, Gallery)
    return found


def said(gallery: Gallery) -> list[Any]:
    """What was written to custom fields since the beginning."""
    return [each.body["Value"] for each in gallery.told("custom_field_set")]


def test_new_visits_are_shown_by_the_run_that_makes_them(either: Gallery) -> None:
    """Each says "docNo open" at once, so that a second run writes nothing."""
    numbers = {each["docNo"] for each in either.our_visits()}
    assert set(either.values().values()) == {f"{number} open" for number in numbers}
    either.assert_quiet()


def test_a_visit_is_told_on_its_way(either: Gallery) -> None:
    """Begun, skipped and closed: one request for each change, and nothing between them."""
    visit = either.our_visits()[0]
    number = visit["docNo"]
    either.act(visit, visits.started)
    either.once()
    either.assert_quiet()
    either.act(visit, visits.skipped, reason="1")
    either.once()
    either.close_one()
    assert either.once()["applied"]["set_custom_field"] == 1
    day = f"{either.box.world.local_time():%Y-%m-%d}"
    assert said(either) == [f"{number} in progress", f"{number} skipped", f"{number} closed {day}"]
    either.assert_quiet()


def test_a_withdrawn_visit_is_told_once(marked: Gallery) -> None:
    """By the run that hides it."""
    visit = marked.our_visits()[0]
    marked.set_job(visit, "Cancelled")
    assert marked.once()["applied"]["set_custom_field"] == 1
    assert said(marked) == [f"{visit['docNo']} withdrawn"]
    marked.assert_quiet()


def test_what_a_person_wrote_stands_until_the_visit_changes(marked: Gallery) -> None:
    """It is not read, and so not fought over."""
    visit = marked.our_visits()[0]
    job = marked.job_of(visit)["OID"]
    with marked.box.world.lock:
        key = {"Key": f"{job}/cf-job-state", "Value": "call Ann first"}
        marked.box.world.agency.custom_values.put(key)
    marked.assert_quiet()
    assert marked.values()[job] == "call Ann first"
    marked.act(visit, visits.started)
    marked.once()
    assert marked.values()[job] == f"{visit['docNo']} in progress"


def test_a_missing_field_is_one_question(marked: Gallery) -> None:
    """Nothing is written, nothing else waits; when it is made, `retry` shows every visit."""
    marked.configure("External state", "Visit")
    report = marked.once(3)
    assert (report["inbox"], report["errors"], report["outbox"]["pending"]) == (1, [], 0)
    (item,) = marked.inbox()
    assert "no custom field 'Visit' of jobs" in item["summary"]
    asked = marked.asked("/customfield")
    marked.once(3)
    assert (marked.asked("/customfield"), said(marked)) == (asked, [])
    marked.make_field("Visit", "job")
    marked.answer("retry", "refused")
    assert marked.once()["applied"]["set_custom_field"] == len(marked.our_visits())
    marked.assert_quiet()


def test_a_check_that_misses_the_field_is_no_agreement(marked: Gallery) -> None:
    """Exit 3 with the cure, for a person has to act; 0 when the field is there."""
    marked.configure("External state", "Visit")
    checked = marked.run("check", "--online")
    assert checked.code == 3
    assert "have staff make it in AgentOS" in checked.complaints
    assert "both vendors agree" not in checked.output
    marked.make_field("Visit", "job")
    checked = marked.run("check", "--online")
    assert checked.code == 0
    assert "both vendors agree" in checked.output


def test_a_missing_field_may_be_done_without(marked: Gallery) -> None:
    """`leave`: both sides agree, and later visits ask nothing."""
    marked.configure("External state", "Visit")
    marked.once(3)
    marked.answer("leave", "refused")
    marked.assert_quiet()
    marked.close_one()
    marked.once()
    assert said(marked) == []


def test_a_field_that_was_deleted_is_one_question(marked: Gallery) -> None:
    """Whatever the number of visits: after the first 404 a look tells that the field is gone."""
    for number in range(3):
        marked.act(marked.our_visits()[number], visits.started)
    marked.drop_field("External state")
    report = marked.once(3)
    assert (report["inbox"], report["outbox"]["dead"], report["outbox"]["pending"]) == (1, 0, 0)
    assert sum(1 for each in marked.requests() if each.startswith("POST")) == 1


def test_a_job_that_is_gone_stops_nothing(marked: Gallery) -> None:
    """Its visit cannot be told there; the others are, and it is too when the job shows again."""
    gone, other = marked.our_visits()[:2]
    for each in (gone, other):
        marked.act(each, visits.started)
    marked.fault("status", status=404, path=f"/{marked.job_of(gone)['OID']}/", times=None)
    marked.once()
    assert said(marked) == [f"{other['docNo']} in progress"]
    marked.heal()
    marked.once()
    assert said(marked)[1:] == [f"{gone['docNo']} in progress"]
    marked.assert_quiet()


def test_a_value_that_agentos_declines_is_one_question(marked: Gallery) -> None:
    """Two objects that decline one after the other tell that it concerns the field: nothing more is
    tried until a person says so."""
    for number in range(3):
        marked.act(marked.our_visits()[number], visits.started)
    marked.fault("status", status=400, body='{"Message": "A number is wanted"}', times=None, **SET)
    assert marked.once(3)["inbox"] == 1
    assert "A number is wanted" in marked.inbox()[0]["summary"]
    marked.once(3)
    assert sum(1 for each in marked.requests() if each.startswith("POST")) == 2
    marked.heal()
    marked.answer("retry", "refused")
    assert marked.once()["applied"]["set_custom_field"] == 3
    marked.assert_quiet()


REFUSALS = {
    "400": {"status": 400, "body": '{"Message": "This job is archived"}', "method": "POST"},
    "404": {"status": 404, "method": "POST"},
}


@pytest.mark.parametrize(("how", "number"), [("400", 0), ("400", 1), ("404", 2)])
def test_an_object_that_declines_concerns_itself_alone(
    marked: Gallery, how: str, number: int
) -> None:
    """Whether it is written first or last: the others are written, a person is asked once about
    this one, and `retry` writes it."""
    visits_of = sorted(marked.our_visits()[:3], key=lambda each: marked.job_of(each)["OID"])
    for each in visits_of:
        marked.act(each, visits.started)
    bad = visits_of[number]
    path = f"/{marked.job_of(bad)['OID']}/"
    marked.fault("status", path=path, times=None, after_effect=False, **REFUSALS[how])
    report = marked.once(3)
    assert (report["applied"]["set_custom_field"], report["inbox"]) == (2, 1)
    assert len(said(marked)) == 2
    (item,) = marked.inbox()
    assert item["kind"] == "refused"
    assert marked.job_of(bad)["OID"] in item["summary"]
    asked = marked.asked("/customfield")
    assert marked.once(3)["inbox"] == 1
    assert marked.asked("/customfield") == asked
    marked.heal()
    marked.answer("retry", "refused")
    assert marked.once()["applied"]["set_custom_field"] == 1
    marked.assert_quiet()


def test_an_object_that_declines_may_be_left(marked: Gallery) -> None:
    """Nothing waits any more; what its visit comes to next is written where it is taken."""
    visit = marked.our_visits()[0]
    marked.act(visit, visits.started)
    marked.fault("status", times=None, after_effect=False, **{**SET, **REFUSALS["400"]})
    assert marked.once(3)["inbox"] == 1
    marked.answer("leave", "refused")
    report = marked.once()
    assert (report["outbox"]["dead"], said(marked)) == (0, [])
    marked.assert_quiet()
    marked.heal()
    marked.act(visit, visits.skipped, reason="1")
    marked.once()
    assert said(marked) == [f"{visit['docNo']} skipped"]
    marked.assert_quiet()


@pytest.mark.parametrize(
    "fault",
    [
        {"kind": "reset_after_effect"},
        {"kind": "status", "status": 500},
        {"kind": "html"},
        {"kind": "status", "status": 429},
    ],
    ids=["reset", "500", "html", "429"],
)
def test_a_failure_is_made_good_by_a_later_run(marked: Gallery, fault: dict[str, Any]) -> None:
    """The value is absolute: it is written again until AgentOS takes it. It is last in the run, so
    that nothing waits for it."""
    marked.close_one()
    marked.fault(**fault, times=None, **SET)
    report = marked.once(4)
    assert (report["applied"]["confirm_close"], report["outbox"]["pending"]) == (1, 1)
    marked.heal()
    marked.forget_budgets()
    assert marked.once()["applied"]["set_custom_field"] == 1
    marked.assert_quiet()


def test_a_lost_store_shows_what_is_still_to_be_done(marked: Gallery) -> None:
    """What was acknowledged before is left as it is; of the rest each is written once."""
    marked.close_one()
    marked.once()
    before = len(said(marked))
    marked.lose_store()
    marked.once()
    assert len(said(marked)) - before == len(marked.our_visits()) - 1
    marked.assert_quiet()


def test_a_property_names_every_visit_that_is_to_be_done(at_property: Gallery) -> None:
    """Two jobs at one property share its field."""
    first, second = at_property.our_visits()[:2]
    world = at_property.box.world
    with world.lock:
        home = at_property.job_of(first)["PropertyID"]
        world.agency.jobs.put({**at_property.job_of(second), "PropertyID": home})
    at_property.once()
    numbers = sorted([first["docNo"], second["docNo"]])
    assert at_property.values()[home] == f"{numbers[0]} open; {numbers[1]} open"
    at_property.close_one()
    at_property.once()
    assert at_property.values()[home] == f"{second['docNo']} open"
    at_property.assert_quiet()
