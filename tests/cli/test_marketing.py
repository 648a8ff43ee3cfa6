"""`media` and `leads`: a preview, a question, and one request each."""

from pathlib import Path

import pytest
from PIL import Image

from tests.cli.terminal import Terminal
from tests.cli.typing_in import typing_in


@pytest.fixture
def photo(tmp_path: Path) -> str:
    """A picture file."""
    path = tmp_path / "kitchen.jpg"
    Image.new("RGB", (800, 600), "navy").save(path)
    return str(path)


@pytest.fixture
def place(terminal: Terminal) -> str:
    """A lettings property."""
    return str(terminal.records("properties")[0]["OID"])


def test_a_photo_is_added_listed_and_deleted(terminal: Terminal, photo: str, place: str) -> None:
    """With --yes each of them happens once, and --json tells all of it."""
    added = terminal("media", "add", place, photo, "--yes", "--json")
    assert added.code == 0
    (sent,) = added.document["files"]
    assert (sent["name"], sent["remark"]) == ("kitchen.jpg", "800 × 600 pixels")
    listed = terminal("media", "list", place, "--json").document["media"]
    assert [each["id"] for each in listed] == [sent["id"]]
    assert "kitchen.jpg" in terminal("media", "list", place).out
    assert terminal("media", "delete", sent["id"], "--yes").code == 0
    assert "no photos" in terminal("media", "list", place).out


def test_nothing_is_sent_where_nobody_can_be_asked(
    terminal: Terminal, photo: str, place: str
) -> None:
    """Without a terminal and without --yes the preview is all; exit 2 says what to add."""
    for words in (
        ("media", "add", place, photo),
        ("media", "delete", "some-photo"),
        ("leads", "add", "--surname", "Fenwick"),
    ):
        said = terminal(*words)
        assert said.code == 2
        assert "--yes" in said.err
    assert terminal.records("photos") == []
    assert terminal.records("leads") == []


def test_a_bad_file_stops_it_before_anything_is_sent(
    terminal: Terminal, photo: str, place: str
) -> None:
    """One that cannot be sent holds back the others, too."""
    said = terminal("media", "add", place, photo, photo + ".missing", "--yes")
    assert said.code == 2
    assert "cannot be read" in said.err
    assert terminal.records("photos") == []


def test_a_lead_is_created_from_a_source_by_name(terminal: Terminal) -> None:
    """The source is found in any case; the person's name stands in no output."""
    words = ("leads", "add", "--surname", "Fenwick", "--phone", "07700 900123", "--yes")
    said = terminal(*words, "--source", "website")
    assert said.code == 0
    (lead,) = terminal.records("leads")
    assert (lead["Surname"], lead["Phone"], lead["LeadType"]) == (
        "Fenwick",
        "07700 900123",
        "Landlord",
    )
    assert "Fenwick" not in said.out + said.err
    unknown = terminal(*words, "--source", "nope")
    assert unknown.code == 2
    assert "Contractor referral, Website" in unknown.err
    assert "Website" in terminal("leads", "sources").out
    assert len(terminal("leads", "sources", "--json").document["sources"]) == 4
    assert terminal("leads", "add", "--yes").code == 2


def test_whoever_is_asked_for_a_lead_sees_all_that_would_be_sent(terminal: Terminal) -> None:
    """Every field with its value, before the question; with no, nothing is sent."""
    given = {
        "branch": str(terminal.records("branches")[0]["OID"]),
        "property": str(terminal.records("properties")[0]["OID"]),
        "forename": "Ada",
        "surname": "Fenwick",
        "email": "ada@mail.example",
        "phone": "07700 900123",
        "notes": "Wants to let a flat.",
    }
    words = [word for name, value in given.items() for word in (f"--{name}", value)]
    with typing_in(terminal.directory, "leads", "add", *words, environ={}) as typist:
        typist.answers("from 'Contractor referral' in AgentOS? [y/N]", "n")
        assert typist.ends() == 0
    preview = typist.shown.partition("[y/N]")[0].splitlines()
    shown = {name: value.strip() for name, _, value in (each.partition(":") for each in preview)}
    assert {name: shown.get(name) for name in given} == given
    assert shown["type"] == "Landlord"
    assert shown["source"].startswith("Contractor referral (")
    assert terminal.records("leads") == []


def test_whoever_is_asked_to_delete_sees_what(terminal: Terminal, photo: str, place: str) -> None:
    """Its name and size where its property is given, and else how to see them; an id that the
    property does not have is said before anybody is asked."""
    added = terminal("media", "add", place, photo, "--yes", "--json")
    (sent,) = added.document["files"]
    deletion = ("media", "delete", sent["id"])
    with typing_in(terminal.directory, *deletion, "--property", place, environ={}) as typist:
        typist.answers("for good? [y/N]", "n")
        assert typist.ends() == 0
    preview = typist.shown.partition("Delete the photo")[0]
    assert f"{sent['id']} kitchen.jpg {sent['size']:,}" in " ".join(preview.split())
    with typing_in(terminal.directory, *deletion, environ={}) as typist:
        typist.answers("for good? [y/N]", "n")
        assert typist.ends() == 0
    assert f"photo {sent['id']}: AgentOS names photos only with" in typist.shown
    said = terminal("media", "delete", "mistyped", "--property", place)
    assert (said.code, f"lettings property '{place}' has no 'mistyped'" in said.err) == (2, True)
    assert len(terminal.records("photos")) == 1


@pytest.mark.parametrize(
    ("words", "message", "cure"),
    [
        (("list", "mistyped"), "no lettings property 'mistyped'", "compare its OID"),
        (("list", "x-1", "--market", "sales"), "no sales instruction 'x-1'", "compare its OID"),
        (("add", "mistyped", "--yes"), "no lettings property 'mistyped'", "compare its OID"),
        (("delete", "mistyped", "--yes"), "no photo 'mistyped'", "syncd media list"),
        (("delete", "x", "--kind", "floor-plan", "--yes"), "no floor plan 'x'", "syncd media list"),
    ],
    ids=str,
)
def test_a_mistyped_oid_is_said_to_be_one(
    terminal: Terminal, photo: str, words: tuple[str, ...], message: str, cure: str
) -> None:
    """Exit 2, for it is the command that must change; the vendor was reached and let us in."""
    files = (photo,) if words[0] == "add" else ()
    said = terminal("media", *words, *files)
    assert said.code == 2
    assert message in said.err
    assert cure in said.err


def test_what_the_vendor_has_no_call_for_is_said(terminal: Terminal, place: str) -> None:
    """Floor plans of lettings cannot be listed, portal media cannot be deleted."""
    assert (
        "no floor plans of lettings" in terminal("media", "list", place, "--kind", "floor-plan").err
    )
    said = terminal("media", "delete", "x", "--kind", "portal", "--yes")
    assert "no call to delete portal media" in said.err
    sale = str(terminal.records("instructions")[0]["OID"])
    assert terminal("media", "list", sale, "--market", "sales", "--kind", "floor-plan").code == 0
