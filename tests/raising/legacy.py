"""Agencies whose jobs from the field go through V3 Maintenance, beside V4 and alone."""

from typing import Any

from tests.cycle.office import Office, Record, connection_of
from tests.vendor.v3_document import faults_of

CREATE = {"method": "POST", "path": "/createmaintenancejob"}


def beside_v4(document: Record) -> None:
    """New faults go to V3; everything else is V4's."""
    connection_of(document)["create_jobs"] = {
        "enabled": True,
        "channel": "v3",
        "only": {"docType": "NEW FAULT"},
    }


def alone(document: Record) -> None:
    """The agency opened nothing but V3."""
    beside_v4(document)
    agentos = connection_of(document)["agentos"]
    agentos["channel"] = "v3"
    agentos["branches"] = ["8DB1-2991-2E39"]


def created(office: Office) -> list[Any]:
    """What V3 took; each request was as the vendor documents it."""
    made = {each.number: each for each in office.effects("job_created")}
    asked = {n: each for each in office.sent("agentos") for n in each.effects if n in made}
    assert asked.keys() == made.keys()
    for number, each in asked.items():
        assert faults_of(each.method, each.path, made[number].body) == []
    return [each.body for each in made.values()]
