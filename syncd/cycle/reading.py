"""What one cycle has read so far, of which lanes, and what may be concluded from it.

That a record was not shown says something only about lanes that were swept whole. Of the others
the store remembers what they showed last.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime

from syncd.errors import VendorError, VendorUnavailable
from syncd.model import DirectoryRecord, Lane, Need, Side
from syncd.observe.spool import Spool
from syncd.observe.sweeps import Sweep

LANES = frozenset(Lane)


@dataclass
class Reading:
    """What one cycle has read so far. `errors` is not empty when something could not be read.

    `lanes` are those that were asked for. With `is_whole` all of them must be read well before
    anything is planned; else each counts for itself. Vendors in `resting` are not asked for more.
    `makes_jobs`: the lane of jobs has its turn, and only makes them, for V3 shows none.
    """

    started_at: datetime
    spool: Spool
    is_first: bool
    lanes: frozenset[Lane] = LANES
    is_whole: bool = True
    makes_jobs: bool = False
    jobs: Sweep | None = None
    visits: Sweep | None = None
    closures: Sweep | None = None
    directory: list[DirectoryRecord] = field(default_factory=list)
    is_directory_new: bool = False
    is_doubted: bool = False
    resting: set[Side] = field(default_factory=set)
    looked: set[Need] = field(default_factory=set)
    failed: set[Need] = field(default_factory=set)
    errors: list[VendorError] = field(default_factory=list)
    failures: dict[Lane, VendorError] = field(default_factory=dict)

    @property
    def is_complete(self) -> bool:
        """Whether everything that was asked for was read whole and is believed."""
        sweeps = {Lane.JOBS: self.jobs, Lane.VISITS: self.visits, Lane.CLOSURES: self.closures}
        return not self.is_doubted and all(
            _is_whole(sweep) for lane, sweep in sweeps.items() if lane in self.lanes
        )

    @property
    def may_be_planned(self) -> bool:
        """Whether a plan may be made of this and of what the store remembers."""
        return self.is_complete if self.is_whole else not self.is_doubted

    @property
    def has_all_visits(self) -> bool:
        """Whether every visit that is open, or waits for acknowledgement, was shown."""
        return _is_whole(self.visits) and _is_whole(self.closures)

    @property
    def has_all_jobs(self) -> bool:
        """Whether every job was shown."""
        return _is_whole(self.jobs)

    @property
    def silent(self) -> frozenset[Side]:
        """Sides that did not answer at all, or let the key do no more: not asked again."""
        return frozenset(
            each.side
            for each in self.errors
            if isinstance(each, VendorUnavailable) and each.status in (None, 429)
        )

    @property
    def saw_any_job(self) -> bool:
        """Whether the sweep of jobs showed any job of ours."""
        return self.jobs is not None and bool(self.jobs.seen)

    @property
    def saw_any_visit(self) -> bool:
        """Whether any sweep showed a visit."""
        return any(s is not None and s.seen for s in (self.visits, self.closures))

    def misses_visit(self, key: str) -> bool:
        """Whether the visit is in none of the lists, where all of them were read."""
        shown = (s.seen for s in (self.visits, self.closures) if s is not None)
        return self.has_all_visits and not any(key in seen for seen in shown)

    def misses_closure(self, key: str) -> bool:
        """Whether the visit does not wait for acknowledgement, as far as that list was read."""
        sweep = self.closures
        return sweep is not None and sweep.is_complete and key not in sweep.seen

    def misses_job(self, job_id: str) -> bool:
        """Whether the job is in no list, where the lists were read and show others of ours."""
        return self.has_all_jobs and self.saw_any_job and job_id not in self._jobs_seen

    def shows_job(self, job_id: str) -> bool:
        """Whether the sweep of jobs showed the job."""
        return job_id in self._jobs_seen

    @property
    def _jobs_seen(self) -> Iterable[str]:
        return self.jobs.seen if self.jobs is not None else ()

    def fail(self, lane: Lane, error: VendorError) -> None:
        """A lane could not be read; its vendor is left alone for the rest of the cycle."""
        self.failures[lane] = error
        if error not in self.errors:
            self.errors.append(error)
        if not self.is_whole:
            self.resting.add(lane.side)


def _is_whole(sweep: Sweep | None) -> bool:
    return sweep is not None and sweep.is_complete
