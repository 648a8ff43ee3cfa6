"""A minute with `syncd run`: outages, a refused key, other settings, signals, people in between.

Each story ends with the judge: every closure has each effect once, and no window of a key was
fuller than its limit.
"""

import signal
import socket
from pathlib import Path

import pytest

from syncd.model import IntentKind, IntentState, Lane
from tests.daemon.house import PROMISED_SECONDS, SCHEDULE, House
from tests.daemon.test_supervisor import heard, listener
from tests.kill.nursery import Nursery
from tests.kill.truth import vendors_disagree

__all__ = ["listener"]

pytestmark = pytest.mark.timeout(400)
"""Longer than whatever is waited for, on a machine that may be busy."""

ATTACH = {"vendor": "agentos", "method": "POST", "path": r"/attachdocument|/document"}


def test_lanes_run_at_their_intervals_and_closures_cost_agentos_nothing(house: House) -> None:
    """A closed visit is delivered within moments; a quiet daemon sweeps each lane when due."""
    house.live()
    house.rounds(2)
    closures, jobs = house.sweeps(Lane.CLOSURES), house.sweeps(Lane.JOBS)
    before = house.asked("agentos")
    house.rounds(3)
    swept = house.sweeps(Lane.JOBS) - jobs
    assert house.sweeps(Lane.CLOSURES) - closures > swept
    directories = house.sweeps(Lane.DIRECTORY)
    assert house.asked("agentos") - before <= 2 * (swept + 1) + 8 * directories
    house.close(0, 1)
    house.until(house.is_delivered, "two closures")
    ended = house.stop()
    assert "syncd has stopped" in ended.complaints


@pytest.mark.parametrize("vendor", ["agentos", "letsjobit"])
def test_an_outage_backs_off_and_ends_by_itself(house: House, vendor: str) -> None:
    """The other vendor's lanes go on; the one that is down is asked less and less, its failure is
    said once, and what waited is delivered when it is back."""
    house.live()
    other = Lane.CLOSURES if vendor == "agentos" else Lane.JOBS
    with house.fault("status", vendor=vendor, status=503):
        house.until(lambda: house.said(f"the lane {_probe(vendor)} stops"), "the failure is said")
        house.close(0)
        before = house.asked(vendor)
        house.rounds(3, other)
        # Three tries each, of fewer and fewer lanes.
        assert house.asked(vendor) - before <= 40
        assert len(house.said(f"the lane {_probe(vendor)} stops")) == 1
        loud = [each for each in house.lines() if each["level"] != "debug"]
        assert not [each for each in loud if "0 changes" in each["message"]], "that is no news"
        told = [e["message"] for e in loud if e["level"] != "info"]
        assert len(told) == len(set(told)), "nothing is said twice"
    house.until(house.is_delivered, "the closure")
    house.until(lambda: house.said(f"{_probe(vendor)} works again"), "that it is well is said")
    house.stop()


def _probe(vendor: str) -> str:
    return "jobs" if vendor == "agentos" else "closures"


def test_a_refused_key_is_said_once_and_works_again(house: House) -> None:
    """Its lanes stop, the others go on, nothing is buried, and all is delivered afterwards."""
    house.configure(lambda text: text.replace('jobs = "2s"', 'jobs = "1s"'))
    house.live()
    with house.refused_key():
        house.until(lambda: house.said("the lane jobs stops"), "the refusal is said")
        house.close(0)
        before = house.asked("agentos")
        house.rounds(3)
        assert house.asked("agentos") - before <= 2, "a key that is refused is not hammered"
        assert len(house.said("the lane jobs stops")) == 1
        assert house.outbox(), "it waits"
    house.until(house.is_delivered, "the closure")
    house.stop()


