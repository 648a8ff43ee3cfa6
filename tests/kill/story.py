"""A kill at every request of one story: what the stories of a lead and of a job raised in the field
have in common.

A story begins with a first run and with what people do then. A run that is killed anywhere after
that, and a truthful person, must come to what the story promises, once.
"""

import os
import shutil
import sqlite3
import time
from abc import ABC, abstractmethod
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass
from typing import Any

from tests.kill.cases import ANSWER, BEFORE, EFFECT, PATIENCE, not_quiet, spread, start
from tests.kill.launcher import STOP_AT
from tests.kill.nursery import Running
from tests.kill.stage import Record, Stage, printed

LOST_EVERY = 3
"""Each kill of so many is tried with the loss of the store, too."""


@dataclass(frozen=True)
class Point:
    """Where the run is killed: at which side of which request, by its number in the story."""

    side: str
    number: int
    loses_store: bool = False

    @property
    def title(self) -> str:
        """For people."""
        lost = ", store lost" if self.loses_store else ""
        return f"request {self.number}, {self.side}{lost}"


class Story(Stage, ABC):
    """A sandbox and an office, set to the moment when the story begins as often as wanted."""

    @abstractmethod
    def settings(self, text: str) -> str:
        """The office's configuration, made from the sandbox's."""

    @abstractmethod
    def begin_story(self) -> None:
        """What people do after the first run."""

    @abstractmethod
    def wrong(self) -> list[str]:
        """What is not as it should be after the story; nothing, when all is well."""

    @abstractmethod
    def truth(self, item: Record) -> list[str]:
        """The true answer to a question about a doubt: the choice, with its value."""

    def first_point(self, requests: Sequence[str]) -> int:
        """The number of the request from which on kills are tried: before the first write nothing
        is sent that a vendor could remember."""
        writes = [number for number, each in enumerate(requests, 1) if not each.startswith("GET")]
        return writes[0] - 1

    @contextmanager
    def told(self) -> Iterator["Story"]:
        """The story, ready to be reset."""
        with self:
            self.config.write_text(self.settings(self.config.read_text()))
            ended = self.run("run-once", "--json")
            if ended.code != 0:
                raise AssertionError(f"the first run ended with {ended.code}: {ended.complaints}")
            self.begin_story()
            self._kept = self.directory / "store-story.db"
            with closing(sqlite3.connect(self.store)) as source:
                with closing(sqlite3.connect(self._kept)) as copy:
                    source.backup(copy)
            self._world = self.box.world.snapshot()
            yield self

    def reset(self) -> None:
        """Everything as it was when the story began."""
        self.on_effect(lambda: None)
        self.lose_store()
        shutil.copyfile(self._kept, self.store)
        with self.box.world.lock:
            self.box.world.restore(self._world)
            self.box.ledger.clear()


def points_of(story: Story) -> list[Point]:
    """Every point of the story, found by letting it go well once."""
    story.reset()
    requests: list[str] = []
    for _ in range(2):
        ended = story.run("run-once", "--json")
        if ended.code != 0:
            raise AssertionError(f"the story ended with {ended.code}: {ended.output}")
        requests = requests or story.requests()
    assert story.wrong() == []
    numbers = range(story.first_point(requests), len(requests) + 1)
    kills = [Point(side, each) for each in numbers for side in (BEFORE, EFFECT, ANSWER)]
    lost = [
        Point(side, each, loses_store=True)
        for each in numbers[::LOST_EVERY]
        for side in (BEFORE, EFFECT)
    ]
    return kills + lost


def tried_points(story: Story, sample: int) -> list[str]:
    """What went wrong at so many points, evenly spread; with SYNCD_TEST_ALL set at all of them."""
    points = points_of(story)
    chosen = points if "SYNCD_TEST_ALL" in os.environ else spread(points, 2 * sample)[1::2]
    return [problem for point in chosen for problem in try_point(story, point)]


def try_point(story: Story, point: Point) -> list[str]:
    """Kill there, go on until all is quiet, and judge; nothing, when all is well."""
    story.reset()
    problems = [] if _kill(story, point) else ["the point was never reached"]
    if point.loses_store:
        story.lose_store()
        ended = story.run("rebuild", "--json")
        problems += [] if ended.code in (0, 3) else [f"rebuild ended with {ended.code}"]
    try:
        run_until_quiet(story)
        problems += [*story.wrong(), *not_quiet(story)]
    except (AssertionError, TimeoutError) as problem:
        problems.append(str(problem))
    return [f"{point.title}: {each}" for each in problems]


def _kill(story: Story, point: Point) -> bool:
    if point.side != EFFECT:
        stop_at = "send" if point.side == BEFORE else "answer"
        return start(story, **{STOP_AT: f"{stop_at} {point.number}"}).end().was_killed
    effects = 0
    born: list[Running] = []

    def kill() -> None:
        nonlocal effects
        effects += 1
        if effects == point.number:
            while not born:
                time.sleep(0.001)
            born[0].kill()

    story.on_effect(kill)
    born.append(start(story))
    return born[0].end().was_killed


def run_until_quiet(story: Story) -> None:
    """Run, a truthful person answering, until a run says that all is done and changed nothing."""
    for _ in range(PATIENCE):
        before = len(story.effects())
        ended = story.run("run-once", "--json")
        if ended.code == 0 and len(story.effects()) == before:
            return
        if ended.code == 3:
            _answer_truthfully(story)
        elif ended.code not in (0, 4):
            raise AssertionError(f"a run ended with {ended.code}: {ended.complaints}")
    raise AssertionError(f"not quiet after {PATIENCE} runs: {ended.output}")


def _answer_truthfully(story: Story) -> None:
    found: list[dict[str, Any]] = story.run("inbox", "--json").document["items"]
    for item in found:
        if item["kind"] != "in_doubt":
            raise AssertionError(f"nobody expected this question: {printed(item)}")
        resolved = story.run("inbox", "resolve", str(item["id"]), "--choose", *story.truth(item))
        if resolved.code != 0:
            raise AssertionError(f"the answer was not taken: {resolved.complaints}")
