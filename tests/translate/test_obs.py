"""Tests of our block in a visit's obs."""

import time

from hypothesis import given
from hypothesis import strategies as st

from syncd.model import JobId, Tag
from syncd.translate import obs
from syncd.translate.canonical import text
from syncd.translate.obs import Sections
from tests.translate.made import TAG, any_text, hostile_text

hostile_sections = st.builds(Sections, hostile_text, hostile_text, hostile_text)
tags = st.none() | st.just(TAG)
references = st.just("10452") | any_text

TOLD = Sections("Kitchen tap drips\nThe cold one.", "Key at the office.", "Boiler: see notes")


def canonical(sections: Sections) -> Sections:
    """The sections as they come back: in canonical text."""
    return Sections(text(sections.text), text(sections.access), text(sections.preferences))


def test_the_block_reads_well() -> None:
    """Each part stands under its marker, unaltered, and the tag line follows the end."""
    assert obs.replace("", TOLD, reference="10452", tag=TAG).split("\n") == [
        "--- Job 10452 ---",
        "Kitchen tap drips",
        "The cold one.",
        "--- Access ---",
        "Key at the office.",
        "--- Preferences ---",
        "Boiler: see notes",
        "--- End of job 10452 ---",
        "syncd:northgate:mj-0009-4739",
    ]


def test_empty_sections_leave_out_their_marker() -> None:
    """A section without text has no marker; a job without any text still has its block."""
    assert "Access" not in obs.compose("7", Sections("x", "", "y"))
    assert obs.compose("7", Sections("", "", "")) == "--- Job 7 ---\n--- End of job 7 ---"


@given(hostile_sections, references, tags)
def test_any_text_comes_back(sections: Sections, reference: str, tag: Tag | None) -> None:
    """Whatever the sections say, also lines that look like markers, they come back unaltered."""
    found = obs.split(obs.replace("", sections, reference=reference, tag=tag), reference)
    assert found == obs.Obs("", canonical(sections), tag, "")


@given(hostile_text, hostile_text, hostile_sections, hostile_sections, references)
def test_text_of_others_is_kept(
    before: str, after: str, first: Sections, second: Sections, reference: str
) -> None:
    """What stands around the block is the same after any number of changes inside it."""
    block = obs.compose(reference, first, around=f"{text(before)}\n{text(after)}")
    around = text(f"{before}\n{block}\n{after}")
    old = obs.split(around, reference)
    assert old.sections == canonical(first)
    new = obs.split(obs.replace(around, second, reference=reference, tag=None), reference)
    assert new.sections == canonical(second)
    assert (new.before, new.tag, new.after) == (old.before, old.tag, old.after)


@given(hostile_text, hostile_sections, tags)
def test_replacing_by_the_same_changes_nothing(
    others: str, sections: Sections, tag: Tag | None
) -> None:
    """A block that is replaced by the same sections leaves obs as it is: no needless write."""
    once = obs.replace(others, sections, reference="10452", tag=tag)
    assert obs.replace(once, sections, reference="10452", tag=tag) == once
    assert obs.replace(once, sections, reference="10452", tag=None) == once


@given(hostile_text, hostile_sections)
def test_a_block_is_added_below_what_others_wrote(others: str, sections: Sections) -> None:
    """Where obs has no block, all of it is kept above ours."""
    if obs.split(others, "10452").sections is None:
        found = obs.split(obs.replace(others, sections, reference="10452", tag=TAG), "10452")
        assert found.before.rstrip("\n") == text(others)
        assert found.sections == canonical(sections)
        assert found.tag == TAG


def test_the_block_of_this_job_is_ours_among_several() -> None:
    """A block that a dispatcher copied from another visit is other people's text."""
    foreign = obs.compose("999", Sections("other work", "", ""))
    ours = obs.compose("10452", TOLD)
    for joined in (f"{foreign}\n{ours}", f"{ours}\n{foreign}"):
        found = obs.split(joined, "10452")
        assert found.sections == TOLD
        assert foreign in found.before + found.after


def test_a_block_is_found_by_its_form_when_the_reference_changed() -> None:
    """A visit whose document number was edited still has its block, and gets no second one."""
    around = obs.replace("Gate code by phone.", TOLD, reference="10452", tag=TAG)
    again = obs.replace(around, TOLD, reference="10453", tag=None)
    assert again == around.replace("10452", "10453")


def test_a_damaged_block_is_other_peoples_text() -> None:
    """Without its end marker we cannot prove what is ours, so nothing is cut away."""
    damaged = "\n".join(obs.compose("10452", TOLD).split("\n")[:-1])
    assert obs.split(damaged, "10452") == obs.Obs(damaged, None, None, "")


def test_a_tag_inside_the_text_of_a_job_is_not_ours() -> None:
    """A tag-like line in a description cannot claim the visit; one outside the block can."""
    claimed = obs.compose("7", Sections("syncd:northgate:mj-1", "", ""))
    assert obs.tag_in(claimed, "7") is None
    assert obs.tag_in(f"{claimed}\nNote\nsyncd:northgate:mj-2", "7") == Tag(
        "northgate", JobId("mj-2")
    )
    assert obs.tag_in("syncd:northgate:mj-3\n", "7") == Tag("northgate", JobId("mj-3"))


def test_long_text_takes_no_time() -> None:
    """200 KB of text, of blanks or of marker-like lines, are composed and split within a second."""
    for row in ("tap drips ", " ", "--- Access ---\n", "-", "- - -\t", "--- Job 1 ---\n"):
        long = row * (200_000 // len(row)) + "x"
        started = time.process_time()
        whole = obs.replace("", Sections(long, long, ""), reference="10452", tag=TAG)
        assert obs.split(whole, "10452").sections == Sections(text(long), text(long), "")
        assert time.process_time() - started < 1
