"""Proposals: which of the agency's statuses mean what, and who is meant."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from syncd.proposing.proposals import (
    ROLES,
    Proposal,
    propose_amount_field,
    propose_company,
    propose_contractor,
    propose_engineer,
    propose_statuses,
)
from syncd.proposing.seen import Account, Agency, Option

ONE = tuple(role.setting for role in ROLES if not role.is_many)


def statuses(*names: str) -> list[Option]:
    """Status types of these names; "Name!" ends a job, "Name?" does not say."""
    return [
        Option(f"s{number}", name.rstrip("!?"), is_ending=None if name[-1] == "?" else "!" in name)
        for number, name in enumerate(names)
    ]


def proposed(*names: str) -> dict[str, tuple[tuple[str, ...], bool]]:
    """The names proposed for each role, and whether that is sure."""
    options = statuses(*names)
    known = {each.key: each.name for each in options}
    return {
        setting: (tuple(known[key] for key in each.keys), each.is_sure)
        for setting, each in propose_statuses(options).items()
    }


@pytest.mark.parametrize("change", [str, str.upper, str.lower, lambda name: name.replace(" ", "-")])
def test_the_usual_names_leave_no_doubt(change: "type[str]") -> None:
    """In any case, with blanks or hyphens: every role is sure."""
    usual = ("Reported", "Pending", "In Progress", "Awaiting Access", "Completed!", "Cancelled!")
    found = proposed(*(change(name) for name in usual))
    names = [change(name).rstrip("!") for name in usual]
    assert found == {
        "visit_when": ((names[0], names[1]), True),
        "in_progress": ((names[2],), True),
        "awaiting_access": ((names[3],), True),
        "completed": ((names[4],), True),
        "cancelled": ((names[5],), True),
    }


def test_a_word_in_a_name_is_a_guess() -> None:
    """What only hints is proposed and not sure."""
    found = proposed("Job logged", "Engineer on site", "No access to flat", "Works finished!")
    assert found["visit_when"] == (("Job logged",), False)
    assert found["in_progress"] == (("Engineer on site",), False)
    assert found["awaiting_access"] == (("No access to flat",), False)
    assert found["completed"] == (("Works finished",), False)
    assert found["cancelled"] == ((), False)


@pytest.mark.parametrize(
    "name", ["Pending approval", "Quote requested", "New invoice", "Not completed", "On hold"]
)
def test_what_somebody_else_waits_for_is_no_visit(name: str) -> None:
    """A status that waits for the landlord or the office is proposed for nothing."""
    assert all(not names for names, _ in proposed(name).values())


def test_the_vendors_word_on_the_end_of_a_job_counts() -> None:
    """A status that ends jobs gets no visits, and one that does not completes none."""
    assert proposed("New!", "Completed")["visit_when"] == ((), False)
    assert proposed("New!", "Completed")["completed"] == ((), False)
    assert proposed("New?", "Completed?")["completed"] == (("Completed",), True)


def test_of_two_that_could_be_meant_a_person_chooses() -> None:
    """One role, two fitting names: the more frequent is proposed, not sure."""
    options = [Option("a", "Completed", 1), Option("b", "Work completed", 9)]
    assert propose_statuses(options)["completed"] == Proposal(
        ("b",), False, "several could be meant"
    )


def test_a_status_that_need_not_be_there_is_left_out_unasked() -> None:
    """Without a name for it, progress is not reported; completion has to be answered."""
    found = proposed("Reported", "Cancelled!")
    assert found["in_progress"] == ((), True)
    assert found["completed"] == ((), False)


@given(st.lists(st.text(max_size=20), max_size=12))
def test_no_status_has_two_roles(names: list[str]) -> None:
    """Whatever the names: at most one role each, and one status where one is wanted."""
    options = [Option(f"s{number}", name) for number, name in enumerate(names)]
    found = propose_statuses(options)
    keys = [key for each in found.values() for key in each.keys]
    assert len(keys) == len(set(keys))
    assert set(keys) <= {each.key for each in options}
    assert all(len(found[setting].keys) <= 1 for setting in ONE)


def test_the_only_one_is_sure_and_the_commonest_a_guess() -> None:
    """Contractor, company and engineer alike."""
    one, two = Option("a", "A", 1), Option("b", "B", 5)
    assert propose_contractor(Agency(contractors=(one,))).is_sure
    assert propose_contractor(Agency(contractors=(one, two))).keys == ("b",)
    assert not propose_company(Account(companies=(one, two))).is_sure
    assert propose_engineer(Account(engineers=(two,))) == Proposal(
        ("b",), True, "there is no other"
    )
    assert propose_engineer(Account()) == Proposal(why="none was seen")


def test_the_field_of_the_invoice() -> None:
    """Our own field where nothing else speaks of money."""
    assert propose_amount_field(Account()).is_sure
    assert propose_amount_field(Account(numbers=("hours",))).keys == ("invoice_total",)
    assert propose_amount_field(Account(numbers=("hours", "TotalPrice"))).keys == ("TotalPrice",)
    assert not propose_amount_field(Account(numbers=("TotalPrice",))).is_sure
