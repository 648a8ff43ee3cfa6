"""The compose file: closed containers, secrets as files, and an order in which it can start."""

import json
import re
import tomllib
from pathlib import Path
from typing import Any

import pytest
import yaml

from syncd.settings import settings_from_document

OURS = {"syncd", "upgrade"}


@pytest.fixture(scope="module")
def directory(root: Path) -> Path:
    """Where the compose file is."""
    return root / "deploy" / "compose"


@pytest.fixture(scope="module")
def services(directory: Path) -> dict[str, dict[str, Any]]:
    """Every service, with what it inherits."""
    return dict(yaml.safe_load((directory / "compose.yaml").read_text())["services"])


def test_every_container_is_closed(services: dict[str, dict[str, Any]]) -> None:
    """Read-only, without capabilities or new privileges, not as root, its logs limited."""
    for name, service in services.items():
        assert service["read_only"] is True, name
        assert service["cap_drop"] == ["ALL"], name
        assert "cap_add" not in service, name
        assert service["security_opt"] == ["no-new-privileges:true"], name
        assert service["logging"]["options"]["max-size"], name
        assert "privileged" not in service, name
        # Our image has a user of its own.
        assert service.get("user") == (None if name in OURS else "postgres"), name


def test_secrets_are_files_and_nothing_else(services: dict[str, dict[str, Any]]) -> None:
    """No password stands in the file or in an environment."""
    for service in services.values():
        for name, value in service.get("environment", {}).items():
            if re.search("PASSWORD|KEY|TOKEN", name):
                assert name.endswith("_FILE")
                assert value == "/run/secrets/postgres-password"


def test_it_starts_in_an_order_that_works(services: dict[str, dict[str, Any]]) -> None:
    """Postgres is healthy, then the tables are brought up to date, then syncd runs."""
    assert services["upgrade"]["command"] == ["db", "upgrade"]
    assert services["upgrade"]["restart"] == "no"
    assert services["syncd"]["command"] == ["run"]
    assert services["syncd"]["depends_on"] == {
        "postgres": {"condition": "service_healthy"},
        "upgrade": {"condition": "service_completed_successfully"},
    }
    assert services["postgres"]["healthcheck"]["test"][1] == "pg_isready"


def test_only_this_machine_reaches_it(services: dict[str, dict[str, Any]]) -> None:
    """The pages on loopback, the database nowhere."""
    ports = {name: service.get("ports", []) for name, service in services.items()}
    assert ports.pop("syncd") == ["127.0.0.1:8321:8321"]
    assert not any(ports.values())


def test_it_stops_as_long_as_syncd_needs(services: dict[str, dict[str, Any]]) -> None:
    """syncd ends within ten seconds; Docker waits longer than that."""
    assert services["syncd"]["stop_grace_period"] == "30s"


def test_every_file_that_is_mounted_is_there_or_written_by_the_operator(
    directory: Path, services: dict[str, dict[str, Any]]
) -> None:
    """The script is in the checkout; the rest is named in install.md."""
    mounted = {
        volume.split(":")[0]
        for service in services.values()
        for volume in service["volumes"]
        if volume.startswith("./")
    }
    assert mounted == {"./backup.sh", "./config"}
    assert (directory / "backup.sh").is_file()
    document = yaml.safe_load((directory / "compose.yaml").read_text())
    text = (directory.parents[1] / "docs" / "operator" / "install.md").read_text()
    for secret in document["secrets"].values():
        assert secret["file"].removeprefix("./") in text
    used = {volume.split(":")[0] for service in services.values() for volume in service["volumes"]}
    assert {name for name in used if name[0] != "."} == set(document["volumes"])


def test_the_sample_configuration_is_good(directory: Path, tmp_path: Path) -> None:
    """With the variables that install.md puts into the secrets, and no others."""
    names = ("SYNCD_STORE_PASSWORD", "SYNCD_ADMIN_TOKEN", "NORTHGATE_AGENTOS_KEY", "LETSJOBIT_KEY")
    text = (directory / "syncd.sample.toml").read_text()
    variables = {name: "a-secret" for name in names}
    settings = settings_from_document(tomllib.loads(text), variables, directory=tmp_path)
    assert settings.connections[0].invoice.approve == 0
    install = (directory.parents[1] / "docs" / "operator" / "install.md").read_text()
    assert [name for name in names if name not in install] == []


def test_the_anchors_are_understood(services: dict[str, dict[str, Any]]) -> None:
    """Both containers of ours are the same image with the same secrets."""
    first, second = (services[name] for name in sorted(OURS))
    for name in ("image", "build", "volumes", "secrets", "tmpfs"):
        assert json.dumps(first[name]) == json.dumps(second[name])
