"""Every story here is told to real tRPC servers and to what was recorded of them."""

import os
import re
from collections.abc import AsyncIterator, Iterator
from contextlib import ExitStack, contextmanager

import pytest

from syncd.contractor_portal.client import ContractorPortal
from tests.contractor_portal.portals import (
    KINDS,
    RECORDED_URL,
    Kind,
    client_of,
    missing,
    real_portal,
    recorder,
)


@contextmanager
def met(kind: Kind, name: str) -> Iterator[str]:
    """The portal of a kind, fresh for one story; its address."""
    if kind.is_real and (reason := missing()):
        if "CI" in os.environ:
            pytest.fail(f"{reason}, and CI has them")
        pytest.skip(f"{reason}; the recorded exchanges still run")
    with ExitStack() as stack:
        url = RECORDED_URL
        if kind.is_real:
            url = stack.enter_context(real_portal(kind.version, kind.transformer))
        if not kind.is_real or "SYNCD_TEST_RECORD" in os.environ:
            cassette = f"{name}-v{kind.version}-{kind.transformer}.yaml"
            stack.enter_context(recorder(url).use_cassette(cassette))
        yield url


@pytest.fixture(params=KINDS, ids=str)
def kind(request: pytest.FixtureRequest) -> Kind:
    """Each portal that may be met."""
    found = request.param
    assert isinstance(found, Kind)
    return found


@pytest.fixture
def url(request: pytest.FixtureRequest, kind: Kind) -> Iterator[str]:
    """Where the portal of this story is."""
    name = re.sub(r"\[.*", "", request.node.name).removeprefix("test_")
    with met(kind, name) as found:
        yield found


@pytest.fixture
async def portal(url: str, kind: Kind) -> AsyncIterator[ContractorPortal]:
    """A client with a session and the right transformer."""
    async with client_of(url, kind.transformer) as client:
        yield client
