"""Tests of the rules between settings."""

from typing import Any

import pytest

from tests.settings.made import connection, document, load, load_one, mistakes, mistakes_of_one

PORTAL = {
    "base_url": "https://portal.example/api/trpc",
    "contractor_id": "co-1",
    "session": "session",
}
FIELD = {"name": "labour", "type": "number", "caption": "Hours"}


def test_an_open_door_needs_a_token() -> None:
    """Other machines are let in with a token only; this machine alone, or nobody, needs none."""
    opened = document(admin={"listen": "0.0.0.0:8321"})
    assert list(mistakes(opened)) == ["admin.token"]
    assert mistakes(document(admin={"listen": "0.0.0.0:8321", "token": "t"})) == {}
    assert mistakes(document(admin={"listen": "localhost:8321"})) == {}
    assert mistakes(document(admin={"listen": ""})) == {}


@pytest.mark.parametrize(
    ("changes", "path", "said"),
    [
        ({"agentos__api_key": ""}, "agentos.api_key", "needed for agentos.channel"),
        ({"agentos__channel": "portal"}, "contractor_portal", 'agentos.channel = "portal" needs'),
        ({"agentos__contractors": []}, "agentos.contractors", "names nobody"),
        ({"agentos__statuses__visit_when": []}, "agentos.statuses.visit_when", "is missing"),
        ({"agentos__statuses__completed": ""}, "agentos.statuses.completed", "is missing"),
        (
            {"agentos__statuses__visit_when": ["Reported", " COMPLETED "]},
            "agentos.statuses.completed",
            'names "Completed", which visit_when names too',
        ),
        (
            {"agentos__statuses__cancelled": ["Completed"]},
            "agentos.statuses.cancelled",
            'names "Completed", which completed names too',
        ),
        (
            {"agentos__statuses__in_progress": "cancelled"},
            "agentos.statuses.cancelled",
            'names "Cancelled", which in_progress names too',
        ),
        (
            {"agentos__statuses__awaiting_access": "completed"},
            "agentos.statuses.completed",
            'names "Completed", which awaiting_access names too',
        ),
        ({"create_jobs__enabled": True}, "create_jobs.status", 'created by "v4" need one'),
        ({"invoice__hours_field": "labour"}, "invoice.hourly_rate", "hours_field needs it"),
        ({"invoice__hourly_rate": "45.00"}, "invoice.hours_field", "hourly_rate needs it"),
        (
            {"invoice__hours_field": "invoice_total", "invoice__hourly_rate": "45"},
            "invoice.hours_field",
            "is the same field as amount_field",
        ),
        ({"visit__doc_no": "AOS"}, "visit.doc_no", "lacks {reference}"),
        ({"invoice__number": "{year}"}, "invoice.number", "lacks {doc_no}"),
        ({"invoice__number": "{doc_no}{n}"}, "invoice.number", "unknown placeholder"),
        ({"invoice__vat_rate": "20"}, "invoice.vat_rate", "not a rate between 0 and 1"),
        (
            {"create_jobs__document_base_url": "http://files.example/visits"},
            "create_jobs.document_base_url",
            "is not encrypted, and V3 takes no such addresses | write https://",
        ),
    ],
)
def test_one_broken_rule(changes: dict[str, Any], path: str, said: str) -> None:
    """Each broken rule is told once, at the setting to change, with a cure."""
    ((place, told),) = mistakes_of_one(**changes).items()
    assert place == path
    assert said in told
    assert not told.endswith("| ")


@pytest.mark.parametrize(
    ("changes", "place", "said"),
    [
        ({"name": "syncd"}, "name", "is reserved"),
        ({"name": "Syncd"}, "name", "is reserved"),
        ({"name": "a.b"}, "name", "has a dot"),
        ({"type": "checkbox"}, "type", "is not one of 'text', 'date'"),
        ({"type": "text", "step": "0.25"}, "step", "only a number or a range has it"),
        ({"min": 5, "max": 1}, "min", "is more than max"),
        ({"step": 0}, "step", "is not above zero"),
        ({"type": "select"}, "options_values", "a select needs it"),
        ({"options_values": ["a"]}, "options_values", "only a select has options"),
        (
            {"type": "select", "options_values": "a | b", "options_default": "c"},
            "options_default",
            "is none of the options",
        ),
        ({"name": "invoice_total", "type": "date"}, "type", "cannot hold the amount"),
        ({"required": "yes"}, "required", "is not true or false"),
        ({"value": True}, "value", "is not a number"),
        ({"caption": ""}, "caption", "is empty"),
        ({"placeholder": "x"}, "placeholder", "is no known setting"),
    ],
)
def test_one_wrong_field(changes: dict[str, Any], place: str, said: str) -> None:
    """What the app could not show, or the invoice not read, is refused field by field."""
    ((path, told),) = mistakes_of_one(visit__fields=[{**FIELD, **changes}]).items()
    assert path == f"visit.fields[0].{place}"
    assert said in told


