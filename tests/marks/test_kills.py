"""A kill around the request that adds a photo: there is one photo of each picture all the same."""

import time
from collections.abc import Iterator

import pytest

from tests.kill.cases import ANSWER, BEFORE, EFFECT, start
from tests.kill.launcher import STOP_AT
from tests.kill.nursery import Running
from tests.marks.stage import PHOTOS, Gallery, encoded, picture

NO_GRACE = '\n[connections.documents]\ngrace = "0s"\n'
PATIENCE = 4


@pytest.fixture(scope="module")
def stage() -> Iterator[Gallery]:
    """An office that looks for a lost photo at once."""
    with Gallery(PHOTOS + NO_GRACE) as made:
        yield made


def begin(stage: Gallery) -> None:
    """Two photos wait."""
    stage.reset()
    stage.close_one(front=encoded(picture(1)), back=encoded(picture(2)))


@pytest.fixture(scope="module")
def first_photo(stage: Gallery) -> int:
    """The number of the request that adds the first photo."""
    begin(stage)
    stage.once()
    requests = stage.requests()
    return next(n for n, each in enumerate(requests, start=1) if each.endswith("/addphoto"))


def kill(stage: Gallery, side: str, number: int) -> bool:
    """Run until the process dies there; whether it did."""
    if side != EFFECT:
        point = "send" if side == BEFORE else "answer"
        return start(stage, **{STOP_AT: f"{point} {number}"}).end().was_killed
    effects = 0
    born: list[Running] = []

    def act() -> None:
        nonlocal effects
        effects += 1
        if effects == number:
            while not born:
                time.sleep(0.001)
            born[0].kill()

    stage.on_effect(act)
    born.append(start(stage))
    return born[0].end().was_killed


@pytest.mark.parametrize(
    ("side", "loses_store"),
    [(BEFORE, False), (EFFECT, False), (ANSWER, False), (EFFECT, True)],
    ids=["before", "effect", "answer", "effect and the store lost"],
)
def test_a_kill_adds_no_photo_twice(
    stage: Gallery, first_photo: int, side: str, loses_store: bool
) -> None:
    """Killed there and run again: both photos are there once, and the visit is acknowledged."""
    begin(stage)
    assert kill(stage, side, first_photo)
    stage.on_effect(lambda: None)
    if loses_store:
        stage.lose_store()
    for _ in range(PATIENCE):
        if stage.run("run-once", "--json").code == 0:
            break
    names = [each["DocumentName"] for each in stage.photos()]
    assert (len(names), len(set(names))) == (2, 2)
    assert [len(stage.told(kind)) for kind in ("invoice_submitted", "close_confirmed")] == [1, 1]
    stage.assert_quiet()
