"""Settings that are accepted and not acted on, one by one."""

import re
from pathlib import Path
from typing import Any

import pytest

from syncd.checking.findings import Severity
from syncd.checking.unready import UNREADY, check_settings
from tests.settings.made import connection, document, load

PORTAL = {
    "base_url": "https://portal.example/api/trpc",
    "contractor_id": "co-1",
    "session": "a-session",
}

SWITCHED_ON: dict[str, dict[str, Any]] = {
    "create_jobs.enabled": {"create_jobs": {"enabled": True, "status": "Reported"}},
    "leads.enabled": {"leads": {"enabled": True}},
    "media.photo_fields": {"media": {"photo_fields": ["photo"]}},
    "custom_field.name": {"custom_field": {"name": "Visit"}},
    "contractor_portal": {"contractor_portal": PORTAL},
}


def found_in(**changes: Any) -> list[tuple[Severity, str]]:
    """What is found where these tables are written."""
    settings = load(document(connection(**changes)))
    return [(each.severity, each.path) for each in check_settings(settings)]


def test_a_configuration_that_can_be_done_whole_has_no_finding() -> None:
    """Nothing is said where nothing is switched on in vain."""
    assert found_in() == []


@pytest.mark.parametrize("setting", UNREADY)
def test_each_setting_is_found_where_it_is_switched_on(setting: str) -> None:
    """By its path, as a note: it is no mistake."""
    ((severity, path),) = found_in(**SWITCHED_ON[setting])
    assert severity is Severity.NOTE
    assert path in (setting, f"connections[northgate].{setting}")


def test_a_connection_that_is_off_is_not_looked_at() -> None:
    """Nobody waits for anything of it."""
    assert found_in(enabled=False, leads={"enabled": True}) == []


def test_the_readme_lists_exactly_these() -> None:
    """The README's list of what is not done yet is the program's."""
    text = (Path(__file__).parents[2] / "README.md").read_text()
    part = text.split("### Not yet\n")[1].split("\n#")[0]
    rows = re.findall(r"^\| ([^|]+) \|", part, re.MULTILINE)
    named = [word for row in rows for word in re.findall(r"`([^`]+)`", row)]
    assert sorted(named) == sorted(UNREADY)
