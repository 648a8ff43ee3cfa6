"""Tests of what is written about settings: the reference and the example."""

import re
import tomllib
from pathlib import Path

from syncd.settings import describe, load_settings, settings_from_document
from syncd.settings.reference import descriptions, reference
from syncd.settings.shape import all_tables, as_toml, example_value, table_type

ROOT = Path(__file__).parents[2]
EXAMPLE = ROOT / "config" / "syncd.example.toml"
ENVIRON = {"NORTHGATE_AGENTOS_KEY": "one", "LETSJOBIT_KEY": "two"}


def test_every_setting_is_described() -> None:
    """Each setting says its unit, its effect and why this default, in a docstring beside it."""
    silent = [
        f"{path}.{name}"
        for path, table in all_tables()
        for name in table.model_fields
        if not descriptions(table).get(name, "").endswith(".")
    ]
    assert silent == []


def test_the_reference_is_current() -> None:
    """docs/settings.md is what `python -m syncd.settings.reference` prints."""
    assert (ROOT / "docs" / "settings.md").read_text() == reference()


def test_the_example_names_every_setting() -> None:
    """The example shows each setting, the portal's behind a #."""
    text = EXAMPLE.read_text()
    inline = ("rate_limit", "drivers", "fields")
    missing = [
        f"{path}.{name}"
        for path, table in all_tables()
        if not (path.endswith(inline) and path != "connections.fields")
        for name, field in table.model_fields.items()
        if not table_type(field) and not re.search(rf"^(# )?{name} = ", text, re.MULTILINE)
    ]
    assert missing == []


def test_the_example_shows_the_defaults() -> None:
    """The example is the smallest configuration: all it shows beside examples are defaults."""
    examples: dict[str, object] = {
        path: {name: example_value(field) for name, field in table.model_fields.items()
               if field.examples}
        for path, table in all_tables()
    }  # fmt: skip
    agentos = {
        **examples["connections.agentos"],  # type: ignore[dict-item]
        "statuses": examples["connections.agentos.statuses"],
    }
    smallest = {
        "name": "northgate",
        "agentos": agentos,
        "letsjobit": examples["connections.letsjobit"],
        "create_jobs": examples["connections.create_jobs"],
    }
    expected = settings_from_document(
        {"connections": [smallest]}, ENVIRON, directory=EXAMPLE.parent
    )
    assert load_settings(EXAMPLE, ENVIRON) == expected


def test_the_example_works_with_the_portal() -> None:
    """With the # taken away the portal's part is accepted, too."""
    text = EXAMPLE.read_text()
    head, mark, portal = text.partition("# [connections.contractor_portal]")
    opened = tomllib.loads(head + re.sub(r"^# ", "", mark + portal, flags=re.MULTILINE))
    opened["connections"][0]["contractor_portal"]["session"] = "session"
    settings = settings_from_document(opened, ENVIRON, directory=ROOT)
    assert describe(settings)["connections"]
    assert settings.connections[0].contractor_portal is not None


def test_cures_are_toml() -> None:
    """What a cure tells to write for a setting can be read as TOML."""
    for path, table in all_tables():
        for name, field in table.model_fields.items():
            if example_value(field) is not None:
                line = f"{name} = {as_toml(example_value(field))}"
                assert list(tomllib.loads(line)) == [name], path
