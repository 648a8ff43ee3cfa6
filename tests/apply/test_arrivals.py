"""What was sent before and shows by now, of a job."""

from datetime import UTC, datetime

import pytest

from syncd.apply.arrivals import arrived_on_job
from syncd.model import IntentKind, IntentState, Json
from syncd.reconcile.intents import intent
from syncd.store.outbox import StoredIntent

STATUS: dict[str, Json] = {"status_id": "done", "why": {}}
CONTRACTOR: dict[str, Json] = {"contractor_id": "ours", "why": {}}


def stored(payload: dict[str, Json], *, attempts: int = 1) -> StoredIntent:
    """A change of a job in the outbox."""
    wanted = intent(
        IntentKind.UPDATE_JOB,
        "northgate",
        job_id="job",
        visit_id=None,
        link_id=None,
        changes={},
        payload=payload,
    )
    created = datetime(2026, 3, 2, tzinfo=UTC)
    return StoredIntent(1, wanted, IntentState.PENDING, attempts, None, None, None, created)


@pytest.mark.parametrize(
    ("payload", "job", "found"),
    [
        (STATUS, {"status_id": "done", "contractor_id": None}, {"status_id": "done"}),
        (STATUS, {"status_id": "begun", "contractor_id": "ours"}, {}),
        (CONTRACTOR, {"status_id": "begun", "contractor_id": "ours"}, {"contractor_id": "ours"}),
        (CONTRACTOR, {"status_id": "begun", "contractor_id": None}, {}),
        (STATUS, {}, {}),
    ],
)
def test_what_the_job_shows_has_arrived(
    payload: dict[str, Json], job: dict[str, Json], found: dict[str, str]
) -> None:
    """A status, or the contractor of a job that V3 made; all that was set, or nothing."""
    assert arrived_on_job(stored(payload), job) == found


def test_what_was_never_sent_was_done_by_somebody_else() -> None:
    """Also where the job shows just that."""
    assert arrived_on_job(stored(STATUS, attempts=0), {"status_id": "done"}) == {}
