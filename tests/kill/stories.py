"""Every kill of every story, the stories beside each other, told as a table."""

import time
from collections.abc import Callable, Mapping
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from functools import partial
from multiprocessing import get_context
from os import cpu_count

from rich.console import Console
from rich.table import Table

from tests.kill.story import Story, points_of, try_point
from tests.leads.killed import LeadStory
from tests.portal_side.killed import PortalStory
from tests.raising.killed import FieldStory

STORIES: Mapping[str, Callable[[], Story]] = {
    "a lead of a closed visit": LeadStory,
    "a job raised in the field, V4": partial(FieldStory, "v4"),
    "a job raised in the field, V3": partial(FieldStory, "v3"),
    "a closed visit at a portal": PortalStory,
    "a closed visit at a portal that shows nothing": partial(PortalStory, shows_all=False),
}


@dataclass(frozen=True)
class Told:
    """What came of one story's kills."""

    title: str
    kills: int
    lost_stores: int
    problems: tuple[str, ...]


def prove_stories(screen: Console) -> bool:
    """Kill every story everywhere and print what came of it; whether all went well."""
    began = time.monotonic()
    context = get_context("spawn")
    with ProcessPoolExecutor(max_workers=cpu_count(), mp_context=context) as workers:
        found = list(workers.map(_tell, STORIES))
    table = Table(title="Killed at every request of one story", title_justify="left")
    table.add_column("story", no_wrap=True)
    for name in ("kills", "of these with the store lost", "problems"):
        table.add_column(name, justify="right")
    for each in found:
        table.add_row(each.title, *map(str, (each.kills, each.lost_stores, len(each.problems))))
        for problem in each.problems:
            screen.print(f"[red]{each.title}: {problem}", highlight=False)
    screen.print(table)
    screen.print(f"in {time.monotonic() - began:.0f} s")
    return not any(each.problems for each in found)


def _tell(title: str) -> Told:
    with STORIES[title]().told() as story:
        points = points_of(story)
        problems = [problem for point in points for problem in try_point(story, point)]
    lost = sum(1 for each in points if each.loses_store)
    return Told(title, len(points), lost, tuple(problems))
