"""What the channel of the job side cannot do, setting by setting."""

from typing import Any

import pytest

from syncd.checking.channels import check_settings
from syncd.checking.findings import Severity
from tests.settings.made import connection, document, load

LEGACY: dict[str, Any] = {
    "agentos__channel": "v3",
    "agentos__branches": ["br-1"],
    "create_jobs": {"enabled": True, "channel": "v3"},
}
"""A job side through which no closed visit is delivered."""

SWITCHED_ON: dict[str, dict[str, Any]] = {
    "leads.enabled": {"leads": {"enabled": True}},
    "media.photo_fields": {"media": {"photo_fields": ["photo"]}},
    "custom_field.name": {"custom_field": {"name": "Visit"}},
}


def found_in(**changes: Any) -> list[tuple[Severity, str]]:
    """What is found where these tables are written."""
    settings = load(document(connection(**changes)))
    return [(each.severity, each.path) for each in check_settings(settings)]


@pytest.mark.parametrize("setting", SWITCHED_ON)
def test_v4_does_everything(setting: str) -> None:
    """Nothing is found where its channel is the job side."""
    assert found_in(**SWITCHED_ON[setting]) == []


@pytest.mark.parametrize("setting", SWITCHED_ON)
def test_what_v3_cannot_do_is_a_mistake(setting: str) -> None:
    """It is found by its path."""
    assert found_in(**LEGACY, **SWITCHED_ON[setting]) == [
        (Severity.WRONG, f"connections[northgate].{setting}")
    ]


def test_a_connection_that_is_off_is_not_looked_at() -> None:
    """Nobody waits for anything of it."""
    switched_on = {"media": {"photo_fields": ["photo"]}}
    assert found_in(enabled=False, **LEGACY, **switched_on) == []
