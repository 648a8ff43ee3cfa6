"""The page about channels: each configuration that it shows can be used as it stands."""

import re
import tomllib
from pathlib import Path

import pytest

from syncd.app import asked_connections
from syncd.errors import ConfigError
from syncd.settings import Settings, load_settings

ROOT = Path(__file__).parent.parent.parent
PAGE = (ROOT / "docs" / "operator" / "channels.md").read_text()
SNIPPETS = re.findall(r"```toml\n(.*?)```", PAGE, re.DOTALL)
WHOLE = [each for each in SNIPPETS if "[[connections]]" in each]
ADDED = [each for each in SNIPPETS if "[[connections]]" not in each]

MEANT = ("channel", "enabled", "only")


def loaded(text: str, directory: Path) -> Settings:
    """The settings of a configuration file with its key files beside it."""
    for name in ("agentos.key", "letsjobit.key", "portal-session"):
        (directory / name).write_text("a-key-of-ours\n")
        (directory / name).chmod(0o600)
    path = directory / "syncd.toml"
    path.write_text(text)
    return load_settings(path, {})


@pytest.mark.parametrize("text", [*WHOLE, *(WHOLE[0] + each for each in ADDED)])
def test_each_configuration_passes_the_check(text: str, tmp_path: Path) -> None:
    """Whole ones as they are, additions below the first; every channel can be worked with."""
    settings = loaded(text, tmp_path)
    assert [each.name for each in asked_connections(settings, None)] == ["northgate"]


def test_each_channel_has_its_configuration() -> None:
    """V4, V3 beside it, the portal beside it, the portal alone, V3 alone."""
    made = [tomllib.loads(each)["connections"][0] for each in WHOLE]
    channels = [
        (e["agentos"].get("channel"), e.get("create_jobs", {}).get("channel")) for e in made
    ]
    assert channels == [(None, None), (None, "v3"), ("portal", None), ("v3", None)]
    assert any("[connections.contractor_portal]" in each for each in ADDED)


@pytest.mark.parametrize("text", WHOLE)
def test_no_line_can_be_left_out(text: str, tmp_path: Path) -> None:
    """They are the smallest: without any of its settings the check complains, but for what says
    that a channel is meant at all."""
    needed = [each for each in text.splitlines() if "=" in each and not each.startswith(MEANT)]
    for line in needed:
        with pytest.raises(ConfigError):
            loaded(text.replace(f"{line}\n", "", 1), tmp_path)
