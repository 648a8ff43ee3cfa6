"""Starting and stopping: in a thread, in a child process, in the foreground."""

import signal
import subprocess
import sys
import tomllib
from pathlib import Path

import httpx
import pytest

from syncd.sandbox import RunningSandbox, SandboxSubprocess, limits_from, seeded_world
from syncd.sandbox.__main__ import main


def test_two_sandboxes_run_side_by_side() -> None:
    """Each has its own port and state; after the context the port is closed."""
    with RunningSandbox() as one, RunningSandbox(seeded_world(8)) as other:
        assert one.url != other.url
        assert one.letsjobit_key != other.letsjobit_key
        assert httpx.get(f"{one.url}/_sandbox/").status_code == 200
    with pytest.raises(httpx.ConnectError):
        httpx.get(f"{one.url}/_sandbox/")


def test_a_child_process_serves_with_the_limits_asked_for(tmp_path: Path) -> None:
    """It tells its address and keys, writes a configuration, and ends when the context does."""
    path = tmp_path / "syncd.toml"
    limits = {"agentos_limit": (5, 1.5), "letsjobit_limit": (0, 10.0)}
    with SandboxSubprocess(seed=9, config_out=path, **limits) as box:
        found = httpx.get(f"{box.url}/_sandbox/limits").json()["limits"]
        headers = {"Authorization": f"Bearer {box.letsjobit_key}"}
        assert httpx.get(f"{box.url}/api/v2/visits", headers=headers).status_code == 200
        url, key = box.url, box.agentos_key
    connection = tomllib.loads(path.read_text())["connections"][0]
    assert (found["agentos"]["requests"], found["agentos"]["window_seconds"]) == (5, 1.5)
    assert found["letsjobit"]["requests"] == 0
    assert connection["agentos"]["base_url"] == url
    assert connection["agentos"]["api_key"] == key
    assert connection["agentos"]["rate_limit"] == {"requests": 5, "seconds": 1.5}
    assert "rate_limit" not in connection["letsjobit"]
    with pytest.raises(httpx.ConnectError):
        httpx.get(url)


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_signal_ends_it_with_0(number: signal.Signals) -> None:
    """The foreground command prints addresses and keys for a person, and stops when it is told."""
    command = [sys.executable, "-m", "syncd.sandbox", "--port", "0"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as running:
        assert running.stdout is not None
        lines = [running.stdout.readline() for _ in range(11)]
        running.send_signal(number)
        assert running.wait(timeout=10) == 0
    told = "".join(lines)
    for words in ("/v4/maintenance/northgate", "/api/v2", "aos-", "ljt-", "/_sandbox/"):
        assert words in told


def test_it_stops_while_an_answer_is_held_back() -> None:
    """A request that a fault keeps waiting does not keep the sandbox from stopping."""
    with RunningSandbox() as box:
        httpx.post(f"{box.url}/_sandbox/faults", json={"kind": "timeout"}).raise_for_status()
        headers = {"Authorization": f"Bearer {box.letsjobit_key}"}
        client = httpx.Client(headers=headers, timeout=0.1)
        with pytest.raises(httpx.ReadTimeout):
            client.get(f"{box.url}/api/v2/visits")
    client.close()


def test_a_taken_port_is_said_in_a_line(capsys: pytest.CaptureFixture[str]) -> None:
    """Exit code 2, one line with the cure, no traceback."""
    with RunningSandbox() as box:
        port = box.url.rpartition(":")[2]
        assert main(["--port", port]) == 2
    told = capsys.readouterr().err
    assert told.count("\n") == 1
    assert "--port" in told


def test_the_configuration_points_at_the_sandbox() -> None:
    """Every example value of the interface is filled in, with the limits of the sandbox."""
    with RunningSandbox(limits=limits_from((50, 0.6), (100, 0.1))) as box:
        given = tomllib.loads(box.config_text())
    connection = given["connections"][0]
    assert given["store"]["url"] == "sqlite:///syncd-sandbox.db"
    assert given["admin"]["listen"] == ""
    assert connection["name"] == "northgate"
    assert connection["agentos"]["contractors"] == ["co-0009-4739"]
    assert connection["agentos"]["statuses"]["visit_when"] == ["Reported", "Pending"]
    assert connection["agentos"]["rate_limit"] == {"requests": 50, "seconds": 0.6}
    assert connection["letsjobit"]["base_url"] == box.url + "/api/v2"
    assert connection["letsjobit"]["default_driver"] in box.world.account.drivers
