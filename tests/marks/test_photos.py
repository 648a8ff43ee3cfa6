"""Photos of a closed visit become photos of its property: each once, and nothing else changes."""

import pytest

from tests.kill.stage import Record
from tests.marks.stage import Gallery, encoded, picture

NO_PICTURE = encoded(b"%PDF-1.7 this is no picture")
SMALL = encoded(picture(5, (100, 80)))


def names(gallery: Gallery) -> list[str]:
    """The names of all photos, in AgentOS's order."""
    return [each["DocumentName"] for each in gallery.photos()]


def add_by_hand(gallery: Gallery, visit: Record, name: str) -> None:
    """The agency's own photo of the visit's property."""
    with gallery.box.world.lock:
        job = gallery.job_of(visit)
        kept = {"DocumentName": name, "Size": 4, "Content": "AAAA"}
        photo = {"OID": f"own-{name}", "Owner": job["PropertyID"], **kept}
        gallery.box.world.agency.shelves()["photos"].put(photo)


def test_photos_are_added_once_and_the_visit_is_acknowledged(gallery: Gallery) -> None:
    """Both fields' pictures are there under our names before the acknowledgement; nothing more."""
    data_url = "data:image/png;base64," + encoded(picture(2, kind="PNG"))
    visit = gallery.close_one(front=encoded(picture(1)), back=data_url)
    assert gallery.once()["applied"]["add_photo"] == 2
    number = visit["docNo"]
    jpeg, png = names(gallery)
    assert jpeg.startswith(f"VISIT-{number}-photo-")
    assert (jpeg[-4:], png[-4:]) == (".jpg", ".png")
    assert gallery.photos()[0]["Content"] == encoded(picture(1))
    kinds = [each.kind for each in gallery.told("photos_added", "close_confirmed")]
    assert kinds == ["photos_added", "photos_added", "close_confirmed"]
    gallery.assert_quiet()
    assert len(names(gallery)) == 2


def test_the_plan_counts_its_requests(gallery: Gallery) -> None:
    """`plan` names each photo, says that it can be undone, and counts what applying sends."""
    gallery.close_one(front=encoded(picture(1)), back=encoded(picture(2)))
    plan = gallery.run("plan", "--json").document["connections"][0]
    photos = [each for each in plan["intents"] if each["kind"] == "add_photo"]
    assert [each["reversible"] for each in photos] == [True, True]
    assert all("-photo-" in each["changes"]["photo"]["to"] for each in photos)
    before = len(gallery.requests())
    gallery.once()
    sweeps = 4
    calls = plan["calls"]["agentos"] + plan["calls"]["letsjobit"]
    assert len(gallery.requests()) - before == calls + sweeps


def test_the_same_picture_is_one_photo(gallery: Gallery) -> None:
    """Whatever the field and the spelling of the base64."""
    text = encoded(picture(1))
    broken = "\n".join(text[at : at + 76] for at in range(0, len(text), 76))
    gallery.close_one(front=[text, broken], back=f"data:image/jpeg;base64,{text}")
    assert gallery.once()["applied"]["add_photo"] == 1
    gallery.assert_quiet()


def test_what_the_agency_has_stays_as_it_is(gallery: Gallery) -> None:
    """Photos of the property keep their order, and the first one stays the first."""
    visit = gallery.visit(gallery.our_visits()[0]["_id"])
    for name in ("front.jpg", "kitchen.jpg"):
        add_by_hand(gallery, visit, name)
    gallery.close_one(front=encoded(picture(1)))
    gallery.once()
    assert names(gallery)[:2] == ["front.jpg", "kitchen.jpg"]
    assert len(names(gallery)) == 3
    assert gallery.told("photos_deleted") == []


