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


LOOK = "it may have happened: look in AgentOS"


@pytest.fixture
def pictures(tmp_path: Path) -> tuple[str, str]:
    """Two picture files."""
    paths = tmp_path / "a.jpg", tmp_path / "b.jpg"
    for path, colour in zip(paths, ("navy", "teal"), strict=True):
        Image.new("RGB", (800, 600), colour).save(path)
    return str(paths[0]), str(paths[1])


def test_what_was_sent_is_said_when_a_later_file_fails(
    terminal: Terminal, pictures: tuple[str, str], place: str
) -> None:
    """Nothing looks afterwards: who runs it again is told what is there, and to look first."""
    rule = {"vendor": "agentos", "path": "/addphoto", "after": 1, "after_effect": True}
    terminal.fault(kind="status", status=500, **rule)
    said = terminal("media", "add", place, *pictures, "--yes")
    assert said.code == 4
    first, _ = terminal.records("photos")
    assert f"sent a.jpg as {first['OID']}" in said.out
    assert f"sent before it: a.jpg; {LOOK}, or at syncd media list, before you run" in said.err
    assert "syncd looks" not in said.err
    terminal.fault(kind="status", status=503, **rule)
    error = terminal("media", "add", place, *pictures, "--yes", "--json").document["error"]
    assert error["code"] == "agentos_outcome_unknown"
    assert error["hint"].startswith(f"sent before it: a.jpg; {LOOK}")


def test_what_was_sent_is_said_whatever_stops_the_next_file(
    terminal: Terminal, pictures: tuple[str, str], place: str
) -> None:
    """Also where the next one certainly did not arrive: only that one is to be sent again."""
    rule = {"vendor": "agentos", "path": "/addphoto", "after": 1}
    terminal.fault(kind="status", status=403, **rule)
    said = terminal("media", "add", place, *pictures, "--yes")
    assert said.code == 4
    assert "sent before it: a.jpg; " in said.err
    assert "may have happened" not in said.err
    assert len(terminal.records("photos")) == 1


@pytest.mark.parametrize(
    ("kind", "look"),
    [("floor-plan", "look in AgentOS before"), ("portal", "look in AgentOS, or at syncd media")],
)
def test_a_list_that_agentos_has_not_is_no_advice(
    terminal: Terminal, photo: str, place: str, kind: str, look: str
) -> None:
    """Floor plans of lettings are in no list."""
    path = "floorplan" if kind == "floor-plan" else "portalmedia"
    terminal.fault(kind="reset_after_effect", vendor="agentos", path=path)
    said = terminal("media", "add", place, photo, "--kind", kind, "--yes")
    assert said.code == 4
    assert f"it may have happened: {look}" in said.err
    assert "sent before" not in said.err


def test_nothing_by_hand_is_looked_for_afterwards(
    terminal: Terminal, photo: str, place: str
) -> None:
    """A lead or a deletion whose answer is lost: a person looks before it is done again."""
    terminal.fault(kind="reset_after_effect", vendor="agentos", path="/leads/create")
    said = terminal("leads", "add", "--surname", "Fenwick", "--yes")
    assert said.code == 4
    assert f"{LOOK} before you run it again" in said.err
    assert len(terminal.records("leads")) == 1
    added = terminal("media", "add", place, photo, "--yes", "--json").document["files"]
    terminal.fault(kind="reset_after_effect", vendor="agentos", path="deletephoto")
    said = terminal("media", "delete", added[0]["id"], "--yes")
    assert said.code == 4
    assert f"{LOOK}, or at syncd media list, before you run it again" in said.err
