"""The variables file beside the configuration."""

from pathlib import Path

import pytest

from syncd.errors import ConfigError
from syncd.settings import load_settings, read_variables, with_env_file

TEXT = """
[[connections]]
name = "northgate"
[connections.agentos]
short_name = "northgate"
api_key = "${AGENCY_KEY}"
contractors = ["co-1"]
statuses = { visit_when = ["Reported"], completed = "Completed", cancelled = [] }
[connections.letsjobit]
api_key = "ljt"
company_id = "company"
default_driver = "driver"
"""


@pytest.fixture
def config(tmp_path: Path) -> Path:
    """A configuration whose key is a variable."""
    path = tmp_path / "syncd.toml"
    path.write_text(TEXT)
    return path


def key(config: Path, **environ: str) -> str:
    """The key that the settings end up with."""
    settings = load_settings(config, environ)
    return settings.connections[0].agentos.api_key.get_secret_value()


def test_a_variable_is_taken_from_the_file_beside_the_configuration(config: Path) -> None:
    """Where the environment lacks it; what the environment has holds."""
    config.with_suffix(".env").write_text("AGENCY_KEY=in-the-file\n")
    assert key(config) == "in-the-file"
    assert key(config, AGENCY_KEY="in-the-environment") == "in-the-environment"


def test_what_systemd_hands_over_comes_before_it(config: Path, tmp_path: Path) -> None:
    """The credential of the same name; without one, the file beside the configuration."""
    config.with_suffix(".env").write_text("AGENCY_KEY=beside\n")
    handed = tmp_path / "credentials"
    handed.mkdir()
    assert key(config, CREDENTIALS_DIRECTORY=str(handed)) == "beside"
    (handed / "syncd.env").write_text("AGENCY_KEY=handed\n")
    assert key(config, CREDENTIALS_DIRECTORY=str(handed)) == "handed"


def test_a_file_that_cannot_be_read_is_as_none(config: Path) -> None:
    """All of it may be in the environment; what is in neither is said to be missing."""
    config.with_suffix(".env").mkdir()
    assert key(config, AGENCY_KEY="in-the-environment") == "in-the-environment"
    with pytest.raises(ConfigError, match="AGENCY_KEY is not set"):
        key(config)


def test_lines_are_as_systemd_and_docker_read_them() -> None:
    """Comments, blank lines, quotation marks, `export`; an equals sign belongs to the value."""
    text = "# keys\n\nA=1\nB='two words'\n  C=\"three\"\nexport D=x=y  \nE=\nF='\n"
    assert read_variables(text, name="syncd.env") == {
        "A": "1",
        "B": "two words",
        "C": "three",
        "D": "x=y",
        "E": "",
        "F": "'",
    }


def test_a_line_that_is_no_variable_is_said_by_its_number(config: Path) -> None:
    """Never by its words, which may be a key."""
    config.with_suffix(".env").write_text("A=1\naos-a-secret\n")
    with pytest.raises(ConfigError) as refused:
        with_env_file({}, config)
    (problem,) = refused.value.problems
    assert problem.path.endswith("syncd.env, line 2")
    assert "aos-a-secret" not in str(problem)
