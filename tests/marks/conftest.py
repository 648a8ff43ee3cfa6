"""Fixtures of the stories about photos and custom fields."""

from collections.abc import Iterator

import pytest

from tests.marks.stage import FIELD, OF_PROPERTY, Gallery


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


@pytest.fixture(scope="session")
def marked_served() -> Iterator[Gallery]:
    """An office that shows visits in a field of the job."""
    with Gallery(FIELD) as made:
        yield made


@pytest.fixture(scope="session")
def property_served() -> Iterator[Gallery]:
    """An office that shows visits in a field of the property."""
    with Gallery(OF_PROPERTY) as made:
        yield made


@pytest.fixture
def marked(marked_served: Gallery) -> Gallery:
    """The first, when every job has just got its visit."""
    marked_served.reset()
    return marked_served


@pytest.fixture
def at_property(property_served: Gallery) -> Gallery:
    """The second, when every job has just got its visit."""
    property_served.reset()
    return property_served