def test_fields_have_names_of_their_own() -> None:
    """A second field of a name is told at the second."""
    assert list(mistakes_of_one(visit__fields=[FIELD, FIELD])) == ["visit.fields[1].name"]


def test_fields_as_the_vendor_writes_them() -> None:
    """LetsJobIt's own spelling of a field is understood."""
    (field,) = load_one(
        visit__fields=[
            {
                "name": "outcome",
                "type": "select",
                "caption": "Outcome",
                "required": "required",
                "readonly": False,
                "options_values": "Done | Not done",
                "options_default": "Done",
            }
        ]
    ).visit.fields
    assert field.options_values == ("Done", "Not done")
    assert (field.required, field.readonly) == (True, False)


def test_an_agency_may_have_no_word_for_cancelled() -> None:
    """An empty list is an answer; leaving the setting out is none."""
    statuses = {"visit_when": ["Reported"], "completed": "Completed"}
    assert list(mistakes_of_one(agentos__statuses=statuses)) == ["agentos.statuses.cancelled"]
    assert mistakes_of_one(agentos__statuses={**statuses, "cancelled": []}) == {}


def test_a_status_may_create_visits_and_be_under_way() -> None:
    """visit_when decides creation only, so the status of a started job may stand there, too."""
    changes = {
        "agentos__statuses__visit_when": ["Reported", "In progress"],
        "agentos__statuses__in_progress": "In Progress",
        "agentos__statuses__awaiting_access": "Reported",
    }
    assert mistakes_of_one(**changes) == {}


def test_the_portal_needs_no_key_for_itself() -> None:
    """A contractor without a key uses the portal; what the portal cannot do asks for the key."""
    changes: dict[str, Any] = {
        "agentos__channel": "portal",
        "agentos__api_key": "",
        "agentos__contractors": [],
        "contractor_portal": PORTAL,
    }
    assert mistakes_of_one(**changes) == {}
    more = {"leads__enabled": True, "media__photo_fields": ["photo"], "custom_field__name": "Visit"}
    ((path, told),) = mistakes_of_one(**changes, **more).items()
    assert path == "agentos.api_key"
    assert "needed for leads.enabled and media.photo_fields and custom_field.name" in told
    created = {"create_jobs__enabled": True, "create_jobs__status": "Reported"}
    assert set(mistakes_of_one(**changes, **created)) == {"agentos.api_key"}


def test_the_legacy_channel_creates_jobs_in_one_branch() -> None:
    """V3 needs one branch and job creation, and no statuses, for nothing comes back."""
    legacy: dict[str, Any] = {
        "agentos__channel": "v3",
        "agentos__statuses": {},
        "agentos__contractors": [],
    }
    assert set(mistakes_of_one(**legacy)) == {"agentos.branches", "create_jobs.enabled"}
    two = {**legacy, "agentos__branches": ["br-1", "br-2"], "create_jobs__enabled": True}
    assert set(mistakes_of_one(**two)) == {"agentos.branches"}
    one = {**legacy, "agentos__branches": ["br-1"], "create_jobs__enabled": True}
    assert mistakes_of_one(**one) == {}
    assert load_one(**one).create_jobs.channel == "v3"
    other = {**one, "create_jobs__channel": "v4", "create_jobs__status": "Reported"}
    assert set(mistakes_of_one(**other)) == {"create_jobs.channel", "agentos.contractors"}


def test_connections_have_names_of_their_own() -> None:
    """A second connection of a name is told by its position."""
    made = document(connection(), connection(agentos__short_name="southgate"))
    ((path, told),) = mistakes(made).items()
    assert path == "connections[1].name"
    assert '"northgate" is the name of an earlier connection' in told


