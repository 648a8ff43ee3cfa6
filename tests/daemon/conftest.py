"""Fixtures of the daemon's stories."""

from collections.abc import Iterator

import pytest

from tests.daemon.house import House
from tests.kill.nursery import Nursery
from tests.kill.truth import vendors_disagree


@pytest.fixture(scope="session")
def nursery(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Nursery]:
    """Where all daemons start from: loading everything takes a while."""
    with Nursery(tmp_path_factory.mktemp("daemons")) as made:
        yield made


@pytest.fixture
def house(nursery: Nursery) -> Iterator[House]:
    """A house; at the end nothing was lost, nothing done twice, and no window was too full."""
    with House(nursery=nursery) as made:
        yield made
        assert vendors_disagree(made) == []
        assert set(made.windows_over().values()) <= {0}
