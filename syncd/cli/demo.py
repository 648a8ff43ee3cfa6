"""`demo`: the whole story on this machine, told with the real commands and their real output."""

import os
import subprocess
import sys
import time
from collections.abc import Sequence

from syncd import demo as story
from syncd.cli.exits import DONE
from syncd.cli.screen import heading, output, table, tell, tell_prose
from syncd.demo import Delivered, Outcome, Stage, Step
from syncd.errors import SyncdError
from syncd.settings import example_config
from syncd.telling.words import count, plain

EVIDENCE = 2
"""Documents of a signed visit: the signature and the job sheet."""

WIDTH = 80
"""The story is told as wide as the smallest terminal."""


def demo() -> int:
    """Play the story; an error where it does not come out as it should."""
    began = time.monotonic()
    _introduce()
    try:
        with story.stage() as played:
            _play(played)
    except RuntimeError as problem:
        cure = "see whether another program keeps this one from starting"
        raise SyncdError("demo_cannot_start", str(problem), cure) from None
    _say_goodbye(time.monotonic() - began)
    return DONE


def _introduce() -> None:
    heading("A contractor's engineers work in LetsJobIt; the agency works in AgentOS.")
    tell_prose(
        "Both are stand-ins on this machine now, with invented people and the vendors' own rate "
        "limits. syncd brings them into step; nothing leaves this machine."
    )


def _play(played: Stage) -> None:
    _part("1. Before: the agency has jobs, and no engineer knows of them")
    _show_jobs(played)
    foreign = len(played.records("visits"))
    tell(f"LetsJobIt has {count(foreign, 'visit')}, all for other customers.")
    _part("2. syncd runs for the first time")
    _run(played, "run-once")
    _expect(not story.unvisited(played), "every job has one visit")
    _part("3. After: every job of ours is a visit on an engineer's phone")
    _show_visits(played)
    _part("4. Then people change things, each on their own side")
    steps = story.people_change_things(played)
    _show_steps(steps)
    _run(played, "run-once")
    outcomes = story.outcomes(played, steps)
    _show_outcomes(outcomes)
    _expect(all(each.is_right for each in outcomes), "both sides agree")
    _part("5. Why is the visit on that day? The journal answers")
    _run(played, "why", steps[-1].number, "date")
    _part("6. An engineer finishes a job, enters £96.00, and the tenant signs")
    number = story.engineer_finishes(played)
    _run(played, "run-once")
    _show_delivered(story.delivered(played, number), number)
    _part("7. Nothing changed since, so syncd writes nothing")
    written = played.writes()
    _run(played, "run-once")
    _expect(played.writes(since=written) == 0, "the last run wrote nothing")
    _show_judgement(played)


def _part(title: str) -> None:
    tell()
    heading(title)


def _run(played: Stage, *words: str) -> None:
    """One real command, with its output where it belongs."""
    tell()
    tell(f"$ syncd {' '.join(words)}")
    sys.stdout.flush()
    clean = {name: value for name, value in os.environ.items() if name != "SYNCD_CONFIG"}
    ended = subprocess.run(  # noqa: S603
        [sys.executable, "-m", "syncd", *words],
        cwd=played.config.parent,
        env=clean,
        check=False,
    )
    _expect(ended.returncode == DONE, f"syncd {words[0]} ends well")


def _expect(is_so: bool, what: str) -> None:
    if not is_so:
        raise SyncdError("bug", f"bug in syncd: the demo expected that {what}", "please report it")


def _show_jobs(played: Stage) -> None:
    places = played.places()
    jobs = played.records("jobs")
    ours = story.ours(jobs)
    rows = table("job", "status", "what", "where", whole=("job", "status"))
    for job in ours:
        place = places[job["PropertyID"]]
        rows.add_row(job["GlobalReference"], job["Status"], plain(job["Title"]), plain(place))
    output(WIDTH).print(rows)
    others = len(jobs) - len(ours)
    tell(f"({count(others, 'other job')}: other contractors', finished, or nobody's.)")


def _show_visits(played: Stage) -> None:
    visits = played.visits_by_number()
    rows = table("job", "visit", "date", "engineer", "address", whole=("job", "visit", "date"))
    for job in story.ours(played.records("jobs")):
        visit = visits[job["GlobalReference"]]
        address = f"{visit['address']}, {visit['city']}"
        rows.add_row(
            job["GlobalReference"],
            visit["_id"],
            visit["date"],
            plain(visit["name"]),
            plain(address),
        )
    output(WIDTH).print(rows)


def _show_steps(steps: Sequence[Step]) -> None:
    for step in steps:
        tell_prose(f"{step.number}: the {step.who}, {step.what}", indent=2, hanging=4)


def _show_outcomes(outcomes: Sequence[Outcome]) -> None:
    tell()
    words = {
        "obs": "the engineer now reads the new words on the phone",
        "inMobileApp": "the visit is hidden from the engineer",
        "date": "the dispatcher's day stays, because LetsJobIt owns it",
    }
    for each in outcomes:
        mark = "yes" if each.is_right else "NO"
        tell_prose(f"{mark}  {each.step.number}: {words[each.step.field]}", indent=2, hanging=7)


def _show_delivered(delivered: Delivered, number: str) -> None:
    tell()
    tell(f"  {number} in AgentOS:  {delivered.status}")
    for name in delivered.documents:
        tell(f"    document  {name}")
    tell(f"    invoice   {delivered.invoice}")
    told = "the engineer's app shows that the office has it"
    tell(f"  in LetsJobIt:  {told if delivered.is_acknowledged else 'not acknowledged'}")
    complete = delivered.status == "Completed" and len(delivered.documents) == EVIDENCE
    _expect(complete and bool(delivered.invoice), "status, documents and invoice arrived")
    _expect(delivered.is_acknowledged, "the visit was acknowledged")


def _show_judgement(played: Stage) -> None:
    for each in played.judgements():
        name = {"agentos": "AgentOS", "letsjobit": "LetsJobIt"}[each["vendor"]]
        tell(
            f"{name} counted {each['requests']} requests, at most {each['fullest_window']} in "
            f"{each['window_seconds']:g} s; {each['limit']} are allowed."
        )
        _expect(not each["windows_over"] and not each["answers_429"], "no limit was passed")


def _say_goodbye(seconds: float) -> None:
    _part(f"That was all of it, in {seconds:.0f} s. Everything that the demo made is gone again.")
    tell("What to do next:")
    tell("  play yourself    syncd sandbox --config-out syncd.toml")
    tell("                   and in another terminal:")
    tell("                   syncd plan, syncd run-once, syncd status")
    tell("  use real keys    syncd init asks for them and writes syncd.toml,")
    tell("                   or fill in a copy of this yourself:")
    tell(f"                   {example_config()}")
    tell("                   then: syncd plan, syncd run-once, syncd run")
