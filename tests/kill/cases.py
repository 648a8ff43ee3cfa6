"""The kill matrix: every point of the closing story, the kill there, and what must come of it."""

import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TypeVar

from tests.kill.launcher import POINTS, STOP_AT
from tests.kill.nursery import Running
from tests.kill.stage import Scene, Stage
from tests.kill.truth import answer_truthfully, store_disagrees, vendors_disagree

T = TypeVar("T")

SCENES = (Scene(1), Scene(3), Scene(1, with_lists=False), Scene(3, with_lists=False))

BEFORE, EFFECT, ANSWER, COMMIT = (
    "before it is sent",
    "after the effect",
    "after the answer",
    "commit",
)

PATIENCE = 6
"""Runs after which both sides must agree and nothing may wait."""

_BY_THE_CLOCK = frozenset({"renew"})
"""Commits that come with time, not with the story."""


@dataclass(frozen=True)
class Case:
    """One kill: at which side of which request or commit, by its number in the story."""

    scene: Scene
    side: str
    what: str
    number: int
    loses_store: bool = False

    @property
    def title(self) -> str:
        """For people."""
        where = f"{self.side} {self.what}" if self.side == COMMIT else f"{self.what}, {self.side}"
        lost = ", store lost" if self.loses_store else ""
        return f"{self.scene.title}: {where} #{self.number}{lost}"


@dataclass(frozen=True)
class Result:
    """What came of a case: `problems` is empty when all is well."""

    case: Case
    problems: tuple[str, ...]
    runs: int
    questions: int
    seconds: float


def cases_of(stage: Stage, scene: Scene) -> list[Case]:
    """Every point of the scene's story, found by letting it run to its end once."""
    stage.set(scene)
    written = stage.directory / "points"
    written.unlink(missing_ok=True)
    ended = stage.run("run-once", "--json", **{POINTS: str(written)})
    if ended.code != 0:
        raise AssertionError(f"the story ended with {ended.code}: {ended.output}")
    requests = stage.requests()
    found = [
        Case(scene, side, what, number)
        for number, what in enumerate(requests, start=1)
        for side in (BEFORE, EFFECT, ANSWER)
    ]
    commits = [
        line.removeprefix("commit ").rsplit(" ", 1)
        for line in written.read_text().splitlines()
        if line.startswith("commit ")
    ]
    return found + list(_commits(scene, commits, len(requests)))


def _commits(scene: Scene, commits: Sequence[Sequence[str]], requests: int) -> Iterator[Case]:
    for function, number in commits:
        # Permits come several at a time in a long run, and what became of them is written when it
        # is quiet: how many exchanges with the budgets there are depends on time.
        is_certain = function != "exchange" or int(number) <= requests // 2
        if is_certain and function not in _BY_THE_CLOCK:
            yield Case(scene, COMMIT, function, int(number))


def spread(cases: Sequence[T], count: int) -> list[T]:
    """So many of them, evenly spread."""
    return [cases[at * len(cases) // count] for at in range(count)]


def try_case(stage: Stage, case: Case) -> Result:
    """Kill there, let syncd and a truthful person go on until all is quiet, and judge."""
    began = time.monotonic()
    stage.set(case.scene)
    problems = [] if _kill(stage, case) else ["the point was never reached"]
    runs = questions = 0
    try:
        if case.loses_store:
            _rebuild(stage)
        runs, questions = run_until_quiet(stage)
        may_repeat = case.loses_store and not case.scene.with_lists
        problems += vendors_disagree(stage, may_repeat_documents=may_repeat)
        problems += store_disagrees(stage) if not case.loses_store else []
        problems += not_quiet(stage)
    except (AssertionError, TimeoutError) as problem:
        problems.append(str(problem))
    return Result(case, tuple(problems), runs, questions, time.monotonic() - began)


def _kill(stage: Stage, case: Case) -> bool:
    """Start the run that dies; whether it did."""
    environ = {BEFORE: f"send {case.number}", ANSWER: f"answer {case.number}"}
    environ[COMMIT] = f"commit {case.what} {case.number}"
    if case.side != EFFECT:
        started = start(stage, **{STOP_AT: environ[case.side]})
        return started.end().was_killed
    effects = 0
    born: list[Running] = []

    def kill() -> None:
        nonlocal effects
        effects += 1
        if effects == case.number:
            while not born:
                time.sleep(0.001)
            born[0].kill()

    stage.on_effect(kill)
    born.append(start(stage))
    return born[0].end().was_killed


def start(stage: Stage, **environ: str) -> Running:
    """A `run-once` that goes on by itself."""
    return stage.nursery.start("run-once", "--config", str(stage.config), **environ)


def _rebuild(stage: Stage) -> None:
    stage.lose_store()
    before = len(stage.effects())
    ended = stage.run("rebuild", "--json")
    if ended.code != 0 or len(stage.effects()) != before:
        raise AssertionError(f"rebuild ended with {ended.code}, or wrote: {ended.complaints}")


def run_until_quiet(stage: Stage) -> tuple[int, int]:
    """Run, answering what is asked, until a run says that all is done; runs and questions."""
    questions = 0
    for runs in range(1, PATIENCE + 1):
        ended = stage.run("run-once", "--json")
        if ended.code == 0:
            return runs, questions
        if ended.code == 3:
            questions += answer_truthfully(stage)
        elif ended.code != 4:
            raise AssertionError(f"a run ended with {ended.code}: {ended.complaints}")
    raise AssertionError(f"not quiet after {PATIENCE} runs: {ended.output}")


def not_quiet(stage: Stage) -> list[str]:
    """What one more run and a plan still find to do; nothing, when all is well."""
    before = len(stage.effects())
    again, plan = stage.run("run-once", "--json"), stage.run("plan", "--json")
    problems = []
    if again.code != 0 or len(stage.effects()) != before:
        problems.append(f"running again: {again.code}, {stage.effects(before)}")
    if plan.code != 0 or plan.document["connections"][0]["intents"]:
        problems.append(f"planning again: {plan.code}, {plan.output}")
    return problems