def test_a_bad_configuration_is_refused_and_a_good_one_taken(house: House) -> None:
    """Every mistake is in the log with its path, and the old settings go on; then the new key, the
    new interval and the new connection count from the next cycles on."""
    house.live()
    house.configure(lambda text: text.replace('"1s"', '"soon"').replace("[admin]", "[admn]"))
    house.hang_up()
    house.until(lambda: house.said("was not taken over"), "the refusal")
    assert house.said("configuration: schedule.closures:")
    assert house.said("configuration: admn:")
    house.rounds(2)
    house.configure(lambda text: text.replace('jobs = "2s"', 'jobs = "1h"'))
    house.hang_up()
    house.until(lambda: house.said("was read anew"), "the new file")
    house.rounds(1)
    jobs = house.sweeps(Lane.JOBS)
    house.rounds(3)
    assert house.sweeps(Lane.JOBS) <= jobs + 1
    house.configure(lambda text: text.replace('name = "northgate"', 'name = "southgate"'))
    house.hang_up()
    house.until(lambda: house.ask(_names) == ["northgate", "southgate"], "another connection")
    house.stop()


def test_a_file_with_a_taken_port_or_a_mistyped_target_is_refused_whole(house: House) -> None:
    """Nothing of it is in force, whatever else it changes, and its secrets are in no line."""
    house.live()
    port = house.box.url.rpartition(":")[2]
    for wrong, cause in (
        (('listen = ""', f'listen = "127.0.0.1:{port}"'), "admin.listen: "),
        (("[admin]", '[notifications]\ntargets = ["slak://canary-word/b/c"]\n[admin]'), "slak"),
    ):
        others = ('jobs = "2s"', 'jobs = "1h"'), ('name = "northgate"', 'name = "southgate"')
        house.configure(lambda text, all_=(wrong, *others): _replaced(text, *all_))
        before = len(house.said("was not taken over"))
        house.hang_up()
        house.until(lambda n=before: len(house.said("was not taken over")) > n, "the refusal")
        assert [each for each in house.said("configuration: ") if cause in each]
        house.rounds(2, Lane.JOBS)
        assert house.said("was read anew") == []
        assert house.said("canary-word") == []
    house.stop()


def _replaced(text: str, *pairs: tuple[str, str]) -> str:
    for old, new in pairs:
        assert old in text, old
        text = text.replace(old, new)
    return text


def _names(session: object) -> list[str]:
    from sqlalchemy import text

    found = session.execute(text("SELECT name FROM connections ORDER BY name"))  # type: ignore[attr-defined]
    return [row[0] for row in found]


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_stop_in_the_middle_of_a_closure_loses_and_repeats_nothing(
    house: House, number: signal.Signals
) -> None:
    """It ends within ten seconds: the request under way is answered, every intent is in a known
    state, and the next start goes on from there."""
    house.live()
    with house.fault("slow", seconds=1.5, vendor="agentos", method="POST"):
        house.close(0)
        house.until(lambda: _is_sending(house), "a document under way")
        house.stop(number)
    assert house.seconds_to_stop <= PROMISED_SECONDS
    states = {each.state for each in house.outbox()}
    assert states <= {IntentState.PENDING, IntentState.IN_DOUBT}, states
    house.begin()
    house.until(house.is_delivered, "the closure")
    house.stop()


def test_a_stop_does_not_wait_for_a_vendor_that_never_answers(house: House) -> None:
    """The request is given up within ten seconds; what may have happened is looked for by the next
    start. A second signal makes nothing worse."""
    house.live()
    with house.fault("timeout", vendor="agentos", method="POST"):
        house.close(0)
        house.until(lambda: _is_sending(house), "a document under way")
        house.send(signal.SIGTERM)
        house.stop()
    doubtful = [e for e in house.outbox() if e.state is IntentState.IN_DOUBT]
    assert [each.code for each in doubtful] == ["stopped"]
    house.begin()
    house.until(house.is_delivered, "the closure")
    house.stop()


def _is_sending(house: House) -> bool:
    return any(
        each.state is IntentState.SENDING and each.intent.kind is IntentKind.ATTACH_DOCUMENT
        for each in house.outbox()
    )


def test_a_killed_daemon_goes_on_where_it_was(house: House) -> None:
    """SIGKILL at several moments of two closures."""
    house.live()
    house.close(0, 1)
    for count in (1, 3, 4):
        effects = len(house.effects())
        house.until(lambda e=effects, c=count: len(house.effects()) >= e + c, "some effects")
        house.kill()
        house.begin()
    house.until(house.is_delivered, "the closures")
    house.stop()


