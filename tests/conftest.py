"""What holds for every test: no network beyond this machine, and no settings of its user."""

import ipaddress
import os
import socket
from collections.abc import Callable, Iterator

import hypothesis
import pytest

pytest_plugins = ["tests.databases"]

# Time limits per example and per draw measure a busy machine, not the code. In CI hypothesis
# itself chooses its profile "ci", which has neither and repeats the same examples.
hypothesis.settings.register_profile(
    "busy machine", deadline=None, suppress_health_check=[hypothesis.HealthCheck.too_slow]
)
if "CI" not in os.environ:
    hypothesis.settings.load_profile("busy machine")


class LeftTheMachine(BaseException):
    """A test tried to reach another machine; not an Exception, so that no retry hides it."""


def is_loopback(address: object) -> bool:
    """Whether a socket address stays on this machine; a path (Unix socket) always does."""
    if not isinstance(address, tuple):
        return True
    try:
        return ipaddress.ip_address(address[0]).is_loopback
    except ValueError:
        return address[0] == "localhost"


def refusing(connect: Callable[..., object]) -> Callable[..., object]:
    """The same way to connect a socket, but to this machine only."""

    def connect_here(own: socket.socket, address: object) -> object:
        if not is_loopback(address):
            raise LeftTheMachine(f"a test connects to {address!r}")
        return connect(own, address)

    return connect_here


@pytest.fixture(scope="session", autouse=True)
def loopback_only() -> Iterator[None]:
    """Refuse every connection of Python code that leaves this machine."""
    with pytest.MonkeyPatch.context() as patch:
        for way in ("connect", "connect_ex"):
            patch.setattr(socket.socket, way, refusing(getattr(socket.socket, way)))
        yield


@pytest.fixture(scope="session", autouse=True)
def no_settings_of_the_user() -> Iterator[None]:
    """Hide SYNCD_* variables of whoever runs the tests; SYNCD_TEST_* are meant for the tests."""
    with pytest.MonkeyPatch.context() as patch:
        for name in list(os.environ):
            if name.startswith("SYNCD_") and not name.startswith("SYNCD_TEST_"):
                patch.delenv(name)
        yield
