"""Minutes with `syncd run` and everything that may happen to it, at random from one seed.

People close visits and change jobs; vendors fail, refuse the key, hang and come back; the file is
rewritten well and badly; the process is stopped, killed and started again. At the end everything
must be delivered, each effect once, no window of a key fuller than its limit; and the memory of a
process that lives on, closure after closure, must not grow with them.
"""

import random
import signal
import time
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from rich.console import Console

from syncd.model import IntentState
from syncd.sandbox.bulk import add_jobs
from syncd.sandbox.seed import OUR_CONTRACTOR
from tests.daemon.house import House
from tests.databases import migrate_postgres, postgres_server
from tests.kill.truth import answer_truthfully, store_disagrees, vendors_disagree

JOBS = 400
"""Enough that engineers always find an open visit."""

QUIET_SECONDS = 240.0
"""At the end, for what is left to be delivered."""

FEW_JOBS = 20
"""Open visits of the process whose memory is watched. Each that is closed is followed by another,
so that there is always as much to keep in mind."""

AT_ONCE = 5
"""Visits that engineers close together while the memory is watched."""

LEAST_CLOSURES = 20

MOST_BYTES_PER_CLOSURE = 24_000
"""By which its memory may grow, after its warm-up: less than the smallest job sheet that it drew. A
flat line of this length, with what readings differ by, comes to ten thousand either way."""

WARM_UP = 0.5
"""Of the closures that are watched: until every thread has drawn the largest of its papers."""

LEAST_SECONDS = 0.3
MOST_SECONDS = 4.0

UNDER_WAY_SECONDS = 30.0
"""Within which a closure is begun where all is well; where it is not, it is stopped as it is."""


@dataclass
class Told:
    """What happened, and what was wrong with it."""

    events: Counter[str] = field(default_factory=Counter)
    problems: list[str] = field(default_factory=list)


class Fate:
    """What happens next in a house."""

    def __init__(self, house: House, seed: int, *, most_seconds: float = MOST_SECONDS) -> None:
        self.house = house
        self.told = Told()
        self._rng = random.Random(seed)
        self._most_seconds = most_seconds
        self._keys = dict(house.box.world.agency.keys)
        # However short the life is, everything happens in it.
        self._first = [event for _, event in self._happens()]
        self._rng.shuffle(self._first)

    @property
    def has_met_all(self) -> bool:
        """Whether everything that may happen did."""
        return not self._first

    def next_event(self) -> None:
        """One thing happens, and then a moment passes."""
        happens = self._happens()
        weights = [weight for weight, _ in happens]
        (_, drawn) = self._rng.choices(happens, weights)[0]
        event = self._first.pop() if self._first else drawn
        self.told.events[event.__name__] += 1
        event()
        self._pass(self._rng.uniform(LEAST_SECONDS, self._most_seconds))

    def _happens(self) -> list[tuple[int, Callable[[], None]]]:
        """What may happen, and how often beside the others."""
        return [
            (10, self.closes),
            (4, self.edits),
            (3, self.fails),
            (2, self.hangs),
            (5, self.heals),
            (2, self.refuses),
            (2, self.reloads),
            (1, self.reloads_badly),
            (2, self.pauses),
            (1, self.wakes),
            (1, self.restarts),
            (1, self.dies),
            (1, self.stops_halfway),
            (1, self.dies_halfway),
        ]

    def _pass(self, seconds: float) -> None:
        """Let time pass, with the daemon alive."""
        deadline = time.monotonic() + seconds
        self.house.until(lambda: time.monotonic() >= deadline, "time", seconds + 60)

    def closes(self) -> None:
        """Engineers close a few visits."""
        self.house.close(*range(self._rng.randint(1, 3)))

    def edits(self) -> None:
        """The agency changes a job that is not closed."""
        world = self.house.box.world
        with world.lock:
            titles = {v["docNo"] for v in self.house.our_visits() if not v["closed"]}
            jobs = [j for j in world.agency.jobs.records() if j["GlobalReference"] in titles]
            job = self._rng.choice(jobs)
            words = f"Please hurry, call {self._rng.randint(1, 9)}"
            world.agency.jobs.put({**job, "Description": words})

    def fails(self) -> None:
        """A vendor is down, or answers nonsense."""
        kind = self._rng.choice(("status", "status", "html", "reset_after_effect", "cut"))
        vendor = self._rng.choice(("agentos", "letsjobit"))
        self.house.add_fault(kind, vendor=vendor, status=self._rng.choice((500, 503, 429)))

    def hangs(self) -> None:
        """A vendor takes long for each answer."""
        vendor = self._rng.choice(("agentos", "letsjobit"))
        self.house.add_fault("slow", vendor=vendor, seconds=self._rng.uniform(0.5, 3))

    def heals(self) -> None:
        """All is well again."""
        self.house.heal()
        self._let_in()

    def refuses(self) -> None:
        """AgentOS does not know the key any more."""
        with self.house.box.world.lock:
            self.house.box.world.agency.keys = {}

    def _let_in(self) -> None:
        with self.house.box.world.lock:
            self.house.box.world.agency.keys = dict(self._keys)

    def reloads(self) -> None:
        """Another interval."""
        seconds = self._rng.randint(1, 4)
        self.house.configure(lambda text: text.replace('jobs = "2s"', f'jobs = "{seconds}s"'))
        self._hang_up("was read anew")

    def reloads_badly(self) -> None:
        """A mistake in the file, which is put right before the next start."""
        self.house.configure(lambda text: text.replace("[schedule]", "[schedul]"))
        self._hang_up("was not taken over")
        self.house.configure()

    def _hang_up(self, answer: str) -> None:
        """SIGHUP, and what the daemon says to it, once more than before."""
        before = len(self.house.said(answer))
        self.house.hang_up()
        self.house.until(lambda: len(self.house.said(answer)) > before, answer)

    def pauses(self) -> None:
        """Somebody pauses the connection for a moment."""
        self.house.run("pause", "northgate")
        self._pass(self._rng.uniform(0, 2))
        self.house.run("resume", "northgate")

    def wakes(self) -> None:
        """Somebody presses "run now"."""
        self.house.wake()

    def restarts(self) -> None:
        """SIGTERM, in the middle of whatever it does."""
        self.house.stop(self._rng.choice((signal.SIGTERM, signal.SIGINT)))
        self.house.begin()

    def dies(self) -> None:
        """SIGKILL, in the middle of whatever it does."""
        self.house.kill()
        self.house.begin()

    def stops_halfway(self) -> None:
        """SIGTERM, in the middle of a closure."""
        self._begin_closure()
        self.restarts()

    def dies_halfway(self) -> None:
        """SIGKILL, in the middle of a closure."""
        self._begin_closure()
        self.dies()

    def _begin_closure(self) -> None:
        """Have a closure under way: some of its effects are there, others wait."""
        self.heals()
        self.house.until(lambda: self.house.said("syncd runs"), "that it is ready")
        self.closes()
        deadline = time.monotonic() + UNDER_WAY_SECONDS
        self.house.until(
            lambda: self._is_under_way() or time.monotonic() >= deadline, "a closure under way"
        )
        self.told.events["under_way"] += self._is_under_way()

    def _is_under_way(self) -> bool:
        return any(each.state is IntentState.SENDING for each in self.house.outbox())


