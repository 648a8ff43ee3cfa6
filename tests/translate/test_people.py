"""Tests of whom the engineer calls."""

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from syncd.model import Branch, Json, Person, Surroundings
from syncd.translate.people import best_phone, contact, display_name
from tests.translate.made import ADA, BOB, BRANCH, branch, person

NEIGHBOUR = Person("", "", "", "Mrs Jones next door", ("07700 900003",))
SILENT_ADA = replace(ADA, phones=())


def reached(*tenants: Person, who: str = "te-1", **others: object) -> dict[str, Json] | None:
    """The contact among these tenants; the branch is Northgate unless another is given."""
    return contact(who, Surroundings(tenants=tenants, **{"branch": BRANCH, **others}))  # type: ignore[arg-type]


def told(name: str, phone: str) -> dict[str, Json]:
    """A contact as the visit has it."""
    return {"contactPerson": name, "contactPhone": phone}


def test_the_tenant_of_the_job_comes_first() -> None:
    """Whatever the order of the tenancy, the job's own tenant is the contact."""
    assert reached(BOB, ADA) == told("Ms Ada Lovelace", "07700 900001")
    assert reached(BOB, ADA, who="") == told("Bob Builder", "07700 900002")


def test_a_phone_is_borrowed_in_order_and_its_owner_named() -> None:
    """Without a phone it is the next tenant's, else the access contact's, else the office's."""
    assert reached(SILENT_ADA, BOB) == told("Ms Ada Lovelace (phone: Bob Builder)", "07700 900002")
    assert reached(SILENT_ADA, contacts=(NEIGHBOUR,)) == told(
        "Ms Ada Lovelace (phone: Mrs Jones next door)", "07700 900003"
    )
    assert reached(SILENT_ADA) == told("Ms Ada Lovelace (phone: office)", "01632 960000")
    assert reached(SILENT_ADA, branch=None) == told("Ms Ada Lovelace", "")


def test_an_empty_property_is_reached_through_the_office() -> None:
    """Without any tenant the access contact, else the office, is the contact."""
    assert reached(contacts=(NEIGHBOUR,)) == told("Mrs Jones next door", "07700 900003")
    assert reached() == told("Northgate Lettings office", "01632 960000")
    assert reached(branch=replace(BRANCH, company_name="")) == told(
        "Northgate office", "01632 960000"
    )
    assert reached(branch=Branch("br-1", "", "", "")) == told("Office", "")
    assert reached(branch=None) is None


def test_a_tenant_whose_name_is_withheld_is_called_tenant() -> None:
    """A phone without a name is still the tenant's; a person with neither is passed over."""
    nobody = Person("te-1", "", " ", "", ())
    withheld = replace(nobody, phones=("07700 900004",))
    assert reached(withheld) == told("Tenant", "07700 900004")
    assert reached(nobody, BOB) == told("Bob Builder", "07700 900002")
    assert reached(SILENT_ADA, withheld) == told("Ms Ada Lovelace (phone: tenant)", "07700 900004")


def test_a_company_stands_in_the_surname_alone() -> None:
    """Blank parts leave no gaps in a name, and blank phones are passed over."""
    company = Person("la-1", "", "", " Elm   Estates Ltd ", ("", " ", "07700 900005"))
    assert display_name(company) == "Elm Estates Ltd"
    assert best_phone(company) == "07700 900005"


@given(st.lists(person, max_size=3), st.lists(person, max_size=2), st.none() | branch)
def test_any_people_give_a_contact_of_two_lines_of_text(
    tenants: list[Person], contacts: list[Person], office: Branch | None
) -> None:
    """Whatever is known, name and phone are one line each, and the name is never empty."""
    known = Surroundings(branch=office, tenants=tuple(tenants), contacts=tuple(contacts))
    found = contact(tenants[0].person_id if tenants else "", known)
    if found is None:
        assert office is None
        assert not any(display_name(each) or best_phone(each) for each in (*tenants, *contacts))
    else:
        assert all(len(str(value).splitlines()) <= 1 for value in found.values())
        assert found["contactPerson"]
