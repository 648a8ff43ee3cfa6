"""Fixtures of the stories about closed visits."""

import shutil
import sqlite3
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import httpx
import pytest

import syncd.apply.papers
from syncd.sandbox import RunningSandbox, limits_from, seeded_world
from tests.closures.story import Story
from tests.cycle.office import Record, WallClock, box, control_pages, impatient, opened, wall_clock

__all__ = ["box", "control_pages", "impatient", "wall_clock"]

Rendering = Callable[..., bytes]


@pytest.fixture(scope="session")
def served(wall_clock: WallClock) -> Iterator[RunningSandbox]:
    """A sandbox that says with every answer that LetsJobIt's window ends at once."""
    world = seeded_world(7, now=wall_clock)
    with RunningSandbox(world, limits=limits_from((0, 60.0), (0, 0.01))) as box:
        yield box


class Beginning:
    """The world and the store after the first cycle, made once and then copied."""

    world: Record | None = None
    store: Path


@pytest.fixture(scope="session")
def beginning(tmp_path_factory: pytest.TempPathFactory) -> Beginning:
    """Nothing yet; the first story fills it."""
    found = Beginning()
    found.store = tmp_path_factory.mktemp("beginning") / "syncd.db"
    return found


@pytest.fixture(scope="session")
def drawn() -> dict[tuple[str, str], bytes]:
    """PDFs by what was to be drawn: the same sheet is drawn once for all stories."""
    return {}


@pytest.fixture
def quick_papers(monkeypatch: pytest.MonkeyPatch, drawn: dict[tuple[str, str], bytes]) -> None:
    """Documents are the real ones, each drawn once."""

    def remembered(name: str, draw: Rendering) -> Rendering:
        def render(sheet: Any, **how: Any) -> bytes:
            key = name, repr((sheet, how))
            if key not in drawn:
                drawn[key] = draw(sheet, **how)
            return drawn[key]

        return render

    for name in ("job_sheet_pdf", "invoice_pdf"):
        real = getattr(syncd.apply.papers, name)
        monkeypatch.setattr(syncd.apply.papers, name, remembered(name, real))


@pytest.fixture
async def story(
    box: RunningSandbox,
    control_pages: httpx.Client,
    wall_clock: WallClock,
    impatient: None,
    quick_papers: None,
    sqlite_template: Path,
    beginning: Beginning,
    tmp_path: Path,
) -> AsyncIterator[Story]:
    """An office with its eight visits made, an hour ago."""
    own = tmp_path / "syncd.db"
    is_first = beginning.world is None
    shutil.copyfile(sqlite_template if is_first else beginning.store, own)
    if beginning.world is not None:
        with box.world.lock:
            box.world.restore(beginning.world)
    async with opened(box, control_pages, wall_clock, f"sqlite:///{own}", tmp_path) as made:
        if is_first:
            await made.run()
            with box.world.lock:
                beginning.world = box.world.snapshot()
            with (
                closing(sqlite3.connect(own)) as source,
                closing(sqlite3.connect(beginning.store)) as copy,
            ):
                source.backup(copy)  # not `syncd db backup`, whose copy knows that it is one
        made.clock.move(hours=1)
        made.mark()
        yield Story(made)