@pytest.mark.parametrize("vendor", ["agentos", "letsjobit"])
def test_one_key_has_one_limit(vendor: str) -> None:
    """Two connections with one key must name the same limit; other keys or hosts need not."""
    changed: dict[str, Any] = {
        "name": "southgate",
        "agentos__short_name": "southgate",
        f"{vendor}__rate_limit": {"requests": 7, "seconds": 7},
    }
    made = document(connection(), connection(**changed))
    assert list(mistakes(made)) == [f"connections[southgate].{vendor}.rate_limit"]
    for apart in ({f"{vendor}__api_key": "k"}, {f"{vendor}__base_url": "https://a.example"}):
        assert mistakes(document(connection(), connection(**changed, **apart))) == {}


def second(**changes: Any) -> dict[str, str]:
    """What is said about two connections of one agency and account, the second one changed."""
    first = connection(agentos__contractors=["co-1", "co-2"], agentos__branches=["br-1"])
    made = connection(
        **{"name": "southgate", "agentos__branches": ["br-1"], "agentos__short_name": "NORTHGATE"}
        | changes
    )
    return mistakes(document(first, made))


def test_no_job_becomes_two_visits() -> None:
    """The same agency, account and contractor in two connections is refused."""
    assert list(second()) == ["connections[southgate].agentos.contractors"]
    assert list(second(agentos__branches=[])) == ["connections[southgate].agentos.contractors"]
    portal = {"agentos__channel": "portal", "contractor_portal": PORTAL}
    assert list(second(**portal)) == ["connections[southgate].agentos.contractors"]


@pytest.mark.parametrize(
    "changes",
    [
        {"agentos__contractors": ["co-3"]},
        {"agentos__branches": ["br-2"]},
        {"agentos__short_name": "southgate"},
        {"letsjobit__company_id": "other"},
        {"enabled": False},
    ],
)
def test_what_keeps_two_connections_apart(changes: dict[str, Any]) -> None:
    """Other contractors, branches, agencies or accounts, or a disabled one, may stand beside it."""
    assert second(**changes) == {}


def test_no_field_visit_becomes_two_jobs() -> None:
    """Two connections of one agency that create jobs must say which visits each one means."""
    created: dict[str, Any] = {"create_jobs__enabled": True, "create_jobs__status": "Reported"}
    changed = {"name": "southgate", "agentos__contractors": ["co-3"], **created}

    def told(first: dict[str, str], other: dict[str, str]) -> list[str]:
        one = connection(**created, create_jobs__only=first)
        return list(mistakes(document(one, connection(**changed, create_jobs__only=other))))

    clash = ["connections[southgate].create_jobs.only"]
    assert told({}, {}) == clash
    assert told({"docType": "A"}, {"territory": "AB"}) == clash
    assert told({"docType": "A"}, {"docType": "B"}) == []


FIRST: dict[str, Any] = {"create_jobs__enabled": True, "create_jobs__status": "Reported"}
STRANGER: dict[str, Any] = {
    "name": "southgate",
    "agentos__short_name": "southgate",
    "agentos__channel": "v3",
    "agentos__contractors": [],
    "agentos__branches": ["br-9"],
    "create_jobs__enabled": True,
}


@pytest.mark.parametrize(
    ("first", "other"),
    [
        ({}, {}),
        ({"docType": "A"}, {}),
        ({}, {"docType": "A"}),
        ({"urgent": 1}, {"urgent": True}),
        ({"docType": "A  fault"}, {"docType": " A fault"}),
    ],
)
def test_no_field_visit_goes_to_a_stranger_agency(
    first: dict[str, Any], other: dict[str, Any]
) -> None:
    """Two agencies on one LetsJobIt account, over whatever channel: `only` must tell them apart."""
    one = connection(**FIRST, create_jobs__only=first)
    found = mistakes(document(one, connection(**STRANGER, create_jobs__only=other)))
    ((path, told),) = found.items()
    assert path == "connections[southgate].create_jobs.only"
    assert "connection northgate, which has the same LetsJobIt account" in told
    assert "name one field with different values" in told


@pytest.mark.parametrize(
    "changes",
    [
        {"create_jobs__only": {"docType": "B"}},
        {"letsjobit__company_id": "another"},
        {"enabled": False},
    ],
    ids=str,
)
def test_field_visits_of_two_agencies_may_be_told_apart(changes: dict[str, Any]) -> None:
    """By `only`, or by an account of their own; a disabled one makes nothing."""
    one = connection(**FIRST, create_jobs__only={"docType": "A"})
    assert mistakes(document(one, connection(**{**STRANGER, **changes}))) == {}


def test_rules_accept_the_smallest_configuration() -> None:
    """What is required is enough."""
    assert load(document()).connection("northgate") is not None
    assert load(document()).connection("southgate") is None
