"""What tests/conftest.py promises to every test."""

import os
import socket

import pytest

from tests.conftest import LeftTheMachine


@pytest.mark.parametrize("way", ["connect", "connect_ex"])
def test_no_test_reaches_another_machine(way: str) -> None:
    """Connecting to any address but loopback ends the test, whatever its code catches."""
    with socket.socket() as outward, pytest.raises(LeftTheMachine):
        getattr(outward, way)(("192.0.2.1", 9))


def test_this_machine_can_be_reached() -> None:
    """Connecting to a server that the test itself has started works."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        socket.create_connection(server.getsockname()).close()


def test_settings_of_the_user_are_hidden() -> None:
    """No SYNCD_* variable of whoever runs the tests reaches the code under test."""
    ours = {name for name in os.environ if name.startswith("SYNCD_")}
    assert {name for name in ours if not name.startswith("SYNCD_TEST_")} == set()
