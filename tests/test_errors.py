"""Tests of the exception tree."""

import pytest

from syncd.errors import (
    BadRecord,
    ConfigError,
    GuardTripped,
    LeaseLost,
    OutcomeUnknown,
    Problem,
    StoreHeld,
    SyncdError,
    VendorDenied,
    VendorError,
    VendorGarbled,
    VendorNotFound,
    VendorRefused,
    VendorUnavailable,
)
from syncd.model import Side


def test_an_error_says_what_and_the_cure() -> None:
    """An error reads as its sentence, with the cure behind it where there is one."""
    assert str(SyncdError("x", "it broke", "mend it")) == "it broke (mend it)"
    assert str(SyncdError("x", "it broke")) == "it broke"


def test_a_problem_names_the_setting_and_the_cure() -> None:
    """A mistake in the configuration reads as one line: path, mistake, cure."""
    problem = Problem("connections.agentos.api_key", "is missing", "ask the agency for one")
    assert str(problem) == "connections.agentos.api_key: is missing (ask the agency for one)"
    assert str(Problem("", "no configuration found")) == "no configuration found"


def test_a_config_error_carries_every_problem() -> None:
    """A configuration with several mistakes is one error that names them all."""
    error = ConfigError([Problem("a", "is wrong"), Problem("b", "is missing")])
    assert [problem.path for problem in error.problems] == ["a", "b"]
    assert error.message == "a: is wrong; b: is missing"
    assert error.code == "config"


@pytest.mark.parametrize(
    ("kind", "parent"),
    [
        (VendorUnavailable, VendorError),
        (VendorRefused, VendorError),
        (VendorDenied, VendorRefused),
        (VendorNotFound, VendorRefused),
        (VendorGarbled, VendorError),
        (OutcomeUnknown, VendorError),
    ],
)
def test_a_vendor_error_says_whose_and_which(
    kind: type[VendorError], parent: type[VendorError]
) -> None:
    """Each failure of a vendor stands in the tree and carries side, operation and status."""
    error = kind(
        "agentos_x", "m", side=Side.AGENTOS, operation="list_jobs", status=503, retry_after=7.0
    )
    assert isinstance(error, parent)
    assert (error.side, error.operation, error.status, error.retry_after) == (
        Side.AGENTOS,
        "list_jobs",
        503,
        7.0,
    )


def test_who_stands_in_the_way_is_named() -> None:
    """A held store names its holder, a lost lease its connection, a guard its numbers."""
    assert "pid 42" in StoreHeld("pid 42").message
    lost = LeaseLost("northgate", holder="worker b")
    assert lost.message == "connection northgate: the lease was lost to worker b"
    tripped = GuardTripped("max_new_visits", found="700", limit="500")
    assert tripped.message == "guard max_new_visits: found 700, the limit is 500"


def test_a_bad_record_has_a_reason() -> None:
    """A record that is set aside says why, in one line."""
    error = BadRecord("a job without property")
    assert (error.code, error.message) == ("bad_record", "a job without property")