def test_a_lost_store_adds_nothing_twice(gallery: Gallery) -> None:
    """The photo is known by its name: what an earlier store added is adopted."""
    gallery.close_one(front=encoded(picture(1)))
    gallery.fault("status", method="PUT", status=500, times=None)
    gallery.once(4)
    assert len(names(gallery)) == 1
    gallery.lose_store()
    gallery.heal()
    gallery.once(0)
    assert len(names(gallery)) == 1
    gallery.assert_quiet()


@pytest.mark.parametrize("bad", [NO_PICTURE, "not base64!", SMALL], ids=["pdf", "text", "small"])
def test_a_bad_picture_stops_only_itself(gallery: Gallery, bad: str) -> None:
    """Everything else is delivered, the other photo too; `leave` lets the acknowledgement go."""
    visit = gallery.close_one(front=bad, back=encoded(picture(2)))
    report = gallery.once(3)
    assert (report["applied"]["add_photo"], report["applied"]["submit_invoice"]) == (1, 1)
    (item,) = gallery.inbox()
    assert (item["kind"], item["choices"]) == ("bad_evidence", ["retry", "leave"])
    assert "photo" in item["meanings"]["leave"]
    assert not gallery.visit(visit["_id"])["confirmClose"]
    gallery.answer("leave", "bad_evidence")
    assert gallery.once()["applied"]["confirm_close"] == 1
    gallery.assert_quiet()


def test_a_picture_that_is_corrected_is_added(gallery: Gallery) -> None:
    """The question closes itself when LetsJobIt holds a good one."""
    visit = gallery.close_one(front=NO_PICTURE)
    gallery.once(3)
    world = gallery.box.world
    with world.lock:
        kept = world.visits.need(visit["_id"])
        for line in kept["lines"]:
            for each in line["extraData"]:
                if each["name"] == "front":
                    each["value"] = encoded(picture(7))
        world.put_visit(kept)
    assert gallery.once()["applied"]["add_photo"] == 1
    gallery.assert_quiet()


def test_the_lettings_property_may_stand_in_a_custom_field(gallery: Gallery) -> None:
    """Its id is read once; where the field is empty one question holds the photos only."""
    gallery.use_lettings_field()
    visit = gallery.close_one(front=encoded(picture(1)), back=encoded(picture(2)))
    gallery.once(3)
    (item,) = gallery.inbox()
    assert "is empty" in item["summary"]
    assert gallery.told("invoice_submitted")
    with gallery.box.world.lock:
        agency = gallery.box.world.agency
        owner, other = gallery.job_of(visit)["PropertyID"], list(agency.properties)[-1]
        value = {"Key": f"{owner}/cf-property-lettings", "Value": other}
        agency.custom_values.put(value)
    gallery.answer("retry", "refused")
    assert gallery.once()["applied"]["add_photo"] == 2
    assert {each["Owner"] for each in gallery.photos()} == {other}
    gallery.assert_quiet()


def test_a_check_names_a_missing_field_of_lettings_properties(gallery: Gallery) -> None:
    """Exit 3 with the setting and the cure; where the field is there, 0 and a note."""
    gallery.use_lettings_field()
    checked = gallery.run("check", "--online")
    assert checked.code == 0, checked.complaints
    told = " ".join(checked.output.split())
    assert "custom field 'Lettings property' names the lettings property of photos" in told
    gallery.drop_field("Lettings property")
    checked = gallery.run("check", "--online")
    assert checked.code == 3
    complaints = " ".join(checked.complaints.split())
    assert "media.lettings_property: AgentOS has no custom field 'Lettings property'" in complaints
    assert "have staff make it in AgentOS" in complaints
    assert "both vendors agree" not in checked.output


def test_no_picture_is_kept_anywhere_else(gallery: Gallery) -> None:
    """Beside the closed visit itself, which retention drops with its signature, no row of the store
    holds the picture."""
    gallery.close_one(front=encoded(picture(1)))
    gallery.once()
    part = encoded(picture(1))[200:260]
    holders = [table for table, text in gallery.rows_as_text().items() if part in text]
    assert holders == ["closures"]
