"""One property whose photos AgentOS does not list: it costs the photos of its visits alone."""

import pytest

from tests.marks.stage import Gallery
from tests.marks.test_faults import LIST, two_photos

BAD_ID = '{"Message": "The id is not a lettings id"}'


def test_a_refused_list_is_one_question_and_stops_no_other_visit(gallery: Gallery) -> None:
    """A person is asked in AgentOS's words, a visit closed later is delivered, and `leave` lets the
    first one go without its photos."""
    two_photos(gallery)
    gallery.fault("status", status=400, body=BAD_ID, times=None, after_effect=False, **LIST)
    assert gallery.once(3)["errors"] == []
    (item,) = gallery.inbox()
    assert "The id is not a lettings id" in item["summary"]
    other = gallery.close_one(number=1)
    gallery.once(3)
    assert gallery.visit(other["_id"])["confirmClose"]
    gallery.answer("leave", "refused")
    assert gallery.once()["applied"]["confirm_close"] == 1
    gallery.assert_quiet()


@pytest.mark.parametrize("kind", ["html", "garbage"])
def test_a_garbled_list_stops_no_other_visit(gallery: Gallery, kind: str) -> None:
    """The photos wait until the list can be read; everything else of every visit goes on."""
    two_photos(gallery)
    other = gallery.close_one(number=1)
    gallery.fault(kind, times=None, **LIST)
    report = gallery.once(4)
    assert report["errors"]
    assert len(gallery.told("invoice_submitted")) == 2
    assert gallery.visit(other["_id"])["confirmClose"]
    assert len(gallery.told("close_confirmed")) == 1
    gallery.heal()
    assert gallery.once()["applied"]["add_photo"] == 2
    gallery.assert_quiet()
