"""All kills at once, on all processors, told as tables."""

import multiprocessing
import os
import time
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import replace
from multiprocessing.queues import Queue

from rich.console import Console
from rich.table import Table

from tests.kill.cases import (
    COMMIT,
    SCENES,
    Case,
    Result,
    cases_of,
    spread,
    try_case,
)
from tests.kill.stage import Stage

LOST_STORES = 25
"""How many kills of each scene are followed by the loss of the store."""


def all_cases(stage: Stage) -> list[Case]:
    """The whole matrix, and after it a spread of each scene's points with the store lost."""
    by_scene = [cases_of(stage, scene) for scene in SCENES]
    kills = [each for cases in by_scene for each in cases]
    lost = [
        replace(each, loses_store=True) for cases in by_scene for each in spread(cases, LOST_STORES)
    ]
    return kills + lost


def try_all(cases: Sequence[Case], *, workers: int) -> Iterable[Result]:
    """Try every case, several at a time, each worker on a stage of its own."""
    context = multiprocessing.get_context("spawn")
    asked: Queue[Case | None] = context.Queue()
    told: Queue[Result] = context.Queue()
    for each in (*cases, *[None] * workers):
        asked.put(each)
    working = [context.Process(target=_work, args=(asked, told)) for _ in range(workers)]
    for worker in working:
        worker.start()
    for _ in cases:
        yield told.get(timeout=900)
    for worker in working:
        worker.join()


def _work(asked: "Queue[Case | None]", told: "Queue[Result]") -> None:
    with Stage() as stage:
        while (case := asked.get()) is not None:
            told.put(try_case(stage, case))


def prove_kills(screen: Console, *, most: int | None = None) -> bool:
    """Try the matrix (or `most` of it, evenly spread) and print it; whether all went well."""
    began = time.monotonic()
    with Stage() as stage:
        cases = all_cases(stage)
    chosen = cases if most is None else spread(cases, min(most, len(cases)))
    results = []
    for result in try_all(chosen, workers=os.cpu_count() or 1):
        results.append(result)
        for problem in result.problems:
            screen.print(f"[red]{result.case.title}: {problem}", highlight=False)
        if len(results) % 50 == 0:
            screen.print(f"{len(results)} of {len(chosen)} …")
    results.sort(key=lambda each: cases.index(each.case))
    rows = list(dict.fromkeys(_row(each.case) for each in results))
    for loses_store, title in ((False, "Killed and resumed"), (True, "Killed, and the store lost")):
        told = [each for each in results if each.case.loses_store is loses_store]
        screen.print(_table(title, rows, told))
    screen.print(_summary(results, time.monotonic() - began))
    return not any(each.problems for each in results)


def _row(case: Case) -> str:
    return f"before {COMMIT} of {case.what}" if case.side == COMMIT else f"{case.what}, {case.side}"


def _table(title: str, rows: Sequence[str], results: Sequence[Result]) -> Table:
    """A row per kind of point, a column per scene: how many went well, of how many."""
    cells: dict[tuple[str, str], list[Result]] = defaultdict(list)
    for each in results:
        cells[_row(each.case), each.case.scene.title].append(each)
    table = Table(title=title, title_justify="left")
    table.add_column("SIGKILL at", no_wrap=True)
    for scene in SCENES:
        table.add_column(scene.title, justify="right")
    for row in (each for each in rows if any(row == each for row, _ in cells)):
        table.add_row(row, *(_cell(cells.get((row, scene.title), [])) for scene in SCENES))
    table.add_section()
    of_scene = [[e for e in results if e.case.scene == scene] for scene in SCENES]
    table.add_row("all", *(_cell(each) for each in of_scene))
    return table


def _cell(results: Sequence[Result]) -> str:
    good = sum(1 for each in results if not each.problems)
    return f"{good}/{len(results)}" if results else ""


def _summary(results: Sequence[Result], seconds: float) -> str:
    bad = sum(1 for each in results if each.problems)
    asked = [each.questions for each in results]
    return (
        f"{len(results)} kills of real processes, {bad} with problems, in {seconds:.0f} s; "
        f"{sum(asked)} questions to a person in {sum(1 for each in asked if each)} of them, "
        f"never more than {max(asked)} at once; "
        f"quiet after {max(each.runs for each in results)} runs at most."
    )
