"""Fixtures of the stories about photos and custom fields."""

from collections.abc import Iterator

import pytest

from tests.marks.stage import Gallery


@pytest.fixture(scope="session")
def served() -> Iterator[Gallery]:
    """A sandbox and an office that sends photos."""
    with Gallery() as made:
        yield made


@pytest.fixture
def gallery(served: Gallery) -> Gallery:
    """The same, when every job has just got its visit."""
    served.reset()
    return served
