"""Photos when AgentOS fails: nothing twice, nothing lost, and a question where nobody can tell."""

from typing import Any

import pytest

from tests.marks.stage import Gallery, encoded, picture

ADD = {"method": "PATCH", "path": "/addphoto"}
LIST = {"method": "GET", "path": "/photos/type/"}
LOST: dict[str, dict[str, Any]] = {
    "reset": {"kind": "reset_after_effect"},
    "500": {"kind": "status", "status": 500, "after_effect": True},
    "html": {"kind": "html"},
    "garbage": {"kind": "garbage"},
}
NO_GRACE = '\n[connections.documents]\ngrace = "0s"\n'


def two_photos(gallery: Gallery) -> None:
    """An engineer leaves two photos."""
    gallery.close_one(front=encoded(picture(1)), back=encoded(picture(2)))


def count(gallery: Gallery) -> int:
    """How many photos there are."""
    return len(gallery.photos())


@pytest.mark.parametrize("how", LOST)
def test_a_photo_whose_answer_was_lost_is_found(gallery: Gallery, how: str) -> None:
    """It was added: the property's list shows it, and it is not sent again."""
    two_photos(gallery)
    gallery.fault(**LOST[how], **ADD)
    assert gallery.once()["applied"]["add_photo"] == 2
    assert count(gallery) == 2
    gallery.assert_quiet()


def test_a_photo_that_never_arrived_is_sent_again(gallery: Gallery) -> None:
    """The list shows our other photo, so that this one is not there; it is sent once more."""
    gallery.configure("[connections.media]", NO_GRACE + "[connections.media]")
    two_photos(gallery)
    gallery.fault("status", status=500, after_effect=False, **ADD)
    assert gallery.once()["applied"]["add_photo"] == 2
    assert count(gallery) == 2
    assert [each.details["repeats"] for each in gallery.told("photos_added")] == [False, False]
    gallery.assert_quiet()


def test_a_photo_may_still_be_on_its_way(gallery: Gallery) -> None:
    """Within the grace of the settings nothing is sent again: the next run looks."""
    two_photos(gallery)
    gallery.fault("status", status=500, after_effect=False, **ADD)
    report = gallery.once(4)
    assert (count(gallery), report["outbox"]["pending"]) == (1, 2)
    gallery.once(4)
    assert len(gallery.told("photos_added")) == 1


@pytest.mark.parametrize(
    ("status", "where"),
    [(429, ADD), (429, LIST), (503, LIST)],
    ids=["429 when added", "429 when listed", "503 when listed"],
)
def test_an_outage_costs_time_and_nothing_else(
    gallery: Gallery, status: int, where: dict[str, str]
) -> None:
    """What was not sent is sent by a later run; status, documents and invoice are there already."""
    two_photos(gallery)
    gallery.fault("status", status=status, times=None, **where)
    gallery.once(4)
    assert len(gallery.told("invoice_submitted")) == 1
    assert gallery.told("close_confirmed") == []
    gallery.heal()
    gallery.forget_budgets()
    gallery.once()
    assert count(gallery) == 2
    gallery.assert_quiet()


def test_a_refused_photo_is_shown_in_the_vendors_words(gallery: Gallery) -> None:
    """The other one is added; `retry` sends it again, and all is well."""
    two_photos(gallery)
    gallery.fault("status", status=400, body='{"Message": "The album is full"}', **ADD)
    gallery.once(3)
    (item,) = gallery.inbox()
    assert item["kind"] == "refused"
    assert "The album is full" in item["summary"]
    assert "-photo-" in item["summary"]
    assert count(gallery) == 1
    gallery.answer("retry", "refused")
    gallery.once()
    assert count(gallery) == 2
    gallery.assert_quiet()


def test_a_missing_tier_is_one_question(gallery: Gallery) -> None:
    """However many photos wait: all else is delivered, and `leave` holds for later visits."""
    two_photos(gallery)
    gallery.fault("status", status=401, times=None, path="/propertymanagement/")
    report = gallery.once(3)
    assert report["errors"] == []
    (item,) = gallery.inbox()
    assert "Property Management" in item["summary"]
    assert len(gallery.told("invoice_submitted")) == 1
    gallery.once(3)
    assert gallery.asked("/propertymanagement/") == 1
    gallery.answer("leave", "refused")
    assert gallery.once()["applied"]["confirm_close"] == 1
    gallery.assert_quiet()
    gallery.close_one(number=1, front=encoded(picture(3)))
    assert gallery.once()["applied"]["confirm_close"] == 1
    assert gallery.asked("/propertymanagement/") == 1


def test_a_tier_that_was_switched_on_is_used(gallery: Gallery) -> None:
    """`retry`, after the agency switched it on, adds what waits."""
    two_photos(gallery)
    gallery.fault("status", status=401, times=None, path="/propertymanagement/")
    gallery.once(3)
    gallery.heal()
    gallery.answer("retry", "refused")
    assert gallery.once()["applied"]["add_photo"] == 2
    gallery.assert_quiet()


def test_a_tier_that_was_done_without_is_noticed_when_it_is_there(gallery: Gallery) -> None:
    """With the next reading of the directory: nobody has to be asked again."""
    two_photos(gallery)
    gallery.fault("status", status=401, times=None, path="/propertymanagement/")
    gallery.once(3)
    gallery.answer("leave", "refused")
    gallery.once()
    gallery.heal()
    gallery.close_one(number=1, front=encoded(picture(3)))
    gallery.read_directory_again()
    assert gallery.once()["applied"]["add_photo"] == 1
    gallery.assert_quiet()


def test_a_property_that_agentos_does_not_know_is_one_question(gallery: Gallery) -> None:
    """Of all photos of the visit; `leave` does without them."""
    two_photos(gallery)
    gallery.fault("status", status=404, times=None, **LIST)
    gallery.once(3)
    (item,) = gallery.inbox()
    assert "no lettings property" in item["summary"]
    gallery.answer("leave", "refused")
    assert gallery.once()["applied"]["confirm_close"] == 1
    gallery.assert_quiet()


def test_where_no_names_show_the_answer_is_believed(gallery: Gallery) -> None:
    """AgentOS said that it has them."""
    two_photos(gallery)
    gallery.fault("field", field="DocumentName", change="drop", times=None, **LIST)
    assert gallery.once()["applied"]["add_photo"] == 2
    gallery.assert_quiet()
    assert count(gallery) == 2


def test_where_no_names_show_a_lost_answer_is_asked_about(gallery: Gallery) -> None:
    """It is never sent again unseen: `it-arrived` lets the visit go."""
    gallery.configure("[connections.media]", NO_GRACE + "[connections.media]")
    two_photos(gallery)
    gallery.fault("reset_after_effect", **ADD)
    gallery.fault("field", field="DocumentName", change="drop", times=None, **LIST)
    gallery.once(3)
    (item,) = gallery.inbox()
    assert (item["kind"], item["choices"]) == ("in_doubt", ["it-arrived", "send-again"])
    gallery.answer("it-arrived", "in_doubt")
    gallery.once()
    assert count(gallery) == 2
    gallery.assert_quiet()