def prove_daemon(screen: Console, *, minutes: float, seed: int) -> bool:
    """Live so long, print what happened, and say whether all of it was right."""
    with House() as house:
        add_our_jobs(house, JOBS)
        told = live_through(house, Fate(house, seed), minutes=minutes)
        closures = len(house.closed_visits())
    grown = flatness(screen, minutes=min(minutes / 3, 5.0))
    told.problems += grown
    happened = ", ".join(f"{count} × {name}" for name, count in sorted(told.events.items()))
    screen.print(f"{minutes:g} minutes, seed {seed}: {closures} closures; {happened}")
    for problem in told.problems:
        screen.print(f"[red]wrong:[/red] {problem}")
    return not told.problems


def live_through(house: House, fate: Fate, *, minutes: float) -> Told:
    """Live so long, and until everything happened once; then deliver the rest, and judge."""
    house.live()
    ends_at = time.monotonic() + minutes * 60
    while time.monotonic() < ends_at or not fate.has_met_all:
        fate.next_event()
    told = fate.told
    fate.heals()
    house.until(lambda: _is_decided(house, told), "the rest", QUIET_SECONDS)
    house.stop()
    told.problems += vendors_disagree(house) + store_disagrees(house)
    told.problems += [f"{n} windows of {v} over" for v, n in house.windows_over().items() if n]
    return told


def _is_decided(house: House, told: Told) -> bool:
    """Whether all is delivered; somebody truthful answers what only a person can know."""
    if any(each.state is IntentState.IN_DOUBT for each in house.outbox()):
        told.events["doubts"] += answer_truthfully(house)
    return house.is_delivered()


def flatness(screen: Console, *, minutes: float) -> list[str]:
    """One process that nobody stops, with work all the time: how its memory grows by closure.

    On Postgres: SQLite keeps pages of the store in the process, up to 2 MiB for each connection,
    which grow with the store until then.
    """
    sizes: list[int] = []
    with postgres_server() as server, House(migrate_postgres(server.get_uri(), "watched")) as house:
        add_our_jobs(house, FEW_JOBS)
        house.live()
        ends_at = time.monotonic() + minutes * 60
        while time.monotonic() < ends_at or len(sizes) < LEAST_CLOSURES:
            add_our_jobs(house, AT_ONCE)
            house.close(*range(AT_ONCE))
            house.until(house.is_delivered, "the closures", QUIET_SECONDS)
            sizes += [house.resident_bytes] * AT_ONCE
        house.stop()
    watched = sizes[int(len(sizes) * WARM_UP) :]
    grows = slope(watched)
    screen.print(
        f"memory: {watched[0] / 2**20:.1f} MiB after {len(sizes) - len(watched)} closures, "
        f"{watched[-1] / 2**20:.1f} MiB after {len(sizes)} in {minutes:.1f} minutes: "
        f"{grows / 1024:+.1f} KiB with each"
    )
    is_flat = grows <= MOST_BYTES_PER_CLOSURE
    return [] if is_flat else [f"the memory grows by {grows / 1024:.1f} KiB with each closure"]


def add_our_jobs(house: House, count: int) -> None:
    """More jobs at AgentOS, which become visits."""
    with house.box.world.lock:
        add_jobs(house.box.world, count=count, contractor=OUR_CONTRACTOR, status="Reported")


def slope(sizes: Sequence[int]) -> float:
    """By how much each is larger than the one before, by the straight line that fits them best."""
    count = len(sizes)
    middle, mean = (count - 1) / 2, sum(sizes) / count
    spread = sum((at - middle) ** 2 for at in range(count))
    return sum((at - middle) * (size - mean) for at, size in enumerate(sizes)) / spread
