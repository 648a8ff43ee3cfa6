"""Status names against the agency's own list."""

from syncd.checking.agency import check_statuses
from syncd.checking.findings import Finding, Place, Severity
from syncd.settings import StatusSettings

TYPES = {"s-1": "Reported", "s-2": "In Progress", "s-3": "Completed", "s-4": "Cancelled"}
PLACE = Place("northgate", "agentos")


def checked(**statuses: object) -> list[Finding]:
    """What is found about these statuses; completed and cancelled are good unless given."""
    good = {"visit_when": ["Reported"], "completed": "Completed", "cancelled": ["Cancelled"]}
    return check_statuses(PLACE, StatusSettings.model_validate(good | statuses), TYPES)


def codes(found: list[Finding]) -> list[tuple[str, str]]:
    """Which setting has which fault."""
    return [(each.path.rpartition(".")[2], each.code) for each in found if each.code]


def test_names_in_any_case_and_oids_are_known() -> None:
    """Both are ways to write a status type."""
    found = checked(visit_when=[" reported "], in_progress="S-2".lower(), completed="COMPLETED")
    assert [each.severity for each in found] == [Severity.NOTE]


def test_every_unknown_name_is_found() -> None:
    """One finding per name, with what the agency has."""
    found = checked(visit_when=["Reported", "Waiting"], awaiting_access="No Access")
    assert codes(found) == [
        ("visit_when", "unknown_status"),
        ("awaiting_access", "unknown_status"),
    ]
    assert found[0].cure == "it has Reported, In Progress, Completed, Cancelled"


def test_a_status_that_ends_a_job_has_one_role() -> None:
    """Also where one role names it and the other gives its OID."""
    assert codes(checked(completed="s-4")) == [("cancelled", "status_in_two_roles")]
    assert codes(checked(visit_when=["s-3"])) == [("completed", "status_in_two_roles")]


def test_a_status_under_way_may_also_want_a_visit() -> None:
    """`visit_when` only decides creation."""
    assert codes(checked(visit_when=["Reported", "s-2"], in_progress="In Progress")) == []
