"""`/metrics`: every name is stable and documented, and nothing personal is in it."""

import re
from pathlib import Path

from prometheus_client.parser import text_string_to_metric_families

from syncd.admin.measures import METRICS
from syncd.budget import Verdict
from syncd.model import Side
from syncd.vendor_http import Tally
from tests.admin.endpoint import KEYS, NAME, PHONE, SIGNATURE, TOKEN, Endpoint

PAGE = Path(__file__).parents[2] / "docs" / "operator" / "metrics.md"

Values = dict[tuple[str, frozenset[tuple[str, str]]], float]


async def scraped(endpoint: Endpoint) -> Values:
    """Every sample by its name and labels."""
    async with endpoint.program() as program:
        answer = (await program.get("/metrics")).raise_for_status()
    assert answer.headers["content-type"].startswith("text/plain; version=")
    return {
        (each.name, frozenset(each.labels.items())): each.value
        for family in text_string_to_metric_families(answer.text)
        for each in family.samples
    }


def value(values: Values, name: str, **labels: str) -> float:
    """One sample of the connection."""
    return values[name, frozenset({"connection": NAME, **labels}.items())]


async def test_the_metrics_say_how_it_stands(endpoint: Endpoint) -> None:
    """Ages, states, questions, closures and errors, as the store has them."""
    values = await scraped(endpoint)
    assert value(values, "syncd_lane_stale", lane="jobs") == 0
    assert 0 <= value(values, "syncd_lane_age_seconds", lane="jobs") < 60
    assert value(values, "syncd_lane_interval_seconds", lane="jobs") == 300
    assert value(values, "syncd_lane_failures", lane="visits", code="refused") == 3
    assert value(values, "syncd_cycle_duration_seconds") == 3
    assert value(values, "syncd_cycle_outcome", outcome="incomplete") == 1
    assert value(values, "syncd_cycle_outcome", outcome="ok") == 0
    assert value(values, "syncd_cycle_errors", code="letsjobit_unauthorized") == 1
    assert value(values, "syncd_intents", state="dead") == 2
    assert value(values, "syncd_intents", state="in_doubt") == 1
    assert value(values, "syncd_inbox_open", kind="conflict") == 1
    assert value(values, "syncd_inbox_open", kind="guard") == 0
    assert 3600 <= value(values, "syncd_inbox_oldest_age_seconds") < 3700
    assert value(values, "syncd_closures_unacknowledged") == 1
    assert 300 <= value(values, "syncd_closures_oldest_age_seconds") < 400
    assert value(values, "syncd_visits_open") == 1
    assert value(values, "syncd_connection_paused") == 0
    assert any(name == "process_resident_memory_bytes" for name, _ in values)


async def test_requests_to_vendors_are_counted(endpoint: Endpoint) -> None:
    """By vendor and status; what never left is not counted, what was lost is."""
    tally = Tally()
    for verdict in (
        Verdict(answered=True, status=200),
        Verdict(answered=True, status=200),
        Verdict(answered=True, status=429),
        Verdict(answered=False),
        Verdict(answered=False, was_sent=False),
    ):
        tally.note(Side.AGENTOS, verdict)
    endpoint.server._tally = tally
    await endpoint.server.stop()
    await endpoint.server.start()
    values = await scraped(endpoint)
    found = {
        dict(labels)["status"]: number
        for (name, labels), number in values.items()
        if name == "syncd_vendor_requests_total"
    }
    assert found == {"200": 2, "429": 1, "lost": 1}


async def test_the_metrics_hold_nothing_personal(endpoint: Endpoint) -> None:
    """No phone number, signature, key, token, job or visit: labels are words of our own."""
    async with endpoint.program() as program:
        said = (await program.get("/metrics")).text
    for secret in (PHONE, SIGNATURE, *KEYS, TOKEN, "MJ-1", "JOB-1", "key-7", "letsjobit:"):
        assert secret not in said


def test_every_metric_is_documented() -> None:
    """The table of docs/operator/metrics.md is the list in the code."""
    rows = re.findall(r"^\| `(\w+)` \| (\w+) \| ([^|]*) \| ([^|]*) \|$", PAGE.read_text(), re.M)
    documented = [
        (name, kind, tuple(re.findall(r"\w+", labels)), meaning.strip())
        for name, kind, labels, meaning in rows
    ]
    assert documented == [(m.name, m.kind, m.labels, m.meaning) for m in METRICS]


def test_names_keep_to_the_conventions() -> None:
    """One prefix, a unit at the end where there is one, and `_total` for what counts."""
    for metric in METRICS:
        assert metric.name.startswith("syncd_")
        assert metric.name.endswith("_total") == (metric.kind == "counter")
    assert len({metric.name for metric in METRICS}) == len(METRICS)