def test_a_pause_loses_nothing(house: House) -> None:
    """While it lasts no vendor is asked; what happened meanwhile is done after it."""
    house.live()
    assert house.run("pause", "northgate").code == 0
    cycles = house.ask(_unfinished)
    house.until(lambda: house.ask(_unfinished) == 0, f"the end of {cycles} cycles")
    house.rounds(0)
    before = house.asked("agentos") + house.asked("letsjobit")
    house.close(0)
    assert house.run("status").code == 0
    assert house.asked("agentos") + house.asked("letsjobit") == before
    assert house.run("resume", "northgate").code == 0
    house.until(house.is_delivered, "the closure")
    house.stop()


def _unfinished(session: object) -> int:
    from sqlalchemy import text

    query = text("SELECT count(*) FROM cycles WHERE finished_at IS NULL")
    return int(session.execute(query).scalar_one())  # type: ignore[attr-defined]


LANES = frozenset(Lane) - {Lane.STATEMENTS}
"""What a connection without a contractor portal has."""


def test_run_now_runs_every_lane(house: House) -> None:
    """Also those that are due in an hour."""
    slow = SCHEDULE.replace('"2s"', '"1h"').replace('"3s"', '"1h"').replace('"10s"', '"12h"')
    house.written = house.written.replace(SCHEDULE, slow)
    house.configure()
    house.live()
    before = {lane: house.sweeps(lane) for lane in LANES}
    house.wake()
    for lane in LANES:
        house.until(lambda e=lane: house.sweeps(e) > before[e], f"{lane} now")
    house.stop()


def test_systemd_hears_how_it_is(house: House, listener: socket.socket) -> None:
    """Ready when everything is open and looked at, alive while it is, reloading, and on its way
    out."""
    listener.bind(str(house.directory / "notify"))
    said: list[str] = []

    def hears(words: str) -> bool:
        said.extend(heard(listener))
        return any(each.startswith(words) for each in said)

    address = str(house.directory / "notify")
    house.begin(NOTIFY_SOCKET=address, WATCHDOG_USEC="4000000")
    house.until(lambda: hears("READY=1"), "that it is ready")
    house.until(lambda: hears("STATUS="), "what it works on")
    house.until(lambda: hears("WATCHDOG=1"), "that it is alive")
    said.clear()
    house.hang_up()
    house.until(lambda: hears("READY=1"), "that it is ready again")
    assert hears("RELOADING=1\nMONOTONIC_USEC=")
    # Heard while it ends: what nobody fetches soon is lost.
    house.send(signal.SIGTERM)
    house.until(lambda: hears("STOPPING=1"), "that it stops")
    house.stop()


def test_a_second_daemon_is_turned_away(house: House) -> None:
    """Exit 5, naming the first."""
    first = house.live()
    ended = house.run("run")
    assert ended.code == 5
    assert f"process {first.pid}" in ended.complaints
    house.stop()


def test_an_admin_address_that_is_taken_ends_the_start(house: House) -> None:
    """Exit 2, with the path of the setting."""
    port = house.box.url.rpartition(":")[2]
    house.configure(lambda text: text.replace('listen = ""', f'listen = "127.0.0.1:{port}"'))
    ended = house.run("run")
    assert ended.code == 2
    assert "admin.listen" in ended.complaints


def test_two_daemons_share_a_postgres(nursery: Nursery, postgres_url: str) -> None:
    """Both run, each closure is delivered once, and when one is killed the other goes on."""
    with House(postgres_url, nursery) as house:
        first = house.live()
        second = house.begin()
        house.close(0, 1)
        house.until(house.is_delivered, "two closures")
        first.kill()
        house.close(0)
        # The dead one may have held the lease, which runs out.
        house.until(house.is_delivered, "a third closure")
        assert second is house.daemon
        house.stop()
        assert vendors_disagree(house) == []
        assert set(house.windows_over().values()) <= {0}


def test_what_papers_need_is_loaded_before_somebody_looks(house: House) -> None:
    """A daemon that has nothing to deliver has the libraries of PDFs all the same, soon."""
    daemon = house.live()
    mapped = Path(f"/proc/{daemon.pid}/maps")
    house.until(lambda: "uharfbuzz" in mapped.read_text(), "the libraries")
    ended = house.stop()
    assert ended.code == 0
