"""Forty kills, evenly spread over the matrix that `make prove` tries whole."""

from collections.abc import Iterator

import pytest

from tests.kill.cases import Case, spread, try_case
from tests.kill.prove import all_cases
from tests.kill.stage import Stage

pytestmark = pytest.mark.timeout(400)
"""Several processes after each other, and a machine that may be busy."""

SAMPLE = 40


@pytest.fixture(scope="module")
def stage() -> Iterator[Stage]:
    """A sandbox and an office, set anew by every case."""
    with Stage() as made:
        yield made


@pytest.fixture(scope="module")
def cases(stage: Stage) -> list[Case]:
    """The cases of this sample."""
    return spread(all_cases(stage), SAMPLE)


@pytest.mark.parametrize("number", range(SAMPLE))
def test_a_killed_run_is_resumed_without_loss_or_repetition(
    stage: Stage, cases: list[Case], number: int
) -> None:
    """After SIGKILL at this point, and where the case says so the loss of the store: one completed
    job, each document once, one invoice, acknowledged; and then nothing is left to do."""
    result = try_case(stage, cases[number])
    assert (cases[number].title, result.problems) == (cases[number].title, ())
