"""Alert rules and dashboard: metrics and labels that they use exist, every alert has a cure."""

import json
import re
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from syncd.admin.measures import METRICS
from syncd.cycle.report import Outcome
from syncd.model import InboxKind, IntentState

SCRAPED = {"job", "instance"}
"""Labels that Prometheus itself adds."""

KNOWN = {
    **{metric.name: set(metric.labels) for metric in METRICS},
    # What Prometheus and prometheus-client say about the process.
    "up": set(),
    "process_start_time_seconds": set(),
    "process_resident_memory_bytes": set(),
}
WORDS = {"and", "or", "unless", "by", "without", "on", "ignoring", "group_left", "bool"}
VALUES = {
    "kind": set(InboxKind),
    "state": set(IntentState),
    "outcome": set(Outcome),
}

DURATION = re.compile(r"(?:[1-9][0-9]*[smhdw])+")


def metrics_in(expression: str) -> Iterator[tuple[str, set[str]]]:
    """Every metric that an expression names, with the labels that it selects by."""
    bare = re.sub(r"\b(?:by|without)\s*\(([^)]*)\)", "", expression)
    bare = re.sub(r"\[[^\]]*\]", "", bare)
    for match in re.finditer(
        r"([a-zA-Z_:][\w:]*)\s*(\{[^}]*\})?(\s*\()?", re.sub(r"[\d.]+e\d+", "", bare)
    ):
        name, chosen, is_called = match.groups()
        if not is_called and name not in WORDS:
            yield name, set(re.findall(r"(\w+)\s*[=!]~?\s*\"", chosen or ""))


def strangers(expression: str) -> list[str]:
    """What an expression names and syncd does not have."""
    found = []
    for name, labels in metrics_in(expression):
        if name not in KNOWN:
            found.append(name)
        else:
            found += [f"{name}.{label}" for label in labels - KNOWN[name] - SCRAPED]
    grouped = re.findall(r"\bby\s*\(([^)]*)\)", expression)
    labels = {label.strip() for each in grouped for label in each.split(",")}
    has = set().union(*(KNOWN.get(name, set()) for name, _ in metrics_in(expression)))
    return found + [f"by {label}" for label in labels - has - SCRAPED]


@pytest.fixture(scope="module")
def rules_file(root: Path) -> Path:
    """The alert rules."""
    return root / "deploy" / "monitoring" / "prometheus-alerts.yaml"


@pytest.fixture(scope="module")
def rules(rules_file: Path) -> list[dict[str, Any]]:
    """Each rule."""
    (group,) = yaml.safe_load(rules_file.read_text())["groups"]
    return list(group["rules"])


@pytest.fixture(scope="module")
def dashboard(root: Path) -> dict[str, Any]:
    """The dashboard for Grafana."""
    path = root / "deploy" / "monitoring" / "grafana-dashboard.json"
    return dict(json.loads(path.read_text()))


def test_the_check_finds_what_is_not_there() -> None:
    """Another metric, another label, another grouping would be found."""
    assert strangers("sum by (lane) (rate(syncd_lane_stale[5m])) > 2e6 and up == 1") == []
    assert strangers("syncd_no_such == 1") == ["syncd_no_such"]
    assert strangers('syncd_lane_stale{kind="x"}') == ["syncd_lane_stale.kind"]
    assert strangers("sum by (kind) (syncd_lane_stale)") == ["by kind"]


def test_alerts_use_metrics_that_exist(rules: list[dict[str, Any]]) -> None:
    """Names, labels, and values of labels that syncd has a list of."""
    for rule in rules:
        assert strangers(rule["expr"]) == [], rule["alert"]
        for label, words in re.findall(r"(kind|state|outcome)=~?\"([^\"]+)\"", rule["expr"]):
            assert set(words.split("|")) <= VALUES[label], rule["alert"]


def test_alerts_are_well_formed(rules: list[dict[str, Any]]) -> None:
    """Each has a name of its own, an expression, a severity and two sentences; nothing else."""
    names = [rule["alert"] for rule in rules]
    assert len(set(names)) == len(names)
    for rule in rules:
        assert set(rule) <= {"alert", "expr", "for", "labels", "annotations"}
        assert rule["alert"].startswith("Syncd")
        assert DURATION.fullmatch(rule.get("for", "1m"))
        assert rule["labels"]["severity"] in ("page", "ticket")
        assert set(rule["annotations"]) == {"summary", "description"}
        labels = {
            label
            for _, found in [(0, KNOWN[n]) for n, _ in metrics_in(rule["expr"])]
            for label in found
        }
        used = re.findall(r"\$labels\.(\w+)", " ".join(rule["annotations"].values()))
        assert set(used) <= labels | SCRAPED, rule["alert"]


@pytest.mark.skipif(shutil.which("promtool") is None, reason="promtool is not on this machine")
def test_promtool_finds_nothing(root: Path, rules_file: Path) -> None:
    """Its check, and the rules fire and stay silent as tests/deploy/alerts.yaml says."""
    check = subprocess.run(
        ["promtool", "check", "rules", rules_file], capture_output=True, text=True, check=False
    )
    assert check.returncode == 0, check.stderr
    played = subprocess.run(
        ["promtool", "test", "rules", root / "tests" / "deploy" / "alerts.yaml"],
        capture_output=True,
        text=True,
        check=False,
    )
    assert played.returncode == 0, played.stderr


def test_every_alert_has_its_cure(root: Path, rules: list[dict[str, Any]]) -> None:
    """docs/operator/alerts.md has a section for each alert, in the order of the file, no other."""
    text = (root / "docs" / "operator" / "alerts.md").read_text()
    assert re.findall(r"^### (Syncd\w+)$", text, re.MULTILINE) == [rule["alert"] for rule in rules]


def test_the_dashboard_shows_metrics_that_exist(dashboard: dict[str, Any]) -> None:
    """In every panel, from the data source that is chosen on the page."""
    for panel in dashboard["panels"]:
        assert panel["title"]
        assert panel["description"]
        for target in panel["targets"]:
            assert target["datasource"]["uid"] == "${datasource}"
            assert strangers(target["expr"]) == [], panel["title"]


def test_every_metric_of_ours_is_on_the_dashboard_or_in_an_alert(
    dashboard: dict[str, Any], rules: list[dict[str, Any]]
) -> None:
    """But for those that say which version runs and when, and how the last cycle ended."""
    panels = [target["expr"] for panel in dashboard["panels"] for target in panel["targets"]]
    shown = {
        name
        for text in (*panels, *(rule["expr"] for rule in rules))
        for name, _ in metrics_in(text)
    }
    left_out = {each.name for each in METRICS} - shown
    assert left_out <= {
        "syncd_build_info",
        "syncd_budget_frozen_seconds",
        "syncd_cycle_finished_timestamp_seconds",
        "syncd_cycle_errors",
    }


def test_no_panel_lies_on_another(dashboard: dict[str, Any]) -> None:
    """Every place of the grid of 24 columns is taken once; ids differ."""
    taken: set[tuple[int, int]] = set()
    for panel in dashboard["panels"]:
        at = panel["gridPos"]
        assert at["x"] + at["w"] <= 24
        places = {
            (x, y)
            for x in range(at["x"], at["x"] + at["w"])
            for y in range(at["y"], at["y"] + at["h"])
        }
        assert not places & taken, panel["title"]
        taken |= places
    ids = [panel["id"] for panel in dashboard["panels"]]
    assert len(set(ids)) == len(ids)
